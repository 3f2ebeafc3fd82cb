"""`sampan targets`: instruction sets and their levels, what can run here, and what each needs."""

from __future__ import annotations

import json
import shutil
from typing import Any

from sampan.cli import targets_opencl as opencl
from sampan.diagnostics import ExitCode, MissingToolError, UsageError
from sampan.targets.base import Machine, Target
from sampan.targets.emulate import HOW_TO_INSTALL, emulator
from sampan.targets.registry import TARGETS

HELP = """\
usage: sampan targets [--json]

Lists the instruction sets that programs can be made for (--target NAME -mcpu=LEVEL), what can run
on this machine, by itself or emulated, and what each needs. The first level is the default. Then
the OpenCL devices that kernels can run on (SAMPAN_DEVICE=opencl:N).
"""

NATIVE, EMULATED, NOT_HERE = "native", "emulated", "not here"


def main(words: list[str]) -> int:
    if "--help" in words or "-h" in words:
        print(HELP, end="")
        return ExitCode.OK
    unknown = [word for word in words if word != "--json"]
    if unknown:
        raise UsageError(f"unknown option '{unknown[0]}'", hint="usage: sampan targets [--json]")
    described = [describe(target) for target in TARGETS.values()]
    devices = opencl.describe()
    if "--json" in words:
        print(json.dumps({"targets": described, "opencl": devices}))
        return ExitCode.OK
    for one in described:
        print(f"{one['name']}{' (this machine)' if one['this_machine'] else ''}")
        for level in one["levels"]:
            print(f"  {level['name']:8} {level['runs']:9} {level['meaning']}")
        for need in one["needs"]:
            found = "found" if need["found"] else f"missing -> {need['fix']}"
            print(f"  {need['for']} {need['name']}: {found}")
    print("\n".join(opencl.lines(devices)))
    return ExitCode.OK


def describe(target: Target) -> dict[str, Any]:
    """What --json says of one target."""
    return {
        "name": target.name,
        "triple": target.triple,
        "this_machine": target.is_here,
        "levels": [
            {
                "name": level.name,
                "meaning": level.meaning,
                "runs": _where(Machine(target, level)),
                "features": level.features,
            }
            for level in target.levels
        ],
        "needs": _needs(target),
    }


def _where(machine: Machine) -> str:
    if machine.runs_here:
        return NATIVE
    try:
        emulator(machine)
    except MissingToolError:
        return NOT_HERE
    return EMULATED


def _needs(target: Target) -> list[dict[str, Any]]:
    from sampan import cross

    if target.is_here:
        return []
    try:
        cross.require_zig(target)
        fix = ""
    except MissingToolError as error:
        fix = error.hint
    compiler = {"for": "compiling needs", "name": "ziglang", "found": not fix, "fix": fix}
    found = shutil.which(target.emulator) is not None
    runner = {"for": "running here needs", "name": target.emulator, "found": found}
    return [compiler, {**runner, "fix": "" if found else HOW_TO_INSTALL}]
