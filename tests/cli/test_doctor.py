"""`sampan doctor` finds what is missing and says how to get it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import SampanRun


def findings(output: str) -> dict[str, dict[str, str]]:
    return {one["name"]: one for one in json.loads(output)["findings"]}


def test_all_is_well_where_the_tests_run(sampan: SampanRun) -> None:
    done = sampan("doctor", "--json", timeout=400)  # it may have to build the runtime
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["ok"] is True
    found = findings(done.stdout)
    for name in ("clang", "C++ library", "runtime", "a program, vector path"):
        assert found[name]["status"] == "ok" and found[name]["fix"] == "", found[name]
    assert "threads" in found["CPU"]["detail"]


def test_a_broken_compiler_and_a_bad_knob_are_named(sampan: SampanRun, tmp_path: Path) -> None:
    compiler = tmp_path / "clang"
    compiler.write_text("#!/bin/sh\necho clang version 3.4.0\n")
    compiler.chmod(0o755)
    knobs = {"SAMPAN_CLANG": str(compiler), "SAMPAN_THREADS": "many", "PATH": "/nowhere"}
    done = sampan("doctor", env=knobs)
    assert done.returncode == 4 and "Traceback" not in done.stderr
    lines = done.stdout.splitlines()
    assert f"missing   clang: 3.4.0, {compiler}, but llvmlite has LLVM 22: it must be the same" in (
        lines
    )
    assert any(line.startswith(" " * 10 + "-> ") and "SAMPAN_CLANG" in line for line in lines)
    assert any(line.startswith("missing   C++ library: ") for line in lines)
    assert any("SAMPAN_THREADS=many makes no sense" in line for line in lines)
    assert "optional  gdb: not found; needed for debugging kernels with -G" in lines
    assert lines[-1] == "Something is missing."


def test_an_unknown_knob_is_no_reason_to_fail(sampan: SampanRun) -> None:
    done = sampan("doctor", "--json", env={"SAMPAN_TREADS": "4"})
    assert done.returncode == 0
    found = findings(done.stdout)["knobs"]
    assert found["status"] == "optional" and "SAMPAN_TREADS" in found["detail"]


def test_a_place_without_room_for_files(sampan: SampanRun, tmp_path: Path) -> None:
    done = sampan("doctor", "--json", env={"TMPDIR": str(tmp_path), "SAMPAN_CACHE": "0"})
    found = findings(done.stdout)
    assert found["temporary files"]["detail"].startswith(str(tmp_path))
    assert found["compile cache"]["detail"] == "turned off"


def test_options(sampan: SampanRun) -> None:
    assert sampan("doctor", "--jsn").returncode == 2
    assert sampan("doctor", "--help").stdout.startswith("usage: sampan doctor")
