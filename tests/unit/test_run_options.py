"""The command line of `sampan run`, in nvcc's spellings."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.cli import options
from sampan.cli.options import parse
from sampan.diagnostics import UsageError


@pytest.mark.parametrize(
    "words",
    [
        ["-arch=sm_75", "-std=c++20"],
        ["-arch", "sm_75", "-std", "c++20"],
        ["--gpu-architecture=compute_75", "--std", "c++20"],
        ["--gpu-architecture", "compute_75", "--std=c++20"],
        ["-gencode", "arch=compute_75,code=sm_75", "-std=c++20"],
        ["-gencode=arch=compute_75,code=[sm_75,compute_75]", "-std=c++20"],
    ],
)
def test_spellings_of_values(words: list[str]) -> None:
    parsed = parse([*words, "a.cu"])
    assert (parsed.arch, parsed.std) == ("sm_75", "c++20")


def test_joined_and_separate_flags() -> None:
    words = "-DA -D B=1 -UC -U D -Ix -I y -isystem z -include w.h -lm -l z -Llib -L dir -O3"
    parsed = parse([*words.split(), "a.cu"])
    assert parsed.defines == ["A", "B=1"]
    assert parsed.undefines == ["C", "D"]
    assert parsed.includes == ["x", "y"]
    assert parsed.system_includes == ["z"]
    assert parsed.include_files == ["w.h"]
    assert parsed.libraries == ["m", "z"]
    assert parsed.library_dirs == ["lib", "dir"]
    assert parsed.optimize == "3"


def test_single_dash_words_are_not_taken_for_joined_flags() -> None:
    parsed = parse(["-lineinfo", "-use_fast_math", "-Wall", "-g", "-G", "a.cu"])
    assert parsed.libraries == []
    assert parsed.use_fast_math and parsed.debug and parsed.device_debug
    assert parsed.warnings == ["-Wall"]


def test_host_compiler_flags_are_split_at_commas() -> None:
    parsed = parse(["-Xcompiler", "-Wall,-march=native", "-Xcompiler=-O1", "a.cu"])
    assert parsed.host_flags == ["-Wall", "-march=native", "-O1"]


def test_booleans() -> None:
    parsed = parse(["-fmad=false", "--ftz=true", "-prec-div=false", "a.cu"])
    assert (parsed.fmad, parsed.ftz, parsed.prec_div, parsed.prec_sqrt) == (
        False,
        True,
        False,
        True,
    )


def test_arguments_after_two_dashes_belong_to_the_program() -> None:
    parsed = parse(["a.cu", "b.cpp", "--", "-O3", "--", "c.cu"])
    assert parsed.sources == [Path("a.cu"), Path("b.cpp")]
    assert parsed.arguments == ["-O3", "--", "c.cu"]


def test_language_counts_for_the_files_after_it() -> None:
    parsed = parse(["a.cpp", "-x", "cu", "b.cpp"])
    assert parsed.cuda_sources == {Path("b.cpp")}


def test_output_is_ignored_with_a_remark() -> None:
    assert "-o prog" in parse(["-o", "prog", "a.cu"]).remarks[0]


def test_json_with_and_without_a_file() -> None:
    assert parse(["--json", "a.cu"]).json == "-"
    assert parse(["--json=out.json", "a.cu"]).json == "out.json"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "no source file"),
        (["--"], "no source file"),
        (["a.cu", "-arch"], "-arch wants a value"),
        (["a.cu", "-arch=pascal"], "pascal"),
        (["a.cu", "-std=c++99"], "c++99"),
        (["a.cu", "-O7"], "-O7"),
        (["a.cu", "--path", "gpu"], "gpu"),
        (["a.cu", "--threads=0"], "'0'"),
        (["a.cu", "-fmad=maybe"], "maybe"),
        (["a.cu", "1024"], "1024"),
        (["a.cu", "--no-such-flag"], "--no-such-flag"),
        (["a.cu", "--json="], "--json="),
        (["a.cu", "-x", "fortran"], "fortran"),
    ],
)
def test_what_makes_no_sense_is_named(words: list[str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(words)
    assert message in caught.value.message


def test_misspelt_option_gets_a_suggestion() -> None:
    with pytest.raises(UsageError) as caught:
        parse(["a.cu", "--stat"])
    assert "--stats" in caught.value.hint


def test_only_what_changes_the_program_is_in_the_key() -> None:
    plain = options.compile_flags(parse(["a.cu"]))
    running = ["--stats", "--json", "--verbose", "--threads=3", "a.cu", "--", "1"]
    assert options.compile_flags(parse(running)) == plain
    for flag in ("-g", "-DX", "-O0", "-arch=sm_90", "--path=fibre", "-lm", "-Xcompiler=-Wall"):
        assert options.compile_flags(parse([flag, "a.cu"])) != plain, flag


@pytest.mark.parametrize(
    ("words", "path"),
    [
        ([], "vector"),
        (["--path", "fibre"], "fibre"),
        (["-G"], "debug"),
        (["--path", "interp", "-G"], "interp"),
    ],
)
def test_path_of_the_compiler(words: list[str], path: str) -> None:
    assert options.to_compile_options(parse([*words, "a.cu"])).path == path
