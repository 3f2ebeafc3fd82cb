"""What does not compile or makes no sense: one clear message, the right exit code, nothing left."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.conftest import SampanRun

USAGE, COMPILE, ENVIRONMENT, INTERNAL = 2, 3, 4, 70


def expect_error(sampan: SampanRun, words: list[str | Path], code: int, *parts: str) -> str:
    done = sampan("run", *words)
    assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    assert "error: " in done.stderr
    for part in parts:
        assert part in done.stderr, f"no {part!r} in\n{done.stderr}"
    cache = Path(os.environ["SAMPAN_CACHE_DIR"])
    left = [path for path in cache.rglob("*") if path.is_file() and "support" not in path.parts]
    assert [path.name for path in left if path.name != "CACHEDIR.TAG"] == []
    return done.stderr


@pytest.fixture(autouse=True)
def empty_cache(own_cache: Path) -> Path:
    return own_cache


def written(tmp_path: Path, text: str | bytes, name: str = "bad.cu") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_missing_file(sampan: SampanRun, tmp_path: Path) -> None:
    expect_error(sampan, [tmp_path / "none.cu"], COMPILE, "none.cu", "no such file")


def test_directory(sampan: SampanRun, tmp_path: Path) -> None:
    expect_error(sampan, [tmp_path], COMPILE, str(tmp_path), "is a directory")
    (tmp_path / "folder.cu").mkdir()
    expect_error(sampan, [tmp_path / "folder.cu"], COMPILE, "is a directory")


def test_binary_file(sampan: SampanRun, tmp_path: Path) -> None:
    path = written(tmp_path, b"\x7fELF\0\0\1\2" * 100)
    expect_error(sampan, [path], COMPILE, "bad.cu", "not a text file")


def test_text_that_is_not_cuda(sampan: SampanRun, tmp_path: Path) -> None:
    path = written(tmp_path, "Dear Sir or Madam,\nthis is a letter.\n")
    expect_error(sampan, [path], COMPILE, f"{path}:1:1: error")


def test_empty_file_has_no_main(sampan: SampanRun, tmp_path: Path) -> None:
    expect_error(sampan, [written(tmp_path, "")], COMPILE, "main")


def test_file_without_main(sampan: SampanRun, tmp_path: Path) -> None:
    expect_error(sampan, [written(tmp_path, "__global__ void k() {}\n")], COMPILE, "main")


def test_syntax_error_in_device_code_has_its_place_once(sampan: SampanRun, tmp_path: Path) -> None:
    text = "__global__ void k(int *p) {\n  p[0] = ;\n}\nint main() {}\n"
    path = written(tmp_path, text)
    shown = expect_error(sampan, [path], COMPILE, f"{path}:2:10: error: expected expression")
    assert shown.count("expected expression") == 1, "both halves of the compilation said it"
    assert re.search(r"p\[0\] = ;", shown), "the source line is shown"


def test_error_only_in_device_code(sampan: SampanRun, tmp_path: Path) -> None:
    text = "#ifdef __CUDA_ARCH__\n#error on the device\n#endif\nint main() {}\n"
    path = written(tmp_path, text)
    expect_error(sampan, [path], COMPILE, f"{path}:2:2: error: on the device")


def test_error_only_in_host_code(sampan: SampanRun, tmp_path: Path) -> None:
    path = written(tmp_path, "int main() {\n  return undefined_name;\n}\n")
    expect_error(sampan, [path], COMPILE, f"{path}:2:10: error", "undefined_name")


def test_host_function_called_from_a_kernel(sampan: SampanRun, tmp_path: Path) -> None:
    text = "void host();\n__global__ void k() {\n  host();\n}\nint main() { k<<<1, 1>>>(); }\n"
    path = written(tmp_path, text)
    expect_error(sampan, [path], COMPILE, f"{path}:3:3: error", "host")


def test_missing_header(sampan: SampanRun, tmp_path: Path) -> None:
    path = written(tmp_path, '#include "nowhere.h"\nint main() {}\n')
    expect_error(sampan, [path], COMPILE, f"{path}:1:10", "nowhere.h")


def test_undefined_function_is_named(sampan: SampanRun, tmp_path: Path) -> None:
    path = written(tmp_path, "void elsewhere();\nint main() { elsewhere(); }\n")
    expect_error(sampan, [path], COMPILE, "elsewhere()")


def test_missing_library_is_named(sampan: SampanRun, tmp_path: Path) -> None:
    path = written(tmp_path, "int main() {}\n")
    expect_error(sampan, [path, "-lno_such_library"], COMPILE, "no_such_library")


@pytest.mark.parametrize(
    ("body", "construct"),
    [
        ('asm volatile("wmma.load.a.sync.aligned.row.m16n16k16.f16 {}, [];");', "wmma"),
        ('asm("frobnicate.b32 %0, %0;" : "+r"(out[0]));', "frobnicate"),
        ('asm volatile("loop: bra loop;");', "the label loop"),
        (
            'asm("{ .reg .pred p; setp.ne.s32 p, %0, 0; bar.red.popc.u32 %0, 3, p; }"'
            ' : "+r"(out[0]));',
            "a reduction at a barrier with a number",
        ),
        ('float f; asm("add.rz.f32 %0, %0, %0;" : "=f"(f));', "directed rounding"),
        ('asm("mov.u32 %0, %%no_such;" : "=r"(out[0]));', "no special register %no_such"),
    ],
)
def test_unsupported_construct_is_named_with_its_line(
    sampan: SampanRun, tmp_path: Path, body: str, construct: str
) -> None:
    text = f"__global__ void k(int *out) {{\n  out[1] = 2;\n  {body}\n}}\nint main() {{}}\n"
    path = written(tmp_path, text)
    expect_error(sampan, [path], COMPILE, f"{path}:3", construct)


@pytest.mark.parametrize(
    ("fragment", "message"),
    [
        ("matrix_a, 16, 8, 16, half, row_major", "no fragment of this use, shape, type"),
        ("matrix_b, 8, 8, 128, experimental::precision::b1, row_major", "no fragment of this use"),
        ("accumulator, 16, 16, 16, double", "no fragment of this use, shape, type"),
    ],
)
def test_fragments_that_cuda_does_not_have(
    sampan: SampanRun, tmp_path: Path, fragment: str, message: str
) -> None:
    text = (
        "#include <mma.h>\nusing namespace nvcuda::wmma;\n__global__ void k() {\n"
        f"  fragment<{fragment}> f;\n}}\nint main() {{}}\n"
    )
    path = written(tmp_path, text)
    expect_error(sampan, [path], COMPILE, f"{path}:4", message)


def test_static_shared_memory_over_the_limit(sampan: SampanRun, tmp_path: Path) -> None:
    text = (
        "template <int N> __global__ void hoard(int *p) {\n  __shared__ int a[N], b[N];\n"
        "  b[threadIdx.x] = a[threadIdx.x] = 1;\n  __syncthreads();\n"
        "  *p = a[*p] + b[*p];\n}\n"
        "int main() { hoard<COUNT><<<1, 1>>>(nullptr); }\n"
    )
    path = written(tmp_path, text)
    expect_error(
        sampan,
        ["-DCOUNT=6145", path],
        COMPILE,
        "kernel void hoard<6145>(int*) has 49160 bytes of static shared memory",
        "the limit is 49152",
    )
    assert sampan("run", "-DCOUNT=6144", path).returncode == 0


def test_initialiser_with_the_address_of_a_shared_variable(
    sampan: SampanRun, tmp_path: Path
) -> None:
    text = (
        "__shared__ int cell;\n__device__ int *place = &cell;\n"
        "__global__ void k() { *place = 1; }\nint main() { k<<<1, 1>>>(); }\n"
    )
    expect_error(sampan, [written(tmp_path, text)], COMPILE, "place")


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        ("#include <cublas_v2.h>\nint main() {}", "cuBLAS"),
        ("#include <thrust/sort.h>\nint main() {}", "Thrust"),
        ("#include <cudnn.h>\nint main() {}", "cuDNN"),
        (
            "int main() { cudaGraphConditionalHandle h; return (int)cudaGraphNoSuchCall(h); }",
            "this function of CUDA graphs",
        ),
        (
            "#include <cuda.h>\nint main() { return cuCtxSynchronize(); }",
            "this function of the driver API",
        ),
    ],
)
def test_part_of_cuda_that_is_not_there_is_named(
    sampan: SampanRun, tmp_path: Path, text: str, feature: str
) -> None:
    expect_error(sampan, [written(tmp_path, text)], COMPILE, f"hint: {feature}", "not supported")


def test_unknown_flag_and_suggestion(sampan: SampanRun, tmp_path: Path) -> None:
    path = written(tmp_path, "int main() {}\n")
    expect_error(sampan, ["--fast-math", path], USAGE, "--fast-math", "hint: did you mean")


def test_program_argument_in_front_of_the_dashes(sampan: SampanRun, tmp_path: Path) -> None:
    path = written(tmp_path, "int main() {}\n")
    expect_error(sampan, [path, "1000"], USAGE, "1000", "after --")


def test_knob_that_makes_no_sense(
    sampan: SampanRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_CACHE_LIMIT", "plenty")
    path = written(tmp_path, "int main() {}\n")
    expect_error(sampan, [path], USAGE, "SAMPAN_CACHE_LIMIT=plenty")


def test_compiler_that_is_not_there(
    sampan: SampanRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_CLANG", str(tmp_path / "no-clang"))
    path = written(tmp_path, "int main() {}\n")
    expect_error(sampan, [path], ENVIRONMENT, "SAMPAN_CLANG", "no-clang")


def test_bug_in_sampan_is_called_one_and_leaves_its_details(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from sampan import cli
    from sampan.cli import run

    def broken(words: list[str]) -> int:
        raise AssertionError("a mask was lost")

    monkeypatch.setattr(run, "main", broken)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert cli.main(["run", "a.cu"]) == INTERNAL
    shown = capsys.readouterr().err
    assert "bug in Sampan" in shown and "a mask was lost" in shown and "Traceback" not in shown
    (details,) = tmp_path.glob("sampan-bug-*.txt")
    assert str(details) in shown
    text = details.read_text()
    assert "Traceback" in text and "sampan run a.cu" in text
