"""Names of the libraries of kernels; as in runtime/at_launch.cpp."""

from __future__ import annotations

ID_DIGITS = 16  # of the module's id


def library_name(module_id: str, number: int, shape: tuple[int, int, int]) -> str:
    """The id of the library's module, and the stem of its file (but for a form that was asked for).

    `number`: of the kernel in its module.
    """
    return f"{module_id[:ID_DIGITS]}.{number}.{'x'.join(map(str, shape))}"


def parse_library_name(name: str) -> tuple[str, int, tuple[int, int, int]] | None:
    """The beginning of the module's id, the kernel's number and its blocks' shape; None for the id
    of a module that is no such library."""
    parts = name.split(".")
    if len(parts) != 3 or len(parts[0]) != ID_DIGITS or not parts[1].isdecimal():
        return None
    shape = parts[2].split("x")
    if len(shape) != 3 or not all(n.isdecimal() for n in shape):
        return None
    x, y, z = map(int, shape)
    return parts[0], int(parts[1]), (x, y, z)
