"""What the compiler knows of an instruction set: levels, and how programs for it are made and run.

A target is one file beside this one: a `Target` with its `Level`s. The rest of the compiler asks
for what is here, never which target it has.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sampan.targets.common import permute_through_memory

if TYPE_CHECKING:
    from sampan.ir.builder import Builder
    from sampan.ir.core import Instruction, Value
    from sampan.vectorize.emit import Emitter


@dataclass(frozen=True)
class VectorHooks:
    """What the vectoriser asks of an instruction set's vector unit. A target gives other values,
    and overrides methods where it has something better."""

    lanes: int = 4  # of 32 bits in a register
    least_width: int = 8  # of a gang, so that narrow registers have work in flight, too
    # Sizes in bytes of the elements that one instruction gathers or scatters. Where 4 is among them
    # and less is not, narrow elements are gathered as the words that they lie in.
    gathers: frozenset[int] = frozenset()
    masked_stores: bool = False  # cost about what others do
    fuses: bool = True  # multiply-adds: one instruction that rounds once
    converts_halves: bool = False  # between float and half, in vectors
    # The fence behind stores past the caches (block/streaming.py); "" where they are not made.
    streaming_fence: str = ""
    # Of a lane of a mask, where masks are vectors of integers (vectorize/wide_masks.py); 0 where
    # they are vectors of i1, as LLVM represents those: in registers for masks if there are any.
    mask_bits: int = 0
    # A matrix product's sums that registers hold at once (half of the registers), and the calling
    # convention that passes them in registers.
    product_bytes: int = 256
    product_convention: str = ""

    @property
    def widths(self) -> tuple[int, int]:
        """Gangs of kernels that may have any width, the preferred one first: two registers a value
        hide latency, and rows that are narrower take one."""
        lanes = max(self.lanes, self.least_width)
        return 2 * lanes, lanes

    def permute(self, e: Emitter, vector: Value, lanes: Value) -> Value:
        """vector[lanes[i]] for 32 lanes of 32 bits, with lanes known at run time only."""
        return permute_through_memory(e, vector, lanes)

    def replace(self, b: Builder, inst: Instruction) -> Value | None:
        """What stands for an instruction on vectors after LLVM's optimiser has run, made with `b`;
        None: itself. Asked where masks are vectors of integers."""
        return None


@dataclass(frozen=True)
class Level:
    """A set of vector instructions that programs may be compiled for."""

    name: str
    cpu: str  # LLVM's name of the CPU
    features: str  # in LLVM's form: "+avx2,-avx512f"
    meaning: str  # for people
    # Options of the emulator that give it these instructions; None where no version has them.
    emulator: tuple[str, ...] | None
    # Lines or words of /proc/cpuinfo that this machine must have to run the code itself.
    needs: tuple[str, ...] = ()
    emulator_since: tuple[int, int] = (0, 0)  # the version that has them
    emulator_sound: tuple[int, int] = (0, 0)  # the version known to run them without fault
    function_attributes: str = ""  # of every function of device code
    fragile: bool = False  # LLVM's back end may end the process: it gets one of its own
    # Of the registers that a program checks for when it starts, as others would make it compute
    # something else; 0 where an instruction that is missing stops it.
    vector_bits: int = 0
    # By which programs with code for several levels know it (runtime/cpu_level.cpp); 0: they have
    # none for it.
    number: int = 0


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
    # Of a CPU with these features; the second is Level.vector_bits, or 0.
    vectors: Callable[[frozenset[str], int], VectorHooks]
    host_flags: tuple[str, ...] = ()  # of clang, where its default is not the least CPU
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
    def chosen_at_start(self) -> tuple[Level, ...]:
        """The levels that one program can have code for, the best first."""
        held = [one for one in self.levels if one.number]
        return tuple(sorted(held, key=lambda one: -one.number))

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
