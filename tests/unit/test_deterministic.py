"""The same source gives the same object, byte for byte, whatever the hash seed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ["barriers", "switch_flow", "local_arrays", "function_pointers", "irreducible_flow"]
SCRIPT = """
import hashlib, sys
from pathlib import Path
from sampan import codegen, pipeline
from sampan.frontend import clang
digest = hashlib.sha256()
for source in sys.argv[2:]:
    out = Path(sys.argv[1]) / "device.ll"
    clang.compile_device(Path(source), clang.ClangOptions(), out)
    digest.update(pipeline.compile_device(out.read_text(), "a" * 32, codegen.host_target()).data)
print(digest.hexdigest())
"""


def test_objects_do_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    sources = [str(ROOT / "tests" / "kernels" / f"{name}.cu") for name in SOURCES]
    digests = set()
    for seed in ("1", "2", "4711"):
        done = subprocess.run(
            [sys.executable, "-c", SCRIPT, str(tmp_path), *sources],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        digests.add(done.stdout)
    assert len(digests) == 1
