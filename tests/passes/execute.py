"""Runs a function of a module of textual IR as machine code: what LLVM itself takes it to mean."""

from __future__ import annotations

import ctypes
import re

from llvmlite import binding as llvm

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


def call(text: str, expression: str, lane: int = 0) -> Outcome:
    """Evaluates `name(argument, …)`: the result, and the contents of the buffers afterwards.

    An argument is a number or `buffer(N)`, the address of N bytes 1, 2, 3, ….
    """
    name, arguments = re.fullmatch(r"([\w.]+)\((.*)\)", expression).groups()  # type: ignore[union-attr]
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    declared = "declare i64 @sampan.gang.lane()"
    module = llvm.parse_assembly(text.replace(declared, _LANE) if declared in text else text)
    module.verify()
    function = module.get_function(name)
    result, parameters = re.match(r"(\S+) \((.*)\)$", str(function.global_value_type)).groups()  # type: ignore[union-attr]
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
    for argument in re.findall(r"buffer\(\d+\)|[^, ]+", arguments):
        if argument.startswith("buffer"):
            size = int(argument[7:-1])
            # Aligned as device memory is.
            whole = (ctypes.c_uint8 * (size + 256))()
            start = -ctypes.addressof(whole) % 256
            buffers.append((ctypes.c_uint8 * size).from_buffer(whole, start))
            buffers[-1][:] = [(i + 1) % 256 for i in range(size)]
            values.append(ctypes.addressof(buffers[-1]))
        else:
            values.append(float(argument) if "." in argument else int(argument))
    kind = ctypes.CFUNCTYPE(None if result == "void" else _TYPES[result], *types)
    returned = kind(engine.get_function_address(name))(*values)
    return returned, [bytes(b) for b in buffers]
