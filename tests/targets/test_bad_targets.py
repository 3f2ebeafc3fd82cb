"""Targets that do not exist, and machines that lack what a target needs: what is missing, and how
to get it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sampan import cross
from sampan.diagnostics import MissingToolError, UsageError
from sampan.targets import emulate
from sampan.targets.base import Machine
from sampan.targets.registry import TARGETS, find_machine
from tests.conftest import SampanRun

SOURCE = Path(__file__).parent / "kinds.cu"


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["--target", "riscv"], ["there is no target 'riscv'", "did you mean riscv64?"]),
        (["--target", "sparc"], ["--target is one of x86_64, aarch64", "`sampan targets`"]),
        (["--target", "aarch64", "-mcpu=sve64"], ["no level 'sve64'", "neon, sve256, sve512"]),
        (["-mcpu=nehalem"], ["no level 'nehalem'", "-mcpu is one of"]),
    ],
)
@pytest.mark.parametrize("command", ["run", "cc"])
def test_names_that_mean_nothing(
    sampan: SampanRun, command: str, words: list[str], parts: list[str]
) -> None:
    done = sampan(command, *words, SOURCE)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    for part in parts:
        assert part in done.stderr


def _foreign() -> Machine:
    target = next(target for target in TARGETS.values() if not target.is_here)
    return Machine(target, target.levels[0])


def test_no_emulator(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = find_machine("riscv64")
    monkeypatch.setattr(emulate.shutil, "which", lambda name: None)
    with pytest.raises(MissingToolError, match="qemu-riscv64, which is not installed") as found:
        emulate.emulator(machine)
    assert "apt-get install qemu-user" in found.value.hint


def test_instructions_that_the_emulator_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MissingToolError, match="qemu-x86_64 does not emulate"):
        emulate.emulator(find_machine("x86_64", "avx512"))
    monkeypatch.setattr(emulate.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(emulate, "version_of", lambda program: (7, 2))
    with pytest.raises(MissingToolError, match=r"since version 8\.2; this is 7\.2") as found:
        emulate.emulator(find_machine("loongarch64", "lasx"))
    assert "scalar may run here" in found.value.hint


def test_an_emulator_with_faults(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    program = Path("/usr/bin/qemu-riscv64")
    monkeypatch.setattr(emulate, "version_of", lambda program: (7, 2))
    emulate.warn_of_faults(find_machine("riscv64", "rvv128"), program)
    assert "qemu-riscv64 7.2 fails at some vector instructions" in capsys.readouterr().err
    emulate.warn_of_faults(find_machine("riscv64", "scalar"), program)
    assert capsys.readouterr().err == ""


def test_no_cross_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingToolError, match="need the Python package ziglang") as found:
        cross.require_zig(_foreign().target)
    assert f"pip install ziglang=={cross.zig_version()}" in found.value.hint


def test_another_version_of_the_cross_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross.importlib.util, "find_spec", lambda name: object())
    monkeypatch.setattr(cross.metadata, "version", lambda name: "0.9.0")
    with pytest.raises(MissingToolError, match=r"not 0\.9\.0"):
        cross.require_zig(_foreign().target)


def test_what_another_machine_cannot_have(sampan: SampanRun, tmp_path: Path) -> None:
    target = _foreign().target.name
    done = sampan("run", "--target", target, "--path", "interp", SOURCE)
    assert done.returncode == 2 and "--path interp is for this machine" in done.stderr
    done = sampan("cc", "--target", target, "-shared", SOURCE, "-o", tmp_path / "lib.so")
    assert done.returncode == 2 and "a shared library for" in done.stderr


def test_what_can_be_emitted(sampan: SampanRun, tmp_path: Path) -> None:
    done = sampan("cc", "--emit=ptx", SOURCE)
    assert done.returncode == 2 and "--emit is one of llvm, asm, obj" in done.stderr
    done = sampan("cc", "--emit=asm", "-c", SOURCE)
    assert done.returncode == 2 and "contradict" in done.stderr


def test_the_list_of_targets(sampan: SampanRun) -> None:
    done = sampan("targets", "--json", env={"PATH": os.devnull})
    targets = {one["name"]: one for one in json.loads(done.stdout)["targets"]}
    assert list(targets) == list(TARGETS)
    for name, one in targets.items():
        runs = {level["runs"] for level in one["levels"]}
        if TARGETS[name].is_here:
            assert "native" in runs and one["needs"] == []
        else:
            assert runs == {"not here"}
            emulator = one["needs"][1]
            assert not emulator["found"] and "qemu-user" in emulator["fix"]
    with pytest.raises(UsageError):
        find_machine("none")
