"""Asking early for what later blocks read, in launches that go past the caches (streaming.py).

The processor's own prefetchers begin anew where a row of blocks goes on in another row of the data,
and see no stream where a block copies a tile: many rows, of each a line or two. So the line is
asked for that the same thread of a later block will read: the address is computed again, with a
greater blockIdx.x. Of several places that a thread reads of one array, as a stencil does, most have
been read before by other threads; the one that the program names last is taken for the foremost.
"""

from __future__ import annotations

from sampan.block.builder import ScalarBuilder, copy_with
from sampan.ir.constants import const_int
from sampan.ir.core import BINARY, CASTS, Argument, ConstInt, Function, Instruction, Value
from sampan.ir.loop_info import LoopInfo
from sampan.ir.trip_count import trips_to
from sampan.ir.types import I32, I64, PTR, VOID, VectorType, function_type, size_of

_LINE = 64  # bytes
_BLOCKS, _TILES = 16, 2  # so many blocks later; where a block copies a tile, whose work is longer
_MOST_TRIPS = 16  # of the loops around a load: those over the rows of a tile
_MOST_STEPS = 32  # from an address back to blockIdx
_COMPUTED = BINARY | CASTS | {"getelementptr", "select", "icmp", "freeze"}
_PLACE = "sampan.ctaid.x"
_INTO_SECOND = 2  # llvm.prefetch's name of the second-level cache


def run(gang: Function, cached: Value, loops: LoopInfo) -> bool:
    """`cached`: streaming.CACHED, which dominates all of the kernel's WARP form. Returns whether
    there was anything to ask for."""
    tiles = any(i.callee_name.startswith("sampan.gang.barrier") for i in gang.instructions())
    asked = False
    for loads in _by_array(gang, loops, _MOST_TRIPS if tiles else 1).values():
        for load in loads if tiles else loads[-1:]:
            asked |= _ask(load, cached, _TILES if tiles else _BLOCKS)
    return asked


def _by_array(gang: Function, loops: LoopInfo, most_trips: int) -> dict[Value, list[Instruction]]:
    """The loads of whole lines that a thread comes to at most so often, by the parameter that they
    are computed from."""
    found: dict[Value, list[Instruction]] = {}
    for block in gang.blocks:
        trips = trips_to(block, loops)
        if trips is None or trips > most_trips:
            continue
        for inst in block.instructions:
            if inst.op == "load" and isinstance(inst.type, VectorType):
                root = root_of(inst.operands[0])
                if isinstance(root, Argument) and size_of(inst.type) % _LINE == 0:
                    found.setdefault(root, []).append(inst)
    return found


def root_of(pointer: Value) -> Value:
    """What an address is computed from by offsets alone."""
    while isinstance(pointer, Instruction) and pointer.op in ("getelementptr", "freeze"):
        pointer = pointer.operands[0]
    return pointer


def _ask(load: Instruction, cached: Value, blocks: int) -> bool:
    """Ahead of the load, for what it will read in a later block."""
    assert load.block is not None and load.block.function is not None
    function = load.block.function
    assert function.module is not None
    here = load.operands[0]
    moving = _moving(here)
    if here not in moving:
        return False
    b = ScalarBuilder(function)
    b.before = load
    step = b.select(b.icmp("eq", cached, const_int(I64, 0)), b.i32(blocks), b.i32(0))
    there = _moved(b, here, step, moving, {})
    signature = function_type(VOID, (PTR, I32, I32, I32))
    callee = function.module.get_or_declare("llvm.prefetch.p0", signature)
    for line in range(size_of(load.type) // _LINE):
        address = b.offset(there, line * _LINE)
        words = [b.i32(0), b.i32(_INTO_SECOND), b.i32(1)]
        b.emit("call", VOID, [address, *words, callee], function_type=signature)
    return True


def _moving(address: Value) -> set[Value]:
    """What an address is computed from that depends on blockIdx.x, as far as can be seen."""
    moving: set[Value] = set()
    seen: set[Value] = set()

    def visit(value: Value, steps: int = 0) -> bool:
        if value not in seen and isinstance(value, Instruction) and steps < _MOST_STEPS:
            seen.add(value)
            if value.callee_name == _PLACE:
                moving.add(value)
            elif not isinstance(value.type, VectorType) and _repeats(value):
                if any([visit(operand, steps + 1) for operand in value.operands]):
                    moving.add(value)
        return value in moving

    visit(address)
    return moving


def _repeats(value: Instruction) -> bool:
    """Whether it may be computed with other numbers, which the program may never have: a division
    by nothing but a constant."""
    if value.op in ("udiv", "sdiv", "urem", "srem"):
        divisor = value.operands[1]
        return isinstance(divisor, ConstInt) and divisor.signed > 0
    return value.op in _COMPUTED


def _moved(
    b: ScalarBuilder, value: Value, step: Value, moving: set[Value], known: dict[Value, Value]
) -> Value:
    """`value` in a block whose blockIdx.x is greater by `step`."""
    if value not in moving:
        return value
    assert isinstance(value, Instruction)
    if value not in known:
        if value.callee_name == _PLACE:
            known[value] = b.binary("add", value, step)
        else:
            operands = [_moved(b, operand, step, moving, known) for operand in value.operands]
            copy = copy_with(value, operands)
            copy.attrs.pop("flags", None)
            assert b.before is not None
            known[value] = copy.insert_before(b.before)
    return known[value]
