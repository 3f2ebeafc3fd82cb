"""What the compiler knows of an instruction set: levels, and how programs for it are made and run.

A target is one file beside this one: a `Target` with its `Level`s. The rest of the compiler asks
for what is here, never which target it has.
"""

from __future__ import annotations

import platform
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Level:
    """A set of vector instructions that programs may be compiled for."""

    name: str
    cpu: str  # LLVM's name of the CPU
    features: str  # in LLVM's form: "+avx2,-avx512f"
    meaning: str  # for people
    # Options of the emulator that give it these instructions; None where it lacks them.
    emulator: tuple[str, ...] | None
    # Lines or words of /proc/cpuinfo that this machine must have to run the code itself.
    needs: tuple[str, ...] = ()
    function_attributes: str = ""  # of every function of device code
    least_vector_bits: int = 0  # a program checks when it starts that the registers are as large
    exact_vector_bits: int = 0  # or exactly so


@dataclass(frozen=True)
class Target:
    """An instruction set with an ABI. `levels` begin with the default."""

    name: str
    triple: str  # LLVM's
    libc: str  # the triple of the C and C++ library, as ziglang names it
    library_cpu: str  # the CPU for which ziglang makes libraries and the runtime
    linker_emulation: str  # ld.lld's -m
    emulator: str  # a program of qemu-user
    machines: tuple[str, ...]  # what uname calls the machine
    levels: tuple[Level, ...]
    abi: str = ""  # LLVM's name of the calling convention, where there are several
    # Whether a caller extends an int to the register's width (always by its sign, as it happens).
    extends_ints: bool = False
    weak_order: bool = True  # whether the processor may reorder a thread's accesses to memory

    @property
    def code_properties(self) -> dict[str, Any]:
        """What codegen.CpuTarget says of it besides the CPU."""
        return {
            "abi": self.abi,
            "extends_ints": self.extends_ints,
            "weak_order": self.weak_order,
        }

    @property
    def is_here(self) -> bool:
        """Whether this machine is of the kind."""
        return platform.machine() in self.machines


@dataclass(frozen=True)
class Machine:
    """A target at one of its levels: what a program is compiled for."""

    target: Target
    level: Level

    def __str__(self) -> str:
        return f"{self.target.name} ({self.level.name})"

    @property
    def runs_here(self) -> bool:
        """Whether this machine runs the code by itself."""
        return self.target.is_here and set(self.level.needs) <= _cpu_words()


def _cpu_words() -> set[str]:
    try:
        return set(Path("/proc/cpuinfo").read_text().split())
    except OSError:
        return set()
