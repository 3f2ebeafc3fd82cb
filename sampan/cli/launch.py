"""Starts the built program in the user's place: its standard streams, signals and exit code.

`replace` becomes the program; `supervise` stays beside it where something is left to do after.
"""

from __future__ import annotations

import os
import resource
import signal
from pathlib import Path
from typing import NoReturn

from sampan.diagnostics import MissingToolError

# What a terminal or a service manager sends to `sampan` is meant for the program. The terminal's
# own signals reach the program anyway, as it is in the same process group.
FORWARDED = (signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGUSR2)
FROM_TERMINAL = (signal.SIGINT, signal.SIGQUIT)


def replace(program: Path, name: str, arguments: list[str]) -> NoReturn:
    """Becomes the program; its argv[0] is `name`."""
    try:
        os.execv(program, [name, *arguments])
    except OSError as error:
        raise _cannot_start(program, error) from None


def supervise(
    program: Path, name: str, arguments: list[str], descriptors: tuple[int, ...] = ()
) -> int:
    """Runs the program to its end. Returns its exit code, -N where signal N ended it. It inherits
    `descriptors`."""
    import subprocess  # slow to load

    previous = {}
    try:
        for number in FROM_TERMINAL:
            previous[number] = signal.signal(number, signal.SIG_IGN)
        child = subprocess.Popen(
            [name, *arguments],
            executable=program,
            pass_fds=descriptors,
            preexec_fn=lambda: [signal.signal(number, old) for number, old in previous.items()],
        )
        for number in FORWARDED:
            previous[number] = signal.signal(number, lambda got, _: child.send_signal(got))
        return child.wait()
    except OSError as error:
        raise _cannot_start(program, error) from None
    finally:
        for number, old in previous.items():
            signal.signal(number, old)


def end_like(code: int) -> int:
    """The exit code to end with after `supervise`; where a signal ended the program, ends by it."""
    if code >= 0:
        return code
    number = -code
    if number not in (signal.SIGKILL, signal.SIGSTOP):
        signal.signal(number, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # the program has left its core already
    os.kill(os.getpid(), number)
    return 128 + number


def _cannot_start(program: Path, error: OSError) -> MissingToolError:
    return MissingToolError(f"cannot start the built program {program}: {error.strerror}")
