"""Runs programs for other machines in QEMU's user emulation."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from sampan import config
from sampan.diagnostics import MissingToolError
from sampan.targets.base import Machine

HOW_TO_INSTALL = (
    "install QEMU's user emulation (Debian, Ubuntu: apt-get install qemu-user; "
    "Fedora: dnf install qemu-user)"
)


def emulator(machine: Machine) -> tuple[Path, tuple[str, ...]]:
    """The emulator and its options for programs of that machine.

    Raises MissingToolError where it is not installed or does not know the instructions.
    """
    target, level = machine.target, machine.level
    lacking = f"programs for {machine} cannot run here: this machine lacks the instructions, and"
    others = [one.name for one in target.levels if one.emulator is not None and one is not level]
    hint = f"`sampan cc` makes the program; -mcpu={' or '.join(others)} may run here"
    if level.emulator is None:
        raise MissingToolError(f"{lacking} {target.emulator} does not emulate them", hint=hint)
    found = shutil.which(target.emulator)
    if found is None:
        raise MissingToolError(
            f"programs for {target.name} run here in {target.emulator}, which is not installed",
            hint=HOW_TO_INSTALL,
        )
    version = version_of(found)
    if version < level.emulator_since:
        raise MissingToolError(
            f"{lacking} {target.emulator} emulates them since version "
            f"{_text(level.emulator_since)}; this is {_text(version)}",
            hint=hint,
        )
    return Path(found), level.emulator


def for_children(program: Path, options: tuple[str, ...]) -> None:
    """Has programs that the emulated one starts run in the same emulator, with the same options."""
    os.environ[config.EMULATOR.name] = "\n".join([str(program), *options])


def warn_of_faults(machine: Machine, program: Path) -> None:
    """Says so where this version of the emulator is known to fail at some of the instructions."""
    version = version_of(str(program))
    if version < machine.level.emulator_sound:
        print(
            f"sampan: note: {program.name} {_text(version)} fails at some vector instructions of "
            f"{machine}; {_text(machine.level.emulator_sound)} does not",
            file=sys.stderr,
        )


def version_of(program: str) -> tuple[int, int]:
    """Major and minor version; a very new one where it does not say."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        return (99, 0)
    match = re.search(r"version (\d+)\.(\d+)", done.stdout)
    return (int(match[1]), int(match[2])) if match else (99, 0)


def _text(version: tuple[int, int]) -> str:
    return f"{version[0]}.{version[1]}"
