"""Python expressions for single operations, on operands that are Python expressions.

Used by the code generator for scalars; it applies them element by element to vectors. Names used
in the expressions are those of interp_values (`V.…`) and the rounding cell `F32`.
"""

from __future__ import annotations

from sampan.ir.types import FloatType, IntType, PointerType, Type


def bits_of(type: Type) -> int:
    if isinstance(type, PointerType):
        return 64
    assert isinstance(type, (IntType, FloatType))
    return type.bits


def mask_of(type: Type) -> int:
    return (1 << bits_of(type)) - 1


def sign_of(type: Type) -> int:
    return 1 << (bits_of(type) - 1)


def as_signed(type: Type, x: str) -> str:
    """A signed Python integer from an unsigned pattern."""
    if _is_literal(x):
        value = int(x)
        return f"({value - (1 << bits_of(type))})" if value >= sign_of(type) else x
    sign = sign_of(type)
    return f"(({x} ^ {sign}) - {sign})"


def _is_literal(text: str) -> bool:
    return text.isdigit()


def rounded(type: Type, raw: str) -> str:
    """An expression whose binary64 value is rounded to the type."""
    assert isinstance(type, FloatType)
    name = {"double": "", "float": "V.r32", "half": "V.r16", "bfloat": "V.rbf"}[type.kind]
    return f"{name}({raw})" if name else raw


def binary_raw(op: str, x: str, y: str) -> str:
    """The binary64 result of a floating-point operation, not yet rounded."""
    if op == "fdiv":
        return f"V.fdiv({x}, {y})"
    if op == "frem":
        return f"V.frem({x}, {y})"
    sign = {"fadd": "+", "fsub": "-", "fmul": "*"}[op]
    return f"{x} {sign} {y}"


def binary(op: str, type: Type, x: str, y: str) -> str:
    """A binary operation on integers, or on floats with rounding."""
    if op[0] == "f":
        return rounded(type, binary_raw(op, x, y))
    bits, mask, sign = bits_of(type), mask_of(type), sign_of(type)
    if op in _WRAPPING:
        return f"({x} {_WRAPPING[op]} {y}) & {mask}"
    if op in _BITWISE:
        return f"{x} {_BITWISE[op]} {y}"
    if op == "udiv":
        return f"{x} // {y}" if _is_literal(y) and y != "0" else f"V.udiv({x}, {y}, {mask})"
    if op == "urem":
        return f"{x} % {y}" if _is_literal(y) and y != "0" else f"V.urem({x}, {y})"
    if op in ("sdiv", "srem"):
        return f"V.{op}({x}, {y}, {sign}, {mask})"
    return _shift(op, bits, mask, type, x, y)


_WRAPPING = {"add": "+", "sub": "-", "mul": "*"}
_BITWISE = {"and": "&", "or": "|", "xor": "^"}


def _shift(op: str, bits: int, mask: int, type: Type, x: str, y: str) -> str:
    constant = int(y) if _is_literal(y) else None
    if op == "ashr":
        amount = str(min(constant, bits - 1)) if constant is not None else f"min({y}, {bits - 1})"
        return f"({as_signed(type, x)} >> {amount}) & {mask}"
    body = f"({x} << {y}) & {mask}" if op == "shl" else f"{x} >> {y}"
    if constant is not None:
        return body if constant < bits else "0"
    return f"({body}) if {y} < {bits} else 0"


_UNSIGNED = {"eq": "==", "ne": "!=", "ugt": ">", "uge": ">=", "ult": "<", "ule": "<="}
_SIGNED = {"sgt": ">", "sge": ">=", "slt": "<", "sle": "<="}


def icmp(pred: str, type: Type, x: str, y: str) -> str:
    if pred in _UNSIGNED:
        return f"{x} {_UNSIGNED[pred]} {y}"
    return f"{_biased(type, x)} {_SIGNED[pred]} {_biased(type, y)}"


def _biased(type: Type, x: str) -> str:
    sign = sign_of(type)
    return str(int(x) ^ sign) if _is_literal(x) else f"({x} ^ {sign})"


_FCMP = {
    "false": "False",
    "oeq": "{0} == {1}",
    "ogt": "{0} > {1}",
    "oge": "{0} >= {1}",
    "olt": "{0} < {1}",
    "ole": "{0} <= {1}",
    "one": "({0} < {1} or {0} > {1})",
    "ord": "({0} == {0} and {1} == {1})",
    "ueq": "(not ({0} < {1} or {0} > {1}))",
    "ugt": "(not {0} <= {1})",
    "uge": "(not {0} < {1})",
    "ult": "(not {0} >= {1})",
    "ule": "(not {0} > {1})",
    "une": "{0} != {1}",
    "uno": "({0} != {0} or {1} != {1})",
    "true": "True",
}


def fcmp(pred: str, x: str, y: str) -> str:
    return _FCMP[pred].format(x, y)


def cast(op: str, source: Type, target: Type, x: str) -> str:
    """A cast between scalars (bitcast between different kinds is the caller's)."""
    if op in ("zext", "inttoptr", "ptrtoint", "ptrtoaddr", "trunc", "addrspacecast"):
        if bits_of(target) < bits_of(source):
            return f"{x} & {mask_of(target)}"
        return f"+{x}" if bits_of(source) == 1 else x
    if op == "sext":
        return f"{as_signed(source, x)} & {mask_of(target)}"
    if op == "fpext":
        return f"+{x}"
    if op == "fptrunc":
        return rounded(target, f"+{x}")
    if op in ("uitofp", "sitofp"):
        value = as_signed(source, x) if op == "sitofp" else x
        assert isinstance(target, FloatType)
        if bits_of(source) <= 32:
            return rounded(target, f"float({value})")
        return f"V.int_to_float({target.kind!r}, {value})"
    if op in ("fptoui", "fptosi"):
        return f"V.float_to_int({x}, {op == 'fptosi'}, {bits_of(target)})"
    if op == "bitcast":
        if isinstance(source, FloatType) and isinstance(target, IntType):
            return f"V.to_bits({source.kind!r}, {x})"
        if isinstance(source, IntType) and isinstance(target, FloatType):
            return f"V.from_bits({target.kind!r}, {x})"
        return x
    raise ValueError(f"no cast {op}")


def atomic_update(operation: str, type: Type, old: str, value: str) -> str:
    """What an atomicrmw stores."""
    mask = mask_of(type)
    simple = {
        "xchg": value,
        "add": f"({old} + {value}) & {mask}",
        "sub": f"({old} - {value}) & {mask}",
        "and": f"{old} & {value}",
        "nand": f"({old} & {value}) ^ {mask}",
        "or": f"{old} | {value}",
        "xor": f"{old} ^ {value}",
        "umax": f"max({old}, {value})",
        "umin": f"min({old}, {value})",
        "uinc_wrap": f"({old} + 1 if {old} < {value} else 0)",
        "udec_wrap": f"({old} - 1 if 0 < {old} <= {value} else {value})",
        "usub_cond": f"({old} - {value} if {old} >= {value} else {old})",
        "usub_sat": f"max({old} - {value}, 0)",
        "fmax": f"V.fmax({old}, {value})",
        "fmin": f"V.fmin({old}, {value})",
        "fmaximum": f"V.fmaximum({old}, {value})",
        "fminimum": f"V.fminimum({old}, {value})",
    }
    if operation in simple:
        return simple[operation]
    if operation in ("max", "min"):
        order = icmp("sgt" if operation == "max" else "slt", type, old, value)
        return f"({old} if {order} else {value})"
    return binary(operation, type, old, value)  # fadd, fsub
