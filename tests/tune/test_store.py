"""What is kept of a tuning: whole, bounded, and of no harm when it is damaged."""

from __future__ import annotations

from pathlib import Path

import pytest

from sampan.at_launch.choices import PREFERRED, Choice, CodeForm, write_choices
from sampan.at_launch.folder import content_digest
from sampan.at_launch.names import library_name, parse_library_name
from sampan.tune import store as stores
from sampan.tune.store import Store, TunedKernel


def _kernel(name: str, width: int = 16, x: int = 64) -> TunedKernel:
    choice = Choice(CodeForm(width, "x"), 1000, 2)
    return TunedKernel(name, 0, (x, 1, 1), choice, 20.0, 10.0)


def test_kernels_and_shapes_are_kept_apart(tmp_path: Path) -> None:
    store = Store(tmp_path / "tuned")
    assert store.find("module") == []
    store.keep("module", [_kernel("a"), _kernel("b")])
    store.keep("module", [_kernel("a", 8), _kernel("a", x=128)])
    assert set(store.find("module")) == {_kernel("a", 8), _kernel("a", x=128), _kernel("b")}
    assert store.find("other") == []
    assert store.clear() == 1
    assert store.find("module") == []


@pytest.mark.parametrize(
    "text",
    ["", "[]", '{"kernels": 3}', '{"kernels": [{"kernel": "a"}]}', "\0", '{"kernels": [7]}'],
)
def test_a_damaged_file_is_as_good_as_none(tmp_path: Path, text: str) -> None:
    store = Store(tmp_path)
    store.keep("module", [_kernel("a")])
    [file] = tmp_path.glob("??/*.json")
    file.write_text(text)
    assert store.find("module") == []
    store.keep("module", [_kernel("b")])
    assert store.find("module") == [_kernel("b")]


def test_there_are_never_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stores, "MOST_FILES", 3)
    monkeypatch.setattr(stores, "MOST_KERNELS", 4)
    store = Store(tmp_path)
    for number in range(6):
        store.keep(f"module {number}", [_kernel("a")])
    assert store.count() == 3
    assert store.find("module 5") and not store.find("module 0")
    store.keep("module 5", [_kernel(name) for name in "bcdef"])
    assert [one.kernel for one in store.find("module 5")] == ["c", "d", "e", "f"]


@pytest.mark.parametrize(
    "form",
    [
        PREFERRED,
        CodeForm(32, "x"),
        CodeForm(8, "p", fast_math=True),
        CodeForm(fast_math=True),
        CodeForm(16, "a", counting=True),
        CodeForm(counting=True, fast_math=True),
    ],
)
def test_a_form_is_its_word(form: CodeForm) -> None:
    assert CodeForm.parse(form.word) == form


@pytest.mark.parametrize("word", ["", "x", "32", "32y", "../32x", "32x+", "fast+32x", "0000x"])
def test_other_words_are_no_forms(word: str) -> None:
    with pytest.raises(ValueError, match="no form"):
        CodeForm.parse(word)


def test_the_file_for_the_runtime(tmp_path: Path) -> None:
    file = tmp_path / "tuned"
    choices = {
        ("id.0.64x1x1", "_Z1av"): Choice(CodeForm(16, "x"), 2000, 1),
        ("id.1.64x1x1", "_Z1bv"): Choice(),
        ("id", "no name"): Choice(),
    }
    write_choices(file, choices, watch_results=True)
    assert file.read_text() == "check\nid.0.64x1x1 _Z1av 16x 2000 1\nid.1.64x1x1 _Z1bv - 0 0\n"
    assert list(tmp_path.iterdir()) == [file]


def test_names_of_libraries() -> None:
    name = library_name("0123456789abcdef0123456789abcdef", 3, (16, 8, 1))
    assert parse_library_name(name) == ("0123456789abcdef", 3, (16, 8, 1))
    others = ("0123456789abcdef0123456789abcdef", f"{name}.16x", "x.1.2x3", f"{name[:17]}a.1x1x1")
    for other in others:
        assert parse_library_name(other) is None


def test_the_place_of_a_source_does_not_count() -> None:
    text = (
        '; ModuleID = "{0}/a.cu"\nsource_filename = "{0}/a.cu"\n'
        '!1 = !DIFile(filename: "{0}/a.cu", directory: "/")\n{1}'
    )
    assert content_digest(text.format("/x", "ret")) == content_digest(text.format("/y", "ret"))
    assert content_digest(text.format("/x", "ret")) != content_digest(text.format("/x", "br"))
