"""`sampan run` from a process that has loaded the compiler already.

Hundreds of tests run small programs; of such a run, loading Sampan's modules is a third. Here one
process for each pytest worker loads them, and forks a child for each run, which goes on as
`python -m sampan` does. Tests of the command line itself start it as a user does: `run_sampan`.

One packet with the order (JSON) and the child's standard output and error goes there; two come
back: the child's id, then its exit code.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LARGEST = 1 << 20


def run_loaded(
    *words: str | Path, env: dict[str, str] | None = None, timeout: float = 300
) -> subprocess.CompletedProcess[str]:
    """Runs the command line to its end, in the project's folder; `env` is added to the environment.
    Raises subprocess.TimeoutExpired."""
    command = list(map(str, words))
    order = json.dumps({"words": command, "env": {**os.environ, **(env or {})}})
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        server = _server()
        socket.send_fds(server, [order.encode()], [out.fileno(), err.fileno()])
        child = int(server.recv(LARGEST))
        server.settimeout(timeout)
        try:
            code = int(server.recv(LARGEST))
        except TimeoutError:
            os.kill(child, signal.SIGKILL)
            server.settimeout(None)
            server.recv(LARGEST)
            raise subprocess.TimeoutExpired(command, timeout, _text(out), _text(err)) from None
        finally:
            server.settimeout(None)
        return subprocess.CompletedProcess(command, code, _text(out), _text(err))


def _text(file: Any) -> str:
    file.seek(0)
    return file.read().decode(errors="replace").replace("\r\n", "\n")


@cache
def _server() -> socket.socket:
    """The connection to this process's server, which ends with it."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        number = theirs.fileno()
        command = [sys.executable, "-m", "tests.loaded_sampan", str(number)]
        subprocess.Popen(command, cwd=ROOT, pass_fds=(number,), stdin=subprocess.DEVNULL)
    return ours


def _serve(connection: socket.socket) -> None:
    import sampan.at_launch.folder
    import sampan.at_launch.kernels
    import sampan.cli.failures
    import sampan.cli.run
    import sampan.driver  # noqa: F401
    from sampan import cache

    cache.package_digest()
    connection.set_inheritable(False)
    gc.freeze()
    while True:
        data, descriptors, _, _ = socket.recv_fds(connection, LARGEST, 2)
        if not data:
            return
        child = os.fork()
        if child == 0:
            _become(json.loads(data), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        connection.send(str(child).encode())
        connection.send(str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())


def _become(order: dict[str, Any], descriptors: list[int]) -> None:
    """Goes on as `sampan` with the order's words. Never returns."""
    code = 1
    try:
        for number, descriptor in enumerate(descriptors, 1):
            os.dup2(descriptor, number)
            os.close(descriptor)
        os.environ.clear()
        os.environ.update(order["env"])
        sys.argv[1:] = order["words"]
        from sampan.cli import main

        code = main()
    except SystemExit as end:
        code = int(end.code or 0)
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
