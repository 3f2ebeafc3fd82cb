"""The machine that the bench runs on: its name, and its limits as machine.cpp measures them."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from peers import FOLDER, HERE, compile_cxx


@dataclass(frozen=True)
class Machine:
    """`bandwidth` in bytes a second (read and written), `flops` of single precision a second."""

    cpu: str
    threads: int
    system: str
    bandwidth: float
    flops: float


def measure_machine(level: str, threads: int) -> Machine:
    program = FOLDER / "machine"
    compile_cxx(HERE / "machine.cpp", program, level)
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
    run = subprocess.run([program], check=True, capture_output=True, env=environment)
    limits = json.loads(run.stdout)
    return Machine(
        cpu=_cpu(),
        threads=threads,
        system=f"{platform.system()} {platform.machine()}",
        bandwidth=max(limits["temporal"], limits["streaming"]),
        flops=limits["flops"],
    )


def _cpu() -> str:
    """The CPU's name with family and model, which tell more where a hypervisor hides the name."""
    fields: dict[str, str] = {}
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        name, _, value = line.partition(":")
        fields.setdefault(name.strip(), value.strip())
    name = fields.get("model name", platform.processor())
    family, model = fields.get("cpu family"), fields.get("model")
    avx512 = ", AVX-512" if "avx512f" in fields.get("flags", "") else ""
    return f"{name} (family {family}, model {model}{avx512})" if family else name
