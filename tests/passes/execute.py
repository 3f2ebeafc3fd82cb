"""Runs a function of a module of textual IR, as machine code and in the interpreter.

LLVM's machine code is the reference for what a function means; the interpreter checks every access.
"""

from __future__ import annotations

import ctypes
import math
import re
import struct

from llvmlite import binding as llvm

from sampan.ir.interp import Interpreter
from sampan.ir.reader import read_module

_TYPES: dict[str, type] = {
    "void": type(None),
    "i1": ctypes.c_bool,
    "i8": ctypes.c_uint8,
    "i16": ctypes.c_uint16,
    "i32": ctypes.c_uint32,
    "i64": ctypes.c_uint64,
    "float": ctypes.c_float,
    "double": ctypes.c_double,
    "ptr": ctypes.c_void_p,
}
# Lane numbers for gang code; the test sets the variable from outside.
_LANE = """
@test.lane = global i64 0
define i64 @sampan.gang.lane() {
  %lane = load i64, ptr @test.lane
  ret i64 %lane
}
"""

Outcome = tuple[object, list[bytes]]
_ARGUMENT = re.compile(r"(?:buffer|floats)\(\d+\)|[^, ]+")


def _parse(expression: str) -> tuple[str, list[str]]:
    match = re.fullmatch(r"([\w.]+)\((.*)\)", expression)
    assert match is not None, expression
    return match[1], _ARGUMENT.findall(match[2])


def _number(argument: str) -> float | int:
    return float(argument) if "." in argument else int(argument)


def _contents(argument: str) -> bytes | None:
    """What a buffer holds; None for a number."""
    kind, _, size = argument.rstrip(")").partition("(")
    if kind == "buffer":
        return bytes((i + 1) % 256 for i in range(int(size)))
    if kind == "floats":
        return struct.pack(f"<{size}f", *(i * 0.37 - 2 for i in range(int(size))))
    return None


def _comparable(value: object) -> object:
    return "nan" if isinstance(value, float) and math.isnan(value) else value


class Program:
    """A module as machine code. `call` evaluates `name(argument, …)`: the result, and the contents
    of the buffers afterwards.

    An argument is a number, `buffer(N)`: the address of N bytes 1, 2, 3, …, or `floats(N)`: the
    address of N different numbers.
    """

    def __init__(self, text: str) -> None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        declared = "declare i64 @sampan.gang.lane()"
        self.has_lanes = declared in text
        self.module = llvm.parse_assembly(text.replace(declared, _LANE))
        self.module.verify()
        machine = llvm.Target.from_default_triple().create_target_machine(
            cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=1
        )
        self.engine = llvm.create_mcjit_compiler(self.module, machine)
        self.engine.finalize_object()

    def call(self, expression: str, lane: int = 0) -> Outcome:
        name, arguments = _parse(expression)
        function_type = str(self.module.get_function(name).global_value_type)
        signature = re.match(r"(\S+) \((.*)\)$", function_type)
        assert signature is not None
        types = [_TYPES[t] for t in signature[2].split(", ") if t]
        if self.has_lanes:
            address = self.engine.get_global_value_address("test.lane")
            ctypes.c_int64.from_address(address).value = lane
        buffers: list[ctypes.Array[ctypes.c_uint8]] = []
        values: list[object] = []
        for argument in arguments:
            contents = _contents(argument)
            if contents is None:
                values.append(_number(argument))
                continue
            # Aligned as device memory is.
            whole = (ctypes.c_uint8 * (len(contents) + 256))()
            start = -ctypes.addressof(whole) % 256
            buffers.append((ctypes.c_uint8 * len(contents)).from_buffer(whole, start))
            buffers[-1][:] = contents
            values.append(ctypes.addressof(buffers[-1]))
        result = None if signature[1] == "void" else _TYPES[signature[1]]
        kind = ctypes.CFUNCTYPE(result, *types)
        returned = kind(self.engine.get_function_address(name))(*values)
        return _comparable(returned), [bytes(b) for b in buffers]


def interpret(text: str, expression: str) -> Outcome:
    """The same in the interpreter."""
    name, arguments = _parse(expression)
    interpreter = Interpreter(read_module(text))
    buffers: list[tuple[int, int]] = []
    values: list[object] = []
    for argument in arguments:
        contents = _contents(argument)
        if contents is None:
            values.append(_number(argument))
        else:
            buffers.append((interpreter.alloc(len(contents), contents), len(contents)))
            values.append(buffers[-1][0])
    returned = interpreter.call(name, values)
    return _comparable(returned), [interpreter.read(address, size) for address, size in buffers]
