"""Emits machine code in a process of its own, for targets whose LLVM back end ends the process
where it has no code for something.

Standard input is a line of JSON (the fields of codegen.CpuTarget, the level, what to emit) and the
module; standard output is the object or the assembly.
"""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys

from sampan import codegen
from sampan.codegen import CpuTarget
from sampan.diagnostics import UnsupportedError


def emit(text: str, target: CpuTarget, level: int, form: str) -> bytes:
    """`form` is "obj" or "asm". Raises UnsupportedError where LLVM fails."""
    order = json.dumps({"target": dataclasses.asdict(target), "level": level, "form": form})
    command = [sys.executable, "-m", __name__]
    done = subprocess.run(command, input=f"{order}\n{text}".encode(), capture_output=True)
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode(errors="replace").strip().splitlines()
    reason = next((one for one in said if "Assertion" in one or "LLVM ERROR" in one), "")
    raise UnsupportedError(
        f"LLVM's back end fails at these kernels for {target.triple.partition('-')[0]} with "
        f"{target.features}: {reason[-200:] or (said[-1] if said else done.returncode)}",
        hint="-mcpu=scalar compiles for the same machines without vector instructions",
    )


def _main() -> None:
    head, _, text = sys.stdin.buffer.read().partition(b"\n")
    order = json.loads(head)
    target = CpuTarget(**{**order["target"], "fragile": False})
    module = codegen.parse(text.decode())
    if order["form"] == "asm":
        made = codegen.emit_assembly(module, target, order["level"]).encode()
    else:
        made = codegen.emit_object(module, target, order["level"])
    sys.stdout.buffer.write(made)


if __name__ == "__main__":
    _main()
