"""The interpreter computes what LLVM's own code computes, bit for bit."""

from __future__ import annotations

import ctypes
import itertools
import math
import random
from fractions import Fraction

import llvmlite.binding as llvm
import pytest

from sampan.ir import interp_values as V
from sampan.ir.interp import Interpreter
from sampan.ir.reader import read_module

WIDTHS = (8, 16, 32, 64)
FLOATS = {"half": 16, "bfloat": 16, "float": 32, "double": 64}
INT_BINARY = "add sub mul udiv sdiv urem srem shl lshr ashr and or xor".split()
INT_INTRINSICS = {
    "smin": 2, "smax": 2, "umin": 2, "umax": 2, "ctpop": 1, "bitreverse": 1, "fshl": 3, "fshr": 3,
    "sadd.sat": 2, "uadd.sat": 2, "ssub.sat": 2, "usub.sat": 2,
}  # fmt: skip
FLOAT_BINARY = "fadd fsub fmul fdiv".split()
FLOAT_UNARY = "sqrt fabs floor ceil trunc rint nearbyint roundeven round".split()
FCMP = "oeq ogt oge olt ole one ord ueq ugt uge ult ule une uno".split()
ICMP = "eq ne ugt uge ult ule sgt sge slt sle".split()


class Cases:
    """Functions `iR @name(iA, …)` in one module, run by both sides."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.declared: set[str] = set()
        self.signatures: dict[str, tuple[int, tuple[int, ...]]] = {}

    def add(self, name: str, result: int, arguments: tuple[int, ...], body: str) -> None:
        params = ", ".join(f"i{w} %x{i}" for i, w in enumerate(arguments))
        self.text.append(f"define i{result} @{name}({params}) {{\n{body}\n}}")
        self.signatures[name] = (result, arguments)

    def declare(self, text: str) -> None:
        if text not in self.declared:
            self.declared.add(text)
            self.text.append(text)

    def module(self) -> str:
        return "\n".join(self.text)


def integer_cases() -> Cases:
    cases = Cases()
    for w in WIDTHS:
        t = f"i{w}"
        for op in INT_BINARY:
            cases.add(f"{op}.{w}", w, (w, w), f"  %r = {op} {t} %x0, %x1\n  ret {t} %r")
        for name, count in INT_INTRINSICS.items():
            full = f"@llvm.{name}.{t}"
            cases.declare(f"declare {t} {full}({', '.join([t] * count)})")
            args = ", ".join(f"{t} %x{i}" for i in range(count))
            cases.add(
                f"{name}.{w}", w, (w,) * count, f"  %r = call {t} {full}({args})\n  ret {t} %r"
            )
        for name in ("ctlz", "cttz", "abs"):
            full = f"@llvm.{name}.{t}"
            cases.declare(f"declare {t} {full}({t}, i1)")
            cases.add(
                f"{name}.{w}", w, (w,), f"  %r = call {t} {full}({t} %x0, i1 0)\n  ret {t} %r"
            )
        if w > 8:
            cases.declare(f"declare {t} @llvm.bswap.{t}({t})")
            body = f"  %r = call {t} @llvm.bswap.{t}({t} %x0)\n  ret {t} %r"
            cases.add(f"bswap.{w}", w, (w,), body)
        for op in ("sadd", "uadd", "ssub", "usub", "smul", "umul"):
            full = f"@llvm.{op}.with.overflow.{t}"
            cases.declare(f"declare {{ {t}, i1 }} {full}({t}, {t})")
            cases.add(
                f"{op}.overflow.{w}", w, (w, w),
                f"  %p = call {{ {t}, i1 }} {full}({t} %x0, {t} %x1)\n"
                f"  %v = extractvalue {{ {t}, i1 }} %p, 0\n"
                f"  %o = extractvalue {{ {t}, i1 }} %p, 1\n"
                f"  %r = select i1 %o, {t} 77, {t} %v\n  ret {t} %r",
            )  # fmt: skip
        for pred in ICMP:
            body = f"  %c = icmp {pred} {t} %x0, %x1\n  %r = zext i1 %c to i8\n  ret i8 %r"
            cases.add(f"icmp.{pred}.{w}", 8, (w, w), body)
        for narrow in WIDTHS:
            if narrow < w:
                n = f"i{narrow}"
                cases.add(f"trunc.{w}.{narrow}", narrow, (w,),
                          f"  %r = trunc {t} %x0 to {n}\n  ret {n} %r")  # fmt: skip
                for op in ("zext", "sext"):
                    cases.add(f"{op}.{narrow}.{w}", w, (narrow,),
                              f"  %r = {op} {n} %x0 to {t}\n  ret {t} %r")  # fmt: skip
    return cases


def float_cases() -> Cases:
    cases = Cases()
    # The others would need library functions that the JIT does not have.
    native = {"float": 32, "double": 64}
    for t, w in native.items():
        suffix = {"half": "f16", "bfloat": "bf16", "float": "f32", "double": "f64"}[t]
        i = f"i{w}"

        def load(count: int, i: str = i, t: str = t) -> str:
            return "".join(f"  %f{k} = bitcast {i} %x{k} to {t}\n" for k in range(count))

        def give(t: str = t, i: str = i) -> str:
            return f"  %r = bitcast {t} %f to {i}\n  ret {i} %r"

        for op in FLOAT_BINARY:
            cases.add(f"{op}.{t}", w, (w, w), load(2) + f"  %f = {op} {t} %f0, %f1\n" + give())
        cases.add(f"fneg.{t}", w, (w,), load(1) + f"  %f = fneg {t} %f0\n" + give())
        for name in FLOAT_UNARY:
            full = f"@llvm.{name}.{suffix}"
            cases.declare(f"declare {t} {full}({t})")
            cases.add(
                f"{name}.{t}", w, (w,), load(1) + f"  %f = call {t} {full}({t} %f0)\n" + give()
            )
        for name in ("minimum", "maximum", "copysign"):
            full = f"@llvm.{name}.{suffix}"
            cases.declare(f"declare {t} {full}({t}, {t})")
            cases.add(f"{name}.{t}", w, (w, w),
                      load(2) + f"  %f = call {t} {full}({t} %f0, {t} %f1)\n" + give())  # fmt: skip
        cases.declare(f"declare {t} @llvm.fma.{suffix}({t}, {t}, {t})")
        body = f"  %f = call {t} @llvm.fma.{suffix}({t} %f0, {t} %f1, {t} %f2)\n"
        cases.add(f"fma.{t}", w, (w, w, w), load(3) + body + give())
        for pred in FCMP:
            body = f"  %c = fcmp {pred} {t} %f0, %f1\n  %r = zext i1 %c to i8\n  ret i8 %r"
            cases.add(f"fcmp.{pred}.{t}", 8, (w, w), load(2) + body)
        cases.declare(f"declare i1 @llvm.is.fpclass.{suffix}({t}, i32)")
        for k in range(10):
            body = (
                f"  %c = call i1 @llvm.is.fpclass.{suffix}({t} %f0, i32 {1 << k})\n"
                "  %r = zext i1 %c to i8\n  ret i8 %r"
            )
            cases.add(f"fpclass{k}.{t}", 8, (w,), load(1) + body)
        for n in WIDTHS[2:]:
            for op in ("sitofp", "uitofp"):
                cases.add(f"{op}.{n}.{t}", w, (n,), f"  %f = {op} i{n} %x0 to {t}\n" + give())
            for s in "su":
                full = f"@llvm.fpto{s}i.sat.i{n}.{suffix}"
                cases.declare(f"declare i{n} {full}({t})")
                body = f"  %r = call i{n} {full}({t} %f0)\n  ret i{n} %r"
                cases.add(f"fpto{s}i.{n}.{t}", n, (w,), load(1) + body)
        for u, v in native.items():
            if v != w:
                op = "fpext" if v > w else "fptrunc"
                body = f"  %g = {op} {t} %f0 to {u}\n  %r = bitcast {u} %g to i{v}\n  ret i{v} %r"
                cases.add(f"{op}.{t}.{u}", v, (w,), load(1) + body)
    return cases


def interesting_ints(width: int, rng: random.Random) -> list[int]:
    top = 1 << width
    values = {0, 1, 2, 3, 7, top - 1, top - 2, top // 2, top // 2 - 1, top // 2 + 1, 0x55}
    values |= {rng.randrange(top) for _ in range(6)}
    return sorted(v % top for v in values)


def interesting_floats(kind: str, rng: random.Random) -> list[int]:
    width = FLOATS[kind]
    values = (
        0.0,
        -0.0,
        1.0,
        -1.0,
        0.5,
        1.5,
        2.5,
        -2.5,
        0.1,
        3.0e9,
        -3.0e9,
        1e19,
        -1e30,
        math.inf,
        -math.inf,
        65504.0,
        2.0**-24,
        2.0**-126,
        2.0**-149,
        1e308,
        8388609.5,
    )
    bits = {V.to_bits(kind, V.ROUND[kind](v)) for v in values}
    exponent_all_ones = {"half": 0x7C00, "bfloat": 0x7F80, "float": 0x7F800000}.get(
        kind, 0x7FF << 52
    )
    quiet = {"half": 0x200, "bfloat": 0x40, "float": 1 << 22, "double": 1 << 51}[kind]
    bits |= {exponent_all_ones | quiet | 5, exponent_all_ones | quiet | 1 << (width - 1)}
    bits |= {rng.randrange(1 << width) for _ in range(8)}
    return sorted(b for b in bits if not is_signalling(kind, b))


def is_signalling(kind: str, bits: int) -> bool:
    quiet = {"half": 9, "bfloat": 6, "float": 22, "double": 51}[kind]
    value = V.from_bits(kind, bits)
    return value != value and not bits >> quiet & 1


def defined(name: str, args: tuple[int, ...], widths: tuple[int, ...]) -> bool:
    """Whether LLVM gives the operation a value."""
    op = name.split(".")[0]
    if op in ("udiv", "urem", "sdiv", "srem") and args[1] == 0:
        return False
    if op in ("sdiv", "srem") and args == (1 << (widths[0] - 1), (1 << widths[0]) - 1):
        return False
    return not (op in ("shl", "lshr", "ashr") and args[1] >= widths[0])


def jit(text: str) -> llvm.ExecutionEngine:
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    module = llvm.parse_assembly(text, llvm.create_context())
    machine = llvm.Target.from_default_triple().create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=0
    )
    engine = llvm.create_mcjit_compiler(module, machine)
    engine.finalize_object()
    return engine


CTYPES = {8: ctypes.c_uint8, 16: ctypes.c_uint16, 32: ctypes.c_uint32, 64: ctypes.c_uint64}


def compare(cases: Cases, kind_of_result) -> None:  # type: ignore[no-untyped-def]
    rng = random.Random(1)
    text = cases.module()
    engine = jit(text)
    interpreter = Interpreter(read_module(text))
    wrong = []
    for name, (result, widths) in cases.signatures.items():
        native = ctypes.CFUNCTYPE(CTYPES[result], *(CTYPES[w] for w in widths))(
            engine.get_function_address(name)
        )
        kind = name.split(".")[-1]
        choices = [
            interesting_floats(kind_in, rng) if kind_in else interesting_ints(w, rng)
            for w, kind_in in zip(widths, kind_of_result(name, widths), strict=True)
        ]
        every = list(itertools.product(*choices))
        if len(every) > 60:
            every = rng.sample(every, 60)
        for args in every:
            if not defined(name, args, widths):
                continue
            want, got = native(*args), int(interpreter.call(name, args))
            out = output_kind(name, kind)
            if want != got and not (out and is_nan(out, want) and is_nan(out, got)):
                wrong.append((name, [hex(a) for a in args], hex(want), hex(got)))
                break
    assert not wrong, wrong


def is_nan(kind: str, bits: int) -> bool:
    value = V.from_bits(kind, bits)
    return value != value


def output_kind(name: str, last: str) -> str:
    if name.startswith(("fcmp", "fpclass", "fptosi", "fptoui")):
        return ""
    return last if last in FLOATS else ""


def test_integer_operations_agree_with_llvm() -> None:
    compare(integer_cases(), lambda name, widths: [""] * len(widths))


def test_float_operations_agree_with_llvm() -> None:
    def kinds(name: str, widths: tuple[int, ...]) -> list[str]:
        if name.startswith(("sitofp", "uitofp")):
            return [""]
        if name.startswith(("fpext", "fptrunc")):
            return [name.split(".")[1]]
        return [name.split(".")[-1]] * len(widths)

    compare(float_cases(), kinds)


@pytest.mark.parametrize("kind", ["half", "bfloat"])
def test_narrow_formats_round_once(kind: str) -> None:
    suffix = {"half": "f16", "bfloat": "bf16"}[kind]
    text = "\n".join(
        f"define {kind} @{op}({kind} %a, {kind} %b) {{\n"
        f"  %r = {op} {kind} %a, %b\n  ret {kind} %r\n}}"
        for op in FLOAT_BINARY
    )
    text += f"""
define {kind} @sqrt({kind} %a) {{
  %r = call {kind} @llvm.sqrt.{suffix}({kind} %a)
  ret {kind} %r
}}
define {kind} @narrow(double %a) {{
  %r = fptrunc double %a to {kind}
  ret {kind} %r
}}
declare {kind} @llvm.sqrt.{suffix}({kind})
"""
    run = Interpreter(read_module(text)).call
    rng = random.Random(4)
    finite = [
        x
        for x in (V.from_bits(kind, b) for b in interesting_floats(kind, rng))
        if x == x and abs(x) != math.inf
    ]
    for a, b in itertools.product(finite, finite):
        x, y = Fraction(a), Fraction(b)
        assert run("fadd", [a, b]) == V.round_exact(kind, x + y)
        assert run("fsub", [a, b]) == V.round_exact(kind, x - y)
        assert run("fmul", [a, b]) == V.round_exact(kind, x * y)
        if b:
            assert run("fdiv", [a, b]) == V.round_exact(kind, x / y)
        middle = (a + b) / 2
        assert run("narrow", [middle]) == V.round_exact(kind, Fraction(middle))
    for a in finite:
        if a >= 0:
            root = run("sqrt", [a])
            above = V.round_exact(kind, Fraction(root) * (1 + Fraction(1, 64)))
            assert abs(Fraction(root) ** 2 - Fraction(a)) <= abs(Fraction(above) ** 2 - Fraction(a))


@pytest.mark.parametrize("kind", list(FLOATS))
def test_fma_rounds_once(kind: str) -> None:
    rng = random.Random(3)
    fused = {"half": V.fma16, "bfloat": V.fmabf, "float": V.fma32, "double": V.fma64}[kind]
    for _ in range(300):
        a, b, c = (V.ROUND[kind](rng.uniform(-4, 4) * 2.0 ** rng.randrange(-6, 6)) for _ in "abc")
        if rng.random() < 0.5:
            c = V.ROUND[kind](-a * b)  # cancellation shows what a second rounding loses
        exact = Fraction(a) * Fraction(b) + Fraction(c)
        assert fused(a, b, c) == V.round_exact(kind, exact) == V.fma_exact(kind, a, b, c)


def test_undefined_operations_have_the_stated_values() -> None:
    text = "\n".join(
        f"define i32 @{op}(i32 %a, i32 %b) {{\n  %r = {op} i32 %a, %b\n  ret i32 %r\n}}"
        for op in ("udiv", "sdiv", "urem", "srem", "shl", "lshr", "ashr")
    )
    run = Interpreter(read_module(text)).call
    low, ones = 0x80000000, 0xFFFFFFFF
    assert [run("udiv", [7, 0]), run("sdiv", [7, 0])] == [ones, ones]
    assert [run("urem", [7, 0]), run("srem", [ones, 0])] == [7, ones]
    assert [run("sdiv", [low, ones]), run("srem", [low, ones])] == [low, 0]
    assert [run("shl", [5, 32]), run("lshr", [ones, 40])] == [0, 0]
    assert [run("ashr", [low, 99]), run("ashr", [5, 32])] == [ones, 0]
    assert V.float_to_int(math.nan, True, 32) == 0
    assert V.float_to_int(1e20, True, 32) == 0x7FFFFFFF
    assert V.float_to_int(-5.0, False, 32) == 0


@pytest.mark.parametrize("bits", [0x7F800001, 0xFFBFFFFF, 0x7FC12345, 0xFF800000])
def test_nan_bits_survive_moving_through_memory(bits: int) -> None:
    text = """
define i32 @f(ptr %p, i32 %x) {
  store i32 %x, ptr %p
  %v = load float, ptr %p
  %q = getelementptr i8, ptr %p, i64 4
  %s = select i1 true, float %v, float 0.0
  store float %s, ptr %q
  %r = load i32, ptr %q
  ret i32 %r
}"""
    interpreter = Interpreter(read_module(text))
    assert interpreter.call("f", [interpreter.alloc(8), bits]) == bits
