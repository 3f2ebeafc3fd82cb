"""A name as units that can be compared: Chinese characters, syllables, and words.

A name may have several readings. In Latin letters: as pinyin and as Wade-Giles, each if its words
are made of such syllables. In Chinese characters: by its characters, for names that have them
too, and by their sound, of which a character may have several. Units that stand for the same
thing share an option; the class of a unit is the same for all that could be confused.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from sampan.supply.names.clean import HAN, Cleaned, clean, simplified
from sampan.supply.names.syllables import CLASSES, DIAERESIS, WADE_GILES, split_word
from sampan.supply.names.words import (
    COMMON,
    LEGAL,
    LEGAL_HAN,
    PLACE_NAMES,
    SAME,
    TRANSLATABLE,
    TRANSLATED,
)

READINGS_OF_A_CHARACTER = 2  # as pypinyin orders them; rarer ones are hardly ever in names
# Characters that are said otherwise as surnames.
SURNAMES = {
    "单": "shan", "解": "xie", "曾": "zeng", "仇": "qiu", "任": "ren", "盖": "ge", "查": "zha",
    "乐": "yue", "朴": "piao", "翟": "zhai", "区": "ou", "缪": "miao", "冼": "xian", "员": "yun",
    "秘": "bi", "种": "chong", "黑": "he", "覃": "qin", "召": "shao", "繁": "po", "薄": "bo",
    "尉": "yu", "折": "she", "隗": "kui", "撒": "sa", "哈": "ha", "那": "na", "佴": "nai",
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """`options` are the syllables it may be; or the one word or character that it is."""

    options: frozenset[str]
    kind: str  # "syllable", "word", "common" (a word of many companies' names), "character"
    klass: str
    text: str


@dataclass(frozen=True)
class Name:
    """A name, cleaned and read. `readings` has one or two in letters, or how Chinese characters are
    pronounced; `characters` is empty for a name without such characters."""

    original: str
    cleaned: Cleaned
    readings: tuple[tuple[Unit, ...], ...]
    characters: tuple[Unit, ...]

    @property
    def empty(self) -> bool:
        return not self.characters and not any(self.readings)


def _word(text: str) -> Unit:
    kind = "common" if text in COMMON else "word"
    return Unit(frozenset([text]), kind, text, text)


@lru_cache(maxsize=5000)
def _syllable(text: str, spelling: str) -> Unit:
    options = WADE_GILES[text] if spelling == "wade-giles" else frozenset([text])
    options |= {DIAERESIS[one] for one in options if one in DIAERESIS}
    return Unit(options, "syllable", "~" + CLASSES[min(options)], text)


def read(name: str) -> Name:
    """Reads a name of any kind."""
    cleaned = clean(name)
    words = [SAME.get(word, word) for word in cleaned.words]
    kept = [word for word in words if not _legal(word, words)] or words
    # Shenzhen is a place in the name of a company, and Xian may be somebody's name.
    firm = len(kept) < len(words) or any(word in COMMON - PLACE_NAMES for word in kept)
    if any(HAN.match(word) for word in kept):
        return _read_han(name, cleaned, kept)
    pinyin = _spelled(kept, "pinyin", firm)
    readings = [pinyin]
    # A writer uses one spelling throughout: what is a syllable of pinyin alone rules the other out.
    if all(split_word(word, "wade-giles") or not split_word(word, "pinyin") for word in kept):
        wade_giles = _spelled(kept, "wade-giles", firm)
        if wade_giles != pinyin:
            readings.append(wade_giles)
    return Name(name, cleaned, tuple(readings), ())


def _legal(word: str, words: list[str]) -> bool:
    """Whether a word is a legal form, or, as the last one, a slip of the pen for one."""
    if word in LEGAL:
        return True
    last = word is words[-1] and len(words) > 2
    return last and any(OSA.distance(word, form) <= 1 for form in ("ltd", "limited", "company"))


def _spelled(words: list[str], spelling: str, firm: bool) -> tuple[Unit, ...]:
    units: list[Unit] = []
    for word in words:
        known = word in COMMON and (firm or word not in PLACE_NAMES)
        syllables = None if known else split_word(word, spelling)
        if syllables is None:
            units.append(_word(word))
        else:
            units += [_syllable(one, spelling) for one in syllables]
    return tuple(units)


def _read_han(name: str, cleaned: Cleaned, words: list[str]) -> Name:
    """Characters one by one, and how they are said; words in other scripts stay words in both."""
    characters: list[Unit] = []
    spoken: list[Unit] = []
    for word in words:
        if not HAN.match(word):
            units = _spelled([word], "pinyin", True)
            characters += units
            spoken += units
            continue
        text = simplified(word)
        text = LEGAL_HAN.sub("", text) or text
        at = 0
        for match in TRANSLATABLE.finditer(text):
            characters += _written(text[at : match.start()])
            spoken += _spoken(text[at : match.start()])
            meant = [_word(one) for one in TRANSLATED[match[0]]]
            characters += meant
            spoken += meant
            at = match.end()
        characters += _written(text[at:])
        spoken += _spoken(text[at:])
    return Name(name, cleaned, (tuple(spoken),), tuple(characters))


def _written(text: str) -> list[Unit]:
    return [Unit(frozenset([one]), "character", one, one) for one in text]


@lru_cache(maxsize=20_000)
def _spoken(text: str) -> tuple[Unit, ...]:
    from pypinyin import Style, pinyin

    if not text:
        return ()
    units = []
    # Character by character: a name is not a phrase of a dictionary.
    for at, character in enumerate(text):
        found = pinyin(character, style=Style.NORMAL, heteronym=True)
        options = [one for one in found[0] if one in CLASSES][:READINGS_OF_A_CHARACTER]
        if at == 0 and character in SURNAMES:
            options = list(dict.fromkeys([SURNAMES[character], *options]))
        options += [DIAERESIS[one] for one in options if one in DIAERESIS]
        if not options:
            units.append(Unit(frozenset([character]), "character", character, character))
        else:
            klass = "~" + CLASSES[options[0]]
            units.append(Unit(frozenset(options), "syllable", klass, options[0]))
    return tuple(units)
