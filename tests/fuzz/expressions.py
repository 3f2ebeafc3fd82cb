"""Random typed expressions without undefined behaviour, whatever the values of their leaves."""

from __future__ import annotations

from collections.abc import Callable

from tests.fuzz.scope import (
    BOOL,
    DOUBLE,
    FLOAT,
    FLOATS,
    INT,
    INTEGERS,
    LONG,
    UNSIGNED,
    Array,
    CType,
    Generation,
    Scope,
)

INTERESTING = (0, 1, 2, 3, 5, 7, 8, 15, 16, 31, 32, 63, 100, 127, 128, 255, 256, 1000, 32767, 65535)
FLOAT_LITERALS = ("0.0", "1.0", "-1.0", "0.5", "2.0", "-3.25", "0.1", "1e-3", "1024.0", "-7.75")
NEIGHBOURS = ("tid", "tid + 1", "nt - 1 - tid", "tid * 3", "tid ^ 1", "tid / 2")
STRIDED = ("tid", "gid", "gid * 2", "tid + p0", "gid + 1")
VARYING_LEAVES = ("threadIdx.x", "tid", "gid", "threadIdx.y", "threadIdx.z", "tid % 32")
UNIFORM_LEAVES = ("blockIdx.x", "blockIdx.y", "blockDim.x", "nt", "n", "p0", "settings.a")


def literal(g: Generation, type_: CType) -> str:
    if type_ is BOOL:
        return g.rng.choice(("true", "false"))
    if type_.floating:
        return g.rng.choice(FLOAT_LITERALS) + ("f" if type_ is FLOAT else "")
    value = g.rng.choice(INTERESTING)
    if g.chance(0.2):
        value = g.rng.getrandbits(min(type_.bits, 31) - 1)
    if type_.signed and g.chance(0.3):
        value = -value
    return f"({type_.name}){value}" if type_.bits != 32 else f"{value}{'' if type_.signed else 'u'}"


def leaf(g: Generation, scope: Scope, type_: CType, uniform: bool) -> str:
    fitting = [v for v in scope.variables if v.type is type_ and (v.uniform or not uniform)]
    if fitting and g.chance(0.7):
        return g.rng.choice(fitting).name
    others = [
        v
        for v in scope.variables
        if v.type.floating == type_.floating and (v.uniform or not uniform)
    ]
    if others and g.chance(0.5):
        return f"({type_.name}){g.rng.choice(others).name}"
    if scope.in_kernel and not type_.floating and g.chance(0.6):
        names = UNIFORM_LEAVES if uniform or g.chance(0.3) else VARYING_LEAVES
        return f"({type_.name})({g.rng.choice(names)})"
    if scope.in_kernel and type_.floating and g.chance(0.3):
        return f"({type_.name}){g.rng.choice(('p1', 'settings.b'))}"
    return literal(g, type_)


def expression(
    g: Generation, scope: Scope, type_: CType, depth: int = 2, uniform: bool = False
) -> str:
    if depth <= 0 or g.chance(0.15):
        return leaf(g, scope, type_, uniform)
    if type_ is BOOL:
        return condition(g, scope, depth, uniform)
    makers = FLOAT_MAKERS if type_.floating else INTEGER_MAKERS
    maker = g.rng.choices([m for _, m in makers], [w for w, _ in makers])[0]
    return maker(g, scope, type_, depth, uniform)


def condition(g: Generation, scope: Scope, depth: int = 2, uniform: bool = False) -> str:
    kind = g.rng.random()
    if g.chance(0.4):
        return balanced(g, scope, uniform)
    if depth > 1 and kind < 0.15:
        g.count("short_circuit")
        operator = g.rng.choice(("&&", "||"))
        left = condition(g, scope, depth - 1, uniform)
        return f"({left} {operator} {condition(g, scope, depth - 1, uniform)})"
    if depth > 1 and kind < 0.2:
        return f"!{condition(g, scope, depth - 1, uniform)}"
    if kind < 0.3:
        # The left side guards the right one: evaluating both unconditionally would be undefined.
        g.count("guarded_operand")
        value = expression(g, scope, INT, depth - 1, uniform)
        divisor = expression(g, scope, INT, 0, uniform)
        return f"({divisor} > 0 && {value} % {divisor} < {g.rng.choice((1, 2, 3, 9))})"
    if kind < 0.45:
        g.count("float_compare")
        type_ = g.rng.choice(FLOATS)
    else:
        type_ = g.rng.choice((INT, INT, INT, UNSIGNED, *INTEGERS))
        if kind < 0.6:
            mask = g.rng.choice((1, 2, 3, 7))
            return f"(({expression(g, scope, type_, depth - 1, uniform)} & {mask}) != 0)"
    left = expression(g, scope, type_, depth - 1, uniform)
    right = expression(g, scope, type_, depth - 1, uniform)
    return f"({left} {g.rng.choice(('<', '<=', '>', '>=', '==', '!='))} {right})"


def balanced(g: Generation, scope: Scope, uniform: bool = False) -> str:
    """A condition that holds for some values of its operand and not for others."""
    modulus = g.rng.randint(2, 9)
    return f"({selector(g, scope, modulus, uniform)} < {g.rng.randrange(1, modulus)}u)"


def selector(g: Generation, scope: Scope, modulus: int, uniform: bool = False) -> str:
    """A value below `modulus` that is spread over the threads where it may vary."""
    fitting = [
        v.name
        for v in scope.variables
        if not v.type.floating and v.type is not BOOL and (v.uniform or not uniform)
    ]
    if scope.in_kernel:
        if uniform:
            fitting += ["blockIdx.x", "n", "settings.a"]
        else:
            # A loop by the grid may stand before x0.
            first = ["x0"] if any(v.name == "x0" for v in scope.variables) else []
            fitting += ["threadIdx.x", "h", "h >> 7", *first, "in[(gid + p0) & 1023]"]
    value = g.rng.choice(fitting) if fitting else expression(g, scope, UNSIGNED, 1, uniform)
    if g.chance(0.3):
        value = f"({value}) ^ {expression(g, scope, UNSIGNED, 1, uniform)}"
    return f"((unsigned)({value}) % {modulus}u)"


def index(g: Generation, scope: Scope, array: Array, uniform: bool = False) -> str:
    """An index within the array."""
    if array.count:
        value = expression(g, scope, UNSIGNED, 1, uniform)
        if g.chance(0.5) and not uniform:
            value = g.rng.choice(NEIGHBOURS)
        return f"(unsigned)({value}) % (unsigned)({array.count})"
    choice = g.rng.random()
    if choice < 0.2:
        return str(g.rng.randrange(array.size))
    counters = [v for v in scope.variables if v.name.startswith("i")]
    if choice < 0.4 and counters and not uniform:
        return f"{g.rng.choice(counters).name} & {array.size - 1}"
    if array.kind == "input" and choice < 0.7 and not uniform:
        return f"({g.rng.choice(STRIDED)}) & {array.size - 1}"
    return f"{expression(g, scope, INT, 1, uniform)} & {array.size - 1}"


def element(g: Generation, scope: Scope, array: Array, uniform: bool = False) -> str:
    return f"{array.name}[{index(g, scope, array, uniform)}]"


Maker = Callable[[Generation, Scope, CType, int, bool], str]


def _read(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    kinds = ("input", "constant") if uniform else ("input", "constant", "private", "shared")
    arrays = [a for a in scope.arrays if a.kind in kinds and a.type.floating == type_.floating]
    if not arrays:
        return expression(g, scope, type_, depth - 1, uniform)
    weights = [3 if a.kind in ("shared", "private") else 1 for a in arrays]
    array = g.rng.choices(arrays, weights)[0]
    g.count(f"read_{array.kind}")
    return f"({type_.name}){element(g, scope, array, uniform)}"


def _wrapping(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    wide = type_.arithmetic
    left = expression(g, scope, type_, depth - 1, uniform)
    right = expression(g, scope, type_, depth - 1, uniform)
    return f"({type_.name})(({wide}){left} {g.rng.choice('+-*')} ({wide}){right})"


def _bounded(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    """Signed arithmetic that cannot overflow: clang marks it nsw."""
    g.count("signed_arithmetic")
    left = f"(int)({expression(g, scope, type_, depth - 1, uniform)} & 1023)"
    right = f"(int)({expression(g, scope, type_, depth - 1, uniform)} & 255)"
    return f"({type_.name})({left} {g.rng.choice('+-*')} {right})"


def _bitwise(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    left = expression(g, scope, type_, depth - 1, uniform)
    right = expression(g, scope, type_, depth - 1, uniform)
    return f"({type_.name})({left} {g.rng.choice('&|^')} {right})"


def _shift(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    g.count("shift")
    left = expression(g, scope, type_, depth - 1, uniform)
    amount = f"({expression(g, scope, UNSIGNED, depth - 1, uniform)} & {max(type_.bits, 32) - 1})"
    if g.chance(0.5):
        return f"({type_.name})(({type_.arithmetic}){left} << {amount})"
    return f"({type_.name})({left} >> {amount})"


def _divide(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    g.count("division")
    left = expression(g, scope, type_, depth - 1, uniform)
    right = expression(g, scope, type_, depth - 1, uniform)
    name = g.rng.choice(("divide", "remainder_of"))
    if g.chance(0.3):
        return f"({type_.name})({left} {g.rng.choice('/%')} {g.rng.choice((1, 2, 3, 7, 10, 64))})"
    return f"{name}<{type_.name}>({left}, {right})"


def _unary(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    inner = expression(g, scope, type_, depth - 1, uniform)
    if g.chance(0.5):
        return f"({type_.name})~{inner}"
    return f"({type_.name})(0u - ({type_.arithmetic}){inner})"


def _ternary(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    g.count("ternary")
    chosen = condition(g, scope, depth - 1, uniform)
    left = expression(g, scope, type_, depth - 1, uniform)
    return f"({chosen} ? {left} : {expression(g, scope, type_, depth - 1, uniform)})"


def _intrinsic(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    g.count("bit_intrinsic")
    value = expression(g, scope, INT, depth - 1, uniform)
    other = expression(g, scope, INT, depth - 1, uniform)
    text = g.rng.choice(
        (
            f"__popc({value})",
            f"__clz({value})",
            f"__ffs({value})",
            f"__brev({value})",
            f"__mulhi({value}, {other})",
            f"__umulhi({value}, {other})",
            f"min({value}, {other})",
            f"max({value}, {other})",
            f"__popcll((unsigned long long){value} * 77u)",
            f"__clzll((long long){value})",
        )
    )
    return f"({type_.name}){text}"


def _convert_integer(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    if g.chance(0.4):
        g.count("float_to_int")
        return f"({type_.name})in_range({expression(g, scope, FLOAT, depth - 1, uniform)})"
    g.count("int_conversion")
    source = g.rng.choice(INTEGERS)
    return f"({type_.name}){expression(g, scope, source, depth - 1, uniform)}"


def _from_condition(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    return f"({type_.name}){condition(g, scope, depth - 1, uniform)}"


def _call(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    functions = [f for f in g.functions if f.result.floating == type_.floating]
    if not functions or g.cheap or uniform or scope.trips > 8:
        return expression(g, scope, type_, depth - 1, uniform)
    function = g.rng.choice(functions)
    g.count(function.kind)
    arguments = ", ".join(expression(g, scope, p, depth - 1) for p in function.parameters)
    return f"({type_.name}){function.name}({arguments})"


def _float_binary(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    left = expression(g, scope, type_, depth - 1, uniform)
    operator = g.rng.choice("++--***/")
    g.count("float_division" if operator == "/" else "float_arithmetic")
    return f"({left} {operator} {expression(g, scope, type_, depth - 1, uniform)})"


def _float_function(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    g.count("float_function")
    suffix = "f" if type_ is FLOAT else ""
    first, second, third = (expression(g, scope, type_, depth - 1, uniform) for _ in range(3))
    return g.rng.choice(
        (
            f"sqrt{suffix}(fabs{suffix}({first}))",
            f"fma{suffix}({first}, {second}, {third})",
            f"fabs{suffix}({first})",
            f"floor{suffix}({first})",
            f"trunc{suffix}({first})",
            f"rint{suffix}({first})",
            f"(fmin{suffix}({first}, {second}) + 0.0{suffix})",  # +0: which zero is unspecified
            f"(fmax{suffix}({first}, {second}) + 0.0{suffix})",
            f"({first} < {second} ? {first} : {second})",
        )
    )


def _convert_float(g: Generation, scope: Scope, type_: CType, depth: int, uniform: bool) -> str:
    if g.chance(0.3):
        other = DOUBLE if type_ is FLOAT else FLOAT
        g.count("float_width_conversion")
        return f"({type_.name}){expression(g, scope, other, depth - 1, uniform)}"
    g.count("int_to_float")
    source = g.rng.choice((INT, UNSIGNED, LONG, *INTEGERS))
    return f"({type_.name}){expression(g, scope, source, depth - 1, uniform)}"


INTEGER_MAKERS: tuple[tuple[int, Maker], ...] = (
    (6, _wrapping),
    (3, _bounded),
    (4, _bitwise),
    (2, _shift),
    (2, _divide),
    (1, _unary),
    (2, _ternary),
    (1, _intrinsic),
    (3, _convert_integer),
    (1, _from_condition),
    (2, _call),
    (6, _read),
)
FLOAT_MAKERS: tuple[tuple[int, Maker], ...] = (
    (8, _float_binary),
    (3, _float_function),
    (3, _convert_float),
    (2, _ternary),
    (1, _call),
    (4, _read),
)
