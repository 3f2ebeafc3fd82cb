"""The cell magic: a notebook, executed as Jupyter does."""

from __future__ import annotations

from typing import Any

import nbclient
import nbformat
import pytest

from sampan.python.magic import python_name

CELLS = {
    "load": "%load_ext sampan\nimport numpy as np",
    "program": """%%cuda -O3 -DCOUNT=3 -- one "two words"
#include <cstdio>
#include <cstdlib>
__global__ void square(int *x) { x[threadIdx.x] *= x[threadIdx.x]; }
int main(int argc, char **argv) {
  int *x;
  cudaMallocManaged(&x, COUNT * sizeof(int));
  for (int i = 0; i < COUNT; ++i) x[i] = i + 2;
  square<<<1, COUNT>>>(x);
  cudaDeviceSynchronize();
  printf("%d %d %d\\n", x[0], x[1], x[2]);
  fprintf(stderr, "%s\\n", argv[2]);
}""",
    "kernels": """%%cuda -std=c++17 --name "scale<float>" --module cuda_module
__constant__ float offset;
extern "C" __global__ void add(const float *x, float *y, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n) y[i] = x[i] + offset;
}
template <class T> __global__ void scale(T *x, T f) { x[threadIdx.x] *= f; }""",
    "call": """x, y = np.arange(4, dtype=np.float32), np.zeros(4, np.float32)
cuda_module.get_global("offset")[...] = 10
add((1,), (4,), (x, y, 4))
scale_float((1,), (4,), (y, 2))
print(y.tolist())""",
    "prints": """%%cuda
__global__ void say(int i) { printf("device %d\\n", i); }""",
    "order": """for i in range(2):
    print("before", i)
    say(1, 1, (i,))
    print("after", i)""",
    "error": """%%cuda
__global__ void k(int *p) {
  *p = nonsense;
}""",
    "status": """%%cuda
int main() { return 7; }""",
    "usage": "%%cuda --nonsense\nint main() {}",
    "nothing": "%%cuda\nint x;",
    "help": "%%cuda --help\nint x;",
}


@pytest.fixture(scope="module")
def outputs() -> dict[str, list[Any]]:
    """Each cell's outputs, after all ran in one notebook."""
    cells = [nbformat.v4.new_code_cell(text) for text in CELLS.values()]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = nbclient.NotebookClient(notebook, timeout=240, allow_errors=True)
    client.execute()
    return {name: cell.outputs for name, cell in zip(CELLS, notebook.cells, strict=True)}


def streams(outputs: list[Any]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for one in outputs:
        assert one.output_type == "stream", outputs
        texts[one.name] = texts.get(one.name, "") + one.text
    return texts


def test_a_program_is_run_and_its_output_shown(outputs: dict[str, list[Any]]) -> None:
    assert streams(outputs["load"]) == {}
    assert streams(outputs["program"]) == {"stdout": "4 9 16\n", "stderr": "two words\n"}


def test_kernels_become_functions(outputs: dict[str, list[Any]]) -> None:
    assert streams(outputs["kernels"]) == {
        "stdout": "scale_float: scale<float>(float *x, float f)\n"
        "add: add(const float *x, float *y, int n)\n"
    }
    assert streams(outputs["call"]) == {"stdout": "[20.0, 22.0, 24.0, 26.0]\n"}


@pytest.mark.parametrize(
    ("cell", "kind", "message"),
    [
        ("error", "CompileError", "cell:2:8: error: use of undeclared identifier 'nonsense'"),
        ("status", "ProgramError", "the program ended with exit status 7"),
        ("usage", "UsageError", "unknown option '--nonsense'"),
        ("nothing", "UsageError", "neither a main function nor a kernel"),
    ],
)
def test_what_goes_wrong_is_told_without_a_traceback(
    outputs: dict[str, list[Any]], cell: str, kind: str, message: str
) -> None:
    (error,) = outputs[cell]
    assert error.output_type == "error" and error.ename == kind
    (shown,) = error.traceback
    assert shown.startswith(f"{kind}: ") and message in shown


def test_help(outputs: dict[str, list[Any]]) -> None:
    assert streams(outputs["help"])["stdout"].startswith("%%cuda [FLAGS]")


def test_what_kernels_print_is_shown(outputs: dict[str, list[Any]]) -> None:
    shown = streams(outputs["order"])["stdout"]
    assert shown.splitlines() == [
        f"{word} {i}" for i in range(2) for word in ("before", "device", "after")
    ]


def test_names_in_python() -> None:
    assert python_name("ns::scale<float, 3>") == "scale_float_3"
    assert python_name("&scale<ns::Type>") == "scale_ns_Type"
    assert python_name("add") == "add"
