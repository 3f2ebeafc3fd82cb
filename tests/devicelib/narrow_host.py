"""cuda_fp16.h, cuda_bf16.h and cuda_fp8.h compiled for the host, callable on numpy arrays.

Narrow numbers are arrays of their patterns: uint16, uint8.
"""

from __future__ import annotations

import ctypes
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import numpy as np
from nv_host import CLANG

HEADERS = Path(__file__).parents[2] / "sampan" / "headers"
RUNTIME = Path(__file__).parents[2] / "sampan" / "runtime" / "include"

C_TYPES = {"f": "float", "d": "double", "i": "int", "I": "unsigned int", "q": "long long int",
           "Q": "unsigned long long int", "H": "unsigned short int", "h": "short int",
           "B": "unsigned char", "b": "signed char"}  # fmt: skip
SCALARS = {"half": "__half", "bfloat16": "__nv_bfloat16"}

ONE = ("ceil floor trunc rint rcp sqrt rsqrt cos sin tanh exp exp2 exp10 log log2 log10").split()
TWO = ("add sub mul div add_sat sub_sat mul_sat max min max_nan min_nan").split()
COMPARED = ("eq ne lt le gt ge equ neu ltu leu gtu geu").split()
INTEGERS = {"short": "h", "ushort": "H", "int": "i", "uint": "I", "ll": "q", "ull": "Q"}
MODES = ("rn", "rz", "ru", "rd")


def _loop(name: str, inputs: str, output: str, expression: str) -> str:
    parameters = [f"const {C_TYPES[code]} *a{k}" for k, code in enumerate(inputs)]
    values = "".join(f"{C_TYPES[code]} x{k} = a{k}[i];" for k, code in enumerate(inputs))
    return (
        f'extern "C" void {name}({", ".join(parameters)}, {C_TYPES[output]} *o, long n) {{\n'
        f"  for (long i = 0; i < n; ++i) {{ {values} o[i] = {expression}; }}\n}}\n"
    )


def _loops() -> dict[str, tuple[str, str, str]]:
    """name: codes of the inputs and of the output, and the expression in C++."""
    found: dict[str, tuple[str, str, str]] = {}
    for word in SCALARS:
        to, bits = f"__ushort_as_{word}", f"__{word}_as_ushort"
        a, b, c = (f"{to}(x{k})" for k in range(3))
        found[f"{word}2float"] = ("H", "f", f"__{word}2float({a})")
        found[f"double2{word}"] = ("d", "H", f"{bits}(__double2{word}(x0))")
        for mode in MODES:
            found[f"float2{word}_{mode}"] = ("f", "H", f"{bits}(__float2{word}_{mode}(x0))")
            for kind, code in INTEGERS.items():
                found[f"{kind}2{word}_{mode}"] = (code, "H", f"{bits}(__{kind}2{word}_{mode}(x0))")
                found[f"{word}2{kind}_{mode}"] = ("H", code, f"__{word}2{kind}_{mode}({a})")
        for name in ONE:
            found[f"{word}_{name}"] = ("H", "H", f"{bits}(h{name}({a}))")
        for name in TWO:
            found[f"{word}_{name}"] = ("HH", "H", f"{bits}(__h{name}({a}, {b}))")
        for name in COMPARED:
            found[f"{word}_{name}"] = ("HH", "i", f"__h{name}({a}, {b})")
        for name in ("fma", "fma_sat", "fma_relu"):
            found[f"{word}_{name}"] = ("HHH", "H", f"{bits}(__h{name}({a}, {b}, {c}))")
    for kind in ("E4M3", "E5M2"):
        for saturate in ("NOSAT", "SATFINITE"):
            tail = f"(x0, __NV_{saturate}, __NV_{kind})"
            for source, code in (("float", "f"), ("double", "d")):
                found[f"{source}_to_{kind}_{saturate}"] = (
                    code, "B", f"__nv_cvt_{source}_to_fp8{tail}")  # fmt: skip
    for mode in ("Zero", "PosInf"):
        for saturate in ("NOSAT", "SATFINITE"):
            tail = f"(x0, __NV_{saturate}, cudaRound{mode})"
            for source, code in (("float", "f"), ("double", "d")):
                found[f"{source}_to_E8M0_{saturate}_{mode}"] = (
                    code, "B", f"__nv_cvt_{source}_to_e8m0{tail}")  # fmt: skip
            raw = f"(__nv_bfloat16_raw{{x0}}, {tail[5:]}"
            found[f"bfloat16_to_E8M0_{saturate}_{mode}"] = (
                "H", "B", f"__nv_cvt_bfloat16raw_to_e8m0{raw}")  # fmt: skip
    found["E8M0_to_bfloat16"] = ("B", "H", "__nv_cvt_e8m0_to_bf16raw(x0).x")
    for kind in ("E4M3", "E5M2"):
        found[f"{kind}_to_half"] = ("B", "H", f"__nv_cvt_fp8_to_halfraw(x0, __NV_{kind}).x")
    return found


LOOPS = _loops()


@cache
def library() -> ctypes.CDLL:
    with tempfile.TemporaryDirectory() as scratch:
        source, shared = Path(scratch, "narrow.cpp"), Path(scratch, "narrow.so")
        code = '#include "cuda_fp8.h"\n'
        source.write_text(code + "".join(_loop(name, *loop) for name, loop in LOOPS.items()))
        subprocess.run(
            [
                *CLANG,
                "-std=c++14",
                "-O1",
                "-Wall",
                "-Wextra",
                "-Werror",
                "-Wno-unused-function",
                "-fPIC",
                "-shared",
                "-nostdlib++",
                "--rtlib=libgcc",
                "--unwindlib=libgcc",
                f"-I{HEADERS}",
                f"-I{RUNTIME}",
                str(source),
                "-o",
                str(shared),
                "-lm",
            ],
            check=True,
        )
        return ctypes.CDLL(str(shared))


def call(name: str, *inputs: np.ndarray) -> np.ndarray:
    codes, output, _ = LOOPS[name]
    arrays = [np.ascontiguousarray(a, dtype=code) for a, code in zip(inputs, codes, strict=True)]
    result = np.empty(len(arrays[0]), dtype=output)
    pointers = [ctypes.c_void_p(a.ctypes.data) for a in [*arrays, result]]
    getattr(library(), name)(*pointers, ctypes.c_long(len(result)))
    return result
