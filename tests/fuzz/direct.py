"""Compiles a batch's device half alone and runs it without the runtime: quick, one process.

This is the compiler's own test: no host half, no program start, no thread pool. `width` compiles
every kernel for one gang width instead of the target's choice.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import traceback
from contextlib import contextmanager
from pathlib import Path

from sampan import codegen, pipeline, support
from sampan.diagnostics import SampanError
from sampan.frontend import clang
from sampan.frontend.clang import ClangOptions
from sampan.targets.widths import GangPlan, Rows
from tests.fuzz.paths import ROOT, RUN_SECONDS, Outcome, PathFailure, Runner, parse_outputs
from tests.fuzz.program import SUPPORT, device_program, input_seed, kernel_p0
from tests.fuzz.source import Kernel

REFUSALS: dict[str, str] = {}  # label of a kernel: why it was not vectorised


def direct_path(name: str, width: int = 0, fmad: bool = False) -> Runner:
    def run(kernels: list[Kernel], folder: Path) -> list[Outcome]:
        device_ll = device_ir(kernels, folder, fmad)
        binary = folder / f"direct-{name}{width or ''}"
        link(compile_batch(kernels, device_ll, name, width), binary)
        return execute(binary, kernels, folder)

    return run


def device_ir(kernels: list[Kernel], folder: Path, fmad: bool = False, optimize: int = 2) -> str:
    """The IR that clang makes of the batch."""
    source, out = folder / "device.cu", folder / "device.ll"
    source.write_text(device_program(kernels))
    options = ClangOptions(
        warnings=("-w",),
        fmad=fmad,
        device_optimize=optimize,
        devicelib=support.device_library(),
    )
    try:
        clang.compile_device(source, options, out)
    except clang.FrontendError as error:
        raise PathFailure(f"clang: {error}") from None
    return out.read_text()


def compile_batch(kernels: list[Kernel], device_ll: str, path: str, width: int = 0) -> bytes:
    try:
        with gang_width(width):
            target = codegen.host_target()
            device = pipeline.compile_device(device_ll, "f" * 32, target, path)
    except SampanError as error:
        raise PathFailure(f"compiler: {error}") from None
    except Exception:
        raise PathFailure("compiler: " + traceback.format_exc()[-3000:]) from None
    names = {f"_Z{len(k.name)}{k.name}P": k for k in kernels}
    for compiled in device.kernels:
        for prefix, kernel in names.items():
            if compiled.kernel.name.startswith(prefix) and compiled.reason:
                REFUSALS[kernel.label] = compiled.reason
    return device.data


@contextmanager
def gang_width(width: int):
    saved = pipeline.gang_plans
    if width:
        plans = [GangPlan(width, Rows.MULTIPLE), GangPlan(width, Rows.ANY)]
        pipeline.gang_plans = lambda features, warp_wide: plans
    try:
        yield
    finally:
        pipeline.gang_plans = saved


def link(data: bytes, binary: Path) -> None:
    device_object = binary.with_suffix(".o")
    device_object.write_bytes(data)
    command = ["g++", "-o", str(binary), str(harness()), str(device_object), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise PathFailure(f"linking: {done.stderr[-2000:]}")


def execute(binary: Path, kernels: list[Kernel], folder: Path) -> list[Outcome]:
    output, plan = folder / "direct.out", folder / "direct.plan"
    output.unlink(missing_ok=True)
    plan.write_text("".join(f"{_plan_line(kernel)}\n" for kernel in kernels))
    try:
        done = subprocess.run(
            [str(binary), str(output), str(plan)],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=RUN_SECONDS,
        )
        reason = f"exit {done.returncode}: {done.stderr[-500:]}"
    except subprocess.TimeoutExpired:
        reason = "timeout"
    data = output.read_bytes() if output.exists() else b""
    return parse_outputs(data, len(kernels), reason)


def _plan_line(kernel: Kernel) -> str:
    shape = " ".join(str(extent) for extent in (*kernel.grid, *kernel.block))
    last = f"{kernel.threads - kernel.tail} {kernel_p0(kernel)}"
    return f"{kernel.name} {shape} {kernel.dynamic_shared} {input_seed(kernel)} {last}"


def harness() -> Path:
    """The object that runs the kernels; built once for each state of its sources."""
    include = ROOT / "sampan" / "runtime" / "include"
    files = [SUPPORT / "direct.cpp", SUPPORT / "harness.h", include / "sampan_abi.h"]
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in files)).hexdigest()[:16]
    out = Path(tempfile.gettempdir()) / f"sampan-fuzz-{os.getuid()}-{digest}.o"
    if not out.exists():
        part = out.with_suffix(f".{os.getpid()}")
        command = ["g++", "-O1", "-w", f"-I{include}", "-c", str(files[0]), "-o", str(part)]
        subprocess.run(command, check=True)
        part.rename(out)
    return out
