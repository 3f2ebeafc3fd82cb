"""Tables of command-line options in nvcc's spellings, and the reader that serves them.

A table maps each spelling to what the option does with an object that collects what was asked for.
`sampan run` and `sampan cc` have a table each; both begin with the shared one of options.py.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sampan.diagnostics import UsageError

Setter = Callable[[Any, str], None]
Switch = Callable[[Any], None]


@dataclass
class OptionTable:
    """Options with a value (`values`), without one (`switches`), and those whose value may follow
    without a space or "=" (`joined`, as in -DNAME)."""

    values: dict[str, Setter] = field(default_factory=dict)
    switches: dict[str, Switch] = field(default_factory=dict)
    joined: tuple[str, ...] = ()
    # Switches that may also have a value after "=": --keep and --keep=DIR.
    optional: dict[str, Setter] = field(default_factory=dict)

    def extended(self) -> OptionTable:
        """A copy to add to."""
        return OptionTable(dict(self.values), dict(self.switches), self.joined, dict(self.optional))

    # ---- entries ------------------------------------------------------------------------------

    def value(self, *spellings: str) -> Callable[[Setter], Setter]:
        def register(setter: Setter) -> Setter:
            for spelling in spellings:
                self.switches.pop(spelling, None)
                self.values[spelling] = setter
            return setter

        return register

    def optional_value(self, spelling: str) -> Callable[[Setter], Setter]:
        def register(setter: Setter) -> Setter:
            self.optional[spelling] = setter
            return setter

        return register

    def append(self, attribute: str, *spellings: str) -> None:
        def setter(options: Any, text: str) -> None:
            getattr(options, attribute).append(text)

        self.value(*spellings)(setter)

    def split_append(self, attribute: str, *spellings: str) -> None:
        """A list with commas between its elements; a comma that is meant is written `\\,`."""

        def setter(options: Any, text: str) -> None:
            getattr(options, attribute).extend(split_list(text))

        self.value(*spellings)(setter)

    def boolean(self, attribute: str, *spellings: str) -> None:
        def setter(options: Any, text: str) -> None:
            if text not in ("true", "false"):
                raise UsageError(f"{spellings[0]} is true or false, not '{text}'")
            setattr(options, attribute, text == "true")

        self.value(*spellings)(setter)

    def switch(self, attribute: str, *spellings: str, value: object = True) -> None:
        for spelling in spellings:
            self.values.pop(spelling, None)
            self.switches[spelling] = lambda options: setattr(options, attribute, value)

    def ignored(self, *spellings: str, takes_value: bool = False) -> None:
        for spelling in spellings:
            if takes_value:
                self.values[spelling] = lambda options, text: None
            else:
                self.switches[spelling] = lambda options: None

    # ---- reading ------------------------------------------------------------------------------

    def read(
        self,
        options: object,
        words: list[str],
        on_file: Callable[[str], None],
        on_unknown: Callable[[str], None],
    ) -> list[str]:
        """Applies `words` to `options`; returns those after `--`. Raises UsageError for a value
        that is missing or makes no sense."""
        position = 0
        while position < len(words):
            word = words[position]
            position += 1
            if word == "--":
                return words[position:]
            if not word.startswith("-") or word == "-":
                on_file(word)
                continue
            name, separator, text = word.partition("=")
            if word in self.switches:
                self.switches[word](options)
            elif name in self.optional and separator:
                if not text:
                    raise UsageError(f"{name}= wants a name")
                self.optional[name](options, text)
            elif name in self.values and separator:
                self.values[name](options, text)
            elif word in self.values and word != "-O":
                if position >= len(words) or words[position] == "--":
                    raise UsageError(f"{word} wants a value")
                self.values[word](options, words[position])
                position += 1
            elif (joined := self._joined(word)) is not None:
                self.values[joined[0]](options, joined[1])
            else:
                on_unknown(word)
        return []

    def _joined(self, word: str) -> tuple[str, str] | None:
        for prefix in self.joined:
            if word.startswith(prefix):
                rest = word[len(prefix) :]
                return prefix, rest or "2"  # a bare -O
        return None

    def close_to(self, word: str, also: Iterable[str] = ()) -> str:
        """The known option that `word` is most likely meant to be; empty if none is."""
        name = word.partition("=")[0]
        known = [*self.values, *self.switches, *self.optional, *also]
        return "".join(difflib.get_close_matches(name, known, n=1))


def split_list(text: str) -> list[str]:
    parts = text.replace("\\,", "\0").split(",")
    return [part.replace("\0", ",") for part in parts if part]
