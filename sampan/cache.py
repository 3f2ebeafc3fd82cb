"""The compile cache: finished programs by what went into them, safe to share and to lose.

Lookups work like ccache's direct mode. A *request* digests what is known before compiling: the
sources, the flags, the target CPU and Sampan's own version. The manifest of a request lists, for
each program built from it, every file that compilation read with its contents' digest; the program
is found if they are all unchanged. (A new header that would shadow an old one goes unnoticed.)

    manifests/ab/<request>.json     what the programs of a request depended on
    programs/ab/<key>/program       and beside it meta.json: size and digest, checked on every use
    programs/ab/<key>/as/NAME       a link to it by the name that it is started by
    programs/ab/<key>/kernels/      of a program whose kernels are compiled when they are launched
    headers/                        precompiled headers (frontend/precompiled.py)
    tmp/                            entries being written; they appear by one rename

Nothing here may stop a program from running: a cache that cannot be read or written (disk full,
read-only, not a directory) is reported once and the work goes on without it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache as memoize
from pathlib import Path

from sampan import config

FORMAT = 2
KERNELS = "kernels"
NAMES = "as"
HEADERS = "headers"
# Programs of one request that differ only in the contents of their headers.
VARIANTS_OF_A_REQUEST = 8
ABANDONED_AFTER_SECONDS = 24 * 3600


@dataclass(frozen=True)
class Request:
    """What is known of a compilation before it: its digest, and a name for people."""

    digest: str
    label: str


def request(sources: Iterable[Path], flags: Iterable[str], cpu: str) -> Request:
    """The request for compiling `sources`. Raises OSError where a source cannot be read.

    The working directory takes part, because relative include paths depend on it; the names of the
    sources do, because `__FILE__` shows them.
    """
    names = [os.fspath(source) for source in sources]
    digest = hashlib.sha256()
    parts = [f"format {FORMAT}", package_digest(), cpu, os.getcwd(), *flags]
    for name in names:
        parts += [name, hashlib.sha256(Path(name).read_bytes()).hexdigest()]
    for part in parts:
        digest.update(part.encode("utf-8", "surrogateescape") + b"\0")
    return Request(digest.hexdigest(), " ".join(Path(name).name for name in names))


@memoize
def package_digest() -> str:
    """A digest of all of Sampan's own sources: a change to any of them is another version."""
    root = Path(__file__).parent
    digest = hashlib.sha256()
    for directory, folders, files in os.walk(root):
        folders[:] = sorted(folder for folder in folders if folder != "__pycache__")
        for file in sorted(files):
            path = os.path.join(directory, file)
            digest.update(os.path.relpath(path, root).encode() + b"\0")
            with open(path, "rb") as stream:
                digest.update(hashlib.sha256(stream.read()).digest())
    return digest.hexdigest()


def named(program: Path, name: str) -> Path:
    """The path by which a program is started that goes by `name`: a link, made if it can be where
    it is not, else the program itself."""
    link = program.parent / NAMES / name
    with contextlib.suppress(OSError):
        if not link.is_symlink():
            link.parent.mkdir(exist_ok=True)
            link.symlink_to(Path("..") / program.name)
    return link if link.exists() else program


def default_directory() -> Path:
    """The place of the cache: SAMPAN_CACHE_DIR, else `sampan` in the platform's cache directory."""
    chosen = config.CACHE_DIR.get()
    if chosen:
        return Path(chosen).absolute()
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # unset, or relative, which the XDG rules say to ignore
        home = Path("~").expanduser()
        base = str(home / ("Library/Caches" if sys.platform == "darwin" else ".cache"))
    return Path(base) / "sampan"


class Cache:
    """A cache in `root`; with None, one that holds nothing."""

    def __init__(
        self,
        root: Path | None,
        limit: int,
        warn: Callable[[str], None] = lambda text: print(text, file=sys.stderr),
    ) -> None:
        self.root = root
        self.limit = limit
        self._warn = warn

    @classmethod
    def from_knobs(cls) -> Cache:
        root = default_directory() if config.CACHE.get() else None
        return cls(root, config.CACHE_LIMIT.get())

    def find(self, wanted: Request) -> Path | None:
        """The program of this request if it is there, whole, and nothing it read has changed."""
        if self.root is None:
            return None
        for variant in self._read_manifest(wanted):
            if all(_digest_of(path) == digest for path, digest in variant["reads"].items()):
                program = self._whole_program(variant["program"])
                if program is not None:
                    return program
        return None

    def store(
        self,
        wanted: Request,
        built: Path,
        reads: Iterable[Path],
        kernels: Path | None = None,
        name: str = "",
    ) -> Path | None:
        """Keeps a copy of the program `built`, which read those files; returns the copy. A copy of
        the folder `kernels` is its neighbour of that name; `name`: what it is started by (`named`).

        None where the cache cannot be written. Another process that stores the same program at
        the same time is no problem: the first rename wins, and both copies are the same program.
        """
        if self.root is None:
            return None
        digests = {os.path.abspath(path): _digest_of(path) for path in reads}
        if None in digests.values():  # changed under our hands: do not remember this
            return None
        key = hashlib.sha256(
            json.dumps([wanted.digest, sorted(digests.items())]).encode()
        ).hexdigest()
        try:
            self._write_program(key, built, wanted.label, kernels, name)
            self._add_to_manifest(wanted, {"reads": digests, "program": key})
            self._forget_oldest(keep=key)
        except OSError as error:
            self._give_up(error)
            return None
        return self._whole_program(key)

    def clear(self) -> int:
        """Removes every program; returns how many there were."""
        if self.root is None or not self.root.is_dir():
            return 0
        count = len(list(self._programs()))
        for name in ("programs", "manifests", "tmp", HEADERS):
            shutil.rmtree(self.root / name, ignore_errors=True)
        return count

    def size(self) -> tuple[int, int]:
        """How many programs there are, and the size of all in bytes, that of headers with it."""
        sizes = [tree_size(path) for path in self._programs()]
        return len(sizes), sum(sizes) + self._size_of_headers()

    # ---- entries ------------------------------------------------------------------------------

    def _program_directory(self, key: str) -> Path:
        assert self.root is not None
        return self.root / "programs" / key[:2] / key

    def _whole_program(self, key: str) -> Path | None:
        """The program of that key, after checking it against its digest; a damaged one goes."""
        directory = self._program_directory(key)
        program = directory / "program"
        try:
            meta = json.loads((directory / "meta.json").read_text())
            if _digest_of(program) == meta["digest"] and os.access(program, os.X_OK):
                with contextlib.suppress(OSError):
                    os.utime(directory)  # used just now: the last to be forgotten
                return program
        except (OSError, ValueError, KeyError, TypeError):
            pass
        shutil.rmtree(directory, ignore_errors=True)
        return None

    def _write_program(
        self, key: str, built: Path, label: str, kernels: Path | None, name: str
    ) -> None:
        with self._temporary() as directory:
            shutil.copyfile(built, directory / "program")
            if name:
                named(directory / "program", name)
            if kernels is not None:
                shutil.copytree(kernels, directory / KERNELS)
            os.chmod(directory / "program", 0o755)
            meta = {"digest": _digest_of(built), "size": built.stat().st_size, "sources": label}
            (directory / "meta.json").write_text(json.dumps(meta) + "\n")
            os.chmod(directory, 0o755)
            final = self._program_directory(key)
            final.parent.mkdir(parents=True, exist_ok=True)
            # Fails where another process was faster (or a damaged entry could not be removed).
            with contextlib.suppress(FileExistsError, NotADirectoryError):
                _rename_directory(directory, final)

    def _manifest_path(self, wanted: Request) -> Path:
        assert self.root is not None
        return self.root / "manifests" / wanted.digest[:2] / f"{wanted.digest}.json"

    def _read_manifest(self, wanted: Request) -> list[dict]:
        try:
            variants = json.loads(self._manifest_path(wanted).read_text())["variants"]
            for variant in variants:
                if not isinstance(variant["reads"], dict) or not isinstance(
                    variant["program"], str
                ):
                    return []
            return variants
        except (OSError, ValueError, KeyError, TypeError):
            return []  # none, or damaged: as good as none, and written anew

    def _add_to_manifest(self, wanted: Request, variant: dict) -> None:
        # Two processes may both add here; the loser's variant is compiled again some day.
        others = [old for old in self._read_manifest(wanted) if old != variant]
        text = json.dumps({"variants": [variant, *others][:VARIANTS_OF_A_REQUEST]})
        path = self._manifest_path(wanted)
        path.parent.mkdir(parents=True, exist_ok=True)
        with self._temporary() as directory:
            (directory / "manifest").write_text(text + "\n")
            os.replace(directory / "manifest", path)

    @contextlib.contextmanager
    def _temporary(self) -> Iterator[Path]:
        """A directory on the cache's own file system, gone afterwards unless it was renamed."""
        import tempfile  # slow to load, and not needed to find a program

        assert self.root is not None
        parent = self.root / "tmp"
        if not parent.is_dir():
            parent.mkdir(parents=True, exist_ok=True)
            (self.root / "CACHEDIR.TAG").write_text(
                "Signature: 8a477f597d28d172789f06886806bc55\n# The compile cache of Sampan.\n"
            )
        directory = Path(tempfile.mkdtemp(dir=parent))
        try:
            yield directory
        finally:
            shutil.rmtree(directory, ignore_errors=True)

    # ---- size ---------------------------------------------------------------------------------

    def _programs(self) -> Iterator[Path]:
        if self.root is not None:
            yield from (self.root / "programs").glob("??/*")

    def _size_of_headers(self) -> int:
        return tree_size(self.root / HEADERS) if self.root is not None else 0

    def _forget_oldest(self, keep: str) -> None:
        """Removes the programs used longest ago until the rest is well under the limit."""
        assert self.root is not None
        entries = []
        for path in self._programs():
            with contextlib.suppress(OSError):
                entries.append((path.stat().st_mtime, tree_size(path), path))
        total = sum(size for _, size, _ in entries) + self._size_of_headers()
        if total <= self.limit:
            return
        with open(self.root / "lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return  # another process is at it
            for _, size, path in sorted(entries):
                if total <= self.limit * 0.8:
                    break
                if path.name != keep:
                    shutil.rmtree(path, ignore_errors=True)
                    total -= size
            self._forget_stale()

    def _forget_stale(self) -> None:
        """Removes what killed processes left behind, and manifests that lead nowhere."""
        assert self.root is not None
        before = time.time() - ABANDONED_AFTER_SECONDS
        for path in (self.root / "tmp").glob("*"):
            with contextlib.suppress(OSError):
                if path.stat().st_mtime < before:
                    shutil.rmtree(path, ignore_errors=True)
        for path in (self.root / "manifests").glob("??/*.json"):
            with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
                variants = json.loads(path.read_text())["variants"]
                if not any(self._program_directory(old["program"]).exists() for old in variants):
                    path.unlink()

    def _give_up(self, error: OSError) -> None:
        reason = error.strerror or str(error)
        self._warn(f"sampan: warning: going on without the compile cache in {self.root}: {reason}")
        self.root = None


def _digest_of(path: str | os.PathLike[str]) -> str | None:
    try:
        with open(path, "rb") as stream:
            return hashlib.sha256(stream.read()).hexdigest()
    except OSError:
        return None


def tree_size(directory: str | os.PathLike[str]) -> int:
    """Bytes in all files below; what goes meanwhile does not count."""
    total = 0
    with contextlib.suppress(OSError), os.scandir(directory) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.is_dir(follow_symlinks=False):
                    total += tree_size(entry.path)
                total += entry.stat().st_size
    return total


def _rename_directory(source: Path, target: Path) -> None:
    """As os.rename, but a target that is in the way is always a FileExistsError."""
    try:
        os.rename(source, target)
    except OSError:
        if target.exists():
            raise FileExistsError(f"{target} exists") from None
        raise


def prepared(kind: str, digest: str, build: Callable[[Path], None]) -> Path:
    """A directory that `build` fills once for each digest: the runtime, the device library.

    It lies in Sampan's own virtual environment, else in the cache, else (neither can be written)
    among the temporary files. `build` gets an empty directory; it appears under its name only when
    `build` has returned, so a failure or a kill leaves nothing half-made behind.
    """
    found = find_prepared(kind, digest)
    if found is not None:
        return found
    name = _prepared_name(kind, digest)
    places = _places_for_prepared()
    for place in places:
        try:
            place.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock = open(place / f"{name}.lock", "w")
        except OSError:
            continue
        with lock:
            if not _is_ours(place):
                continue
            fcntl.flock(lock, fcntl.LOCK_EX)  # it takes seconds: one process is enough
            if not (place / name).is_dir():
                _fill(place / name, build)
        return place / name
    raise OSError(f"no place to keep {kind}: tried {', '.join(map(str, places))}")


def find_prepared(kind: str, digest: str) -> Path | None:
    """That directory if it has been filled."""
    for place in _places_for_prepared():
        found = place / _prepared_name(kind, digest)
        if found.is_dir() and _is_ours(place):
            return found
    return None


def _prepared_name(kind: str, digest: str) -> str:
    return f"{kind}-{digest[:32]}"


def _places_for_prepared() -> list[Path]:
    import tempfile

    places = [
        default_directory() / "prepared",
        Path(tempfile.gettempdir()) / f"sampan-{os.getuid()}",
    ]
    if sys.prefix != sys.base_prefix:
        places.insert(0, Path(sys.prefix) / "lib" / "sampan")
    return places


def _fill(target: Path, build: Callable[[Path], None]) -> None:
    import tempfile

    directory = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    try:
        build(directory)
        os.chmod(directory, 0o755)
        os.rename(directory, target)
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _is_ours(place: Path) -> bool:
    """Whether nobody else could have put files there (others may write to a shared /tmp)."""
    return place.stat().st_uid in (os.getuid(), 0)
