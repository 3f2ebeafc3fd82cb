"""Tokens of LLVM's textual IR: plain strings, told apart by their first or last character."""

from __future__ import annotations

import re
from functools import cache

# One group, so that `findall` gives a list of strings. Whitespace and comments are skipped by the
# prefix. A word may be a keyword, a number, or (ending in ":") a label.
TOKEN = re.compile(
    r"""(?:\s++|;[^\n]*+)*+
    ( [%@$!](?:"[^"]*"|[-a-zA-Z$._0-9\\]+)
    | [-a-zA-Z$._0-9]+\+[0-9]+                  # a float with a positive exponent
    | c?"[^"]*":?
    | [-a-zA-Z$._0-9]+:?
    | \#[a-zA-Z0-9_]+
    | \|
    | [^\s;]
    )""",
    re.VERBOSE,
)

# The last token of every list.
END = "\0"

_ESCAPE = re.compile(r"\\([0-9a-fA-F]{2}|\\)")
_SAFE_NAME = re.compile(r"[-a-zA-Z$._][-a-zA-Z$._0-9]*\Z")


def tokenize(text: str) -> list[str]:
    """All tokens of `text`, followed by `END`."""
    # The end mark is part of the text, so that a comment at the end has a token behind it.
    return TOKEN.findall(text + "\n" + END)


def line_of_token(text: str, index: int) -> int:
    """Zero-based line within `text` of token number `index` (slow: for errors only)."""
    for number, match in enumerate(TOKEN.finditer(text)):
        if number == index:
            return text.count("\n", 0, match.start(1))
    return text.count("\n")


def _unescape_one(match: re.Match[str]) -> str:
    code = match.group(1)
    return "\\" if code == "\\" else chr(int(code, 16))


def unescape(text: str) -> str:
    """Content of a quoted string; bytes become the characters of the same code."""
    return _ESCAPE.sub(_unescape_one, text) if "\\" in text else text


def escape_bytes(data: bytes) -> str:
    """`data` as LLVM writes it between quotes."""
    return "".join(chr(b) if 32 <= b < 127 and b not in (34, 92) else f"\\{b:02X}" for b in data)


def name_of(token: str) -> str:
    """Name in a `%name`, `@"name"`, `$name` token, without sigil and quotes."""
    body = token[1:]
    return unescape(body[1:-1]) if body[:1] == '"' else body


@cache
def quoted_name(name: str) -> str:
    """`name` as it follows a sigil: quoted where LLVM needs it."""
    if _SAFE_NAME.match(name):
        return name
    return f'"{escape_bytes(name.encode("latin-1", "backslashreplace"))}"'


def join_tokens(tokens: list[str]) -> str:
    """Tokens of attributes as one line of text that LLVM reads the same way."""
    text = " ".join(tokens)
    for old, new in (("( ", "("), (" )", ")"), (" ,", ","), (" = ", "="), ("< ", "<"), (" >", ">")):
        text = text.replace(old, new)
    # `memory (none)` and `byval (T)` are written without the space.
    return re.sub(r"([a-z_0-9]) \(", r"\1(", text)
