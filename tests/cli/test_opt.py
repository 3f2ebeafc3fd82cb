"""`sampan-opt`: passes alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.opt.passes import KERNEL_PASSES, PASSES, find_pass
from tests.conftest import TESTS, SampanRun

SWITCH = """\
define i32 @pick(i32 %x) {
entry:
  switch i32 %x, label %other [ i32 1, label %one ]
one:
  ret i32 10
other:
  ret i32 20
}
define i32 @keep(i32 %x) {
entry:
  switch i32 %x, label %other [ i32 1, label %other ]
other:
  ret i32 %x
}
"""
KERNEL = """\
__global__ void scale(float *out, float by) {
  for (int i = threadIdx.x; i < N; i += blockDim.x)
    out[i] *= by;
}
__global__ void other(int *out) { *out = 1; }
"""


@pytest.fixture
def switch(tmp_path: Path) -> Path:
    file = tmp_path / "switch.ll"
    file.write_text(SWITCH)
    return file


def test_a_pass_on_one_function(sampan: SampanRun, switch: Path) -> None:
    done = sampan("opt", "--passes=lower-switch", "--function=pick", "--verify", switch)
    assert done.returncode == 0, done.stderr
    pick, keep = done.stdout.split("define i32 @keep")
    assert "switch" not in pick and "icmp eq i32 %x, 1" in pick and "switch" in keep


def test_what_happens_between_is_shown(sampan: SampanRun, switch: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.ll"
    words = ("--passes=lower-switch,single-exit", "--print-between", "-o", out, switch)
    assert sampan("opt", *words).returncode == 0
    parts = out.read_text().split("; after ")
    assert [part.splitlines()[0] for part in parts] == [
        "; before",
        "canonicalize.lower-switch",
        "canonicalize.single-exit",
    ]
    assert [part.count("ret i32") for part in parts] == [3, 3, 2]


def test_a_cuda_source_is_compiled_first(sampan: SampanRun, tmp_path: Path) -> None:
    source = tmp_path / "scale.cu"
    source.write_text(KERNEL)
    words = ("-DN=100", "--passes=canonicalize", "--function=scale", "--verify", source)
    done = sampan("opt", *words)
    assert done.returncode == 0, done.stderr
    assert "@sampan.tid.x()" in done.stdout and "llvm.nvvm" not in done.stdout
    assert "ptx_kernel" in sampan("opt", "--raw", "-DN=1", source).stdout
    failed = sampan("opt", "--passes=canonicalize", source)
    assert failed.returncode == 3 and "'N'" in failed.stderr


def test_forms_of_kernels(sampan: SampanRun, tmp_path: Path) -> None:
    source = tmp_path / "scale.cu"
    source.write_text(KERNEL)
    words = ("-DN=100", "--function=scale", "--verify")
    done = sampan("opt", *words, "--passes=vectorize", "--width=8", source)
    assert done.returncode == 0, done.stderr
    assert "define internal void @_Z5scalePff.block8(" in done.stdout
    assert "@_Z5otherPi.block8" not in done.stdout and "x float>" in done.stdout
    done = sampan("opt", *words, "--passes=lanes", source)
    assert "@_Z5scalePff.lane(ptr %self)" in done.stdout and "otherPi.lane" not in done.stdout
    done = sampan("opt", "-DN=1", "--raw", "--passes=lanes", source)
    assert done.returncode == 2 and "as clang writes them" in done.stderr


def test_files_of_the_pass_tests_check_themselves(sampan: SampanRun, tmp_path: Path) -> None:
    good = sorted(TESTS.glob("passes/lower_switch/*.ll"))[0]
    assert sampan("opt", "--check", good).returncode == 0
    bad = tmp_path / "bad.ll"
    bad.write_text("; pass: canonicalize.lower-switch\n; CHECK: no such text\n" + SWITCH)
    done = sampan("opt", "--check", bad)
    assert done.returncode == 1 and "no line for `CHECK: no such text`" in done.stderr


def test_broken_ir_is_found(sampan: SampanRun, tmp_path: Path) -> None:
    file = tmp_path / "broken.ll"
    file.write_text("define i32 @f(i32 %x) {\n  %y = add i32 %z, 1\n  ret i32 %y\n}\n")
    done = sampan("opt", file)
    assert done.returncode == 3 and f"{file}:" in done.stderr and "%z" in done.stderr
    assert "Traceback" not in done.stderr


def test_mistakes_on_the_command_line(sampan: SampanRun, switch: Path) -> None:
    for words, said in (
        (("--passes=lower-swich", switch), "did you mean"),
        (("--passes=privates", switch), "wants --width"),
        (("--width=3", switch), "power of two"),
        (("--prnt-between", switch), "did you mean --print-between?"),
        ((switch, switch), "takes one file"),
    ):
        done = sampan("opt", *words)
        assert done.returncode == 2 and said in done.stderr, done.stderr
    assert sampan("opt", "--function=nobody", switch).returncode == 3
    assert sampan("opt", "/nowhere.ll").returncode == 3


def test_every_pass_is_listed_and_found(sampan: SampanRun) -> None:
    listed = [line.split()[0] for line in sampan("opt", "--list").stdout.splitlines()]
    assert listed == [*PASSES, *KERNEL_PASSES]
    assert all(find_pass(name.replace("-", "_")) is PASSES[name] for name in PASSES)
