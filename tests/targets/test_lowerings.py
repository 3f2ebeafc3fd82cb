"""What some targets lower in their own way, tried on this machine: a program that checks itself,
compiled with the hooks of LASX."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sampan import codegen, driver
from sampan.driver import CompileOptions
from sampan.frontend.clang import ClangOptions
from sampan.ir.reader import read_module
from sampan.ir.types import DOUBLE, FLOAT, I1, I32, I64, VectorType
from sampan.targets import loongarch
from sampan.targets.base import VectorHooks

SOURCE = Path(__file__).with_name("lowerings.cu")


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> VectorHooks:
    """Those of LASX, for this machine."""
    found = loongarch.vector_hooks(frozenset({"lsx", "lasx"}), 0)
    monkeypatch.setattr(codegen, "vector_hooks", lambda *_: found)
    return found


def test_results(hooks: VectorHooks, tmp_path: Path) -> None:
    assert hooks.mask_bits == 32
    flags = ClangOptions(device_flags=("-ffp-contract=off",), host_flags=("-ffp-contract=off",))
    stages = tmp_path / "stages"
    made = driver.compile_program([SOURCE], CompileOptions(flags), tmp_path / "program", stages)
    assert {kernel.path for kernel in made.kernels} == {"vector"}
    done = subprocess.run([made.path], capture_output=True, text=True, timeout=60)
    assert done.stdout == "PASS\n", done.stdout + done.stderr


def test_what_is_left_of_masks_and_divisions(hooks: VectorHooks, tmp_path: Path) -> None:
    out = tmp_path / "device.ll"
    driver.emit_device(SOURCE, CompileOptions(), "llvm", out)
    instructions = [
        inst
        for function in read_module(out.read_text()).functions.values()
        for inst in function.instructions()
    ]
    vectors = [inst for inst in instructions if isinstance(inst.type, VectorType)]
    masks = [inst for inst in vectors if inst.type.scalar == I1]
    assert masks and all(inst.op in ("icmp", "fcmp") for inst in masks)
    assert any(inst.op == "phi" and inst.type.scalar is I32 for inst in vectors)
    divisions = [inst for inst in vectors if inst.op in ("sdiv", "srem")]
    assert all(inst.type.scalar is I64 for inst in divisions), divisions
    conversions = {
        (inst.operands[0].type.scalar, inst.type.scalar)
        for inst in vectors
        if inst.op in ("fptosi", "fptoui", "sitofp", "uitofp")
    }
    assert not conversions & {(FLOAT, I64), (I64, FLOAT)}, conversions
    assert conversions >= {(DOUBLE, I64), (I64, DOUBLE)}, conversions
