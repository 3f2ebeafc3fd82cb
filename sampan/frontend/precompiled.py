"""The headers that every CUDA source starts with, parsed once and kept: precompiled headers.

`cuda_runtime.h` and what it includes take most of the time that clang needs for a small program. A
command that may use a precompiled form is rewritten to; which form fits depends on all of its words
but those that say nothing about these headers: names of files, `-I` of folders that have none of
them, macros that do not occur in them. A form is used only while every file that it read is as it
was, in size and time, and no file has been added to the folders they lie in.

Kept in the compile cache's directory, an eighth of its limit at most, the ones used last:

    headers/<digest of the command>/pch      for -include-pch
                                  /inputs    JSON: path -> size and time, of files and folders
                                  /names     the identifiers in the files, one a line

Code is the same with and without, to the byte. Nothing here may stop a compilation: what cannot be
made, kept or used is done without.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sampan import config
from sampan.cache import HEADERS, default_directory, tree_size

SHARE_OF_LIMIT = 8
ROOM = 6 << 20  # that a form may need
_NOTHING = Path(__file__).with_suffix(".h")
_PACKAGE = _NOTHING.parent.parent
# Folders that clang searches and that may be empty when a form is made.
_SEARCHED = ("/usr/local/include",)
# What clang reads where the user sets it, besides the command.
_VARIABLES = ("CPATH", "CPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH", "CCC_OVERRIDE_OPTIONS")
# Words of which it is known that they do all they do whenever they are given.
# (Debug information would lack what `using` names.)
_KEPT = re.compile(
    r"-(?:[fmwO]|gline-tables-only$|W(?![pal],)|std|pthread|nocuda|-cuda|-driver-mode=)"
)
_KEPT_CLANG = re.compile(r"-(?:target-sdk-version=|fcuda-|no-enable-noundef-analysis|disable-O0)")
_NEVER = re.compile(r"-f(?:modules|plugin|pch|profile)")
_NAME = re.compile(rb"[A-Za-z_]\w*")


@dataclass
class _Command:
    """The words of a clang command, sorted."""

    kept: list[str] = field(default_factory=list)  # what a form depends on
    macros: list[str] = field(default_factory=list)  # -D and -U of the user
    folders: list[str] = field(default_factory=list)  # -I, and -isystem of the user


@dataclass(frozen=True)
class _Form:
    folder: Path
    inputs: tuple[str, ...]

    @property
    def pch(self) -> Path:
        return self.folder / "pch"

    def names(self) -> frozenset[str]:
        return frozenset((self.folder / "names").read_text().split("\n"))


def with_precompiled(command: Sequence[str], header: Path, ours: Sequence[Path]) -> list[str]:
    """The command of `clang.device_command` or `host_command` with a precompiled form of `header`,
    which it includes before anything else; the command itself where there can be none. `ours`: the
    folders of headers that every command has."""
    sorted_words = _sort(command, header, ours)
    if sorted_words is None or not config.CACHE.get() or any(map(os.environ.get, _VARIABLES)):
        return list(command)
    if _limit() < 2 * ROOM:
        return list(command)
    try:
        form = _fitting(sorted_words, header)
    except (OSError, RuntimeError):  # the latter where nobody knows where home is
        return list(command)
    if form is None:
        return list(command)
    at = command.index("-include")
    return [*command[:at], "-Xclang", "-include-pch", "-Xclang", str(form.pch), *command[at + 2 :]]


def forget(command: Sequence[str]) -> None:
    """Removes the form that `with_precompiled` put in: clang could do nothing with it."""
    at = command.index("-include-pch")
    shutil.rmtree(Path(command[at + 2]).parent, ignore_errors=True)


def _sort(command: Sequence[str], header: Path, ours: Sequence[Path]) -> _Command | None:
    """None where a word is not known to be harmless."""
    found = _Command()
    words = iter(command[:-1])  # without the source
    found.kept.append(next(words))
    theirs = set(map(str, ours))
    for word in words:
        if word in ("-S", "-emit-llvm", "-MD", "-MMD", "-fsyntax-only"):
            continue
        if word in ("-o", "-MF"):
            next(words)
        elif word == "-include":
            if next(words) == str(header):
                found.kept += [word, str(header)]
        elif word == "-isystem":
            folder = next(words)
            if folder in theirs:
                found.kept += [word, folder]
            else:
                found.folders.append(folder)
        elif word in ("-idirafter", "-x"):
            found.kept += [word, next(words)]
        elif word.startswith("-I"):
            found.folders.append(word[2:])
        elif word.startswith(("-D__CUDA", "-D__restrict")):
            found.kept.append(word)
        elif word.startswith(("-D", "-U")):
            found.macros.append(word)
        elif word.startswith(("-cuid=", "-ffile-prefix-map=")):
            continue
        elif word == "-Xclang":
            given = next(words)
            if given in ("-mlink-builtin-bitcode", "-fcuda-include-gpubinary"):
                next(words), next(words)
            elif _KEPT_CLANG.match(given):
                found.kept += [word, given]
            else:
                return None
        elif _KEPT.match(word) and not _NEVER.match(word):
            found.kept.append(word)
        else:
            return None
    return found if "-include" in found.kept and all(found.folders) else None


def _fitting(command: _Command, header: Path) -> _Form | None:
    """A form for the command, made if there is none yet."""
    form = _form(command.kept)
    if form is None:
        return None
    if command.macros:
        known = form.names()
        telling = [one for one in command.macros if _macro(one) in known]
        if telling:
            form = _form([*command.kept, *telling])
            if form is None:
                return None
            known = form.names()
            if any(_macro(one) in known for one in command.macros if one not in telling):
                return None
    if any(_has_one_of(folder, form.inputs) for folder in command.folders):
        return None
    return form


def _macro(word: str) -> str:
    return re.split(r"[=(]", word[2:], maxsplit=1)[0]


def _has_one_of(folder: str, inputs: Iterable[str]) -> bool:
    """Whether an #include of one of the files might find another in this folder."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        entries = set(os.listdir(folder))
        for path in inputs:
            parts = path.split("/")
            for count in range(1, min(5, len(parts))):
                if parts[-count] in entries and os.path.exists(
                    os.path.join(folder, *parts[-count:])
                ):
                    return True
    return False


def _form(words: Sequence[str]) -> _Form | None:
    root = default_directory() / HEADERS
    clang = os.stat(words[0])
    parts = [*words, str(clang.st_size), str(clang.st_mtime_ns)]
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()
    folder = root / digest[:32]
    return _whole(folder) or _make(words, folder)


def _whole(folder: Path) -> _Form | None:
    """The form in the folder if it is there and as good as new; an old one goes."""
    try:
        held = json.loads((folder / "inputs").read_text("utf-8", "surrogateescape"))
        if all(_state(path) == state for path, state in held["states"].items()):
            os.utime(folder)  # used just now: the last to be forgotten
            return _Form(folder, tuple(held["files"]))
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    return None


def _state(path: str) -> list[int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return [found.st_size, found.st_mtime_ns]


def _make(words: Sequence[str], folder: Path) -> _Form | None:
    folder.parent.mkdir(parents=True, exist_ok=True)
    began = time.time_ns()
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder.parent) as name:
        work = Path(name)
        pch, listing = work / "pch", work / "list"
        actions = ["-fsyntax-only", "-Xclang", "-emit-pch", "-Xclang", "-o", "-Xclang", str(pch)]
        done = subprocess.run(
            [*words, *actions, "-MD", "-MF", str(listing), str(_NOTHING)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        if done.returncode or not pch.exists():
            return None
        from sampan.frontend.plain import read_prerequisites

        files = [str(path) for path in read_prerequisites(listing)]
        states = {path: _state(path) for path in (*files, *_folders(files))}
        if any(state and state[1] >= began for state in states.values()):
            return None  # changed just now: perhaps before it was read, perhaps behind
        listing.unlink()
        held = {"files": files, "states": states}
        (work / "inputs").write_text(json.dumps(held), "utf-8", "surrogateescape")
        names = {one for path in files for one in _NAME.findall(Path(path).read_bytes())}
        (work / "names").write_bytes(b"\n".join(sorted(names)))
        # Fails where another process was faster.
        with contextlib.suppress(OSError):
            os.rename(work, folder)
            work.mkdir()  # for the TemporaryDirectory to remove
    _forget_oldest(folder.parent)
    return _whole(folder)


def _folders(files: Iterable[str]) -> Iterator[str]:
    """Where a new file could be found before one of these: by their side, or a newer release of
    the C++ library beside the old one. Of our own folders, whose files are few, only those."""
    found = dict.fromkeys(_SEARCHED)
    for path in map(Path, files):
        if not path.is_relative_to(_PACKAGE):
            found |= dict.fromkeys(map(str, (path.parent, path.parent.parent)))
    yield from found


def _limit() -> int:
    return config.CACHE_LIMIT.get() // SHARE_OF_LIMIT


def _forget_oldest(root: Path) -> None:
    """What killed processes left behind is as old as it looks, and goes with the others."""
    forms = []
    for folder in root.iterdir():
        with contextlib.suppress(OSError):
            forms.append((folder.stat().st_mtime, tree_size(folder), folder))
    total = sum(size for _, size, _ in forms)
    for _, size, folder in sorted(forms):
        if total <= _limit():
            break
        shutil.rmtree(folder, ignore_errors=True)
        total -= size
