"""Which blocks a program launches its kernels with, as far as its host half says so.

A guess that decides which forms of a kernel are compiled: a launch with other blocks finds the
forms for any block.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sampan.frontend.nvvm import Kernel
from sampan.targets.widths import BlockShape


@dataclass(frozen=True)
class Launches:
    """Of one kernel: the shapes that are constants, the most frequent first, and whether those are
    all that the host half launches it with."""

    shapes: Sequence[BlockShape]
    complete: bool


LaunchedShapes = Mapping[str, Launches]  # by the mangled names of kernels

MOST_SHAPES = 2  # of one kernel
# By the axes in which a kernel's threads differ, where its launches say nothing: what most programs
# use, and most books show.
_USUAL: dict[int, BlockShape] = {1: (256, 1, 1), 2: (16, 16, 1)}

_STUB = "__device_stub__"
# clang passes the first two extents of a dim3 as one number.
_EXTENTS = r"i64 (?:noundef )?(?P<xy>\d+), i32 (?:noundef )?(?P<z>\d+)"
_DIM3 = r"i64 [^,]*, i32 [^,]*, "
_PUSH = re.compile(rf"@__cudaPushCallConfiguration\({_DIM3}(?:{_EXTENTS})?")
_LAUNCH = re.compile(
    rf"@cudaLaunch(?:Cooperative)?Kernel\(ptr [^@,]*@(?P<stub>[-\w$.]+), {_DIM3}(?:{_EXTENTS})?"
)
_DEFINED = re.compile(rf"define [^@]*@(?P<name>[-\w$.]*{_STUB}[-\w$.]*)\(")
_CALL = re.compile(rf"call [^@]*@(?P<stub>[-\w$.]*{_STUB}[-\w$.]*)\(")


def launched_shapes(host_ir: str) -> LaunchedShapes:
    """What the host half, as clang optimised it, says of the kernels that it launches."""
    found: dict[str, Counter[BlockShape | None]] = {}
    pushed: BlockShape | None = None
    inside = ""  # the stub whose code this is
    for line in host_ir.splitlines():
        if line.startswith("define"):
            pushed = None
            inside = match["name"] if (match := _DEFINED.match(line)) else ""
        elif match := _PUSH.search(line):
            pushed = _shape(match) if match["xy"] else None
        elif match := _LAUNCH.search(line) or _CALL.search(line):
            if match["stub"] == inside:
                continue
            shape = _shape(match) if match.groupdict().get("xy") else pushed
            found.setdefault(_kernel_of(match["stub"]), Counter())[shape] += 1
            pushed = None
    launches = {}
    for name, counted in found.items():
        shapes = [shape for shape, _ in counted.most_common() if shape is not None]
        complete = None not in counted and len(shapes) <= MOST_SHAPES
        launches[name] = Launches(shapes[:MOST_SHAPES], complete)
    return launches


def common_shapes(kernel: Kernel, launched: LaunchedShapes) -> Sequence[BlockShape]:
    """The shapes to compile `kernel` for, the likeliest last."""
    launches = launched.get(kernel.name)
    usual = _USUAL.get(kernel.thread_axes)
    shapes = launches.shapes if launches and launches.shapes else [usual] if usual else []
    return [one for one in reversed(shapes) if one[0] * one[1] * one[2] <= kernel.max_threads]


def has_other_shapes(kernel: Kernel, launched: LaunchedShapes) -> bool:
    """Whether blocks of other shapes than the common ones are to be expected."""
    launches = launched.get(kernel.name)
    return not (launches and launches.complete)


def _shape(match: re.Match[str]) -> BlockShape | None:
    xy = int(match["xy"])
    shape = xy & 0xFFFFFFFF, xy >> 32, int(match["z"])
    return shape if all(0 < threads <= 1024 for threads in shape) else None


def _kernel_of(stub: str) -> str:
    """The kernel's mangled name; the stub's differs in its last component."""
    return re.sub(rf"(\d+){_STUB}", lambda m: str(int(m[1]) - len(_STUB)), stub)
