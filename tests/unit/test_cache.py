"""The compile cache: what it finds, what it does not, and that it never stands in the way."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
from pathlib import Path

import pytest

from sampan import cache as module
from sampan.cache import Cache, Request, prepared, request


@pytest.fixture
def warnings() -> list[str]:
    return []


@pytest.fixture
def cache(tmp_path: Path, warnings: list[str]) -> Cache:
    return Cache(tmp_path / "cache", 1 << 20, warnings.append)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "a.cu"
    path.write_text("source")
    return path


@pytest.fixture
def program(tmp_path: Path) -> Path:
    path = tmp_path / "program"
    path.write_bytes(b"\x7fELF machine code")
    path.chmod(0o755)
    return path


def request_of(source: Path, *flags: str) -> Request:
    return request([source], flags, "cpu")


def test_stored_program_is_found_and_executable(cache: Cache, source: Path, program: Path) -> None:
    assert cache.find(request_of(source)) is None
    stored = cache.store(request_of(source), program, [source])
    assert stored is not None and stored.read_bytes() == program.read_bytes()
    assert os.access(stored, os.X_OK)
    assert cache.find(request_of(source)) == stored


def test_changed_header_is_a_miss_and_the_old_contents_a_hit_again(
    cache: Cache, source: Path, program: Path, tmp_path: Path
) -> None:
    header = tmp_path / "a.h"
    header.write_text("1")
    first = cache.store(request_of(source), program, [source, header])
    header.write_text("2")
    assert cache.find(request_of(source)) is None
    program.write_bytes(b"other code")
    second = cache.store(request_of(source), program, [source, header])
    assert second is not None and second != first
    header.write_text("1")
    assert cache.find(request_of(source)) == first
    header.unlink()
    assert cache.find(request_of(source)) is None


def test_flags_source_cpu_and_directory_all_count(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    digests = {request_of(source).digest, request_of(source, "-O3").digest}
    digests.add(request([source], [], "another cpu").digest)
    digests.add(request([source, source], [], "cpu").digest)
    monkeypatch.chdir("/")
    digests.add(request_of(source).digest)
    source.write_text("changed")
    digests.add(request_of(source).digest)
    monkeypatch.setattr(module, "package_digest", lambda: "another version")
    digests.add(request_of(source).digest)
    assert len(digests) == 7


@pytest.mark.parametrize("damage", ["truncate", "flip", "remove", "meta", "empty_meta"])
def test_damaged_program_is_a_miss_and_is_replaced(
    cache: Cache, source: Path, program: Path, damage: str
) -> None:
    wanted = request_of(source)
    stored = cache.store(wanted, program, [source])
    assert stored is not None
    if damage == "truncate":
        stored.write_bytes(stored.read_bytes()[:5])
    elif damage == "flip":
        stored.write_bytes(b"\x7fELF machine c0de")
    elif damage == "remove":
        stored.unlink()
    else:
        (stored.parent / "meta.json").write_text("" if damage == "empty_meta" else '{"size": 3}')
    assert cache.find(wanted) is None
    assert cache.store(wanted, program, [source]) == stored
    assert cache.find(wanted) == stored


@pytest.mark.parametrize("text", ["", "{", "[]", '{"variants": 3}', '{"variants": [{"reads": 1}]}'])
def test_damaged_manifest_is_a_miss(cache: Cache, source: Path, program: Path, text: str) -> None:
    wanted = request_of(source)
    cache.store(wanted, program, [source])
    for manifest in (cache.root or Path()).glob("manifests/*/*.json"):
        manifest.write_text(text)
    assert cache.find(wanted) is None
    assert cache.store(wanted, program, [source]) is not None
    assert cache.find(wanted) is not None


def test_programs_used_longest_ago_go_first(tmp_path: Path, program: Path) -> None:
    program.write_bytes(b"x" * 1000)
    cache = Cache(tmp_path / "cache", 4500)
    requests = []
    for i in range(8):
        source = tmp_path / f"{i}.cu"
        source.write_text(str(i))
        requests.append(request_of(source))
        stored = cache.store(requests[i], program, [source])
        assert stored is not None, "the newest program is always kept"
        os.utime(stored.parent, (1000 + i, 1000 + i))
        if i == 3:
            assert cache.find(requests[0]) is not None  # used now: no longer the oldest
    count, size = cache.size()
    assert size <= 4500 and 2 <= count <= 4
    assert cache.find(requests[0]) is not None
    assert cache.find(requests[1]) is None
    assert cache.find(requests[7]) is not None


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_write_error_is_reported_once_and_leaves_nothing(
    cache: Cache,
    source: Path,
    program: Path,
    warnings: list[str],
    monkeypatch: pytest.MonkeyPatch,
    code: int,
) -> None:
    def fail(source: Path, target: Path) -> None:
        Path(target).write_bytes(b"half")  # as much as there was room for
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(shutil, "copyfile", fail)
    root = cache.root
    assert root is not None
    assert cache.store(request_of(source), program, [source]) is None
    assert cache.store(request_of(source), program, [source]) is None
    assert len(warnings) == 1 and os.strerror(code) in warnings[0]
    assert [path for path in root.rglob("*") if path.name in ("program", "meta.json")] == []
    assert list((root / "tmp").iterdir()) == []


def test_cache_that_is_a_file_is_reported_once(
    tmp_path: Path, source: Path, program: Path, warnings: list[str]
) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file" / "cache", 1000, warnings.append)
    assert cache.find(request_of(source)) is None
    assert cache.store(request_of(source), program, [source]) is None
    assert len(warnings) == 1


def test_file_that_vanishes_while_compiling_is_not_remembered(
    cache: Cache, source: Path, program: Path, tmp_path: Path
) -> None:
    assert cache.store(request_of(source), program, [tmp_path / "gone.h"]) is None
    assert cache.size() == (0, 0)


def test_clear_removes_all_programs(cache: Cache, source: Path, program: Path) -> None:
    cache.store(request_of(source), program, [source])
    assert cache.clear() == 1
    assert cache.size() == (0, 0)
    assert cache.find(request_of(source)) is None
    assert cache.store(request_of(source), program, [source]) is not None


def _store_many_times(root: Path, source: Path, program: Path) -> None:
    cache = Cache(root, 1 << 20)
    for _ in range(50):
        stored = cache.store(request_of(source), program, [source])
        assert stored is not None and stored.read_bytes() == program.read_bytes()
        assert cache.find(request_of(source)) == stored


def test_processes_that_store_the_same_at_once_do_not_disturb_each_other(
    tmp_path: Path, source: Path, program: Path
) -> None:
    context = multiprocessing.get_context("spawn")
    work = (tmp_path / "cache", source, program)
    processes = [context.Process(target=_store_many_times, args=work) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert Cache(tmp_path / "cache", 1 << 20).size()[0] == 1
    assert list((tmp_path / "cache" / "tmp").iterdir()) == []


def test_prepared_builds_once_and_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMPAN_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("sys.prefix", str(tmp_path / "environment"))
    calls = []

    def fail(directory: Path) -> None:
        (directory / "half").write_text("")
        raise RuntimeError("no compiler")

    def build(directory: Path) -> None:
        calls.append(directory)
        (directory / "whole").write_text("")

    with pytest.raises(RuntimeError):
        prepared("runtime", "1234", fail)
    first = prepared("runtime", "1234", build)
    assert [path.name for path in first.iterdir()] == ["whole"]
    assert prepared("runtime", "1234", build) == first
    assert prepared("runtime", "5678", build) != first
    assert len(calls) == 2
    assert not list(first.parent.glob(".building-*"))


def test_prepared_goes_elsewhere_where_it_cannot_write(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("SAMPAN_CACHE_DIR", str(tmp_path / "file" / "cache"))
    monkeypatch.setattr("sys.prefix", str(tmp_path / "file"))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = prepared("runtime", "1234", lambda directory: None)
    assert made.is_dir() and tmp_path in made.parents
