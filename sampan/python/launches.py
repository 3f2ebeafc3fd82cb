"""Grids and blocks: from what the user writes to what a launch needs."""

from __future__ import annotations

import operator
import struct
from typing import Any, SupportsIndex, TypeAlias

from sampan.frontend.block_shapes import BlockShape
from sampan.python import runtime
from sampan.python.errors import ConfigurationError

# One to three extents in x, y, z; a number alone is the first.
Extents: TypeAlias = "SupportsIndex | tuple[SupportsIndex, ...]"

_SHAPE = struct.Struct("<8I")


def extents(value: Any, what: str, kernel: str) -> BlockShape:
    """Three extents. Raises ConfigurationError where `value` is not one to three integers."""
    try:
        given = (
            [operator.index(n) for n in value]
            if not hasattr(value, "__index__")
            else [operator.index(value)]
        )
    except TypeError:
        given = []
    if not 1 <= len(given) <= 3:
        raise ConfigurationError(
            f"{kernel}: the {what} {value!r} is not a tuple of one to three integers",
            hint="kernel((blocks,), (threads,), (arguments, ...)), or of more dimensions: "
            "kernel((4, 4), (16, 16), ...)",
        )
    x, y, z = (*given, 1, 1)[:3]
    return x, y, z


def shape_bytes(
    kernel: str,
    grid: BlockShape,
    block: BlockShape,
    shared: int,
    max_threads: int,
    shared_room: int,
    cooperative: bool = False,
) -> bytes:
    """The shape of a launch for the runtime. Raises ConfigurationError for what cannot be."""
    limits = runtime.limits()
    _check(kernel, "grid", "blocks", grid, limits.grid)
    _check(kernel, "block", "threads", block, limits.block)
    threads = block[0] * block[1] * block[2]
    if threads > limits.block_threads:
        raise ConfigurationError(
            f"{kernel}: a block of {' x '.join(map(str, block))} = {threads} threads; the limit "
            f"is {limits.block_threads}",
            hint="use smaller blocks and more of them",
        )
    if threads > max_threads:
        raise ConfigurationError(
            f"{kernel}: a block of {threads} threads; its __launch_bounds__ allow {max_threads}"
        )
    if not 0 <= shared <= shared_room:
        raise ConfigurationError(
            f"{kernel}: {shared} bytes of dynamic shared memory; {shared_room} are left",
            hint="kernel.max_dynamic_shared_size_bytes = n allows more, up to "
            f"{limits.shared_optin} bytes together with the static ones",
        )
    return _SHAPE.pack(*grid, *block, shared, cooperative)


def _check(kernel: str, what: str, of: str, given: BlockShape, most: tuple[int, int, int]) -> None:
    if all(1 <= n <= limit for n, limit in zip(given, most, strict=True)):
        return
    shown = " x ".join(map(str, given))
    raise ConfigurationError(
        f"{kernel}: a {what} of {shown} {of}; each must be at least 1 and at most "
        f"{', '.join(map(str, most))}",
        hint="a grid comes before a block: kernel(grid, block, arguments); an empty array needs no "
        "launch",
    )
