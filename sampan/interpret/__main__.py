"""The process in which an interpreted program runs: loads it as a library, and becomes it.

`python -m sampan.interpret RUNTIME PROGRAM NAME [ARGUMENTS…]`; NAME is the program's argv[0].
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

from sampan import config
from sampan.interpret.executor import Executor

_MAIN = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)


def main(words: list[str]) -> None:
    runtime, program, *arguments = words
    # As the program would find them without Python.
    for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)
    # The same library that the program is linked with; there before the program's constructors,
    # which may launch kernels.
    executor = Executor(ctypes.CDLL(runtime, mode=ctypes.RTLD_GLOBAL), config.SEED.get())
    c = ctypes.CDLL(None)
    # Not ctypes.CDLL: it would hold Python's lock while constructors wait for their kernels.
    c.dlopen.restype = c.dlsym.restype = ctypes.c_void_p
    c.dlerror.restype = ctypes.c_char_p
    handle = c.dlopen(os.fsencode(program), os.RTLD_NOW | os.RTLD_GLOBAL)
    if not handle:
        sys.exit(f"sampan: cannot load {program}: {c.dlerror().decode(errors='replace')}")
    entry = _MAIN(c.dlsym(ctypes.c_void_p(handle), b"main"))
    encoded = [os.fsencode(word) for word in arguments]
    argv = (ctypes.c_char_p * (len(encoded) + 1))(*encoded, None)
    code = entry(len(encoded), argv, ctypes.c_void_p.in_dll(c, "environ"))
    c.exit(code)
    del executor  # never reached; it must live until here


main(sys.argv[1:])
