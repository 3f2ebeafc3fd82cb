"""The pytest plugin: `pytest --sampan` runs a project's CUDA tests on the CPU.

It changes what the tests find, not the tests (docs/python.md has the whole list):

- a CUDA toolkit: `nvcc` on PATH, CUDA_HOME, CUDA_PATH, CUDACXX and NVCC are Sampan's;
- `import cupy` finds a subset over NumPy, unless CuPy is installed;
- `.cu` files with a main function are tests, which pass with exit status 0.

The fixture `sampan` is there with and without the option. Without it nothing else happens.
"""

from __future__ import annotations

import fnmatch
import importlib.util
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from sampan.python.source_text import has_main

if TYPE_CHECKING:
    from sampan.python.kernel import RawKernel, RawModule

SHIMS = Path(__file__).resolve().parent / "shims"
_FLAGS_LINE = re.compile(r"^//\s*sampan:(.*)$", re.MULTILINE)
_LEFT_OUT = pytest.StashKey[list[str]]()
_SAVED = pytest.StashKey[dict[str, str | None]]()
_WORKER_KEY = "sampan_left_out"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("sampan", "CUDA on the CPU (Sampan)")
    group.addoption(
        "--sampan",
        action="store_true",
        help="run CUDA tests on the CPU: nvcc and the CUDA toolkit are Sampan's, cupy is a subset "
        "over NumPy unless it is installed, and .cu files with a main function are tests",
    )
    parser.addini(
        "sampan_programs", "which .cu files are tests, as file name patterns", "args", ["*.cu"]
    )
    parser.addini("sampan_flags", "flags to compile .cu tests with, in nvcc's spelling", "args", [])
    parser.addini("sampan_timeout", "seconds that a .cu test may take", "string", "300")


def pytest_configure(config: pytest.Config) -> None:
    if not config.getoption("--sampan"):
        return
    config.stash[_LEFT_OUT] = []
    before = dict(os.environ)
    os.environ.update(toolkit_environment(before))
    if not cupy_is_installed():
        sys.path.append(str(SHIMS))
        os.environ["PYTHONPATH"] = _joined(before.get("PYTHONPATH", ""), str(SHIMS))
    changed = {name for name, value in os.environ.items() if before.get(name) != value}
    config.stash[_SAVED] = {name: before.get(name) for name in changed}


def pytest_unconfigure(config: pytest.Config) -> None:
    for name, value in config.stash.get(_SAVED, {}).items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
    if _SAVED in config.stash and str(SHIMS) in sys.path:
        sys.path.remove(str(SHIMS))


def pytest_report_header(config: pytest.Config) -> list[str]:
    if not config.getoption("--sampan"):
        return []
    cupy = "installed" if cupy_is_installed() else "Sampan's subset over NumPy"
    return [f"sampan: CUDA runs on the CPU; nvcc: {os.environ['CUDACXX']}; cupy: {cupy}"]


def cupy_is_installed() -> bool:
    found = importlib.util.find_spec("cupy")
    return found is not None and not (found.origin or "").startswith(str(SHIMS.parent))


def toolkit_environment(environment: dict[str, str]) -> dict[str, str]:
    """The variables that make build tools find Sampan where they look for CUDA's toolkit."""
    from sampan.toolkit import toolkit

    root = toolkit()
    nvcc = str(root / "bin" / "nvcc")
    path = environment.get("PATH", os.defpath)
    scripts = sysconfig.get_path("scripts")
    if shutil.which("sampan-nvcc", path=path) is None:
        path = _joined(path, scripts)
    return {
        "PATH": _joined(str(root / "bin"), path),
        "LD_LIBRARY_PATH": _joined(str(root / "lib64"), environment.get("LD_LIBRARY_PATH", "")),
        "CUDA_HOME": str(root),
        "CUDA_PATH": str(root),
        "CUDACXX": nvcc,
        "NVCC": nvcc,
    }


def _joined(*folders: str) -> str:
    """A search path, each folder once."""
    parts = [part for folder in folders for part in folder.split(os.pathsep) if part]
    return os.pathsep.join(dict.fromkeys(parts))


# -- programs as tests -----------------------------------------------------------------------------


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    config = parent.config
    if not config.getoption("--sampan") or file_path.suffix != ".cu":
        return None
    named = parent.session.isinitpath(file_path)
    patterns: list[str] = config.getini("sampan_programs")
    if not named and not any(fnmatch.fnmatch(file_path.name, one) for one in patterns):
        return None
    text = file_path.read_text("utf-8", "replace")
    if not named and not has_main(text):
        config.stash[_LEFT_OUT].append(os.path.relpath(file_path, config.rootpath))
        return None
    program: pytest.Collector = CudaFile.from_parent(parent, path=file_path)
    return program


class CudaFile(pytest.File):
    """A `.cu` file: one test."""

    def collect(self) -> Iterator[pytest.Item]:
        yield CudaProgram.from_parent(self, name="main")


class ProgramFailed(Exception):
    """A program that did not end with exit status 0; the text is the whole report."""


class CudaProgram(pytest.Item):
    """Compiles a program and runs it. It passes if its exit status is 0.

    A line `// sampan: FLAGS -- ARGUMENTS` in the file adds flags and gives arguments.
    """

    def runtest(self) -> None:
        flags, arguments = self._words()
        timeout = float(self.config.getini("sampan_timeout"))
        try:
            done = run_program(self.path, arguments, flags, timeout=timeout, cwd=self.path.parent)
        except subprocess.TimeoutExpired:
            raise ProgramFailed(f"{self.path.name} ran for more than {timeout:g} s") from None
        for name, text in (("stdout", done.stdout), ("stderr", done.stderr)):
            if text:
                self.add_report_section("call", name, text)
        if done.returncode:
            raise ProgramFailed(f"{self.path.name} {_ending(done.returncode)}")

    def _words(self) -> tuple[list[str], list[str]]:
        flags: list[str] = list(self.config.getini("sampan_flags"))
        found = _FLAGS_LINE.search(self.path.read_text("utf-8", "replace"))
        words = shlex.split(found[1]) if found else []
        if "--" not in words:
            return flags + words, []
        position = words.index("--")
        return flags + words[:position], words[position + 1 :]

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, ProgramFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, None, self.path.name


def _ending(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    meanings = {2: "a bad flag?", 3: "it does not compile?", 4: "something is missing?"}
    meaning = f" ({meanings[code]})" if code in meanings else ""
    return f"ended with exit status {code}{meaning}"


def run_program(
    source: Path,
    arguments: Sequence[str] = (),
    flags: Sequence[str] = (),
    *,
    timeout: float | None = None,
    cwd: Path | None = None,
) -> subprocess.CompletedProcess[str]:
    """Compiles a program, or finds it in the cache, and runs it to its end.

    `flags` are nvcc's. Raises subprocess.TimeoutExpired after `timeout` seconds.
    """
    command = [sys.executable, "-P", "-m", "sampan", "run", *flags, str(source.absolute())]
    process = subprocess.Popen(
        [*command, "--", *arguments],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # so that what it starts ends with it
    )
    try:
        out, err = process.communicate(timeout=timeout)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


# -- nothing is left out in silence ----------------------------------------------------------------


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    output: dict[str, Any] | None = getattr(session.config, "workeroutput", None)
    if output is not None and _LEFT_OUT in session.config.stash:
        output[_WORKER_KEY] = session.config.stash[_LEFT_OUT]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """What a worker of pytest-xdist left out."""
    output: dict[str, Any] = getattr(node, "workeroutput", {})
    if _LEFT_OUT in node.config.stash:
        node.config.stash[_LEFT_OUT].extend(output.get(_WORKER_KEY, []))


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if not config.getoption("--sampan"):
        return
    found: list[str] = config.stash[_LEFT_OUT]
    if left_out := sorted(set(found)):
        terminalreporter.write_line(
            f"sampan: no tests, because they have no main function: {', '.join(left_out)}"
        )
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = str(report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr)
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        terminalreporter.write_line(f"sampan: skipped by the project ({count}): {reason}")


# -- the fixture -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sampan:
    """What the fixture `sampan` gives a test.

    `toolkit`: a folder laid out like a CUDA toolkit; `nvcc`: the compiler in it; `environment`: the
    variables that make build tools find both.
    """

    toolkit: Path
    nvcc: Path
    environment: dict[str, str]

    def run(
        self,
        source: str | os.PathLike[str],
        *arguments: str,
        flags: Sequence[str] = (),
        timeout: float | None = None,
        check: bool = True,
    ) -> subprocess.CompletedProcess[str]:
        """Compiles a program and runs it with `arguments`.

        Raises subprocess.CalledProcessError for an exit status other than 0 if `check`.
        """
        done = run_program(Path(source), arguments, flags, timeout=timeout)
        if check and done.returncode:
            raise subprocess.CalledProcessError(
                done.returncode, done.args, done.stdout, done.stderr
            )
        return done

    @property
    def RawKernel(self) -> type[RawKernel]:
        from sampan.python.kernel import RawKernel

        return RawKernel

    @property
    def RawModule(self) -> type[RawModule]:
        from sampan.python.kernel import RawModule

        return RawModule


@pytest.fixture(scope="session")
def sampan() -> Sampan:
    """CUDA on the CPU: `sampan.run("x.cu")`, `sampan.RawKernel`, `sampan.nvcc`."""
    variables = toolkit_environment(dict(os.environ))
    environment = {**os.environ, **variables}
    return Sampan(Path(variables["CUDA_HOME"]), Path(variables["CUDACXX"]), environment)
