"""Parts of the SIMT exit, each by itself."""

from __future__ import annotations

import array
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sampan import driver
from sampan.diagnostics import MissingToolError
from sampan.driver import CompileOptions
from sampan.ir.core import Function, Value
from sampan.ir.reader import read_module
from sampan.ir.types import pointer_type
from sampan.ir.writer import write_function
from sampan.simt_exit import atomics, image, intrinsics, spaces
from sampan.targets import spirv
from sampan.targets.opencl_devices import parse

# SPIR-V specification, section 3.49.
OP_TYPE_INT = 21
OPS_ARITHMETIC = (128, 130, 132, 194, 196, 199)  # add, sub, mul, shifts, and


def _function(body: str, arguments: str) -> Function:
    module = read_module(f"define void @f({arguments}) {{\n{body}\n}}\n")
    return module.functions["f"]


def test_variables_have_places_and_their_addresses_are_listed() -> None:
    module = read_module(
        "@a = global i8 1\n"
        "@b = global [2 x i32] [i32 1, i32 2], align 16\n"
        "@c = global { i32, ptr, [2 x ptr] } { i32 0, ptr @b, [2 x ptr] [ptr null, ptr @a] }\n"
        "@d = global ptr getelementptr (i8, ptr @c, i64 8)\n"
    )
    found = image.lay_out(module.variables.values())
    assert {v.name: offset for v, offset in found.offsets.items()} == {
        "a": 0,
        "b": 16,
        "c": 24,
        "d": 56,
    }
    assert found.pointers == (32, 48, 56)
    assert found.size == 64


def test_pointers_get_the_space_that_they_point_into() -> None:
    function = _function(
        """
        entry:
          %own = alloca i32
          %given = load ptr, ptr %launch
          %element = getelementptr i32, ptr %given, i64 3
          %found = load ptr, ptr %element
          br i1 %c, label %one, label %two
        one:
          br label %two
        two:
          %same = phi ptr [ %given, %entry ], [ %element, %one ]
          %either = phi ptr [ %own, %entry ], [ %shared, %one ]
          store ptr %either, ptr %same
          store i32 1, ptr %found
          ret void
        """,
        "ptr %launch, ptr %shared, i1 %c",
    )
    launch, shared = function.args[:2]
    launch.type, shared.type = pointer_type(1), pointer_type(3)
    spaces.assign(function, {launch: 1, shared: 3}, launch)
    text = write_function(function)
    assert "%given = load ptr addrspace(1), ptr addrspace(1) %launch" in text
    assert "%found = load ptr addrspace(4), ptr addrspace(1) %element" in text
    assert "%same = phi ptr addrspace(1) [ %given, %entry ], [ %element, %one ]" in text
    assert "%either = phi ptr addrspace(4)" in text
    assert text.count("addrspacecast") == 2  # at the ends of the blocks that `either` comes from
    assert "store ptr addrspace(4) %either, ptr addrspace(1) %same" in text


def test_an_atomic_of_floats_is_a_loop_around_compare_and_swap() -> None:
    function = _function(
        "  %old = atomicrmw fadd ptr %p, float %x monotonic\n"
        "  store float %old, ptr %p\n  ret void",
        "ptr %p, float %x, ptr %fence",
    )
    atomics.lower(function, function.args[2], "a device")
    text = write_function(function)
    assert "atomicrmw" not in text
    assert "cmpxchg ptr %p, i32 %" in text and 'syncscope("device")' in text
    assert "phi i32" in text and "bitcast i32" in text


@pytest.mark.parametrize(
    ("name", "type", "arguments", "result"),
    [
        ("bitreverse", "i8", [1], 128),
        ("bitreverse", "i16", [0x1234], 0x2C48),
        ("bitreverse", "i32", [0xDEADBEEF], 0xF77DB57B),
        ("bitreverse", "i64", [5], 0xA000000000000000),
        ("abs", "i32", [0x80000000], 0x80000000),
        ("abs", "i32", [0xFFFFFFFF], 1),
        ("abs", "i32", [7], 7),
        ("uadd.with.overflow", "i32", [0xFFFFFFFF, 1], (0, 1)),
        ("uadd.with.overflow", "i32", [0xFFFFFFFE, 1], (0xFFFFFFFF, 0)),
        ("usub.with.overflow", "i32", [1, 2], (0xFFFFFFFF, 1)),
        ("usub.with.overflow", "i32", [2, 2], (0, 0)),
        ("sadd.with.overflow", "i32", [0x7FFFFFFF, 1], (0x80000000, 1)),
        ("sadd.with.overflow", "i32", [0xFFFFFFFF, 1], (0, 0)),
        ("ssub.with.overflow", "i32", [0x80000000, 1], (0x7FFFFFFF, 1)),
        ("ssub.with.overflow", "i32", [3, 5], (0xFFFFFFFE, 0)),
    ],
)
def test_intrinsics_become_arithmetic(
    name: str, type: str, arguments: list[int], result: int | tuple[int, int]
) -> None:
    whole = f"{{ {type}, i1 }}" if isinstance(result, tuple) else type
    flag = ", i1 false" if name == "abs" else ""
    formals = ", ".join(f"{type} %a{i}" for i in range(len(arguments)))
    declared = ", ".join([type] * len(arguments)) + (", i1" if flag else "")
    module = read_module(
        f"declare {whole} @llvm.{name}.{type}({declared})\n"
        f"define {whole} @f({formals}) {{\n"
        f"  %r = call {whole} @llvm.{name}.{type}({formals}{flag})\n  ret {whole} %r\n}}\n"
    )
    function = module.functions["f"]
    intrinsics.lower(function)
    assert all(inst.op != "call" for inst in function.instructions())
    assert _run(function, arguments) == result


def test_the_lesser_number_is_chosen_by_comparison() -> None:
    module = read_module(
        "declare float @llvm.minimumnum.f32(float, float)\n"
        "define float @f(float %a, float %b) {\n"
        "  %r = call float @llvm.minimumnum.f32(float %a, float %b)\n  ret float %r\n}\n"
    )
    function = module.functions["f"]
    intrinsics.lower(function)
    text = write_function(function)
    assert "@llvm" not in text and "or i32" in text
    assert text.count("select i1") == 4 and text.count("fcmp uno") == 2


def _run(function: Function, arguments: list[int]) -> int | tuple[int, ...]:
    """What straight-line integer code returns."""
    known: dict[Value, Any] = dict(zip(function.args, arguments, strict=True))
    operations: dict[str, Callable[..., int]] = {
        "and": lambda a, b: a & b,
        "or": lambda a, b: a | b,
        "xor": lambda a, b: a ^ b,
        "add": lambda a, b: a + b,
        "sub": lambda a, b: a - b,
        "shl": lambda a, b: a << b,
        "lshr": lambda a, b: a >> b,
        "select": lambda c, a, b: a if c else b,
    }
    for inst in function.entry.instructions:
        values = [known.get(v, getattr(v, "value", ())) for v in inst.operands]
        if inst.op == "ret":
            return values[0]
        if inst.op == "insertvalue":
            known[inst] = (*values[0], values[1])
        elif inst.op == "icmp":
            bits = inst.operands[0].type.bits  # type: ignore[attr-defined]
            if inst.attrs["pred"] == "slt":
                values = [v - (v >> bits - 1 << bits) for v in values]
            known[inst] = int(values[0] < values[1])
        else:
            bits = inst.type.bits  # type: ignore[attr-defined]
            known[inst] = operations[inst.op](*values) & ((1 << bits) - 1)
    raise AssertionError("no return")


def test_scalar_zeros_become_plain_constants() -> None:
    header = [0x07230203, 0x10200, 0, 9, 0]
    types = [4 << 16 | 21, 1, 64, 0, 3 << 16 | 22, 2, 32]
    zeros = [3 << 16 | 46, 1, 3, 3 << 16 | 46, 2, 4, 3 << 16 | 46, 7, 5]
    binary = array.array("I", header + types + zeros).tobytes()
    words = array.array("I", spirv.tidy(binary)).tolist()
    plain = [5 << 16 | 43, 1, 3, 0, 0, 4 << 16 | 43, 2, 4, 0, 3 << 16 | 46, 7, 5]
    assert words == header + types + plain


def test_devices_are_read_from_the_runtimes_table() -> None:
    found = parse("one\tOpenCL 3.0\tSPIR-V\t32\t\ntwo\tOpenCL 1.2\t\t\tit is old\n")
    assert [(d.knob, d.name, bool(d.takes), d.warps) for d in found] == [
        ("opencl:0", "one", True, True),
        ("opencl:1", "two", False, False),
    ]
    assert found[1].missing == "it is old"
    with pytest.raises(MissingToolError, match="no loader"):
        parse("!there is no loader\n")


NUMBERED = """
__global__ void numbered(const int *in, int *out, int pitch) {
  __shared__ int narrow[16][8], wide[4][32];
  int number = threadIdx.y * 16 + threadIdx.x;
  for (int first = 0; first < pitch; first += 8) {
    for (int e = number; e < 128; e += 64) {
      narrow[e / 8][e % 8] = in[e / 8 * pitch + first + e % 8];
      wide[e / 32][e % 32] = in[(unsigned)(e / 32) * pitch + e % 32];
    }
    __syncthreads();
    for (int e = number; e < 128; e += 64)
      out[first * 128 + e] = narrow[e % 16][e / 16] - wide[e / 32][e % 32 ^ 5];
    __syncthreads();
  }
}
"""


def test_no_integers_of_odd_sizes(tmp_path: Path) -> None:
    """LLVM's loop optimiser computes e % 32 in five bits, and its back end takes bytes for them,
    with all eight bits."""
    source, out = tmp_path / "numbered.cu", tmp_path / "numbered.spv"
    source.write_text(NUMBERED)
    driver.emit_device(source, CompileOptions(), "spirv", out)
    words = array.array("I", out.read_bytes())
    bits: dict[int, int] = {}
    computed, place = set(), 5
    while place < len(words):
        opcode = words[place] & 0xFFFF
        if opcode == OP_TYPE_INT:
            bits[words[place + 1]] = words[place + 2]
        elif opcode in OPS_ARITHMETIC and words[place + 1] in bits:
            computed.add(bits[words[place + 1]])
        place += words[place] >> 16
    assert computed == {32, 64}


def test_odd_sizes_that_are_left_are_refused() -> None:
    function = _function("%a = trunc i32 %x to i5\n%b = zext i5 %a to i32\nret void", "i32 %x")
    with pytest.raises(ValueError, match="5 bits"):
        spirv._check_integers(function)
