"""Make rules that list what a source includes, for -M and -MD."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


def rule(target: str, prerequisites: Iterable[Path], phony: bool) -> str:
    """A rule without a recipe. `phony`: each header also has a rule of its own, so that make does
    not stop where one is gone."""
    names = list(dict.fromkeys(escaped(str(path)) for path in prerequisites))
    text = " \\\n  ".join([f"{target}:", *names]) + "\n"
    if phony:
        text += "".join(f"{name}:\n" for name in names[1:])
    return text


def escaped(name: str) -> str:
    """A file's name as make reads it."""
    return name.replace("$", "$$").replace("#", "\\#").replace(" ", "\\ ")
