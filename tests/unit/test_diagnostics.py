"""How errors look."""

from __future__ import annotations

from pathlib import Path

from sampan.diagnostics import CompileError, Diagnostic, Span, UsageError


def test_caret_stands_under_the_column_also_after_tabs(tmp_path: Path) -> None:
    source = tmp_path / "a.cu"
    source.write_text("int a;\n\tfoo(x, y);\n")
    shown = Diagnostic("error", "no such thing", Span(str(source), 2, 6)).render().split("\n")
    assert shown[0] == f"{source}:2:6: error: no such thing"
    assert shown[1] == "    2 | \tfoo(x, y);"
    assert shown[2] == "      | \t    ^"


def test_place_that_cannot_be_shown_is_only_named() -> None:
    shown = Diagnostic("error", "bad", Span("gone.cu", 3, 1)).render()
    assert shown == "gone.cu:3:1: error: bad"
    assert Diagnostic("error", "bad", Span(__file__, 100000)).render().count("\n") == 0


def test_error_shows_the_compiler_first_and_the_hint_last() -> None:
    error = CompileError("a.cu does not compile", output="a.cu:1:1: error: huh\n", hint="do this")
    lines = error.render().split("\n")
    assert lines[0] == "a.cu:1:1: error: huh"
    assert lines[1] == "sampan: error: a.cu does not compile"
    assert lines[2] == "hint: do this"


def test_notes_follow_their_error() -> None:
    note = Diagnostic("note", "declared here")
    assert Diagnostic("error", "bad", None, (note,)).render().split("\n") == [
        "sampan: error: bad",
        "sampan: note: declared here",
    ]


def test_exit_codes_are_those_of_the_documentation() -> None:
    assert UsageError("").exit_code == 2
    assert CompileError("").exit_code == 3
