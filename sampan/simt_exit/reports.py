"""What kernels say: printf, assert and trap, through a SampanDeviceReport that the host reads.

A launch of a module that says anything has one. A printf takes a place in it for its format and its
arguments, which the host prints when the grid has ended; where there is no room left they are lost,
and the host says so. The first thread that fails leaves its name and its message, and returns.
"""

from __future__ import annotations

from sampan import abi
from sampan.frontend.emit import Emit
from sampan.ir.core import ConstNull, Function, Instruction, Undef, Value
from sampan.ir.edit import branch, jump, remove_terminator, split_after
from sampan.ir.result_types import cmpxchg_type
from sampan.ir.types import I1, I8, I32, PTR, VOID, StructType, size_of
from sampan.simt_exit.flatten import refused

CALLS = frozenset({"sampan_vprintf", "sampan_assert_fail", "sampan_trap"})
_ASSERTION, _TRAP, NO_WARPS = 1, 2, 3  # SampanDeviceReport.failed
_HEAD = 16  # bytes of a record in front of its arguments


def say(
    function: Function, call: Instruction, report: Value, place: tuple[Value, ...], device: str
) -> Value | None:
    """Code for one of CALLS in front of `call`, and its result. `report`: the address of the
    launch's report; `place`: blockIdx and threadIdx, six i32."""
    if call.callee_name == "sampan_vprintf":
        return _print(function, call, report, device)
    _fail(function, call, report, place)
    return None


def _print(function: Function, call: Instruction, report: Value, device: str) -> Value:
    format, arguments = call.arguments
    size, count = _packed(call, arguments, device)
    total = -(-(_HEAD + size) // 8) * 8
    assert function.module is not None
    e = Emit(function.module, call)
    used = e.offset(report, abi.DEVICE_REPORT_USED)
    capacity = e.load(I32, report, 4)
    before = e.inst("load", I32, [used], align=4, volatile=True)  # so that it does not overflow
    room = e.compare("ult", before, capacity)
    e = _where(function, call, room)
    start = e.inst(
        "atomicrmw", I32, [used, e.integer(total)], operation="add", ordering="monotonic", align=4
    )
    # The first record that does not fit says so by a size of 0; there are 8 bytes for that.
    e = _where(function, e.position, e.compare("ult", start, capacity))
    records = e.offset(report, abi.DEVICE_REPORT_SIZE)
    record = e.inst("getelementptr", PTR, [records, start], source_type=I8)
    fits = e.compare("ule", e.binary("add", start, total), capacity)
    held = e.select(fits, e.integer(total), e.integer(0))
    e.inst("store", VOID, [held, record], align=8)
    e = _where(function, e.position, fits)
    e.inst("store", VOID, [format, e.offset(record, 8)], align=8)
    place = 0
    while place < size:
        type = I32 if size - place >= 4 else I8
        part = e.load(type, e.offset(arguments, place), size_of(type))
        e.inst("store", VOID, [part, e.offset(record, _HEAD + place)], align=size_of(type))
        place += size_of(type)
    return e.integer(count)


def _packed(call: Instruction, arguments: Value, device: str) -> tuple[int, int]:
    """Bytes and number of a printf's arguments, which lie packed in a variable."""
    if isinstance(arguments, (ConstNull, Undef)):
        return 0, 0
    if not isinstance(arguments, Instruction) or arguments.op != "alloca":
        raise refused("vprintf with arguments that are not in its caller", call, device)
    for user in arguments.users:
        if isinstance(user, Instruction):
            _check_strings(user, device)
            for inner in user.users if user.op == "getelementptr" else ():
                if isinstance(inner, Instruction):
                    _check_strings(inner, device)
    packed = arguments.attrs["allocated_type"]
    count = len(packed.elements or ()) if isinstance(packed, StructType) else 1
    return size_of(packed), count


def _check_strings(store: Instruction, device: str) -> None:
    """A pointer to a thread's own variable means nothing when the host prints it."""
    value = store.operands[0] if store.op == "store" else None
    while isinstance(value, Instruction) and value.op == "getelementptr":
        value = value.operands[0]
    if isinstance(value, Instruction) and value.op == "alloca" and value.type is PTR:
        raise refused("printf of a string in a variable of the thread", store, device)


def _fail(function: Function, call: Instruction, report: Value, place: tuple[Value, ...]) -> None:
    assert function.module is not None
    e = Emit(function.module, call)
    is_assertion = call.callee_name == "sampan_assert_fail"
    failed = e.offset(report, abi.DEVICE_REPORT_FAILED)
    kind = e.integer(_ASSERTION if is_assertion else _TRAP)
    swap = e.inst(
        "cmpxchg",
        cmpxchg_type(I32),
        [failed, e.integer(0), kind],
        ordering="monotonic",
        failure_ordering="monotonic",
        align=4,
    )
    is_first = e.inst("extractvalue", I1, [swap], indices=(1,))
    e = _where(function, call, is_first)
    for index, value in enumerate(place):
        offset = abi.DEVICE_REPORT_BLOCK + 4 * index
        e.inst("store", VOID, [value, e.offset(report, offset)], align=4)
    if is_assertion:
        _, message, file, line, name, _ = call.arguments
        e.inst("store", VOID, [line, e.offset(report, abi.DEVICE_REPORT_LINE)], align=4)
        for index, text in enumerate((message, file, name)):
            offset = abi.DEVICE_REPORT_TEXTS + 8 * index
            e.inst("store", VOID, [text, e.offset(report, offset)], align=8)


def _where(function: Function, position: Instruction, condition: Value) -> Emit:
    """Emits in a new block that is run where the condition holds; `position` comes behind it."""
    block = position.block
    assert block is not None and function.module is not None
    index = block.instructions.index(position)
    after = split_after(function, block.instructions[index - 1], "")
    inside = function.add_block("", after=block)
    remove_terminator(block)
    branch(block, condition, inside, after)
    return Emit(function.module, jump(inside, after))
