"""Failures of this package, and what its commands need around them."""

from __future__ import annotations

import contextlib
import sys
import unicodedata
from collections.abc import Iterator

from sampan.diagnostics import ExitCode, MissingToolError, SampanError, Span


class DataError(SampanError):
    """A file that the user gave, or one of the package's own, is missing or malformed.

    Its exit code is that of a source that does not compile (docs/cli.md): the command line was
    understood, what it names was not.
    """

    exit_code = ExitCode.COMPILE

    def __init__(self, message: str, *, span: Span | None = None, hint: str = "") -> None:
        super().__init__(visible(message), span=span, hint=visible(hint))


def visible(text: str) -> str:
    """Text of a file as a terminal may be shown it: what would move the cursor, turn the direction
    of text, or show nothing, is written as its number."""
    return "".join(
        f"\\u{ord(char):04x}"
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") and char != "\n"
        else char
        for char in text
    )


@contextlib.contextmanager
def prepared() -> Iterator[None]:
    """Around a command of this package: its output can be written whatever the terminal's encoding,
    and a package that is not installed is no bug.

    Raises:
        MissingToolError: a package is missing.
    """
    reconfigure = getattr(sys.stdout, "reconfigure", None)
    if reconfigure is not None:
        reconfigure(errors="backslashreplace")
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "sampan").partition(".")[0] == "sampan":
            raise
        raise MissingToolError(
            f"the Python package {error.name} is not installed",
            hint=f"{sys.executable} -m pip install pydantic PyYAML pypinyin rapidfuzz OpenCC",
        ) from None
