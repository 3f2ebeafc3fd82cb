"""Precompiled headers change nothing but the time, and are used only while they are right."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from sampan.cache import tree_size
from sampan.frontend import clang, precompiled
from sampan.frontend.clang import ClangOptions
from sampan.frontend.precompiled import with_precompiled

SOURCE = """
#include <cstdio>
__global__ void k(float *x) { x[threadIdx.x] = sinf(x[threadIdx.x]) + LIMIT; }
int main() { printf("%d\\n", LIMIT); k<<<1, 1>>>(nullptr); }
"""
Rewrite = Callable[..., list[str]]


@pytest.fixture
def own_headers(own_cache: Path) -> Path:
    """A cache without precompiled headers; the folder where they will lie."""
    (own_cache / "headers").unlink()
    return own_cache / "headers"


@pytest.fixture
def header(tmp_path: Path, own_headers: Path) -> Path:
    folder = tmp_path / "some" / "headers"
    folder.mkdir(parents=True)
    (folder / "first.h").write_text('#include "second.h"\nconst int first = WIDTH;\n')
    (folder / "second.h").write_text("#ifndef WIDTH\n#define WIDTH 1\n#endif\n")
    return folder / "first.h"


def command(source: Path, header: Path, *words: str) -> list[str]:
    start = [str(clang.find_clang()), "--driver-mode=g++", "-x", "c++", *words]
    return [*start, "-include", str(header), "-S", "-emit-llvm", "-o", "-", str(source)]


@pytest.fixture
def rewrite(tmp_path: Path, header: Path) -> Rewrite:
    source = tmp_path / "source.cpp"
    source.write_text("int f() { return first; }\n")
    return lambda *words: with_precompiled(command(source, header, *words), header, [])


def form(command: list[str]) -> str:
    """The form that a command uses, empty where it uses none."""
    return command[command.index("-include-pch") + 2] if "-include-pch" in command else ""


def output(command: list[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("side", ["device", "host"])
def test_code_is_the_same(side: str, tmp_path: Path, own_cache: Path) -> None:
    source, blob, out = tmp_path / "a.cu", tmp_path / "blob", tmp_path / "out.ll"
    source.write_text(SOURCE)
    blob.write_bytes(b"identity\0")
    (tmp_path / "include").mkdir()
    options = ClangOptions(std="c++20", defines=("LIMIT=7",), includes=(str(tmp_path / "include"),))
    if side == "device":
        plain = clang.device_command(source, options, out)
    else:
        plain = clang.host_command(source, options, blob, out)
    quick = with_precompiled(plain, clang.FIRST_HEADER, options.headers)
    assert form(quick)
    made = []
    for one in (plain, quick):
        subprocess.run(one, check=True)
        made.append(out.read_bytes())
    assert made[0] == made[1]


def test_a_form_is_made_once(rewrite: Rewrite) -> None:
    first = Path(form(rewrite()))
    made = first.stat().st_mtime_ns
    assert form(rewrite()) == str(first)
    assert first.stat().st_mtime_ns == made
    assert "ret i32 1" in output(rewrite())


def test_another_flag_is_another_form(rewrite: Rewrite) -> None:
    assert len({form(rewrite(*words)) for words in ([], ["-std=c++20"], ["-O1"])}) == 3


def test_a_changed_header_is_noticed(rewrite: Rewrite, header: Path) -> None:
    rewrite()
    header.with_name("second.h").write_text("#define WIDTH 22\n")
    changed = rewrite()
    assert form(changed) and "ret i32 22" in output(changed)


def test_a_new_file_beside_the_headers_is_noticed(rewrite: Rewrite, header: Path) -> None:
    inode = Path(form(rewrite())).stat().st_mtime_ns
    header.with_name("third.h").write_text("")
    assert Path(form(rewrite())).stat().st_mtime_ns != inode


def test_macros_that_the_headers_know(rewrite: Rewrite) -> None:
    plain, other, telling = rewrite(), rewrite("-DOTHER=1", "-UMORE"), rewrite("-DWIDTH=5")
    assert form(other) == form(plain) != form(telling)
    assert "ret i32 1" in output(other)
    assert "ret i32 5" in output(telling)
    assert form(rewrite("-DWIDTH(x)=x")) != form(plain)


def test_folders_that_hide_a_header(rewrite: Rewrite, tmp_path: Path) -> None:
    folder = tmp_path / "include"
    folder.mkdir()
    (folder / "other.h").write_text("")
    assert form(rewrite(f"-I{folder}")) and form(rewrite("-isystem", str(folder)))
    assert form(rewrite("-I/no/such/folder"))
    (folder / "second.h").write_text("")
    assert not form(rewrite(f"-I{folder}")) and not form(rewrite("-isystem", str(folder)))


@pytest.mark.parametrize(
    "words",
    [["-g"], ["--target=riscv64-linux"], ["-Xclang", "-load"], ["-Wp,-DWIDTH=9"], ["-fmodules"]],
)
def test_words_that_might_say_anything(words: list[str], rewrite: Rewrite) -> None:
    assert not form(rewrite(*words))


def test_not_where_nothing_is_kept(rewrite: Rewrite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CPATH", "/some/where")
    assert not form(rewrite())
    monkeypatch.delenv("CPATH")
    monkeypatch.setenv("SAMPAN_CACHE", "0")
    assert not form(rewrite())
    monkeypatch.delenv("SAMPAN_CACHE")
    monkeypatch.setenv("SAMPAN_CACHE_DIR", "/proc/no/such/place")
    assert not form(rewrite())


def test_the_forms_used_last_are_kept(
    rewrite: Rewrite, own_headers: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = [form(rewrite(f"-O{level}")) for level in (0, 1)]
    size = tree_size(own_headers)
    monkeypatch.setattr(precompiled, "_limit", lambda: size + 10_000)
    monkeypatch.setattr(precompiled, "ROOM", 0)
    for one in forms:
        os.utime(Path(one).parent, (1, 1))
    rewrite("-O0")
    forms.append(form(rewrite("-O2")))
    assert [Path(one).exists() for one in forms] == [True, False, True]
    assert len(list(own_headers.iterdir())) == 2


def test_a_small_cache_has_no_room(rewrite: Rewrite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPAN_CACHE_LIMIT", "90M")
    assert not form(rewrite())


def test_a_damaged_form_is_replaced(tmp_path: Path, own_headers: Path) -> None:
    source = tmp_path / "a.cu"
    source.write_text("int main() {}\n")
    clang.check(source, ClangOptions())
    forms = sorted(own_headers.glob("*/pch"))
    assert len(forms) == 2
    for one in forms:
        one.write_bytes(b"not one at all")
    clang.check(source, ClangOptions())
    assert not any(one.exists() for one in forms)
    clang.check(source, ClangOptions())
    assert all(one.stat().st_size > 1000 for one in forms)


def test_errors_are_those_of_the_plain_command(tmp_path: Path, own_cache: Path) -> None:
    source = tmp_path / "a.cu"
    source.write_text("int main() { return cudaNothing; }\n")
    said = []
    for cache in ("1", "0"):
        with pytest.MonkeyPatch.context() as patch, pytest.raises(clang.FrontendError) as caught:
            patch.setenv("SAMPAN_CACHE", cache)
            clang.check(source, ClangOptions())
        said.append(str(caught.value))
    assert said[0] == said[1] and "cudaNothing" in said[0]
