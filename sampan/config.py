"""Every knob: its type, its default and what it does.

A knob is read from the environment when its value is asked for, so that a program started by
Sampan, which reads some of them itself, sees the same values. `python -m sampan.config` prints
docs/knobs.md.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Generic, TypeVar

from sampan.diagnostics import UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class Knob(Generic[T]):
    """One environment variable. `default` is its value where the variable is unset or empty."""

    name: str
    default: T
    parse: Callable[[str], T]
    values: str  # what the documentation says may be written
    readers: str  # who reads it: "compiler", "runtime", "tests"
    doc: str

    def get(self) -> T:
        text = os.environ.get(self.name, "")
        if text == "":
            return self.default
        try:
            return self.parse(text)
        except ValueError as error:
            raise UsageError(
                f"{self.name}={text} makes no sense: {error}", hint=f"use {self.values}"
            ) from None


KNOBS: dict[str, Knob[object]] = {}


def _knob(
    name: str, default: T, parse: Callable[[str], T], values: str, readers: str, doc: str
) -> Knob[T]:
    knob = Knob(name, default, parse, values, readers, doc)
    KNOBS[name] = knob  # type: ignore[assignment]
    return knob


def _boolean(text: str) -> bool:
    lowered = text.lower()
    if lowered in ("1", "on", "yes", "true"):
        return True
    if lowered in ("0", "off", "no", "false"):
        return False
    raise ValueError("neither on nor off")


def _positive(text: str) -> int:
    value = int(text) if text.isascii() and text.isdecimal() else 0
    if value < 1:
        raise ValueError("not a whole number of at least 1")
    return value


def _seconds(text: str) -> float:
    value = float(text.removesuffix("s"))
    if not 0 <= value < 1e9:
        raise ValueError("not a time")
    return value


def _device(text: str) -> str:
    if not re.fullmatch(r"opencl:[0-9]{1,4}", text):
        raise ValueError("not a device")
    return text


def _choice(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in allowed:
            raise ValueError(f"not one of {', '.join(allowed)}")
        return text

    return parse


_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}


def _byte_size(text: str) -> int:
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?", text.strip().lower())
    if not match:
        raise ValueError("not a size")
    return int(float(match[1]) * _UNITS[match[2]])


CLANG = _knob(
    "SAMPAN_CLANG",
    "",
    str,
    "the path of a clang++",
    "compiler",
    "The clang that compiles, instead of the one that was installed with Sampan.",
)
CPU = _knob(
    "SAMPAN_CPU",
    "",
    str,
    "a CPU name that LLVM knows, such as x86-64-v3",
    "compiler",
    "The CPU that kernels are compiled for, instead of this machine's.",
)
AHEAD = _knob(
    "SAMPAN_AHEAD",
    False,
    _boolean,
    "0 or 1",
    "compiler",
    "Whether `sampan run` compiles all kernels before the program starts, for blocks of any shape, "
    "and not each when it is launched. `--ahead` does the same.",
)
PATH = _knob(
    "SAMPAN_PATH",
    "vector",
    _choice("vector", "fibre", "interp", "opencl"),
    "vector, fibre, interp or opencl",
    "compiler",
    "How kernels run: as vector code where possible, every thread as a fibre, in the "
    "interpreter, or on an OpenCL device. `--path` goes before it.",
)
DEVICE = _knob(
    "SAMPAN_DEVICE",
    "",
    _device,
    "opencl:N, N being a number that `sampan targets` lists",
    "compiler, runtime",
    "The device that kernels run on, instead of the CPU: the path is then `opencl`.",
)
SEED = _knob(
    "SAMPAN_SEED",
    0,
    int,
    "a whole number",
    "compiler",
    "Decides the order in which `--path interp` runs threads.",
)
KERNELS = _knob(
    "SAMPAN_KERNELS",
    "",
    str,
    "a directory",
    "runtime",
    "Where the libraries of kernels that are compiled at launch lie. `sampan run` sets it for the "
    "program.",
)
COMPILER = _knob(
    "SAMPAN_COMPILER",
    0,
    int,
    "a file descriptor",
    "runtime",
    "The connection to what compiles kernels at launch. `sampan run` sets it for the program.",
)
EMULATOR = _knob(
    "SAMPAN_EMULATOR",
    "",
    str,
    "a program and its options, one a line",
    "runtime",
    "The emulator in which an emulated program starts others of its kind, such as itself. "
    "`sampan run` sets it for the program.",
)
TUNED = _knob(
    "SAMPAN_TUNED",
    "",
    str,
    "a file",
    "runtime",
    "What `sampan tune` has found out about the program's kernels. `sampan run` sets it for the "
    "program.",
)
DUMP = _knob(
    "SAMPAN_DUMP",
    "",
    str,
    "a directory",
    "compiler",
    "Writes every stage of the compilation there, one numbered file a stage; also turns the "
    "compile cache off, so that there is a compilation to see.",
)
VERIFY = _knob(
    "SAMPAN_VERIFY",
    False,
    _boolean,
    "1 or 0",
    "compiler",
    "Checks the IR after every pass. The test suite turns it on.",
)
CACHE = _knob(
    "SAMPAN_CACHE",
    True,
    _boolean,
    "1 or 0",
    "compiler",
    "0 compiles anew each time and stores nothing (as `--no-cache`).",
)
CACHE_DIR = _knob(
    "SAMPAN_CACHE_DIR",
    "",
    str,
    "a directory",
    "compiler",
    "Where compiled programs are kept, instead of `sampan` in the platform's cache directory.",
)
CACHE_LIMIT = _knob(
    "SAMPAN_CACHE_LIMIT",
    2 << 30,
    _byte_size,
    "a size such as 500M or 2G",
    "compiler",
    "The size that the compile cache is kept under; the programs used longest ago go first.",
)
THREADS = _knob(
    "SAMPAN_THREADS",
    0,
    _positive,
    "a number from 1",
    "runtime",
    "Worker threads that run blocks, instead of one per available CPU (as `--threads`).",
)
PROCESSORS = _knob(
    "SAMPAN_PROCESSORS",
    0,
    _positive,
    "a number from 1",
    "runtime",
    "The multiprocessors that a program is told of, instead of one per worker and at least 16.",
)
LEVEL = _knob(
    "SAMPAN_LEVEL",
    "",
    _choice("avx512", "avx2", "sse4.2"),
    "avx512, avx2 or sse4.2",
    "runtime",
    "The best instructions that a program of `sampan cc` shall use, where it has code for several.",
)
ARCH = _knob(
    "SAMPAN_ARCH",
    "",
    str,
    "a compute capability such as 8.0 or sm_80",
    "runtime",
    "The compute capability that a program is told, instead of the one it was compiled for.",
)
DEVICES = _knob(
    "SAMPAN_DEVICES",
    1,
    _positive,
    "a number from 1 to 64",
    "runtime",
    "How many devices a program sees. They share memory, workers, default stream and variables.",
)
MEMORY = _knob(
    "SAMPAN_MEMORY",
    0,
    _byte_size,
    "a size such as 4G",
    "runtime",
    "How much device memory there is, instead of all the memory that the process may use.",
)
FIBRE_STACK = _knob(
    "SAMPAN_FIBRE_STACK",
    128 << 10,
    _byte_size,
    "a size such as 512K",
    "runtime",
    "The stack of a thread on the fibre path.",
)
UNCACHED = _knob(
    "SAMPAN_UNCACHED",
    0,
    _byte_size,
    "a size such as 32M",
    "runtime",
    "A grid that stores at least so many bytes may store them past the caches, instead of one that "
    "stores half of what the largest cache holds.",
)
TIMEOUT = _knob(
    "SAMPAN_TIMEOUT",
    0.0,
    _seconds,
    "a number of seconds, such as 2.5",
    "runtime",
    "A kernel that takes longer is ended, with the error cudaErrorLaunchTimeout; 0 never does.",
)
VERBOSE = _knob(
    "SAMPAN_VERBOSE",
    False,
    _boolean,
    "1 or 0",
    "runtime",
    "Explains every CUDA call that fails on standard error, not only the first of a kind.",
)
LAUNCH_BLOCKING = _knob(
    "CUDA_LAUNCH_BLOCKING",
    False,
    _boolean,
    "1 or 0",
    "runtime",
    "A launch returns only when its kernel has finished, as with NVIDIA's runtime.",
)
STATS = _knob(
    "SAMPAN_STATS",
    "",
    str,
    "a file name",
    "runtime",
    "The program writes what its kernels did there as JSON when it ends; `--stats` and `--json` "
    "use it.",
)
TEST_TARGETS = _knob(
    "SAMPAN_TEST_TARGETS",
    "",
    str,
    "machines such as aarch64:neon,riscv64:rvv128",
    "tests",
    "The machines on which `tests/targets` runs all programs; unset, a few run where it is cheap.",
)


@contextmanager
def scope(**values: object) -> Iterator[None]:
    """Sets knobs for a while, by name: `with scope(SAMPAN_CPU="x86-64-v3"):`. None unsets one.

    They are set in the environment, so programs started meanwhile see them as well.
    """
    unknown = sorted(set(values) - set(KNOBS))
    if unknown:
        raise UsageError(f"there is no knob {', '.join(unknown)}")
    before = {name: os.environ.get(name) for name in values}
    try:
        for name, value in values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = str(int(value)) if isinstance(value, bool) else str(value)
        yield
    finally:
        for name, old in before.items():
            if old is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = old


def _shown_default(knob: Knob[object]) -> str:
    if isinstance(knob.default, float):
        return f"{knob.default:g}"
    if knob.default in ("", 0) and not isinstance(knob.default, bool):
        return "unset"
    if isinstance(knob.default, bool):
        return "1" if knob.default else "0"
    if knob.parse is _byte_size and isinstance(knob.default, int):
        return _shown_size(knob.default)
    return str(knob.default)


def _shown_size(size: int) -> str:
    for unit in "TGMK":
        if size % _UNITS[unit.lower()] == 0:
            return f"{size // _UNITS[unit.lower()]}{unit}"
    return str(size)


def markdown() -> str:
    """The text of docs/knobs.md."""
    lines = [
        "# Knobs",
        "",
        "<!-- Generated from sampan/config.py by `make docs`. -->",
        "",
        "Environment variables that change what Sampan does. *compiler*: read by `sampan`;",
        "*runtime*: read by the compiled program; *tests*: read by the test suite.",
        "",
        "| name | values | default | read by | what it does |",
        "|---|---|---|---|---|",
    ]
    for knob in KNOBS.values():
        lines.append(
            f"| `{knob.name}` | {knob.values} | {_shown_default(knob)} | {knob.readers} "
            f"| {knob.doc} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(markdown(), end="")
