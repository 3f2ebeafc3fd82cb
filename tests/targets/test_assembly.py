"""Kernels of each kind, compiled for each machine: their hot loops are vector code."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan import codegen, cross, emit_apart
from sampan.diagnostics import UnsupportedError
from sampan.targets.registry import find_machine
from tests.conftest import SampanRun
from tests.targets.hot_loops import KINDS, SOURCE, assembly, hot_loop

# Machines with vector registers, and an instruction that only those of that size have.
MACHINES = {
    "x86_64:sse4.2": "mulps",
    "x86_64:avx2": "%ymm",
    "x86_64:avx512": "%zmm",
    "aarch64:neon": "v0.4s",
    "aarch64:sve256": "z0.s",
    "riscv64:rvv128": "vfadd.v",
    "riscv64:rvv256": "vfadd.v",
    "loongarch64:lsx": "vfadd.s",
    "loongarch64:lasx": "xvfadd.s",
}
SCALAR = {"riscv64:scalar": "vsetvli", "loongarch64:scalar": "$vr"}


@pytest.mark.parametrize("machine", MACHINES)
def test_hot_loops_are_vector_code(machine: str) -> None:
    text = assembly(machine)
    assert MACHINES[machine] in text
    for kind in KINDS:
        loop = hot_loop(text, machine.partition(":")[0], kind)
        assert loop.vectors, f"{kind}:\n" + "\n".join(loop.instructions)


@pytest.mark.parametrize("machine", SCALAR)
def test_no_vector_instruction_where_there_are_none(machine: str) -> None:
    text = assembly(machine)
    assert SCALAR[machine] not in text
    assert not any(hot_loop(text, machine.partition(":")[0], kind).vectors for kind in KINDS)


@pytest.mark.parametrize(("form", "begins"), [("llvm", b"; ModuleID"), ("obj", b"\x7fELF")])
def test_other_forms(sampan: SampanRun, tmp_path: Path, form: str, begins: bytes) -> None:
    done = sampan("cc", "--target", "aarch64", f"--emit={form}", SOURCE, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (made,) = tmp_path.iterdir()
    assert made.name == {"llvm": "kinds.device.ll", "obj": "kinds.device.o"}[form]
    assert made.read_bytes().startswith(begins)
    if form == "obj":
        assert made.read_bytes()[18] == 183  # EM_AARCH64
    else:
        assert codegen.parse(made.read_text()).triple.startswith("aarch64-")


def test_code_from_a_process_of_its_own_is_the_same() -> None:
    target = cross.cpu_target(find_machine("aarch64"))
    text = "define i32 @f(i32 %x) {\n  %r = add i32 %x, 1\n  ret i32 %r\n}\n"
    here = codegen.emit_assembly(codegen.parse(text), target)
    assert "add\tw0, w0, #1" in here
    assert emit_apart.emit(text, target, 2, "asm").decode() == here


def test_a_back_end_that_ends_its_process() -> None:
    target = cross.cpu_target(find_machine("loongarch64", "lsx"))
    with pytest.raises(UnsupportedError, match="back end fails at these kernels") as e:
        emit_apart.emit("no module", target, 2, "obj")
    assert "-mcpu=scalar" in e.value.hint
