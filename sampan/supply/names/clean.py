"""Takes away what is only appearance in a name: case, accents, unseen marks, look-alike letters.

What was taken away that an honest writer seldom puts there is remarked on, because it is a reason
to look twice: marks that turn the direction of text or show nothing, and words that mix scripts.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

NAME_LIMIT = 300  # characters; longer names are cut, and that is remarked on

# Letters of other scripts that look like a Latin one (a part of Unicode's confusables, UTS #39).
LOOKALIKES = str.maketrans(
    {
        # Cyrillic
        "а": "a", "в": "b", "е": "e", "ё": "e", "і": "i", "ї": "i", "к": "k", "м": "m", "н": "h",
        "о": "o", "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "ѕ": "s", "ј": "j", "һ": "h",
        "ԁ": "d", "ԛ": "q", "ԝ": "w", "ѵ": "v", "ӏ": "l", "ь": "b", "п": "n", "г": "r",
        # Greek
        "α": "a", "β": "b", "ε": "e", "ι": "i", "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t",
        "υ": "u", "χ": "x", "ϲ": "c", "η": "n", "γ": "y", "ω": "w", "μ": "m",
        # Latin letters that are no letters of English
        "ɡ": "g", "ı": "i", "ɑ": "a", "ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ŧ": "t",
        # Cherokee, Armenian
        "օ": "o", "ս": "u", "հ": "h", "զ": "q", "ց": "g", "ո": "n",
    }
)  # fmt: skip
# Passport and press spellings of Russian names; lists differ, and the comparison forgives a little.
_CYRILLIC = {
    "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ё": "e", "ж": "zh", "з": "z",
    "и": "i", "й": "y", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r",
    "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh",
    "щ": "shch", "ъ": "", "ы": "y", "ь": "", "э": "e", "ю": "yu", "я": "ya", "і": "i", "ї": "i",
    "є": "e", "ґ": "g",
}  # fmt: skip
_SILENT = {"Cf", "Cc", "Co", "Cn", "Cs"}
_DIRECTION = set("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TERMINAL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")  # what tells a terminal to do something
_WORD = re.compile(r"[^\W_]+")
HAN = re.compile(r"[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")


@dataclass(frozen=True)
class Cleaned:
    """The words of a name in lower case without accents, in order, and what was remarkable."""

    words: tuple[str, ...]
    remarks: tuple[str, ...]


def script(char: str) -> str:
    """`latin`, `cyrillic`, `greek`, `han`, or what Unicode's name of the letter begins with."""
    if HAN.match(char):
        return "han"
    return unicodedata.name(char, "unknown").split(" ")[0].lower()


def clean(name: str) -> Cleaned:
    """Cleans a name. It may be anything; what has no letters has no words."""
    remarks = []
    if len(name) > NAME_LIMIT:
        name = name[:NAME_LIMIT]
        remarks.append(f"cut after {NAME_LIMIT} characters")
    if any(char in _DIRECTION for char in name):
        remarks.append("marks of text direction in it")
    silent = {char for char in name if unicodedata.category(char) in _SILENT} - _DIRECTION
    if silent - set("\t\n\r"):
        remarks.append("characters in it that nobody sees")
    name = _TERMINAL.sub("", name)
    kept = "".join(
        char if char in "\t\n\r" or unicodedata.category(char) not in _SILENT else ""
        for char in name
    )
    plain = unicodedata.normalize("NFKC", kept).casefold()
    # Accents go; but not the marks of scripts in which they are letters.
    split = unicodedata.normalize("NFD", plain)
    split = re.sub(r"[\u0300-\u036f]", "", split)
    plain = unicodedata.normalize("NFC", split)
    plain = re.sub(r"(?<=\w)['\u2018\u2019\u02bc\u0060](?=\w)", "", plain).replace("&", " and ")
    words: list[str] = []
    for word in _WORD.findall(plain):
        words += _latin_words(word, remarks)
    return Cleaned(tuple(words), tuple(dict.fromkeys(remarks)))


def _latin_words(word: str, remarks: list[str]) -> list[str]:
    """A word without letters of other scripts among Latin ones; Han characters stand alone."""
    if word.isascii():
        return [word]
    parts = [part for part in re.split(rf"({HAN.pattern}+)", word) if part]
    if len(parts) > 1:
        return [done for part in parts for done in _latin_words(part, remarks)]
    if HAN.match(word):
        return [word]
    scripts = {script(char) for char in word if char.isalpha()}
    if len(scripts) > 1:
        remarks.append(f"a word that mixes scripts: {', '.join(sorted(scripts))}")
        return [word.translate(LOOKALIKES)]
    if scripts == {"latin"}:
        return [word.translate(LOOKALIKES)]
    if scripts == {"cyrillic"}:
        return ["".join(_CYRILLIC.get(char, char) for char in word)]
    return [word]


@lru_cache(maxsize=1)
def _converter():
    import opencc

    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """Chinese characters in their simplified form."""
    return _converter().convert(text)
