"""The device math library compiled for the host, callable on numpy arrays.

The same sources as the device's, so that what is tested here is what the vectoriser sees; each
function gets a loop over arrays, made from clang's own declarations.
"""

from __future__ import annotations

import ctypes
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np

from sampan.devicelib.build import SOURCE, unity_source

CLANG = [str(Path(sys.executable).parent / "clang-22"), "--driver-mode=g++"]

TYPES = {
    "int": np.int32,
    "unsigned int": np.uint32,
    "long long": np.int64,
    "unsigned long long": np.uint64,
    "unsigned short": np.uint16,
    "float": np.float32,
    "double": np.float64,
}


@dataclass(frozen=True)
class Prototype:
    name: str  # without the prefix __nv_
    result: str
    parameters: tuple[str, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(p for p in self.parameters if not p.endswith("*"))

    @property
    def outputs(self) -> tuple[str, ...]:
        pointers = tuple(p.rstrip(" *") for p in self.parameters if p.endswith("*"))
        return (() if self.result == "void" else (self.result,)) + pointers

    @property
    def reads_memory(self) -> bool:
        return any("const" in p for p in self.parameters)


@cache
def declarations_header() -> str:
    listing = subprocess.run([*CLANG, "-print-resource-dir"], capture_output=True, text=True)
    path = Path(listing.stdout.strip(), "include/__clang_cuda_libdevice_declares.h")
    return re.sub(r"//[^\n]*", "", path.read_text())


@cache
def prototypes() -> dict[str, Prototype]:
    """Every function that the header declares."""
    found = {}
    pattern = r"__DEVICE__ ([\w ]+?) ?__nv_(\w+)\(([^)]*)\);"
    for result, name, parameters in re.findall(pattern, declarations_header()):
        types = []
        for parameter in parameters.split(","):
            text = re.sub(r"\s*\b__\w+$", "", " ".join(parameter.split()))
            types.append(text.strip())
        found[name] = Prototype(name, result, tuple(types))
    return found


# Norms of rows of `dim` numbers each.
MEMORY_LOOPS = "".join(
    f'extern "C" void rows_{name}(int dim, const {t} *a, {t} *o, long n) {{\n'
    f"  for (long i = 0; i < n; ++i) o[i] = __nv_{name}(dim, a + i * dim);\n}}\n"
    for name, t in zip(
        ["norm", "rnorm", "normf", "rnormf"], ["double"] * 2 + ["float"] * 2, strict=True
    )
)


def _loop(p: Prototype) -> str:
    arguments, parameters, inputs, outputs = [], [], 0, 0 if p.result == "void" else 1
    for type_ in p.parameters:
        if type_.endswith("*"):
            arguments.append(f"&o{outputs}[i]")
            outputs += 1
        else:
            arguments.append(f"a{inputs}[i]")
            inputs += 1
    parameters += [f"const {t} *a{k}" for k, t in enumerate(p.inputs)]
    parameters += [f"{t} *o{k}" for k, t in enumerate(p.outputs)]
    target = "" if p.result == "void" else "o0[i] = "
    return (
        f'extern "C" void loop_{p.name}({", ".join(parameters)}, long n) {{\n'
        f"  for (long i = 0; i < n; ++i) {target}__nv_{p.name}({', '.join(arguments)});\n}}\n"
    )


@cache
def library() -> ctypes.CDLL:
    with tempfile.TemporaryDirectory() as scratch:
        source, shared = Path(scratch, "host.cpp"), Path(scratch, "host.so")
        loops = "".join(_loop(p) for p in prototypes().values() if not p.reads_memory)
        loops += MEMORY_LOOPS
        source.write_text(unity_source() + loops)
        subprocess.run(
            [
                *CLANG,
                "-std=c++17",
                "-O1",
                "-march=native",
                "-ffp-contract=off",
                "-fno-math-errno",
                "-ffreestanding",
                "-fPIC",
                "-shared",
                "-nostdlib++",
                "--rtlib=libgcc",
                "--unwindlib=libgcc",
                f"-I{SOURCE}",
                str(source),
                "-o",
                str(shared),
                "-lm",
            ],
            check=True,
        )
        return ctypes.CDLL(str(shared))


def call(name: str, *inputs: np.ndarray) -> tuple[np.ndarray, ...]:
    """All results of `name` on each element: the return value, then what pointers received."""
    p = prototypes()[name]
    arrays = [
        np.ascontiguousarray(a, dtype=TYPES[t]) for a, t in zip(inputs, p.inputs, strict=True)
    ]
    count = len(arrays[0])
    outputs = [np.empty(count, dtype=TYPES[t]) for t in p.outputs]
    pointers = [ctypes.c_void_p(a.ctypes.data) for a in [*arrays, *outputs]]
    getattr(library(), f"loop_{name}")(*pointers, ctypes.c_long(count))
    return tuple(outputs)


def call_rows(name: str, rows: np.ndarray) -> np.ndarray:
    """A norm of each row."""
    rows = np.ascontiguousarray(rows, dtype=TYPES[prototypes()[name].result])
    result = np.empty(len(rows), dtype=rows.dtype)
    getattr(library(), f"rows_{name}")(
        ctypes.c_int(rows.shape[1]),
        ctypes.c_void_p(rows.ctypes.data),
        ctypes.c_void_p(result.ctypes.data),
        ctypes.c_long(len(rows)),
    )
    return result
