"""Kernels kept as files: those that some path once got wrong stay tests when the generator changes.

The first line says how the kernel is launched; the rest is its text, device functions and all.
"""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.source import Kernel

FOLDER = Path(__file__).parent / "kept"
_NUMBERS = {"block": 3, "grid": 3, "tail": 1, "dynamic_shared": 1, "sites": 1}


def keep(kernel: Kernel, path: Path) -> None:
    numbers = {
        "block": kernel.block,
        "grid": kernel.grid,
        "tail": (kernel.tail,),
        "dynamic_shared": (kernel.dynamic_shared,),
        "sites": (len(kernel.sites),),
    }
    launch = " ".join(f"{name} {' '.join(map(str, n))}" for name, n in numbers.items())
    path.write_text(f"// {kernel.name} {kernel.label} {launch}\n{kernel.text()}")


def load(path: Path) -> Kernel:
    """Raises ValueError for a first line that `keep` did not write."""
    head, _, text = path.read_text().partition("\n")
    words = head.split()
    if len(words) < 3 or words[0] != "//":
        raise ValueError(f"{path.name}: no launch in the first line")
    kernel = Kernel(words[1], words[2], kept_text=text)
    found: dict[str, list[int]] = {}
    at = 3
    for name, count in _NUMBERS.items():
        if words[at : at + 1] != [name]:
            raise ValueError(f"{path.name}: no {name} in the first line")
        found[name] = [int(word) for word in words[at + 1 : at + 1 + count]]
        at += 1 + count
    kernel.block, kernel.grid = _triple(found["block"]), _triple(found["grid"])
    kernel.tail, kernel.dynamic_shared = found["tail"][0], found["dynamic_shared"][0]
    kernel.sites = ["kept"] * found["sites"][0]
    return kernel


def load_all() -> list[Kernel]:
    return [load(path) for path in sorted(FOLDER.glob("*.cu"))]


def _triple(numbers: list[int]) -> tuple[int, int, int]:
    x, y, z = numbers
    return x, y, z
