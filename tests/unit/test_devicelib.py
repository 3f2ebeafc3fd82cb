"""The device library's bitcode: complete, self-contained, and in a form that vectorises well."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import llvmlite.binding as llvm
import pytest

from sampan.devicelib.build import build_devicelib, strip_attributes

CLANG = [str(Path(sys.executable).parent / "clang-22"), "--driver-mode=g++"]

# Intrinsics that LLVM lowers to vector instructions (or to short sequences of them) on all targets.
INTRINSICS = set(
    """abs bitreverse ceil copysign ctlz ctpop cttz fabs floor fma is.fpclass maxnum minnum rint
    sadd.sat smax smin sqrt ssub.sat trunc umax umin""".split()
)

# The only functions with branches: rare slow paths, and loops over memory or orders.
BRANCHING = re.compile(
    r"(sin|cos|tan|sincos|fmod|remainder|remquo|norm|rnorm|j0|j1|y0|y1|jn|yn)f?$"
)


@pytest.fixture(scope="module")
def bitcode(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_devicelib(tmp_path_factory.mktemp("devicelib"), CLANG)


@pytest.fixture(scope="module")
def module(bitcode: Path) -> llvm.ModuleRef:
    return llvm.parse_bitcode(bitcode.read_bytes())


def declared_names() -> set[str]:
    listing = subprocess.run([*CLANG, "-print-resource-dir"], capture_output=True, text=True)
    header = Path(listing.stdout.strip(), "include/__clang_cuda_libdevice_declares.h").read_text()
    return set(re.findall(r"\b(__nv_\w+)\(", header))


def test_every_declared_function_is_defined(module: llvm.ModuleRef) -> None:
    defined = {f.name for f in module.functions if not f.is_declaration}
    assert len(declared_names()) > 400
    assert declared_names() <= defined


def test_nothing_is_undefined_but_vectorisable_intrinsics(module: llvm.ModuleRef) -> None:
    for function in module.functions:
        if function.is_declaration:
            match = re.fullmatch(r"llvm\.([a-z.]+?)\.[if]\d+", function.name)
            assert match and match[1] in INTRINSICS, function.name


def test_no_memory_but_the_caller_s(module: llvm.ModuleRef) -> None:
    """No tables and no local variables in memory; loads only in the norms of arrays."""
    assert not list(module.global_variables)
    for function in module.functions:
        for block in function.blocks:
            opcodes = {i.opcode for i in block.instructions}
            assert "alloca" not in opcodes, function.name
            if "load" in opcodes:
                assert re.fullmatch(r"__nv_r?normf?", function.name)


def test_functions_are_straight_line_code(module: llvm.ModuleRef) -> None:
    for function in module.functions:
        if len(list(function.blocks)) > 1 and function.name.startswith("__nv_"):
            assert BRANCHING.match(function.name.removeprefix("__nv_")), function.name


def test_no_division_of_integers_and_no_unfused_libm_call(module: llvm.ModuleRef) -> None:
    forbidden = {"udiv", "sdiv", "urem", "srem", "frem", "switch", "indirectbr", "invoke"}
    for function in module.functions:
        for block in function.blocks:
            found = forbidden & {i.opcode for i in block.instructions}
            assert not found, (function.name, found)


def test_attributes_do_not_keep_code_from_being_inlined(module: llvm.ModuleRef) -> None:
    text = str(module)
    for attribute in ("target-cpu", "no-builtins", "convergent", "optnone", "strictfp"):
        assert attribute not in text, attribute


def test_stripping_touches_attribute_groups_only() -> None:
    line = 'attributes #0 = { nounwind "target-cpu"="sm_80" "no-builtins" willreturn }'
    assert strip_attributes(line) == "attributes #0 = { nounwind willreturn }"
    assert strip_attributes('@s = constant "a"="b"') == '@s = constant "a"="b"'


def test_building_again_gives_the_same_file(bitcode: Path) -> None:
    before = bitcode.stat().st_mtime_ns
    assert build_devicelib(bitcode.parent, CLANG) == bitcode
    assert bitcode.stat().st_mtime_ns == before
    assert [p.name for p in bitcode.parent.iterdir()] == [bitcode.name]


@pytest.mark.parametrize("options", [[], ["-ffast-math"]], ids=["plain", "fast-math"])
def test_it_links_into_device_code_and_is_inlined(
    bitcode: Path, tmp_path: Path, options: list[str]
) -> None:
    source = tmp_path / "kernel.cu"
    source.write_text(
        """extern "C" __attribute__((device)) float __nv_expf(float);
        extern "C" __attribute__((device)) double __nv_sin(double);
        extern "C" __attribute__((device)) int __nv_popc(unsigned);
        __attribute__((global)) void kernel(float *a, double *b, int *c) {
          *a = __nv_expf(*a); *b = __nv_sin(*b); *c = __nv_popc(*c);
        }"""
    )
    output = tmp_path / "kernel.ll"
    done = subprocess.run(
        [*CLANG, "-x", "cuda", "--cuda-device-only", "--cuda-gpu-arch=sm_80", "-nocudainc",
         "-nocudalib", "-Xclang", "-target-sdk-version=12.8", "-Wno-unknown-cuda-version", "-O2",
         "-fno-unroll-loops", "-S", "-emit-llvm", *options, "-Xclang", "-mlink-builtin-bitcode",
         "-Xclang", str(bitcode), str(source), "-o", str(output)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0 and not done.stderr, done.stderr
    text = output.read_text()
    assert "@__nv_" not in text
    assert "define internal" in text  # the slow path of the sine stays a function
