"""Integers of odd sizes in sizes that devices have (simt_exit/odd_integers.py)."""

from __future__ import annotations

import ctypes
import random

import pytest
from llvmlite import binding as llvm

from sampan import codegen
from sampan.ir.reader import read_module
from sampan.ir.types import IntType
from sampan.ir.writer import write_module
from sampan.simt_exit import odd_integers

CASES = {
    "a sum of a loop": """
        %a = zext i32 %x to i33
        %b = add i33 %a, -1
        %c = mul i33 %a, %b
        %d = lshr i33 %c, 1
        %r = trunc i33 %d to i32
        ret i32 %r""",
    "a remainder": """
        %a = trunc i32 %x to i5
        %b = trunc i32 %y to i5
        %c = shl i5 %b, 4
        %d = sub i5 %a, %c
        %r = zext i5 %d to i32
        ret i32 %r""",
    "signs": """
        %a = trunc i32 %x to i7
        %b = trunc i32 %y to i7
        %c = ashr i7 %a, 2
        %less = icmp slt i7 %c, %b
        %d = select i1 %less, i7 %a, i7 %b
        %e = xor i7 %d, -3
        %f = sext i7 %e to i50
        %g = add i50 %f, 12345678901
        %h = trunc i50 %g to i20
        %r = sext i20 %h to i32
        ret i32 %r""",
    "a loop": """
        br label %head
      head:
        %i = phi i32 [ 0, %entry ], [ %next, %head ]
        %s = phi i11 [ 5, %entry ], [ %t, %head ]
        %n = trunc i32 %i to i11
        %m = mul i11 %s, 77
        %t = add i11 %m, %n
        %next = add i32 %i, 1
        %low = and i32 %x, 15
        %more = icmp ule i32 %next, %low
        br i1 %more, label %head, label %end
      end:
        %u = icmp ugt i11 %t, 1000
        %v = zext i1 %u to i32
        %w = zext i11 %t to i32
        %r = add i32 %v, %w
        ret i32 %r""",
}


def _results(text: str) -> list[int]:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    module = llvm.parse_assembly(text)
    machine = llvm.Target.from_triple(codegen.host_triple()).create_target_machine()
    with llvm.create_mcjit_compiler(module, machine) as engine:
        engine.finalize_object()
        kind = ctypes.CFUNCTYPE(ctypes.c_uint32, ctypes.c_uint32, ctypes.c_uint32)
        function = kind(engine.get_function_address("f"))
        numbers = random.Random(3)
        words = [0, 1, 2, 31, 1 << 31, (1 << 32) - 1, *(numbers.getrandbits(32) for _ in range(50))]
        return [function(x, y) for x in words for y in words]


@pytest.mark.parametrize("what", CASES)
def test_same_results(what: str) -> None:
    text = f"define i32 @f(i32 %x, i32 %y) {{\nentry:{CASES[what]}\n}}\n"
    module = read_module(text)
    function = module.functions["f"]
    odd_integers.lower(function)
    sizes = {i.type.bits for i in function.instructions() if isinstance(i.type, IntType)}
    assert sizes <= {1, 8, 16, 32, 64}
    assert _results(write_module(module)) == _results(text)


def test_others_are_refused() -> None:
    module = read_module("define void @f(ptr %p) {\n  %a = load i24, ptr %p\n  ret void\n}\n")
    with pytest.raises(ValueError, match="24 bits"):
        odd_integers.lower(module.functions["f"])
