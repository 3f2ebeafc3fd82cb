"""The statement tree of a generated kernel: what the printer prints and the reducer deletes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

Body = list["Statement"]


@dataclass
class Statement:
    """Text parts and nested bodies in order. A `deletable` one may go: what is left is defined."""

    parts: list[str | Body]
    deletable: bool = True

    def lines(self, indent: int) -> Iterator[str]:
        pad = "  " * indent
        for part in self.parts:
            if isinstance(part, str):
                for line in part.split("\n"):
                    yield pad + line
            else:
                for statement in part:
                    yield from statement.lines(indent + 1)

    def bodies(self) -> Iterator[Body]:
        for part in self.parts:
            if not isinstance(part, str):
                yield part


def leaf(text: str, deletable: bool = True) -> Statement:
    return Statement([text], deletable)


def print_body(body: Body, indent: int = 1) -> str:
    return "\n".join(line for statement in body for line in statement.lines(indent))


def all_bodies(body: Body) -> Iterator[Body]:
    """`body` and every body nested in it, outermost first."""
    yield body
    for statement in body:
        for nested in statement.bodies():
            yield from all_bodies(nested)


@dataclass
class Kernel:
    """One generated kernel with the device functions it calls and its launch."""

    name: str
    label: str  # "SEED:INDEX", enough to generate it again
    block: tuple[int, int, int] = (32, 1, 1)
    grid: tuple[int, int, int] = (1, 1, 1)
    tail: int = 0  # n = threads - tail
    dynamic_shared: int = 0
    globals: Body = field(default_factory=list)  # device functions, tables, structs
    body: Body = field(default_factory=list)
    sites: list[str] = field(default_factory=list)  # feature counted by F(i)
    features: dict[str, int] = field(default_factory=dict)
    kept_text: str = ""  # of a kernel that was loaded (tests.fuzz.kept) instead of generated

    @property
    def threads(self) -> int:
        total = 1
        for extent in (*self.block, *self.grid):
            total *= extent
        return total

    def text(self) -> str:
        if self.kept_text:
            return self.kept_text
        signature = (
            f"__global__ void {self.name}(const int *in, const float *fin, int *out, float *fout,\n"
            "    int *mem, unsigned char *bytes, int *shared_counters,\n"
            "    unsigned long long *wide_counters, float *float_counters,\n"
            "    int n, int p0, float p1, Settings settings) {\n"
        )
        parts = [print_body(self.globals, 0), signature + print_body(self.body) + "\n}\n"]
        return "\n".join(part for part in parts if part)
