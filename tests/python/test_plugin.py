"""`pytest --sampan` in a project of its own, and without the option."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PYTHON_TESTS = r"""
import os, subprocess
import numpy as np
import pytest

KERNEL = r'''
extern "C" __global__ void add(const float *x, float *y, int n) {
  int i = threadIdx.x + blockIdx.x * blockDim.x;
  if (i < n) y[i] += x[i];
}
__constant__ float factor;
template <class T> __global__ void scale(T *x) { x[threadIdx.x] *= factor; }
'''

def test_raw_kernel_of_cupy():
    cp = pytest.importorskip("cupy")
    import cupy.testing
    add = cp.RawKernel(KERNEL, "add")
    x = cp.arange(100, dtype=cp.float32)
    y = cp.ones_like(x)
    add((1,), (128,), (x, y, cp.int32(100)))
    assert isinstance(y, cp.ndarray) and isinstance(x + y, cp.ndarray)
    cupy.testing.assert_allclose(y, np.arange(100) + 1)
    total = y.sum()
    assert total.get() == 5050 and total.shape == ()
    with cp.cuda.Stream() as stream:
        add((1,), (128,), (x, y, np.int32(100)))
    stream.synchronize()
    assert float(y[3]) == 7 and cp.asnumpy(y).__class__ is np.ndarray

def test_raw_module_of_cupy():
    import cupy as cp
    module = cp.RawModule(code=KERNEL, options=("-std=c++17",), name_expressions=["scale<float>"])
    pointer = module.get_global("factor")
    cp.ndarray((1,), cp.float32, pointer)[...] = 3
    x = cp.asarray(np.ones(4, np.float32))
    module.get_function("scale<float>")((1,), (4,), (x,))
    assert x.tolist() == [3] * 4
    with pytest.raises(AttributeError, match="Sampan's cupy.*no cupy.ElementwiseKernel"):
        cp.ElementwiseKernel
    host = np.zeros(2)
    cp.asarray(host)[0] = 1
    assert host[0] == 0, "what moves to the device is copied"

def test_nvcc_is_found(tmp_path):
    source, program = tmp_path / "a.cu", tmp_path / "a"
    source.write_text('#include <cstdio>\n__global__ void k() { printf("hi\\n"); }\n'
                      "int main() { k<<<1, 1>>>(); return cudaDeviceSynchronize(); }")
    subprocess.run(["nvcc", "-o", program, source], check=True)
    assert subprocess.run([program], capture_output=True, text=True).stdout == "hi\n"
    assert os.path.exists(os.path.join(os.environ["CUDA_HOME"], "include", "cuda_runtime.h"))

def test_fixture(sampan, tmp_path):
    source = tmp_path / "b.cu"
    source.write_text("int main(int argc, char **) { return argc - N; }")
    sampan.run(source, "x", flags=["-DN=2"])
    assert sampan.run(source, flags=["-DN=0"], check=False).returncode == 1
    with pytest.raises(subprocess.CalledProcessError):
        sampan.run(source, flags=["-DN=0"])
    x = np.zeros(4, np.float32)
    sampan.RawKernel(KERNEL, "add")((1,), (4,), (x + 1, x, 4))
    assert x.tolist() == [1] * 4

@pytest.mark.skip(reason="needs two GPUs")
def test_skipped():
    pass
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("project")
    files = {
        "pytest.ini": "[pytest]\nsampan_flags = -DFROM_INI=2\n",
        "test_gpu.py": PYTHON_TESTS,
        "good.cu": "// sampan: -DFROM_FILE=1 -- argument\n"
        "int main(int argc, char **) { return FROM_INI + FROM_FILE - 3 + (argc != 2); }\n",
        "bad.cu": '#include <cstdio>\nint main() { puts("wrong: 4"); return 2; }\n',
        "broken.cu": "int main() {\n  return nonsense;\n}\n",
        "kernels.cu": "__global__ void no_program() {}  // int main() is elsewhere\n",
    }
    for name, text in files.items():
        (root / name).write_text(text)
    return root


def run_pytest(project: Path, *words: str) -> tuple[int, str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("CUDA", "PYTEST"))}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *words],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
    )
    return done.returncode, done.stdout + done.stderr


def test_a_project_runs_on_the_cpu(project: Path) -> None:
    code, text = run_pytest(project, "--sampan", "-n", "2")
    assert code == 1
    assert "sampan: CUDA runs on the CPU; nvcc: " in text
    assert "cupy: Sampan's subset over NumPy" in text
    assert "2 failed, 5 passed, 1 skipped" in text, text
    assert "bad.cu ended with exit status 2" in text and "wrong: 4" in text
    assert "broken.cu:2:10: error: use of undeclared identifier 'nonsense'" in text
    assert "sampan: no tests, because they have no main function: kernels.cu" in text
    assert "sampan: skipped by the project (1): Skipped: needs two GPUs" in text


def test_patterns_and_named_files(project: Path) -> None:
    code, text = run_pytest(
        project, "--sampan", "-o", "sampan_programs=test_*.cu", "good.cu", "--collect-only", "-q"
    )
    assert code == 0 and "good.cu::main" in text
    code, text = run_pytest(
        project, "--sampan", "-o", "sampan_programs=test_*.cu", "--collect-only", "-q"
    )
    assert ".cu::main" not in text


def test_without_the_option_nothing_changes(project: Path) -> None:
    code, text = run_pytest(project, "--collect-only", "-q")
    assert code == 0 and "sampan:" not in text and ".cu" not in text
    assert "5 tests collected" in text
