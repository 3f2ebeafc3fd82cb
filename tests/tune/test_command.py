"""`sampan tune` from end to end, and what `sampan run` makes of it."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path

import pytest

from sampan.at_launch.choices import Choice, CodeForm
from sampan.at_launch.folder import module_contents
from sampan.cache import Request
from sampan.cli import options, run
from sampan.tune.store import Store, TunedKernel
from tests.conftest import ROOT, SampanRun

PROGRAM = r"""
#include <cstdio>
#include <ctime>
__global__ void scale(float *x) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  for (int k = 0; k < 10; ++k) x[i] = x[i] * 0.5f + 1.0f;
}
__global__ void clear(float *x) { x[threadIdx.x + blockIdx.x * 32] = __expf(3.0f); }
int main(int argc, char **argv) {
  constexpr int n = 1 << 14;
  static float host[n];
  float *x;
  cudaMalloc(&x, sizeof host);
  clear<<<n / 32, 32>>>(x);
  scale<<<n / 64, 64>>>(x);
  cudaMemcpy(host, x, sizeof host, cudaMemcpyDeviceToHost);
  timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  std::printf("%.4f at %ld\n", host[n - 1], now.tv_nsec);
  return argc > 1 ? 7 : 0;
}
"""


@pytest.fixture
def program(tmp_path: Path, own_cache: Path) -> Path:
    file = tmp_path / "scale.cu"
    file.write_text(PROGRAM)
    return file


def test_it_finds_keeps_and_reports(
    program: Path, tmp_path: Path, own_cache: Path, sampan: SampanRun
) -> None:
    done = sampan("tune", "--budget=90", "--json=tuned.json", program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "report: scale.tune.html" in done.stdout
    found = json.loads((tmp_path / "tuned.json").read_text())
    assert found["complete"]
    assert found["compared"] == (
        "its exit code, its output (but 1 numbers), the data that it gets from the device"
    )
    by_name = {one["mangled_name"]: one for one in found["kernels"]}
    scale = by_name["_Z5scalePf"]
    assert scale["block"] == [64, 1, 1]
    tried = {(one["form"], one["claim_nanoseconds"]) for one in scale["tried"]}
    assert ("-", 0) in tried
    assert {claim for _, claim in tried} == {0, 10000, 200000}  # with the forms that came to it
    assert len({form for form, _ in tried}) >= 3
    assert scale["best_nanoseconds"] <= scale["usual_nanoseconds"]

    html = (tmp_path / "scale.tune.html").read_text()
    assert html.count("<svg") == 1 + len(by_name)
    assert "vector code: " in html and "GFLOPS" in html
    assert not re.search(r"<script|src=|href=|url\(|@import", html)
    # 10 multiply-adds for each of 4 bytes that are read and written, in one or in ten rounds.
    label = re.search(r"scale\(float\*\): \S+ GFLOPS, (\S+) operations/byte", html)
    assert label and float(label[1]) in (2.5, 0.25)

    # Only the code that was chosen is left.
    libraries = [one.name for one in own_cache.glob("programs/*/*/kernels/vector/*.so")]
    forms = [name.split(".")[3] for name in libraries if name.count(".") == 4]
    chosen = [one["choice"]["form"] for one in by_name.values() if one["choice"]["form"] != "-"]
    assert sorted(forms) == sorted(chosen)
    assert Store.from_knobs().count() == 1


def _choose(own_cache: Path, choice: Choice) -> None:
    """Keeps a choice for `scale`."""
    [index] = own_cache.glob("programs/*/*/kernels/modules.json")
    [content] = set(module_contents(index.parent).values())
    kernel = TunedKernel("_Z5scalePf", 0, (64, 1, 1), choice, 2.0, 1.0)
    Store.from_knobs().keep(content, [kernel])


def test_a_run_uses_what_was_found(program: Path, own_cache: Path, sampan: SampanRun) -> None:
    first = sampan("run", program)
    _choose(own_cache, Choice(CodeForm(8, "x"), 1000, 1))
    tuned = sampan("run", "--verbose", "--json", program)
    assert tuned.stdout.split()[0] == first.stdout.split()[0]
    said = "kernel scale(float*), blocks of 64 x 1 x 1: gangs of 8, claims of 1 us, 1 worker"
    assert f"tuned: {said}" in tuned.stderr
    assert re.search(r"kernel scale\(float\*\).*tuned: gangs of 8, compiled in", tuned.stderr)
    assert _width(tuned.stderr) == 8
    without = sampan("run", "--verbose", "--json", "--no-tuned", program)
    assert "tuned" not in without.stderr
    assert _width(without.stderr) > 8
    assert sampan("tune", "--forget").stdout == "forgot the choices for 1 module\n"
    assert "tuned" not in sampan("run", "--verbose", program).stderr


def _width(said: str) -> int:
    kernels = json.loads(said.splitlines()[-1])["kernels"]
    return next(one["width"] for one in kernels if one["mangled_name"] == "_Z5scalePf")


def test_a_choice_that_no_longer_compiles_does_no_harm(
    program: Path, own_cache: Path, sampan: SampanRun
) -> None:
    first = sampan("run", program)
    _choose(own_cache, Choice(CodeForm(100, "p")))
    done = sampan("run", "--json", program)
    assert (done.returncode, done.stdout.split()[0]) == (0, first.stdout.split()[0]), done.stderr


def test_a_program_that_fails_is_no_program_to_tune(program: Path, sampan: SampanRun) -> None:
    done = sampan("tune", program, "--", "fail")
    assert done.returncode == 3
    assert "the program ends with exit code 7: only one that succeeds can be tuned" in done.stderr


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("int main() {}", "there is nothing to tune"),
        ("__global__ void f() {}\nint main() {}", "the program launches no kernel"),
        (
            "__managed__ int x;\n__global__ void f() { x = 1; }\n"
            "int main() { f<<<1, 1>>>(); return cudaDeviceSynchronize(); }",
            "no kernel that is compiled at launch",
        ),
    ],
)
def test_without_kernels_there_is_nothing_to_tune(
    source: str, why: str, tmp_path: Path, own_cache: Path, sampan: SampanRun
) -> None:
    file = tmp_path / "empty.cu"
    file.write_text(source)
    done = sampan("tune", file)
    assert (done.returncode, why in done.stderr) == (3, True), done.stderr


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--budget", "soon"], "--budget wants a number of seconds from 1, not 'soon'"),
        (["--budget=0"], "--budget wants a number of seconds from 1, not '0'"),
        (["--budget=nan"], "--budget wants"),
        (["--fast-math=2"], "--fast-math wants a number from 0 to 1, not '2'"),
        (["--path", "fibre"], "only kernels on the vector path"),
        (["-G"], "-G is not for `sampan tune`"),
        (["--ahead"], "--ahead is not for `sampan tune`"),
        (["--buget=3"], "did you mean --budget?"),
        (["--fast-math", "-use_fast_math"], "all kernels have fast math"),
    ],
)
def test_a_command_line_that_makes_no_sense(
    words: list[str], why: str, program: Path, sampan: SampanRun
) -> None:
    done = sampan("tune", *words, program)
    assert (done.returncode, why in done.stderr) == (2, True), done.stderr


def test_fast_math_if_it_is_allowed(
    tmp_path: Path, program: Path, own_cache: Path, sampan: SampanRun
) -> None:
    program.write_text(PROGRAM.replace("x[i] * 0.5f + 1.0f", "expf(-x[i])"))
    words = ["--fast-math=1e-3", "--no-report", "--json=-", "--budget=60"]
    done = sampan("tune", *words, program, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    tried = [one for kernel in json.loads(done.stdout)["kernels"] for one in kernel["tried"]]
    assert any(one["fast_math"] and one["times"] for one in tried)
    assert not any(one["refused"] for one in tried)
    assert not list(tmp_path.glob("*.html"))

    # The plain program is allowed it from now on; without a choice it does not use it.
    _choose(own_cache, Choice(CodeForm(fast_math=True)))
    Store.from_knobs().allow_fast_math(_requests(program))
    said = sampan("run", "--verbose", program).stderr
    assert re.search(r"scale\(float\*\).*tuned: usual code, fast math, compiled in", said), said
    assert "fast math" not in sampan("run", "--verbose", "--no-tuned", program).stderr


def _requests(program: Path) -> list[Request]:
    chosen = options.parse([str(program)])
    chosen.path = "vector"
    with contextlib.chdir(ROOT):
        return run.requests_of(chosen)
