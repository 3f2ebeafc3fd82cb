"""Fused multiply-adds without an instruction for them, on this machine."""

from __future__ import annotations

import platform
import subprocess
from pathlib import Path

import pytest

from sampan import driver
from sampan.driver import CompileOptions
from sampan.ir.reader import read_module
from sampan.targets.registry import find_machine

SOURCE = Path(__file__).with_name("fused.cu")


@pytest.mark.skipif(platform.machine() != "x86_64", reason="others have instructions for it")
def test_results(tmp_path: Path) -> None:
    options = CompileOptions(machine=find_machine("x86_64", "sse4.2"))
    made = driver.compile_program([SOURCE], options, tmp_path / "program")
    done = subprocess.run([made.path], capture_output=True, text=True, timeout=60)
    assert done.stdout == "PASS\n", done.stdout + done.stderr


@pytest.mark.parametrize(("level", "left"), [("sse4.2", False), ("avx2", True)])
def test_what_is_left_of_them(level: str, left: bool, tmp_path: Path) -> None:
    options, out = CompileOptions(machine=find_machine("x86_64", level)), tmp_path / "device.ll"
    driver.emit_device(SOURCE, options, "llvm", out)
    calls = {
        inst.callee_name
        for function in read_module(out.read_text()).functions.values()
        for inst in function.instructions()
        if inst.op == "call"
    }
    assert any(name.startswith("llvm.fma.") for name in calls) == left
