"""Runs a function of a module of textual IR, as machine code and in the interpreter.

LLVM's machine code is the reference for what a function means; the interpreter checks every access.
"""

from __future__ import annotations

import ctypes
import re

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


def _parse(expression: str) -> tuple[str, list[str]]:
    match = re.fullmatch(r"([\w.]+)\((.*)\)", expression)
    assert match is not None, expression
    return match[1], re.findall(r"buffer\(\d+\)|[^, ]+", match[2])


def _number(argument: str) -> float | int:
    return float(argument) if "." in argument else int(argument)


def _contents(argument: str) -> bytes:
    return bytes((i + 1) % 256 for i in range(int(argument[7:-1])))


def call(text: str, expression: str, lane: int = 0) -> Outcome:
    """Evaluates `name(argument, …)`: the result, and the contents of the buffers afterwards.

    An argument is a number or `buffer(N)`, the address of N bytes 1, 2, 3, ….
    """
    name, arguments = _parse(expression)
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    declared = "declare i64 @sampan.gang.lane()"
    module = llvm.parse_assembly(text.replace(declared, _LANE))
    module.verify()
    signature = re.match(r"(\S+) \((.*)\)$", str(module.get_function(name).global_value_type))
    assert signature is not None
    result, parameters = signature.groups()
    types = [_TYPES[t] for t in parameters.split(", ") if t]
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=1
    )
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    if declared in text:
        address = engine.get_global_value_address("test.lane")
        ctypes.c_int64.from_address(address).value = lane
    buffers: list[ctypes.Array[ctypes.c_uint8]] = []
    values: list[object] = []
    for argument in arguments:
        if argument.startswith("buffer"):
            contents = _contents(argument)
            # Aligned as device memory is.
            whole = (ctypes.c_uint8 * (len(contents) + 256))()
            start = -ctypes.addressof(whole) % 256
            buffers.append((ctypes.c_uint8 * len(contents)).from_buffer(whole, start))
            buffers[-1][:] = contents
            values.append(ctypes.addressof(buffers[-1]))
        else:
            values.append(_number(argument))
    kind = ctypes.CFUNCTYPE(None if result == "void" else _TYPES[result], *types)
    returned = kind(engine.get_function_address(name))(*values)
    return returned, [bytes(b) for b in buffers]


def interpret(text: str, expression: str) -> Outcome:
    """The same in the interpreter."""
    name, arguments = _parse(expression)
    interpreter = Interpreter(read_module(text))
    buffers: list[tuple[int, int]] = []
    values: list[object] = []
    for argument in arguments:
        if argument.startswith("buffer"):
            contents = _contents(argument)
            buffers.append((interpreter.alloc(len(contents), contents), len(contents)))
            values.append(buffers[-1][0])
        else:
            values.append(_number(argument))
    returned = interpreter.call(name, values)
    return returned, [interpreter.read(address, size) for address, size in buffers]
