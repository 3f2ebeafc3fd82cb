"""The front end finds clang, builds its command lines and passes its messages on, once each."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.frontend import clang
from sampan.frontend.clang import ClangOptions, FrontendError
from sampan.frontend.clang_output import merge_diagnostics, parse_diagnostics
from sampan.frontend.missing_template import MISREAD, add_keywords
from sampan.frontend.pragma_macros import make_operators
from sampan.frontend.spaced_launch import join_launches


def write(folder: Path, text: str, name: str = "program.cu") -> Path:
    source = folder / name
    source.write_text(text)
    return source


def test_sampan_clang_names_the_compiler(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "my-clang"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    clang.find_clang.cache_clear()
    try:
        monkeypatch.setenv("SAMPAN_CLANG", str(program))
        assert clang.find_clang() == program
        clang.find_clang.cache_clear()
        monkeypatch.setenv("SAMPAN_CLANG", str(tmp_path / "missing"))
        with pytest.raises(FrontendError, match="SAMPAN_CLANG"):
            clang.find_clang()
    finally:
        clang.find_clang.cache_clear()


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (ClangOptions(arch="compute_90"), "--cuda-gpu-arch=sm_90"),
        (ClangOptions(defines=("A=1",)), "-DA=1"),
        (ClangOptions(includes=("/some/where",)), "-I/some/where"),
        (ClangOptions(std="c++20"), "-std=c++20"),
        (ClangOptions(use_fast_math=True), "-fgpu-approx-transcendentals"),
        (ClangOptions(use_fast_math=True), "-D__CUDA_PREC_DIV=0"),
        (ClangOptions(ftz=True), "-fgpu-flush-denormals-to-zero"),
        (ClangOptions(fmad=False), "-ffp-contract=off"),
        (ClangOptions(device_optimize=0), "-disable-O0-optnone"),
        (ClangOptions(rdc=True), "-fgpu-rdc"),
        (ClangOptions(devicelib=Path("/lib.bc")), "/lib.bc"),
        (ClangOptions(), "-fno-finite-loops"),
        (ClangOptions(), "-gline-tables-only"),
        (ClangOptions(debug=True), "-g"),
    ],
)
def test_device_command_line(options: ClangOptions, expected: str) -> None:
    assert expected in clang.device_command(Path("a.cu"), options, Path("a.ll"))


def test_host_command_line() -> None:
    options = ClangOptions(host_optimize="3", host_flags=("-march=native", "-fopenmp"))
    command = clang.host_command(Path("a.cu"), options, Path("blob"), Path("a.ll"))
    assert "-O3" in command and "-march=native" in command
    assert "-fopenmp" not in command  # no runtime library for it: regions run on one thread
    assert command[command.index("-fcuda-include-gpubinary") + 2] == "blob"
    assert "-fno-finite-loops" not in command


def test_toolkit_include_folders_are_left_out(tmp_path: Path) -> None:
    for name in ("cuda.h", "cuda_runtime_api.h"):
        (tmp_path / name).write_text("#error a toolkit's header\n")
    options = ClangOptions(includes=(str(tmp_path),), system_includes=(str(tmp_path),))
    clang.check(write(tmp_path, "#include <cuda.h>\n"), options)


@pytest.mark.parametrize("arch", ["sm", "gfx90a", "80", "sm_x"])
def test_unknown_architecture(arch: str) -> None:
    with pytest.raises(FrontendError, match=f"'{arch}'"):
        clang.device_command(Path("a.cu"), ClangOptions(arch=arch), None)


def test_unusable_sources(tmp_path: Path) -> None:
    with pytest.raises(FrontendError, match="no such file"):
        clang.check_source(tmp_path / "missing.cu")
    with pytest.raises(FrontendError, match="directory"):
        clang.check_source(tmp_path)
    binary = tmp_path / "binary.cu"
    binary.write_bytes(b"\x7fELF\0\0")
    with pytest.raises(FrontendError, match="not a text file"):
        clang.check_source(binary)


def test_errors_come_once_with_their_place(tmp_path: Path) -> None:
    source = write(tmp_path, "__global__ void k(int *p) {\n  p[0] = missing;\n}\nint main() {}\n")
    with pytest.raises(FrontendError) as caught:
        clang.check(source, ClangOptions())
    message = str(caught.value)
    assert message.startswith(f"{source}:2:10: error: use of undeclared identifier 'missing'")
    assert message.count("error:") == 1
    assert "generated when compiling" not in message and "-Xclang" not in message


def test_errors_of_either_half_alone(tmp_path: Path) -> None:
    on_device = write(tmp_path, "#ifdef __CUDA_ARCH__\n#error only here\n#endif\n", "device.cu")
    on_host = write(tmp_path, "#ifndef __CUDA_ARCH__\n#error only there\n#endif\n", "host.cu")
    for source, words in ((on_device, "only here"), (on_host, "only there")):
        with pytest.raises(FrontendError, match=words):
            clang.check(source, ClangOptions())


def test_bad_flag_is_reported(tmp_path: Path) -> None:
    with pytest.raises(FrontendError, match=r"unknown argument.*-no-such-flag") as caught:
        clang.check(write(tmp_path, "int main() {}\n"), ClangOptions(flags=("-no-such-flag",)))
    assert "clang-22" not in str(caught.value)


def test_warnings_are_returned(tmp_path: Path) -> None:
    source = write(tmp_path, "int f(int a) { int unused; return a; }\n")
    warnings = clang.check(source, ClangOptions(warnings=("-Wall",)))
    assert [(one.kind, one.line) for one in warnings] == [("warning", 1)]


def test_notes_stay_with_their_message() -> None:
    output = (
        "In file included from a.cu:1:\n"
        "./b.h:3:4: error: no\n    3 | x\n      | ^\n./b.h:1:1: note: here\n"
        "a.cu:9:1: warning: hm [-Wx]\n1 warning and 1 error generated when compiling for sm_80.\n"
    )
    first, second = parse_diagnostics(output)
    assert first.text.startswith("In file included") and first.text.endswith("note: here")
    assert (first.file, first.line, first.column, first.message) == ("./b.h", 3, 4, "no")
    assert second.kind == "warning" and not second.is_error
    assert len(merge_diagnostics([[first, second], [first]])) == 2


def test_torn_launch_is_joined(tmp_path: Path) -> None:
    text = "k << < grid, block >> > (p);\nk<< <1, 2>> >(p); x = a << b >> c; v<w<x<y>> > z;"
    joined = join_launches(text)
    assert joined == (
        "k <<<  grid, block >>>  (p);\nk<<< 1, 2>>> (p); x = a << b >> c; v<w<x<y>> > z;"
    )
    assert len(joined) == len(text)
    source = write(tmp_path, "__global__ void k(int) {}\nvoid f() { k << <1, 2 >> > (3); }\n")
    clang.check(source, ClangOptions())


def test_macro_that_is_a_pragma(tmp_path: Path) -> None:
    text = '#if 1\n  # define EACH  #pragma unroll 4  \n#endif\n#define TEXT "#pragma"\n'
    made = '#if 1\n  # define EACH  _Pragma("unroll 4")  \n#endif\n#define TEXT "#pragma"\n'
    assert make_operators(text, range(9)) == made
    assert make_operators(text, [1, 3, 4]) == text
    assert make_operators("#define M #pragma message \"a\\b\"", [1]) == (
        '#define M _Pragma("message \\"a\\\\b\\"")'
    )
    (tmp_path / "unroll.h").write_text("#define UNROLL #pragma unroll\n")
    body = "{\n  UNROLL for (int i = 0; i < 4; ++i) p[i] = i;\n}\n"
    source = write(tmp_path, f'#include "unroll.h"\n__global__ void k(int *p) {body}')
    clang.check(source, ClangOptions())


WITHOUT_TEMPLATE = """\
template <class A, class B> struct Cast {
  template <int n> static __device__ void run(A *to, const B *from) { to[n] = A(from[n]); }
};
template <class T> __global__ void copy(T *to, const float *from) {
  Cast<T, float>::run<1>(to,
                         from); Cast<T, float>::run<2>(to, from);
}
template __global__ void copy(double *, const float *);
"""


def test_template_keyword_is_added(tmp_path: Path) -> None:
    clang.check(write(tmp_path, WITHOUT_TEMPLATE), ClangOptions())
    broken = WITHOUT_TEMPLATE + "int wrong = nothing;\n"
    with pytest.raises(FrontendError, match=r":9:13: error: use of undeclared identifier"):
        clang.check(write(tmp_path, broken), ClangOptions())


def test_where_the_template_keyword_goes() -> None:
    def added(text: str, column: int = 1) -> str:
        return add_keywords(text, [(1, column, MISREAD)])

    assert added("A<T>::f<n>(x);") == "A<T>::template f<n>(x);"
    assert added("é = a::B<(x > 1), C<T>>::\n  f<n>(x);", 6) == (
        "é = a::B<(x > 1), C<T>>::\n  template f<n>(x);"
    )
    for kept in ("A<T>::template f<n>(x);", "f<n>(x);", "a::f<n>(x);", "A<T>::f(x);", "A<T", ""):
        assert added(kept) == kept


def test_both_halves_are_written(tmp_path: Path) -> None:
    source = write(tmp_path, "__global__ void k() {}\nint main() { k<<<1, 1>>>(); }\n")
    blob = write(tmp_path, "identity", "blob")
    device, host = tmp_path / "device.ll", tmp_path / "host.ll"
    result = clang.compile_both(source, ClangOptions(), blob, device, host)
    assert "nvptx64" in result.device_ll.read_text()
    assert "identity" in result.host_ll.read_text()
