"""What generated code can see at a point: types, variables, arrays, control state."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field, replace

from tests.fuzz.source import Body, Kernel


@dataclass(frozen=True)
class CType:
    name: str
    bits: int
    signed: bool = True
    floating: bool = False

    @property
    def arithmetic(self) -> str:
        """The unsigned type in which wrapping arithmetic of this type is done."""
        return "unsigned long long" if self.bits == 64 else "unsigned"


INT = CType("int", 32)
UNSIGNED = CType("unsigned", 32, signed=False)
LONG = CType("long long", 64)
ULONG = CType("unsigned long long", 64, signed=False)
SHORT = CType("short", 16)
USHORT = CType("unsigned short", 16, signed=False)
CHAR = CType("signed char", 8)
UCHAR = CType("unsigned char", 8, signed=False)
BOOL = CType("bool", 1, signed=False)
FLOAT = CType("float", 32, floating=True)
DOUBLE = CType("double", 64, floating=True)

INTEGERS = (INT, UNSIGNED, LONG, ULONG, SHORT, USHORT, CHAR, UCHAR)
FLOATS = (FLOAT, DOUBLE)


@dataclass(frozen=True)
class Variable:
    name: str
    type: CType
    uniform: bool = False  # the same in all threads of a block, and so kept by the generator
    mutable: bool = True


@dataclass(frozen=True)
class Array:
    """Readable at any index below `size`; a `count` text overrides it (e.g. the block's size)."""

    name: str
    type: CType
    size: int
    kind: str  # private, shared, constant, input
    count: str = ""
    writable: bool = False


@dataclass(frozen=True)
class DeviceFunction:
    name: str
    result: CType
    parameters: tuple[CType, ...]
    kind: str  # the feature counted at a call


@dataclass
class Scope:
    variables: list[Variable]
    arrays: list[Array]
    divergent: bool = False  # not all threads of a block are known to be here
    loop: str = ""  # innermost loop: "", "uniform" or "divergent"
    inside_uniform_loop: bool = False
    exit_labels: tuple[str, ...] = ()  # behind enclosing divergent loops
    in_switch: bool = False
    depth: int = 0
    trips: int = 1  # product of enclosing loops' trip counts
    in_kernel: bool = True
    returns: CType | None = None  # of a device function

    def child(self, **changes: object) -> Scope:
        changes.setdefault("depth", self.depth + 1)
        return replace(self, variables=list(self.variables), arrays=list(self.arrays), **changes)  # type: ignore[arg-type]

    def mutable(self) -> list[Variable]:
        return [v for v in self.variables if v.mutable and not (v.uniform and self.divergent)]


@dataclass
class Generation:
    """The state of generating one kernel."""

    rng: random.Random
    kernel: Kernel
    budget: int  # statements left
    features: Counter[str] = field(default_factory=Counter)
    functions: list[DeviceFunction] = field(default_factory=list)
    shared: list[Array] = field(default_factory=list)  # not in use by an enclosing phase
    tables: list[str] = field(default_factory=list)  # function-pointer tables of four
    objects: list[str] = field(default_factory=list)  # classes derived from one base
    barriers: bool = True  # this kernel has barriers
    returned: bool = False  # some thread may have returned already
    barrier_after_return: bool = False
    atomics: bool = True
    warps: bool = False  # this kernel has warp-wide operations
    meetings: bool = False  # lanes come to warp-wide operations from different paths
    rows: bool = False  # this kernel has code that is simpler in most gangs (rows.py)
    by_rows: bool = False  # its threads are numbered as the elements of a picture
    loops_by_grid: bool = False  # it begins with such a loop
    straight: bool = False  # no loops in this kernel's own statements
    warp_box: str = ""  # a shared array with a slot for each thread, which only such kernels have
    cheap: bool = False  # generating code where calls are not wanted
    counter: int = 0
    single_writers: int = 0  # counters that one thread of the grid owns, given away so far

    def fresh(self, prefix: str) -> str:
        self.counter += 1
        return f"{prefix}{self.counter}"

    def count(self, feature: str) -> None:
        self.features[feature] += 1

    def site(self, feature: str) -> str:
        """Counts the feature statically, and gives the text that counts it when it runs."""
        self.count(feature)
        self.kernel.sites.append(feature)
        return f"F({len(self.kernel.sites) - 1});"

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def may_barrier(self, scope: Scope) -> bool:
        return (
            self.barriers
            and scope.in_kernel
            and not scope.divergent
            and (not self.returned or self.barrier_after_return)
        )

    def may_return(self, scope: Scope) -> bool:
        if not scope.in_kernel:
            return True
        return self.barrier_after_return or not scope.inside_uniform_loop

    def add_global(self, body: Body) -> None:
        self.kernel.globals.extend(body)
