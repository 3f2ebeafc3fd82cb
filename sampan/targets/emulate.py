"""Runs programs for other machines in QEMU's user emulation."""

from __future__ import annotations

import shutil
from pathlib import Path

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
    if level.emulator is None:
        others = [one.name for one in target.levels if one.emulator is not None]
        raise MissingToolError(
            f"programs for {machine} cannot run here: this machine does not have these "
            f"instructions, and {target.emulator} does not emulate them",
            hint=f"`sampan cc` makes the program; -mcpu={' or '.join(others)} runs here",
        )
    found = shutil.which(target.emulator)
    if found is None:
        raise MissingToolError(
            f"programs for {target.name} run here in {target.emulator}, which is not installed",
            hint=HOW_TO_INSTALL,
        )
    return Path(found), level.emulator
