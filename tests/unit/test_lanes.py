"""Lane code: division, polling loops, calls, and the loop that runs a block without fibres."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from llvmlite import binding as llvm

from sampan import abi, codegen
from sampan.fibre.block_loop import make_block_entry, never_waits
from sampan.fibre.division import guard_divisions
from sampan.fibre.lower import lower_lanes
from sampan.fibre.spins import spin_latches
from sampan.frontend.nvvm import Kernel
from sampan.ir.core import Function, Module
from sampan.ir.reader import read_module
from sampan.ir.verify import verify
from sampan.ir.writer import write_module


@contextmanager
def compiled(text: str, name: str, signature: Callable) -> Iterator[Callable]:
    """The function `name` of LLVM IR, as machine code."""
    target = codegen.host_target()
    module = codegen.parse(text)
    machine = llvm.Target.from_triple(target.triple).create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    try:
        yield signature(engine.get_function_address(name))
    finally:
        engine.close()


def values(bits: int) -> list[int]:
    top = 1 << (bits - 1)
    return [0, 1, 2, 7, top - 1, top, top + 1, (1 << bits) - 1]


def expected(op: str, a: int, b: int, bits: int) -> int:
    ones = (1 << bits) - 1
    if b == 0:
        return ones if op.endswith("div") else a
    if op[0] == "u":
        return a // b if op == "udiv" else a % b
    sa, sb = (x - (1 << bits) if x >> (bits - 1) else x for x in (a, b))
    quotient = abs(sa) // abs(sb) * (1 if (sa < 0) == (sb < 0) else -1)
    return (quotient if op == "sdiv" else sa - quotient * sb) & ones


@pytest.mark.parametrize("bits", [8, 32, 64])
@pytest.mark.parametrize("op", ["udiv", "sdiv", "urem", "srem"])
def test_division_gives_the_stated_results_and_never_traps(op: str, bits: int) -> None:
    module = read_module(
        f"define i{bits} @f(i{bits} %a, i{bits} %b) {{\n  %r = {op} i{bits} %a, %b\n"
        f"  ret i{bits} %r\n}}\n"
    )
    guard_divisions(module.functions["f"])
    integer = {8: ctypes.c_uint8, 32: ctypes.c_uint32, 64: ctypes.c_uint64}[bits]
    signature = ctypes.CFUNCTYPE(integer, integer, integer)
    with compiled(write_module(module), "f", signature) as f:
        for a in values(bits):
            for b in values(bits):
                assert f(a, b) == expected(op, a, b, bits), (op, a, b)


def test_division_by_a_constant_is_left_alone() -> None:
    module = read_module("define i32 @f(i32 %a) {\n  %r = sdiv i32 %a, 3\n  ret i32 %r\n}\n")
    guard_divisions(module.functions["f"])
    assert "select" not in write_module(module)


def function(text: str) -> Function:
    return read_module(text).functions["f"]


LOOP = """\
define void @f(ptr %p, ptr %q, i32 %n) {{
entry:
  br label %loop
loop:
  %i = phi i32 [ 0, %entry ], [ %next, %loop ]
  %old = phi i32 [ 0, %entry ], [ %new, %loop ]
  %next = add i32 %i, 1
  %place = getelementptr i32, ptr %q, i32 %i
{body}
  br i1 %c, label %loop, label %done
done:
  ret void
}}
declare void @unknown()
declare void @sampan.barrier()
"""


@pytest.mark.parametrize(
    "body",
    [
        "  %new = load volatile i32, ptr %p\n  %c = icmp eq i32 %new, 0",
        "  %new = load atomic i32, ptr %p acquire, align 4\n  %c = icmp eq i32 %new, 0",
        "  %new = atomicrmw add ptr %p, i32 0 seq_cst\n  %c = icmp eq i32 %new, 0",
        "  %x = cmpxchg ptr %p, i32 0, i32 1 seq_cst seq_cst\n"
        "  %new = extractvalue { i32, i1 } %x, 0\n  %c = icmp ne i32 %new, 0",
        "  fence seq_cst\n  %new = load i32, ptr %p\n  %c = icmp eq i32 %new, 0",
    ],
)
def test_a_loop_that_polls_memory_gives_way(body: str) -> None:
    assert [b.name for b in spin_latches(function(LOOP.format(body=body)))] == ["loop"]


@pytest.mark.parametrize(
    "body",
    [
        # Counts, whatever else it does.
        "  %new = atomicrmw add ptr %place, i32 1 seq_cst\n  %c = icmp ult i32 %next, %n",
        # Reads other memory each time.
        "  fence seq_cst\n  %new = load i32, ptr %place\n  %c = icmp ne i32 %new, 0",
        # A lock-free update: the swap fails only where another one succeeded.
        "  %x = cmpxchg ptr %p, i32 %old, i32 1 seq_cst seq_cst\n"
        "  %new = extractvalue { i32, i1 } %x, 0\n  %c = icmp ne i32 %new, %old",
        # No memory that another thread may write.
        "  %new = load i32, ptr %place\n  %c = icmp ne i32 %new, 0",
        # Waits at the barrier anyway.
        "  call void @sampan.barrier()\n  %new = load volatile i32, ptr %p\n"
        "  %c = icmp eq i32 %new, 0",
    ],
)
def test_a_loop_that_does_not_poll_runs_on(body: str) -> None:
    assert spin_latches(function(LOOP.format(body=body))) == []


def test_an_endless_loop_with_an_atomic_gives_way() -> None:
    text = (
        "define void @f(ptr %p) {\nentry:\n  br label %loop\nloop:\n"
        "  %x = atomicrmw add ptr %p, i32 1 seq_cst\n  br label %loop\n}\n"
    )
    assert len(spin_latches(function(text))) == 1


def lanes_of(text: str) -> tuple[Module, dict[Function, Function], Function]:
    module = read_module(text)
    kernel = module.functions["k"]
    functions = [f for f in module.functions.values() if f.blocks]
    lanes = lower_lanes(module, functions, [Kernel(kernel, [], 0, 1024)])
    for lane in lanes.values():
        verify(lane, "RAW")
    return module, lanes, lanes[kernel]


def test_calls_pass_self_and_indirect_calls_read_the_lane_slot() -> None:
    module, _, _ = lanes_of(
        """\
define void @k() {
  %p = load ptr, ptr @table
  %r = call i32 %p(i32 1)
  %s = call i32 @g(i32 %r)
  ret void
}
define i32 @g(i32 %x) {
  %t = call i32 @sampan.tid.y()
  ret i32 %t
}
@table = global ptr null
declare i32 @sampan.tid.y()
"""
    )
    text = write_module(module)
    assert "call i32 @g.lane(ptr %self, i32 %r)" in text
    assert "(ptr %self, i32 1)" in text
    lane = text[text.index("@g.lane(ptr %self, i32 %x)") :]
    assert "i32 4\n" in lane[: lane.index("}")]


def test_the_block_loop_visits_every_thread_of_every_block_in_order() -> None:
    module, lanes, lane = lanes_of(
        """\
define void @k() {
  %linear = call i32 @sampan.laneid()
  %x = call i32 @sampan.tid.x()
  %y = call i32 @sampan.tid.y()
  %z = call i32 @sampan.tid.z()
  %bx = call i32 @sampan.ctaid.x()
  %by = call i32 @sampan.ctaid.y()
  %bz = call i32 @sampan.ctaid.z()
  %log = call ptr @sampan.shared.base()
  %n = load i64, ptr %log
  %m = add i64 %n, 1
  store i64 %m, ptr %log
  %row = getelementptr [8 x i32], ptr %log, i64 %m
"""
        + "".join(
            f"  %p{i} = getelementptr i32, ptr %row, i32 {i}\n  store i32 %{v}, ptr %p{i}\n"
            for i, v in enumerate("linear x y z bx by bz".split())
        )
        + "  ret void\n}\n"
        + "declare ptr @sampan.shared.base()\ndeclare i32 @sampan.laneid()\n"
        + "".join(f"declare i32 @sampan.{r}.{a}()\n" for r in ("tid", "ctaid") for a in "xyz")
    )
    assert never_waits(lanes.values())
    kernel = module.functions["k"]
    entry = make_block_entry(module, kernel, lane, 3)
    verify(entry, "RAW")
    entry.linkage = ""
    grid, block = (2, 3, 2), (3, 2, 2)
    launch = (ctypes.c_uint32 * (abi.LAUNCH_SIZE // 4))(*grid, *block)
    log = (ctypes.c_uint32 * (8 * 400))()
    thread = (ctypes.c_uint64 * (abi.THREAD_SIZE // 8))()
    thread[abi.THREAD_LAUNCH // 8] = ctypes.addressof(launch)
    thread[abi.THREAD_SHARED // 8] = ctypes.addressof(log)
    for inst in module.functions.pop("k").instructions():  # what is left declares intrinsics
        inst.drop_operands()
    signature = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64, ctypes.c_uint64)
    with compiled(write_module(module), "k.block1", signature) as run:
        run(ctypes.addressof(thread), 3, 5)
    rows = [tuple(log[8 * i : 8 * i + 7]) for i in range(1, 1 + 5 * 12)]
    assert log[0] == 5 * 12
    wanted = [
        (n, n % 3, n // 3 % 2, n // 6, b % 2, b // 2 % 3, b // 6)
        for b in range(3, 8)
        for n in range(12)
    ]
    assert rows == wanted
