"""Command lines that go on in files: `--options-file FILE` and `@FILE`, from build systems."""

from __future__ import annotations

import re
import shlex
from collections.abc import Sequence
from pathlib import Path

from sampan.cli.option_table import OptionTable, split_list
from sampan.diagnostics import UsageError

# An option and its value as one word, as FindCUDA of CMake writes them: "-gencode arch=...".
_PARTED = re.compile(r"(-[-\w]+) +(.+)")
MAX_DEPTH = 32  # of files that name files


def expanded(
    words: Sequence[str], table: OptionTable, naming: Sequence[str], depth: int = 0
) -> list[str]:
    """The words, with those of option files in their place. `naming`: the spellings of the option
    that names files."""
    if depth > MAX_DEPTH:
        raise UsageError("the option files name each other in a circle")
    found: list[str] = []
    position = 0
    while position < len(words):
        word = words[position]
        position += 1
        name, separator, text = word.partition("=")
        if word.startswith("@") and len(word) > 1:
            files = [word[1:]]
        elif name in naming and separator:
            files = split_list(text)
        elif word in naming:
            if position >= len(words):
                raise UsageError(f"{word} wants the name of a file")
            files = split_list(words[position])
            position += 1
        elif (parted := _PARTED.fullmatch(word)) and parted[1] in table.values:
            found += parted.groups()
            continue
        else:
            found.append(word)
            continue
        for file in files:
            found += expanded(_words_of(Path(file)), table, naming, depth + 1)
    return found


def _words_of(file: Path) -> list[str]:
    try:
        return shlex.split(file.read_text(encoding="utf-8", errors="surrogateescape"))
    except OSError as error:
        raise UsageError(f"the option file {file} cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise UsageError(f"the option file {file} cannot be understood: {error}") from None
