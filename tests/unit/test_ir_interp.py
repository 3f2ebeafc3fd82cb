# ruff: noqa: E501 (IR text is as LLVM prints it)
"""The interpreter runs kernels: schedules, barriers, atomics, memory, calls, errors."""

from __future__ import annotations

import numpy as np
import pytest

from sampan.ir.interp import (
    Deadlock,
    DeviceAssert,
    DeviceTrap,
    Interpreter,
    KernelError,
    MemoryFault,
    StepLimit,
    Unreachable,
)
from sampan.ir.reader import read_module

DECLARATIONS = """
declare i32 @sampan.tid.x()
declare i32 @sampan.tid.y()
declare i32 @sampan.ctaid.x()
declare i32 @sampan.ntid.x()
declare i32 @sampan.laneid()
declare ptr @sampan.shared.base()
declare ptr @sampan.self()
declare void @sampan.barrier()
declare i32 @sampan.barrier.reduce(i32, i32)
declare i32 @sampan_vprintf(ptr, ptr)
declare void @sampan_assert_fail(ptr, ptr, ptr, i32, ptr, i64)
declare void @sampan_trap(ptr)
declare ptr @sampan_device_malloc(i64)
declare void @sampan_device_free(ptr)
declare i32 @sampan.warp.read(i32, i32, i32)
declare i32 @sampan.warp.activemask()
declare i32 @sampan.warp.ballot(i32, i1)
declare void @sampan.warp.sync(i32)
"""


def load(body: str, **options) -> Interpreter:  # type: ignore[no-untyped-def]
    return Interpreter(read_module(body + DECLARATIONS), **options)


SCHEDULES = [("random", 0), ("random", 1), ("random", 2), ("round_robin", 0)]

REVERSE = """
define void @k(ptr %a) {
  %t = call i32 @sampan.tid.x()
  %n = call i32 @sampan.ntid.x()
  %c = call i32 @sampan.ctaid.x()
  %base = mul i32 %c, %n
  %i = add i32 %base, %t
  %o = zext i32 %i to i64
  %p = getelementptr inbounds i32, ptr %a, i64 %o
  %v = load i32, ptr %p
  %s = call ptr @sampan.shared.base()
  %ts = zext i32 %t to i64
  %q = getelementptr i32, ptr %s, i64 %ts
  store i32 %v, ptr %q
  call void @sampan.barrier()
  %m = xor i32 %t, -1
  %r = add i32 %m, %n
  %rs = zext i32 %r to i64
  %w = getelementptr i32, ptr %s, i64 %rs
  %x = load i32, ptr %w
  store i32 %x, ptr %p
  ret void
}"""


@pytest.mark.parametrize(("schedule", "seed"), SCHEDULES)
@pytest.mark.parametrize("blocks_at_once", [1, 3])
def test_shared_memory_and_a_barrier(schedule: str, seed: int, blocks_at_once: int) -> None:
    a = np.arange(4 * 32, dtype=np.int32)
    run = load(REVERSE, schedule=schedule, seed=seed, blocks_at_once=blocks_at_once)
    run.launch("k", 4, 32, [a], static_shared=128)
    assert (a == np.arange(128).reshape(4, 32)[:, ::-1].reshape(-1)).all()


def test_the_bounds_of_shared_memory() -> None:
    a = np.zeros(32, dtype=np.int32)
    with pytest.raises(MemoryFault, match=r"store at .*offset 112 of an object of 112 bytes") as e:
        load(REVERSE, schedule="round_robin").launch("k", 1, 32, [a], static_shared=112)
    assert "@k: store i32 %v, ptr %q" in str(e.value)
    assert "thread (28,0,0)" in str(e.value)


EARLY_EXIT = """
define void @k(ptr %a) {
  %t = call i32 @sampan.tid.x()
  %out = icmp sge i32 %t, 20
  br i1 %out, label %done, label %stay
stay:
  %n = call i32 @sampan.barrier.reduce(i32 %t, i32 0)
  %all = call i32 @sampan.barrier.reduce(i32 %t, i32 1)
  %any = call i32 @sampan.barrier.reduce(i32 %t, i32 2)
  %x = shl i32 %all, 8
  %y = shl i32 %any, 9
  %z = or i32 %x, %y
  %s = add i32 %n, %z
  %o = zext i32 %t to i64
  %p = getelementptr i32, ptr %a, i64 %o
  store i32 %s, ptr %p
  br label %done
done:
  ret void
}"""


@pytest.mark.parametrize(("schedule", "seed"), SCHEDULES)
def test_returned_threads_count_as_arrived(schedule: str, seed: int) -> None:
    a = np.full(32, -1, dtype=np.int32)
    load(EARLY_EXIT, schedule=schedule, seed=seed).launch("k", 1, 32, [a])
    assert (a[:20] == 19 + 512).all() and (a[20:] == -1).all()


def test_a_spin_lock_makes_progress_and_counts() -> None:
    body = """
define void @k(ptr %lock, ptr %count) {
entry:
  br label %spin
spin:
  %pair = cmpxchg ptr %lock, i32 0, i32 1 monotonic monotonic
  %ok = extractvalue { i32, i1 } %pair, 1
  br i1 %ok, label %held, label %spin
held:
  %v = load volatile i32, ptr %count
  %w = add i32 %v, 1
  store volatile i32 %w, ptr %count
  %old = atomicrmw xchg ptr %lock, i32 0 monotonic
  ret void
}"""
    for schedule, seed in SCHEDULES:
        lock, count = np.zeros(1, np.int32), np.zeros(1, np.int32)
        run = load(body, schedule=schedule, seed=seed, blocks_at_once=2)
        run.launch("k", 4, 40, [lock, count])
        assert count[0] == 160 and lock[0] == 0


def test_a_race_shows_under_some_schedule() -> None:
    body = """
define void @k(ptr %count) {
  %v = load volatile i32, ptr %count
  %w = add i32 %v, 1
  store volatile i32 %w, ptr %count
  ret void
}"""
    totals = set()
    for seed in range(8):
        count = np.zeros(1, np.int32)
        load(body, seed=seed).launch("k", 1, 64, [count])
        totals.add(int(count[0]))
    assert min(totals) < 64


@pytest.mark.parametrize(
    ("operation", "type", "start", "values", "expected"),
    [
        ("add", "i32", 5, [1, 2, 3], 11),
        ("sub", "i32", 5, [1, 2, 3], 0xFFFFFFFF),
        ("max", "i32", 0xFFFFFFFE, [0xFFFFFFFF, 0xFFFFFFF0, 0xFFFFFFFD], 0xFFFFFFFF),
        ("umin", "i32", 9, [7, 8, 70], 7),
        ("nand", "i32", 0xFF, [0x0F], 0xFFFFFFF0),
        ("uinc_wrap", "i32", 2, [3, 3], 0),
        ("udec_wrap", "i32", 0, [9], 9),
        ("xor", "i64", 1 << 40, [1, 2], (1 << 40) + 3),
        ("fadd", "float", 1.5, [2.0, 0.25], 3.75),
        ("fmax", "double", 1.5, [2.0, float("nan")], 2.0),
        ("xchg", "float", 1.5, [4.0], 4.0),
    ],
)
def test_atomic_operations(operation, type, start, values, expected) -> None:  # type: ignore[no-untyped-def]
    body = f"""
define {type} @f(ptr %p, {type} %v) {{
  %old = atomicrmw {operation} ptr %p, {type} %v seq_cst
  %new = load {type}, ptr %p
  ret {type} %new
}}"""
    kinds = {"i32": np.uint32, "i64": np.uint64, "float": np.float32, "double": np.float64}
    cell = np.array([start], dtype=kinds[type])
    run = load(body)
    for value in values:
        result = run.call("f", [cell, value])
    assert result == expected == cell[0]


CALLS = """
@table = internal constant [2 x ptr] [ptr @double.descriptor, ptr @square.descriptor]
@double.descriptor = internal constant [8 x ptr] [ptr @double, ptr null, ptr null, ptr null, ptr null, ptr null, ptr null, ptr null]
@square.descriptor = internal constant [8 x ptr] [ptr @square, ptr null, ptr null, ptr null, ptr null, ptr null, ptr null, ptr null]
define i32 @double(i32 %x) {
  %r = add i32 %x, %x
  ret i32 %r
}
define i32 @square(i32 %x) {
  %r = mul i32 %x, %x
  ret i32 %r
}
define i32 @factorial(i32 %n) {
  %end = icmp ule i32 %n, 1
  br i1 %end, label %one, label %more
one:
  ret i32 1
more:
  %m = sub i32 %n, 1
  %f = call i32 @factorial(i32 %m)
  %r = mul i32 %n, %f
  ret i32 %r
}
define i32 @pick(i32 %which, i32 %x) {
  %o = zext i32 %which to i64
  %p = getelementptr [2 x ptr], ptr @table, i64 0, i64 %o
  %f = load ptr, ptr %p
  %r = call i32 %f(i32 %x)
  ret i32 %r
}
define i32 @bad(ptr %f) {
  %r = call i32 %f(i32 1)
  ret i32 %r
}
define i32 @forever(i32 %x) {
  %r = call i32 @forever(i32 %x)
  ret i32 %r
}"""


def test_recursion_and_calls_through_descriptors() -> None:
    run = load(CALLS)
    assert run.call("factorial", [6]) == 720
    assert [run.call("pick", [0, 7]), run.call("pick", [1, 7])] == [14, 49]
    with pytest.raises(MemoryFault, match="no function"):
        run.call("bad", [run.alloc(8)])
    with pytest.raises(KernelError, match="stack overflow"):
        run.call("forever", [1])


def test_private_memory_dies_with_its_function() -> None:
    body = """
define ptr @leak() {
  %p = alloca i32
  store i32 5, ptr %p
  ret ptr %p
}
define i32 @f() {
  %p = call ptr @leak()
  %v = load i32, ptr %p
  ret i32 %v
}"""
    with pytest.raises(MemoryFault, match="no such object"):
        load(body).call("f", [])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("%v = load i32, ptr null", "null pointer"),
        ("store i64 1, ptr %p", "store at"),
        ("%q = getelementptr i8, ptr %p, i64 -1\n  %v = load i8, ptr %q", "load at"),
        ("%v = load <4 x i16>, ptr %p", "access of 8 bytes"),
        ("call void @llvm.memset.p0.i64(ptr %p, i8 0, i64 5, i1 false)", "access of 5 bytes"),
        ("call void @sampan_device_free(ptr %p)\n  store i8 1, ptr %p", "no such object"),
    ],
)
def test_bad_accesses_are_found(body: str, message: str) -> None:
    text = f"define void @f(ptr %p) {{\n  {body}\n  ret void\n}}\ndeclare void @llvm.memset.p0.i64(ptr, i8, i64, i1)"
    run = load(text)
    with pytest.raises(MemoryFault, match=message):
        run.call("f", [run.alloc(4)])


def test_printf_reads_the_packed_buffer() -> None:
    body = r"""
@fmt = constant [39 x i8] c"%d %5.2f|%s|%-4u|%llx %c%%|%*d|%08.3e\0A\00"
@text = constant [3 x i8] c"hi\00"
define i32 @f() {
  %b = alloca { i32, double, ptr, i32, i64, i32, i32, i32, double }
  store { i32, double, ptr, i32, i64, i32, i32, i32, double } { i32 -7, double 3.14159, ptr @text, i32 42, i64 -1, i32 65, i32 4, i32 9, double 1234.5 }, ptr %b
  %r = call i32 @sampan_vprintf(ptr @fmt, ptr %b)
  ret i32 %r
}"""
    run = load(body)
    assert run.call("f", []) == 9
    assert run.output == ["-7  3.14|hi|42  |ffffffffffffffff A%|   9|1.234e+03\n"]


def test_fatal_events_have_types() -> None:
    body = r"""
@m = constant [6 x i8] c"x > 0\00"
@file = constant [5 x i8] c"a.cu\00"
define void @assert() {
  %s = call ptr @sampan.self()
  call void @sampan_assert_fail(ptr %s, ptr @m, ptr @file, i32 12, ptr @m, i64 1)
  unreachable
}
define void @trap() {
  %s = call ptr @sampan.self()
  call void @sampan_trap(ptr %s)
  unreachable
}
define void @gone() {
  unreachable
}
define void @stuck() {
  %t = call i32 @sampan.tid.x()
  %c = icmp eq i32 %t, 0
  br i1 %c, label %a, label %b
a:
  call void @sampan.warp.sync(i32 -1)
  ret void
b:
  call void @sampan.barrier()
  ret void
}
define void @spin(ptr %p) {
entry:
  br label %loop
loop:
  %v = load volatile i32, ptr %p
  %c = icmp eq i32 %v, 0
  br i1 %c, label %loop, label %out
out:
  ret void
}"""
    run = load(body, max_switches=2000)
    with pytest.raises(DeviceAssert, match=r"a.cu:12: .*x > 0"):
        run.launch("assert", 1, 1, [])
    with pytest.raises(DeviceTrap):
        run.launch("trap", 1, 1, [])
    with pytest.raises(Unreachable):
        run.launch("gone", 1, 1, [])
    with pytest.raises(Deadlock, match=r"1 wait at sampan.warp.sync .*; 3 wait at|3 wait at"):
        run.launch("stuck", 1, 4, [])
    with pytest.raises(StepLimit):
        run.launch("spin", 1, 1, [np.zeros(1, np.int32)])


def test_warp_operations_meet() -> None:
    body = """
define void @k(ptr %a) {
  %t = call i32 @sampan.tid.x()
  %l = call i32 @sampan.laneid()
  %n = add i32 %l, 1
  %d = call i32 @sampan.warp.read(i32 -1, i32 %t, i32 %n)
  %odd = trunc i32 %l to i1
  %b = call i32 @sampan.warp.ballot(i32 -1, i1 %odd)
  %m = and i32 %b, 65280
  %s = add i32 %d, %m
  %o = zext i32 %t to i64
  %p = getelementptr i32, ptr %a, i64 %o
  store i32 %s, ptr %p
  ret void
}"""
    for schedule, seed in SCHEDULES:
        a = np.zeros(40, dtype=np.int32)
        load(body, schedule=schedule, seed=seed).launch("k", 1, 40, [a])
        lanes = np.arange(40)
        # Lane 31 reads lane 0 of its warp; whoever reads a lane that is not there gets zero.
        down = np.where(lanes % 32 == 31, lanes - 31, np.where(lanes == 39, 0, lanes + 1))
        assert (a[:32] == down[:32] + 0xAA00).all() and (a[32:] == down[32:]).all()


def test_vectors_and_aggregates() -> None:
    body = """
define i32 @f(ptr %p) {
  %v = load <4 x i32>, ptr %p
  %w = add <4 x i32> %v, <i32 1, i32 2, i32 3, i32 4>
  %c = icmp ugt <4 x i32> %w, splat (i32 25)
  %s = select <4 x i1> %c, <4 x i32> %w, <4 x i32> zeroinitializer
  %x = shufflevector <4 x i32> %s, <4 x i32> %v, <4 x i32> <i32 3, i32 4, i32 poison, i32 2>
  %y = insertelement <4 x i32> %x, i32 7, i32 2
  store <4 x i32> %y, ptr %p
  %b = bitcast <4 x i1> %c to i4
  %z = zext i4 %b to i32
  %f = sitofp <4 x i32> %y to <4 x float>
  %q = fmul <4 x float> %f, splat (float 0.5)
  %m = call <4 x float> @llvm.maxnum.v4f32(<4 x float> %q, <4 x float> splat (float 4.0))
  %e = extractelement <4 x float> %m, i32 1
  %i = fptosi float %e to i32
  %a0 = insertvalue { i32, [2 x i32] } poison, i32 %z, 0
  %a1 = insertvalue { i32, [2 x i32] } %a0, i32 %i, 1, 1
  %g0 = extractvalue { i32, [2 x i32] } %a1, 0
  %g1 = extractvalue { i32, [2 x i32] } %a1, 1, 1
  %g = mul i32 %g0, 100
  %r = add i32 %g, %g1
  ret i32 %r
}
declare <4 x float> @llvm.maxnum.v4f32(<4 x float>, <4 x float>)"""
    a = np.array([10, 20, 30, 40], dtype=np.int32)
    assert load(body).call("f", [a]) == 12 * 100 + 5
    assert a.tolist() == [44, 10, 7, 33]


def test_device_variables_and_heap() -> None:
    body = """
@counter = global i32 41
@pointer = global ptr getelementptr inbounds ([4 x i32], ptr @array, i64 0, i64 2)
@array = global [4 x i32] [i32 1, i32 2, i32 3, i32 4]
define i32 @f() {
  %c = load i32, ptr @counter
  %d = add i32 %c, 1
  store i32 %d, ptr @counter
  %p = load ptr, ptr @pointer
  %v = load i32, ptr %p
  %h = call ptr @sampan_device_malloc(i64 16)
  store i32 %v, ptr %h
  %w = load i32, ptr %h
  call void @sampan_device_free(ptr %h)
  ret i32 %w
}"""
    run = load(body)
    assert run.call("f", []) == 3
    assert int.from_bytes(run.read(run.address_of("counter"), 4), "little") == 42
    run.write(run.address_of("array"), bytes(16))
    assert run.call("f", []) == 0


def test_many_joins_and_nested_loops_dispatch_correctly() -> None:
    body = """
define i32 @f(i32 %n) {
entry:
  br label %outer
outer:
  %i = phi i32 [ 0, %entry ], [ %i2, %next ]
  %s = phi i32 [ 0, %entry ], [ %s4, %next ]
  %r = urem i32 %i, 3
  switch i32 %r, label %d [
    i32 0, label %a
    i32 1, label %b
  ]
a:
  br label %inner
inner:
  %j = phi i32 [ 0, %a ], [ %j2, %inner ]
  %s1 = phi i32 [ %s, %a ], [ %s2, %inner ]
  %s2 = add i32 %s1, %j
  %j2 = add i32 %j, 1
  %e = icmp ult i32 %j2, %i
  br i1 %e, label %inner, label %next
b:
  %s3 = mul i32 %s, 3
  br label %next
d:
  %t = icmp ugt i32 %s, 100
  br i1 %t, label %next, label %back
back:
  br label %next
next:
  %s4 = phi i32 [ %s2, %inner ], [ %s3, %b ], [ %s, %d ], [ 7, %back ]
  %i2 = add i32 %i, 1
  %f = icmp ult i32 %i2, %n
  br i1 %f, label %outer, label %out
out:
  ret i32 %s4
}"""

    def model(n: int) -> int:
        s = i = 0
        while True:
            if i % 3 == 0:
                s += sum(range(max(i, 1)))
            elif i % 3 == 1:
                s *= 3
            elif s <= 100:
                s = 7
            i += 1
            if i >= n:
                return s & 0xFFFFFFFF

    run = load(body)
    for n in range(1, 14):
        assert run.call("f", [n]) == model(n)
