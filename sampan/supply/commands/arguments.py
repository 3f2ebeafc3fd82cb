"""Command lines of this package: argparse, with the errors and hints of the rest of Sampan."""

from __future__ import annotations

import argparse
import datetime
import json
from typing import Any, NoReturn

from sampan.diagnostics import UsageError
from sampan.supply.countries import Country, find_country
from sampan.supply.errors import visible

WRONG = 1  # the question was answered, and the answer asks for a person's attention


class Parser(argparse.ArgumentParser):
    """Options may not be shortened; what makes no sense is a UsageError."""

    def __init__(self, **settings: Any) -> None:
        settings.setdefault("allow_abbrev", False)
        settings.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(**settings)

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, hint=f"`{self.prog} --help` has the options")


def day(text: str) -> datetime.date:
    """Reads a date.

    Raises:
        UsageError: there is no such day.
    """
    try:
        if len(text) != 10:
            raise ValueError
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f"'{text[:40]}' is no date", hint="write year, month and day: 2025-05-01"
        ) from None


def today() -> datetime.date:
    return datetime.datetime.now(datetime.UTC).date()


def country(text: str) -> Country:
    """Reads a country.

    Raises:
        UsageError: there is none of that name.
    """
    try:
        return find_country(text)
    except ValueError as error:
        raise UsageError(str(error)) from None


def print_json(data: Any) -> None:
    print(json.dumps(data, ensure_ascii=False))


def say(text: str) -> None:
    """Prints text that may hold names from anywhere."""
    print(visible(text))


def wrapped(text: str, indent: str = "  ", width: int = 100) -> str:
    """A paragraph as an item of a list."""
    import textwrap

    return textwrap.fill(
        text,
        width,
        initial_indent=f"{indent}- ",
        subsequent_indent=f"{indent}  ",
        break_long_words=False,
    )
