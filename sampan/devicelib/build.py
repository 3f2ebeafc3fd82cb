"""Compiles the device math library into one bitcode file for clang's -mlink-builtin-bitcode."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from pathlib import Path

SOURCE = Path(__file__).resolve().parent

# Plain C++ for the device's data layout. -ffp-contract=off: the sources fuse where they say fma.
FLAGS = [
    *("--target=nvptx64-nvidia-cuda", "-x", "c++", "-std=c++17", "-nogpulib", "-ffreestanding"),
    *("-O2", "-fno-vectorize", "-fno-slp-vectorize", "-fno-unroll-loops"),
    *("-ffp-contract=off", "-fno-math-errno", "-fno-exceptions", "-fno-rtti"),
    *("-Wall", "-Wextra", "-Werror", "-Wno-unknown-cuda-version", f"-I{SOURCE}"),
]

# String attributes of functions: they would tie the code to one GPU ("target-cpu") or keep it from
# being inlined into user code ("no-builtins").
_ATTRIBUTES = re.compile(r"^(attributes #\d+ = \{)(.*)(\})$", re.M)
_STRING = re.compile(r'\s"[^"]*"(?:="[^"]*")?')


def unity_source() -> str:
    """All sources as one translation unit, so that no linker is needed."""
    return "".join(f'#include "{path.name}"\n' for path in sorted(SOURCE.glob("*.cpp")))


def strip_attributes(ir: str) -> str:
    return _ATTRIBUTES.sub(lambda m: m[1] + _STRING.sub("", m[2]) + m[3], ir)


def _key(clang: list[str]) -> str:
    digest = hashlib.sha256()
    for path in sorted([*SOURCE.glob("*.cpp"), *SOURCE.glob("*.h"), Path(__file__)]):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    digest.update("\0".join([*clang, *FLAGS]).encode())
    version = subprocess.run([*clang, "--version"], capture_output=True, check=True).stdout
    digest.update(version)
    return digest.hexdigest()[:32]


def build_devicelib(out_dir: Path, clang: list[str]) -> Path:
    """The path of the library's bitcode, compiled unless `out_dir` has it from the same sources."""
    result = out_dir / f"devicelib-{_key(clang)}.bc"
    if result.exists():
        return result
    out_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out_dir) as scratch:
        unity, text = Path(scratch, "devicelib.cpp"), Path(scratch, "devicelib.ll")
        bitcode = Path(scratch, "devicelib.bc")
        unity.write_text(unity_source())
        _run([*clang, *FLAGS, "-emit-llvm", "-S", "-o", str(text), str(unity)])
        text.write_text(strip_attributes(text.read_text()))
        # -disable-llvm-passes: only assemble, the code is optimised already.
        target = "--target=nvptx64-nvidia-cuda"
        _run(
            [
                *clang,
                target,
                "-nogpulib",
                "-x",
                "ir",
                "-emit-llvm",
                "-c",
                "-Xclang",
                "-disable-llvm-passes",
                "-Wno-unknown-cuda-version",
                "-o",
                str(bitcode),
                str(text),
            ]
        )
        os.replace(bitcode, result)
    return result


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"compiling the device library failed:\n{done.stderr}")
