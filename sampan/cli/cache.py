"""`sampan cache`: shows the compile cache, or clears it."""

from __future__ import annotations

import json

from sampan import config
from sampan.cache import Cache, default_directory
from sampan.diagnostics import ExitCode, UsageError

HELP = """\
usage: sampan cache [--clear] [--json]

Shows where the compile cache is and how large; --clear removes every program from it.
SAMPAN_CACHE_DIR moves it, SAMPAN_CACHE_LIMIT bounds it, SAMPAN_CACHE=0 turns it off.
"""


def main(words: list[str]) -> int:
    if "--help" in words or "-h" in words:
        print(HELP, end="")
        return ExitCode.OK
    unknown = [word for word in words if word not in ("--clear", "--json")]
    if unknown:
        raise UsageError(f"unknown option '{unknown[0]}'", hint="sampan cache [--clear] [--json]")
    cache = Cache(default_directory(), config.CACHE_LIMIT.get())
    removed = cache.clear() if "--clear" in words else 0
    count, size = cache.size()
    if "--json" in words:
        facts = {
            "directory": str(cache.root),
            "programs": count,
            "bytes": size,
            "limit_bytes": cache.limit,
            "removed": removed,
        }
        print(json.dumps(facts))
        return ExitCode.OK
    if "--clear" in words:
        print(f"removed {removed} programs")
    print(f"{cache.root}: {count} programs, {size / 1e6:.1f} MB of at most {cache.limit / 1e6:.0f}")
    return ExitCode.OK
