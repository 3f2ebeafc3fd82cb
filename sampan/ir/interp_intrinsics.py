"""Python expressions for llvm.* intrinsics, by name without the type suffixes.

Elementwise ones are given per scalar; the code generator maps them over vectors.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.ir.interp_ops import as_signed, bits_of, icmp, mask_of, rounded
from sampan.ir.types import FloatType, Type

# (result type, argument types, argument expressions) -> expression; all types scalar.
Scalar = Callable[[Type, list[Type], list[str]], str]

IGNORED = frozenset(
    "lifetime.start lifetime.end assume donothing sideeffect experimental.noalias.scope.decl "
    "prefetch invariant.end var.annotation annotation dbg.value dbg.declare dbg.label "
    "pseudoprobe".split()
)


def _kind(type: Type) -> str:
    assert isinstance(type, FloatType)
    return type.kind


def _float(template: str) -> Scalar:
    """A function of floats whose result needs no rounding."""
    return lambda t, ts, a: template.format(*a, k=repr(_kind(ts[0])))


def _rounded(template: str) -> Scalar:
    return lambda t, ts, a: rounded(t, template.format(*a))


def _library(name: str) -> Scalar:
    return lambda t, ts, a: rounded(t, f"V.library({name!r}, {', '.join(a)})")


def _fma(t: Type, ts: list[Type], a: list[str]) -> str:
    name = {"half": "fma16", "bfloat": "fmabf", "float": "fma32", "double": "fma64"}[_kind(t)]
    return f"V.{name}({a[0]}, {a[1]}, {a[2]})"


def _order(pred: str) -> Scalar:
    return lambda t, ts, a: f"({a[0]} if {icmp(pred, t, a[0], a[1])} else {a[1]})"


def _overflow(sign: str, is_signed: bool) -> Scalar:
    def make(t: Type, ts: list[Type], a: list[str]) -> str:
        x, y = (as_signed(ts[0], v) if is_signed else v for v in a)
        return f"V.with_overflow({x} {sign} {y}, {is_signed}, {bits_of(ts[0])})"

    return make


def _saturating(sign: str, is_signed: bool) -> Scalar:
    def make(t: Type, ts: list[Type], a: list[str]) -> str:
        x, y = (as_signed(t, v) if is_signed else v for v in a[:2])
        return f"V.saturate({x} {sign} {y}, {is_signed}, {bits_of(t)})"

    return make


def _counting(name: str) -> Scalar:
    return lambda t, ts, a: f"V.{name}({a[0]}, {bits_of(t)})"


def _funnel(name: str) -> Scalar:
    return lambda t, ts, a: f"V.{name}({a[0]}, {a[1]}, {a[2]}, {bits_of(t)}, {mask_of(t)})"


def _absolute(t: Type, ts: list[Type], a: list[str]) -> str:
    return f"abs({as_signed(t, a[0])}) & {mask_of(t)}"


def _to_int(is_signed: bool) -> Scalar:
    return lambda t, ts, a: f"V.float_to_int({a[0]}, {is_signed}, {bits_of(t)})"


def _first(t: Type, ts: list[Type], a: list[str]) -> str:
    return a[0]


def _compare_three_way(greater: str, less: str) -> Scalar:
    def make(t: Type, ts: list[Type], a: list[str]) -> str:
        above, below = icmp(greater, ts[0], *a), icmp(less, ts[0], *a)
        return f"(({above}) - ({below})) & {mask_of(t)}"

    return make


SCALAR: dict[str, Scalar] = {
    "fma": _fma,
    "fmuladd": lambda t, ts, a: rounded(t, f"{rounded(t, f'{a[0]} * {a[1]}')} + {a[2]}"),
    "sqrt": _rounded("V.sqrt({0})"),
    "fabs": _float("V.fabs({k}, {0})"),
    "copysign": _float("V.copysign({k}, {0}, {1})"),
    "floor": _float("V.floor({0})"),
    "ceil": _float("V.ceil({0})"),
    "trunc": _float("V.trunc({0})"),
    "rint": _float("V.roundeven({0})"),
    "nearbyint": _float("V.roundeven({0})"),
    "roundeven": _float("V.roundeven({0})"),
    "round": _float("V.round_away({0})"),
    "lround": lambda t, ts, a: f"V.float_to_int(V.round_away({a[0]}), True, {bits_of(t)})",
    "llround": lambda t, ts, a: f"V.float_to_int(V.round_away({a[0]}), True, {bits_of(t)})",
    "lrint": lambda t, ts, a: f"V.float_to_int(V.roundeven({a[0]}), True, {bits_of(t)})",
    "llrint": lambda t, ts, a: f"V.float_to_int(V.roundeven({a[0]}), True, {bits_of(t)})",
    "minnum": _float("V.fmin({0}, {1})"),
    "maxnum": _float("V.fmax({0}, {1})"),
    "minimumnum": _float("V.fmin({0}, {1})"),
    "maximumnum": _float("V.fmax({0}, {1})"),
    "minimum": _float("V.fminimum({0}, {1})"),
    "maximum": _float("V.fmaximum({0}, {1})"),
    "canonicalize": _float("+{0}"),
    "is.fpclass": _float("V.fpclass({k}, {0}, {1})"),
    "ldexp": lambda t, ts, a: f"V.ldexp({_kind(t)!r}, {a[0]}, {as_signed(ts[1], a[1])})",
    "frexp": lambda t, ts, a: f"V.frexp({a[0]})",
    "fptosi.sat": _to_int(True),
    "fptoui.sat": _to_int(False),
    "smin": _order("slt"),
    "smax": _order("sgt"),
    "umin": _order("ult"),
    "umax": _order("ugt"),
    "abs": _absolute,
    "ctpop": lambda t, ts, a: f"int({a[0]}).bit_count()",
    "ctlz": _counting("ctlz"),
    "cttz": _counting("cttz"),
    "bitreverse": _counting("bitreverse"),
    "bswap": _counting("bswap"),
    "fshl": _funnel("fshl"),
    "fshr": _funnel("fshr"),
    "expect": _first,
    "expect.with.probability": _first,
    "ssa.copy": _first,
    "launder.invariant.group": _first,
    "strip.invariant.group": _first,
    "invariant.start": lambda t, ts, a: "0",
    "is.constant": lambda t, ts, a: "0",
    "ptrmask": lambda t, ts, a: f"{a[0]} & {a[1]}",
    "scmp": _compare_three_way("sgt", "slt"),
    "ucmp": _compare_three_way("ugt", "ult"),
    "powi": lambda t, ts, a: rounded(t, f"V.library('powi', {a[0]}, {as_signed(ts[1], a[1])})"),
    "sadd.with.overflow": _overflow("+", True),
    "uadd.with.overflow": _overflow("+", False),
    "ssub.with.overflow": _overflow("-", True),
    "usub.with.overflow": _overflow("-", False),
    "smul.with.overflow": _overflow("*", True),
    "umul.with.overflow": _overflow("*", False),
    "sadd.sat": _saturating("+", True),
    "uadd.sat": _saturating("+", False),
    "ssub.sat": _saturating("-", True),
    "usub.sat": _saturating("-", False),
    "sshl.sat": _saturating("<<", True),
    "ushl.sat": _saturating("<<", False),
    **{
        name: _library(name)
        for name in (
            "sin cos tan asin acos atan atan2 sinh cosh tanh exp exp2 exp10 log log2 log10 pow"
        ).split()
    },
}
# A shift saturates by its unsigned amount.
SCALAR["sshl.sat"] = lambda t, ts, a: (
    f"V.saturate({as_signed(t, a[0])} << {a[1]}, True, {bits_of(t)})"
)

_REDUCTIONS = {
    "add": "({0} + {1}) & {m}",
    "mul": "({0} * {1}) & {m}",
    "and": "{0} & {1}",
    "or": "{0} | {1}",
    "xor": "{0} ^ {1}",
    "umax": "max({0}, {1})",
    "umin": "min({0}, {1})",
}


def reduction(name: str, element: Type, parts: list[str]) -> str | None:
    """`llvm.vector.reduce.NAME` over element expressions; None if it is not one of integers."""
    template = _REDUCTIONS.get(name)
    if template is None:
        return None
    total = parts[0]
    for part in parts[1:]:
        total = "(" + template.format(total, part, m=mask_of(element)) + ")"
    return total


def base_name(name: str) -> str:
    """`llvm.smax.i32` -> `smax`: the name without its type suffixes, if it is known."""
    short = name.removeprefix("llvm.")
    parts = short.split(".")
    for count in range(len(parts), 0, -1):
        candidate = ".".join(parts[:count])
        if candidate in SCALAR or candidate in IGNORED:
            return candidate
    return short
