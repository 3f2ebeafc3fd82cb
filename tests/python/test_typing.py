"""The public module is typed, costs nothing to import, and finds its compilations again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import sampan

ROOT = Path(__file__).resolve().parents[2]


def test_the_public_module_passes_mypy_strict(tmp_path: Path) -> None:
    user = tmp_path / "user.py"
    user.write_text(
        """
import numpy as np
import sampan

kernel = sampan.RawKernel("", "k", ("-O3",))
kernel((1,), (32, 2), (np.zeros(3), 1, None), shared_mem=4)
reveal_type(kernel.attributes)
module: sampan.RawModule = sampan.RawModule("", name_expressions=["f<int>"])
reveal_type(module.get_function("f<int>"))
with sampan.Stream() as stream:
    event: sampan.Event = stream.record()
sampan.synchronize()
kernel("wrong", (1,), ())
"""
    )
    command = [sys.executable, "-m", "mypy", "--strict", "--follow-imports=silent"]
    command += ["sampan/__init__.py", "sampan/python", "sampan/pytest_plugin.py"]
    command += ["sampan/cupy_subset", str(user)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    lines = [line for line in done.stdout.splitlines() if ": error: " in line]
    assert len(lines) == 1 and "user.py:13" in lines[0] and "arg-type" in lines[0], done.stdout
    assert 'Revealed type is "dict[str, int]"' in done.stdout.replace("builtins.", "")
    assert "sampan.python.kernel.Kernel" in done.stdout


def test_importing_the_package_loads_nothing() -> None:
    program = """
import sys
import sampan
heavy = {"numpy", "llvmlite", "sampan.driver", "sampan.python", "sampan.config"} & set(sys.modules)
assert not heavy, heavy
assert set(sampan.__all__) <= set(dir(sampan))
try:
    sampan.nonsense
except AttributeError as error:
    print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "module 'sampan' has no attribute 'nonsense'\n", done.stderr


def test_every_public_name_has_a_docstring() -> None:
    for name in sampan.__all__:
        public = getattr(sampan, name)
        assert public.__doc__, name


def test_the_second_process_finds_everything_in_the_cache(own_cache: Path) -> None:
    program = """
import numpy as np, sampan
from sampan.frontend import clang
from sampan import pipeline
calls = []
for module, name in ((clang, "compile_device"), (pipeline, "compile_device")):
    def counted(*words, original=getattr(module, name), **more):
        calls.append(module.__name__)
        return original(*words, **more)
    setattr(module, name, counted)
code = "struct S { float v[2]; }; extern \\"C\\" __global__ void k(S *s) { s->v[1] = 3; }"
x = np.zeros(2, np.float32)
sampan.RawKernel(code, "k")((1,), (1,), (x,))
print(x.tolist(), len(calls))
"""
    for expected in ("[0.0, 3.0] 2\n", "[0.0, 3.0] 0\n"):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
        )
        assert done.stdout == expected, done.stderr


def test_a_changed_header_is_noticed(tmp_path: Path) -> None:
    header = tmp_path / "value.h"
    results = []
    for value in (1, 2):
        header.write_text(f"#define VALUE {value}\n")
        program = f"""
import numpy as np, sampan
code = '#include "value.h"\\nextern "C" __global__ void k(int *p) {{ *p = VALUE; }}'
x = np.zeros(1, np.int32)
sampan.RawKernel(code, "k", ("-I", {str(tmp_path)!r}))((1,), (1,), (x,))
print(x[0])
"""
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
        )
        results.append(done.stdout)
    assert results == ["1\n", "2\n"], done.stderr


@pytest.mark.parametrize("path", ["vector", "fibre"])
def test_both_paths(monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("SAMPAN_PATH", path)
    source = f'extern "C" __global__ void k_{path}(int *p) {{ p[threadIdx.x] = blockDim.x; }}'
    kernel = sampan.RawKernel(source, f"k_{path}")
    out = np.zeros(40, np.int32)
    kernel((1,), (40,), (out,))
    assert (out == 40).all() and kernel.vectorized == (path == "vector")
