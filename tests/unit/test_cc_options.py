"""The command line of `sampan cc`: nvcc's options, contradictions, option files."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.cli.cc_options import COMPILE, DEVICE_LINK, LINK, parse
from sampan.diagnostics import UsageError


def test_every_option_that_the_readme_of_a_cuda_project_uses() -> None:
    words = """-o out -O3 -g -G -Iinc -I inc2 -DX -D Y=1 -UZ -Llib -lfoo -isystem sys -include pre.h
      -std=c++17 -arch=sm_75 -gencode arch=compute_80,code=sm_80 -code=sm_80,compute_80
      -Xcompiler -Wall,-march=native -Xlinker -rpath,/x -Xptxas -v -Xcudafe --display_error_number
      -rdc=true -use_fast_math -ftz=true -prec-div=false -prec-sqrt=false -fmad=false -x cu
      --expt-relaxed-constexpr --extended-lambda -lineinfo -MD -MF d -MT t -shared -fPIC
      -cudart shared -v --maxrregcount=32 -t 0 -diag-suppress 177 -restrict --default-stream legacy
      -Wno-deprecated-gpu-targets -m64 --threads=4 --keep --keep-dir tmp -cudadevrt none
      -allow-unsupported-compiler -res-usage -forward-unknown-to-host-compiler a.cu""".split()
    options = parse(words)
    assert options.remarks == []
    assert (options.arch, options.std, options.optimize) == ("sm_80", "c++17", "3")
    assert options.host_flags == ["-Wall", "-march=native", "-fPIC"]
    assert options.linker_flags == ["-rpath", "/x"]
    assert options.defines == [
        "X",
        "Y=1",
        "__CUDACC_RELAXED_CONSTEXPR__=1",
        "__CUDACC_EXTENDED_LAMBDA__=1",
    ]
    assert options.phase == LINK and options.shared and options.rdc
    assert (options.cudart, options.dependency_target) == ("shared", "t")
    assert (options.ftz, options.prec_div, options.prec_sqrt, options.fmad) == (
        True,
        False,
        False,
        False,
    )


def test_long_names_with_one_dash_and_two() -> None:
    for words in (
        ["--device-c", "--output-file=x.o", "--generate-code", "arch=compute_75"],
        ["-dc", "-o", "x.o", "-gencode=arch=compute_75,code=[sm_75,compute_75]"],
        ["-dc", "-o x.o", "-gencode arch=compute_75,code=sm_75"],
        ["-device-c", "--output-file", "x.o", "-gencode", "arch=compute_75,code=sm_75"],
    ):
        options = parse([*words, "a.cu"])
        assert (options.phase, options.rdc, options.output) == (COMPILE, True, Path("x.o"))
        assert options.arch == "sm_75"


@pytest.mark.parametrize(("given", "arch"), [((52, 90, 89, 80), "sm_89"), ((100, 90), "sm_90")])
def test_of_several_architectures_the_newest_before_hopper_counts(
    given: tuple[int, ...], arch: str
) -> None:
    words = [f"--generate-code=arch=compute_{n},code=[sm_{n}]" for n in given]
    assert parse([*words, "a.cu"]).arch == arch


def test_device_link_with_shared_as_cmake_writes_it() -> None:
    assert parse(["-shared", "-dlink", "a.o", "-o", "d.o"]).phase == DEVICE_LINK


def test_language_makes_cuda_of_sources_but_not_of_objects() -> None:
    options = parse(["-x", "cu", "a.cpp", "b.o"])
    assert options.cuda_sources == {Path("a.cpp")}


def test_flags_of_the_host_compiler_go_through_a_shell_s_quoting() -> None:
    options = parse(["-Xcompiler", ',"-g",-Wall -Wextra', '-Xcompiler=-DX="a b"', "a.cu"])
    assert options.host_flags == ["-g", "-Wall", "-Wextra", "-DX=a b"]


def test_option_files_may_name_others(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(f'-DA="x y"\n-I"a dir" @{tmp_path}/two.txt')
    (tmp_path / "two.txt").write_text("-DB a.cu")
    options = parse(["--options-file", str(tmp_path / "one.txt"), "-DC"])
    assert options.defines == ["A=x y", "B", "C"]
    assert options.includes == ["a dir"]
    assert options.sources == [Path("a.cu")]


def test_flags_of_the_environment_go_around_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NVCC_PREPEND_FLAGS", "-DFIRST")
    monkeypatch.setenv("NVCC_APPEND_FLAGS", "-DLAST")
    assert parse(["-DX", "a.cu"]).defines == ["FIRST", "X", "LAST"]


def test_unknown_options_are_reported_or_forwarded() -> None:
    [remark] = parse(["--zzz-qqq", "a.cu"]).remarks
    assert "'--zzz-qqq' is ignored" in remark
    forwarded = parse(["-forward-unknown-to-host-compiler", "-march=native", "a.cu"])
    assert forwarded.remarks == [] and forwarded.host_flags == ["-march=native"]


def test_contradicting_values_are_reported() -> None:
    options = parse(["-std=c++14", "-std=c++17", "a.cu"])
    assert options.std == "c++17"
    assert "-std is given twice" in options.remarks[0]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["-c", "-E"], "-c and -E contradict each other"),
        (["-dc", "-rdc=false"], "-dc and -rdc=false contradict each other"),
        (["-dw", "-rdc=true"], "-dw and -rdc=true contradict each other"),
        (["-o", "a", "-o", "b"], "-o is given twice"),
        (["-o"], "-o wants a value"),
        (["--extend-lambda"], "--extend-lambda"),
        (["-ptx"], "cannot make PTX"),
        (["-cubin"], "cannot make a cubin"),
        (["--fatbin"], "cannot make a fatbin"),
        (["-cudart=dynamic"], "-cudart is static, shared or none"),
        (["-m32"], "only programs of 64 bits"),
        (["-arch=volta"], "volta"),
        (["-gencode", "arch=sm_80"], "arch=sm_80"),
        (["-code=sm_x"], "sm_x"),
        (["-rdc=maybe"], "-rdc is true or false"),
        (["--default-stream", "mine"], "--default-stream"),
        (["k.ptx"], "cannot use code for GPUs"),
        (["--options-file", "no-such-file"], "no-such-file"),
    ],
)
def test_what_makes_no_sense_is_named(words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse([*words, "a.cu"] if words != ["-o"] else words)
    assert message in caught.value.message


def test_option_files_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"@{tmp_path}/a.txt")
    with pytest.raises(UsageError, match="circle"):
        parse([f"@{tmp_path}/a.txt"])


def test_misspelt_option_gets_a_suggestion() -> None:
    with pytest.raises(UsageError) as caught:
        parse(["--expt-relaxed-constexp", "a.cu"])
    assert "--expt-relaxed-constexpr" in caught.value.hint
