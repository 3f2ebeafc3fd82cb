"""The compiler beside a running program: a process that makes the libraries of its kernels.

It is forked before the program starts and ends when every process that has the program's end of
the connection has gone. For each request it forks once more, so that the module in memory stays as
it is and several requests are worked on at once; a kernel in which the vectoriser has a bug is
compiled once more, for fibres.

A request is one packet, "ID NUMBER X Y Z FORM": the module's id, the kernel's number in it, the
shape of block or 0 0 0 for any, and the form of its code (choices.CodeForm). With it comes the
write end of a pipe for the answer: "+PATH" of the library or "-MESSAGE", and the end of the pipe.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sampan import config
from sampan.at_launch.choices import PREFERRED, CodeForm
from sampan.at_launch.folder import libraries
from sampan.diagnostics import MissingToolError

if TYPE_CHECKING:  # slow to load, and not needed until a kernel is asked for
    from sampan.at_launch.kernels import LoweredModule, WaitingModule

LARGEST_REQUEST = 4096
_FIRST_DESCRIPTOR = 100  # the program's own files get the small numbers that they would have
_BUG = 9  # exit code of an attempt
_SECONDS_OF_SILENCE = 5


@contextlib.contextmanager
def beside(
    folder: Path, path: str, modules: Sequence[WaitingModule] | None, verbose: bool
) -> Iterator[tuple[int, ...]]:
    """Starts the compiler and sets the variables by which a program finds it and the libraries.

    `path`: vector or fibre. `modules`: those of the folder, if they are in memory. Yields the
    descriptors that the program must inherit; afterwards they are closed here. Raises
    MissingToolError.
    """
    place = libraries(folder, path)
    sys.stdout.flush()
    sys.stderr.flush()
    try:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        child = os.fork()
    except OSError as error:
        raise MissingToolError(
            f"the compiler of kernels cannot be started: {error.strerror}",
            hint="with --ahead there is none beside the program",
        ) from None
    if child == 0:
        _leave_and_serve(ours, theirs, _Compiler(folder, place, path, modules, verbose))
    ours.close()
    os.waitpid(child, 0)
    descriptor = _inheritable(theirs)
    os.environ[config.KERNELS.name] = str(place)
    os.environ[config.COMPILER.name] = str(descriptor)
    try:
        yield (descriptor,)
    finally:
        os.close(descriptor)
        del os.environ[config.KERNELS.name], os.environ[config.COMPILER.name]


def ask(connection: int, request: str) -> str:
    """Asks the compiler that is at the other end as a program would. Returns its answer, empty
    where it has ended."""
    reading, writing = os.pipe()
    with open(reading, "rb") as answer:
        try:
            with socket.socket(fileno=os.dup(connection)) as ours:
                socket.send_fds(ours, [request.encode()], [writing])
        except OSError:
            return ""
        finally:
            os.close(writing)
        return answer.read().decode("utf-8", "surrogateescape")


def _inheritable(connection: socket.socket) -> int:
    try:
        descriptor = fcntl.fcntl(connection.fileno(), fcntl.F_DUPFD, _FIRST_DESCRIPTOR)
    except OSError:  # so few files are allowed
        descriptor = os.dup(connection.fileno())
        os.set_inheritable(descriptor, True)
    connection.close()
    return descriptor


def _leave_and_serve(ours: socket.socket, theirs: socket.socket, compiler: _Compiler) -> None:
    """Becomes the compiler: in a session of its own, so that what a terminal sends to the program
    does not end it, and a child of nobody that waits for children. Never returns."""
    try:
        theirs.close()
        os.setsid()
        if os.fork():
            os._exit(0)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)  # a pipe there would not end with the program
        compiler.serve(ours)
    except BaseException as error:
        print(f"sampan: the compiler of kernels ends: {error!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(0)


@dataclass
class _Compiler:
    folder: Path  # of the modules
    place: Path  # of the libraries
    path: str
    modules: Sequence[WaitingModule] | None
    verbose: bool
    lowered: dict[tuple[str, bool], LoweredModule] = field(default_factory=dict)

    def serve(self, connection: socket.socket) -> None:
        """Until the other end is closed everywhere. What is being compiled then ends too."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            data, descriptors, _, _ = socket.recv_fds(connection, LARGEST_REQUEST, 1)
            if not data:
                break
            if descriptors:
                with open(descriptors[0], "wb") as answer:
                    answer.write(self._begin(data.decode("utf-8", "replace"), answer.fileno()))
        os.killpg(0, signal.SIGKILL)

    def _begin(self, request: str, answer: int) -> bytes:
        """Starts the work on a request. Returns an answer if there is nothing to work on."""
        try:
            identity, number, *shape, word = request.split()
            x, y, z = map(int, shape)
            form = CodeForm.parse(word)
            module = self._module(identity)
            if module is None:
                return b"-no module of the program has this kernel"
            if form.fast_math and not module.fast_text:
                return b"-the program has not been compiled for fast math, too"
            lowered = self._lowered(module, form.fast_math)
            kernel = lowered.device.kernels[int(number)]
        except Exception as error:
            return f"-{_brief(error)}".encode()
        if os.fork() == 0:
            try:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                work = _Work(self, module, lowered, int(number), (x, y, z), form, kernel.name)
                _write(answer, work.run().encode("utf-8", "surrogateescape"))
            finally:
                os._exit(0)
        return b""

    def _module(self, identity: str) -> WaitingModule | None:
        if self.modules is None:
            from sampan.at_launch.folder import read_modules

            self.modules = read_modules(self.folder)
        return next((one for one in self.modules if one.identity == identity), None)

    def _lowered(self, module: WaitingModule, fast_math: bool) -> LoweredModule:
        from sampan import codegen

        key = module.identity, fast_math
        found = self.lowered.get(key)
        if found is None:
            found = self.lowered[key] = module.lowered(codegen.host_target(), fast_math)
        return found


@dataclass
class _Work:
    """One request, in a process of its own."""

    compiler: _Compiler
    module: WaitingModule
    lowered: LoweredModule
    number: int
    shape: tuple[int, int, int]
    form: CodeForm
    kernel: str

    def run(self) -> str:
        """The answer."""
        from sampan.pipeline import FIBRE, VECTOR

        with self._place() as place:
            out = place / "kernel.so"
            code = self._attempt(self.compiler.path, out)
            if code == _BUG and self.compiler.path == VECTOR:
                code = self._attempt(FIBRE, out)
            if code:
                said = place / "message"
                return "-" + (said.read_text() if said.exists() else "the compiler crashed")
            return "+" + self._keep(out)

    @contextlib.contextmanager
    def _place(self) -> Iterator[Path]:
        """For what is being made; in the folder, so that one rename puts it there."""
        import tempfile

        folder: Path | None = self.compiler.place
        if not os.access(self.compiler.place, os.W_OK):
            folder = None
        # Not removed where the program goes first and takes this process along: the cache forgets
        # it with the program.
        with tempfile.TemporaryDirectory(prefix=".compiling-", dir=folder) as name:
            yield Path(name)

    def _keep(self, built: Path) -> str:
        import tempfile

        from sampan.at_launch.folder import add_library
        from sampan.at_launch.names import library_name

        name = library_name(self.module.identity, self.number, self.shape)
        if self.form != PREFERRED:
            name += f".{self.form.word}"
        try:
            return str(add_library(self.compiler.place, name, built))
        except OSError:
            # It cannot be kept, but used once. Removed with the other temporary files.
            descriptor, path = tempfile.mkstemp(prefix="sampan-kernel-", suffix=".so")
            os.close(descriptor)
            os.replace(built, path)
            return path

    def _attempt(self, path: str, out: Path) -> int:
        """Compiles in one more process, as that uses the module up; its exit code."""
        if sys.stderr.isatty():
            signal.signal(signal.SIGALRM, self._say_what_takes_so_long)
            signal.alarm(_SECONDS_OF_SILENCE)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = self._compile(path, out)
            finally:
                os._exit(code)
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def _say_what_takes_so_long(self, *_: object) -> None:
        from sampan.demangle import demangle

        _say(f"sampan: compiling kernel {demangle(self.kernel)} ...")

    def _compile(self, path: str, out: Path) -> int:
        import time

        from sampan import codegen
        from sampan.at_launch.kernels import build_library
        from sampan.demangle import demangle
        from sampan.diagnostics import SampanError
        from sampan.pipeline import VECTOR
        from sampan.vector_forms import bug_warning

        began = time.perf_counter()
        target = codegen.host_target()
        name = demangle(self.kernel)
        try:
            made = build_library(
                self.lowered,
                self.module.identity,
                self.number,
                self.shape,
                target,
                path,
                out,
                self.form,
            )
        except SampanError as error:
            out.with_name("message").write_text(_brief(error))
            return 1
        except Exception as error:
            out.with_name("message").write_text(_brief(error))
            if path == VECTOR and not config.VERIFY.get():
                _say(bug_warning(f"vector code for kernel {name}", error, "it runs"))
            return _BUG if not config.VERIFY.get() else 1
        for text in made.warnings:
            _say(text)
        if self.compiler.verbose:
            [kernel] = made.kernels
            shape = " x ".join(map(str, self.shape)) if any(self.shape) else "any shape"
            reason = f" ({kernel.reason})" if kernel.reason else ""
            if self.form != PREFERRED:
                reason += f", tuned: {self.form}"
            took = f"compiled in {time.perf_counter() - began:.2f} s"
            _say(f"sampan: kernel {name}, blocks of {shape}: {kernel.path} path{reason}, {took}")
        return 0


def _brief(error: BaseException) -> str:
    from sampan.diagnostics import SampanError

    text = str(error) if isinstance(error, SampanError) else f"{type(error).__name__}: {error}"
    return " ".join(text.split("\n")[0].split())[:1000]


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]
