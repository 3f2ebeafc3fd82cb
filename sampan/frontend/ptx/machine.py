"""The registers of one asm statement while its instructions are lowered."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable

from sampan.frontend.emit import Emit
from sampan.frontend.intrinsics import LOWERINGS
from sampan.frontend.locations import unsupported
from sampan.frontend.ptx.parse import Declaration, Operand, PtxSyntaxError, Statement, parse
from sampan.frontend.ptx.types import PtxType, ptx_type
from sampan.ir.constants import const_bool, const_float, const_int
from sampan.ir.core import InlineAsm, Instruction, Poison, Value
from sampan.ir.types import (
    DOUBLE,
    FLOAT,
    I1,
    I8,
    VOID,
    FloatType,
    IntType,
    StructType,
    Type,
    array_type,
    int_type,
)

Handler = Callable[["Machine", Statement], None]
OPCODES: dict[str, Handler] = {}

_INTEGER = re.compile(r"(-?)(0[xX][0-9A-Fa-f]+|0[bB][01]+|0[0-7]*|[1-9]\d*)U?")
_FLOAT_BITS = re.compile(r"(-?)0([fFdD])([0-9A-Fa-f]+)")
_FLOAT = re.compile(r"-?\d+\.\d*(?:[eE][+-]?\d+)?|-?\d+[eE][+-]?\d+")


class Unknown(Exception):
    """An instruction, modifier or operand that is not supported; the message says which."""


def lower_asm(e: Emit, call: Instruction) -> None:
    """Replaces the call by what its statements mean."""
    asm = call.callee
    assert isinstance(asm, InlineAsm)
    quoted = " ".join(re.sub(r"\\09|\\0A", " ", asm.template).split())
    try:
        result = _Asm(e, call, asm).run()
    except PtxSyntaxError as error:
        raise unsupported(f'the inline PTX "{quoted}" is not supported: {error}', call) from None
    except Unknown as error:
        raise unsupported(f"the inline PTX {error} is not supported", call) from None
    if call.users:
        assert result is not None
        call.replace_all_uses_with(result)
    call.erase()


class _Asm:
    def __init__(self, e: Emit, call: Instruction, asm: InlineAsm) -> None:
        self.e = e
        self.call = call
        self.asm = asm

    def run(self) -> Value | None:
        statements = parse(self.asm.template)
        outputs = self._output_types()
        machine = Machine(self.e, self.call)
        self._place_inputs(machine, len(outputs))
        if not statements and "~{memory}" in self.asm.constraints:
            self.e.fence("singlethread")  # a barrier to the compiler
        for statement in statements:
            if isinstance(statement, Declaration):
                machine.declare(statement)
                continue
            handler = OPCODES.get(statement.opcode)
            if handler is None:
                raise Unknown(f'"{statement.text}"')
            machine.begin(statement)
            handler(machine, statement)
        if not outputs:
            return None
        values = [machine.output(f"${i}", t) for i, t in enumerate(outputs)]
        if not isinstance(self.call.type, StructType):
            return values[0]
        result: Value = Poison(self.call.type)
        for i, value in enumerate(values):
            result = self.e.inst("insertvalue", self.call.type, [result, value], indices=(i,))
        return result

    def _output_types(self) -> list[Type]:
        t = self.call.type
        if t is VOID:
            return []
        return list(t.elements or ()) if isinstance(t, StructType) else [t]

    def _place_inputs(self, machine: Machine, outputs: int) -> None:
        """Operands are numbered outputs first; an input tied to an output has that one's number."""
        constraints = [c for c in self.asm.constraints.split(",") if c and not c.startswith("~")]
        for constraint in constraints[:outputs]:
            if "*" in constraint:
                raise Unknown(f'operand constraint "{constraint}"')
        inputs = constraints[outputs:]
        for number, (constraint, value) in enumerate(
            zip(inputs, self.call.arguments, strict=True), start=outputs
        ):
            machine.registers[f"${number}"] = value
            if constraint.isdigit():
                machine.registers[f"${constraint}"] = value


class Machine:
    """Registers by name, and how operands are read and written as values of a type."""

    def __init__(self, e: Emit, call: Instruction) -> None:
        self.e = e
        self.call = call
        self.registers: dict[str, Value] = {}
        self.types: dict[str, PtxType] = {}
        self.carry: Value | None = None  # CC.CF, as 0 or 1
        self.guard: Value | None = None  # of the statement at hand
        self.statement: Statement | None = None
        self._dummy: Instruction | None = None

    def unknown(self, what: str = "") -> Unknown:
        assert self.statement is not None
        return Unknown(f'"{self.statement.text}"' + (f" ({what})" if what else ""))

    def declare(self, declaration: Declaration) -> None:
        t = ptx_type(declaration.type)
        if t is None:
            raise Unknown(f'register type "{declaration.type}"')
        for name in declaration.names:
            self.types[name] = t

    def begin(self, statement: Statement) -> None:
        self.statement, self.guard = statement, None
        if statement.guard:
            flag = self.read(statement.guard, PREDICATE)
            self.guard = self.e.binary("xor", flag, 1) if statement.guard_negated else flag

    def type_of(self, statement: Statement) -> PtxType:
        """The type that an instruction's last type modifier names."""
        for modifier in reversed(statement.modifiers):
            if t := ptx_type(modifier):
                return t
        raise self.unknown("no type")

    # ---- Operands --------------------------------------------------------------------------------

    def read(self, operand: Operand, t: PtxType) -> Value:
        """The operand's value as one of type `t`."""
        return self.read_as(operand, t.llvm)

    def read_as(self, operand: Operand, t: Type) -> Value:
        if not isinstance(operand, str):
            raise self.unknown("an operand of another form was expected")
        if operand.startswith("!"):
            return self.e.binary("xor", self.read_as(operand[1:], t), 1)
        constant = _constant(operand, t)
        if constant is not None:
            return constant
        if operand.startswith("-") and operand[1:] in self.registers:
            value = self.read_as(operand[1:], t)
            return self.e.binary("sub", const_int(t, 0), value)
        if operand.startswith("%") and operand not in self.types:
            return self.coerce(self._special(operand[1:]), t)
        if operand not in self.registers:
            raise self.unknown(f"{operand}, which has no value")
        return self.coerce(self.registers[operand], t)

    def _special(self, name: str) -> Value:
        # PTX says %lanemask_lt where the intrinsic's name has a dot.
        names = (name, name.replace("_", "."))
        found = [f for n in names if (f := LOWERINGS.get(f"read.ptx.sreg.{n}"))]
        lowering = found[0] if found else None
        if lowering is None:
            raise self.unknown(f"no special register %{name}")
        wide = name.endswith("64") or name in ("globaltimer", "clock64")
        probe = Instruction("freeze", int_type(64 if wide else 32), [])
        value = lowering(self.e, probe)
        assert value is not None
        return value

    def write(self, operand: Operand, value: Value) -> None:
        """Sets a register; where the statement's guard is false it keeps what it held."""
        if operand == "_":
            return
        if not isinstance(operand, str) or _constant(operand, value.type) is not None:
            raise self.unknown("the destination is no register")
        if not operand.startswith("$") and operand not in self.types:
            raise self.unknown(f"the register {operand}, which is not declared")
        if self.guard is not None:
            old = self.registers.get(operand)
            kept = self.coerce(old, value.type) if old is not None else Poison(value.type)
            value = self.e.select(self.guard, value, kept)
        self.registers[operand] = value

    def output(self, name: str, t: Type) -> Value:
        value = self.registers.get(name)
        return Poison(t) if value is None else self.coerce(value, t)

    def coerce(self, value: Value, t: Type) -> Value:
        """Registers have bits, and instructions types: the same bits, the low ones of a wider
        register, or those of a narrower one with zeros above."""
        if value.type is t:
            return value
        e = self.e
        if value.type.is_pointer:
            value = e.inst("ptrtoint", int_type(64), [value])
        if value.type.is_float:
            value = e.inst("bitcast", int_type(_bits(value.type)), [value])
        wanted = _bits(t)
        have = _bits(value.type)
        if have != wanted:
            value = e.inst("trunc" if have > wanted else "zext", int_type(wanted), [value])
        if t.is_float:
            return e.inst("bitcast", t, [value])
        return value

    # ---- Guarded memory --------------------------------------------------------------------------

    def guarded(self, pointer: Value) -> Value:
        """The pointer, or a private place where the guard is false."""
        if self.guard is None:
            return pointer
        if self._dummy is None:
            function = self.call.block.function  # type: ignore[union-attr]
            t = array_type(32, I8)
            dummy = Instruction("alloca", pointer.type, [], allocated_type=t, align=16)
            function.entry.insert(0, dummy)  # type: ignore[union-attr]
            self._dummy = dummy
        return self.e.select(self.guard, pointer, self._dummy)

    def no_guard(self) -> None:
        """For instructions that every thread has to execute."""
        if self.guard is not None:
            raise self.unknown("under a predicate")


PREDICATE = PtxType("pred", "pred", 1)


def _bits(t: Type) -> int:
    if isinstance(t, IntType):
        return t.bits
    if isinstance(t, FloatType):
        return {"half": 16, "bfloat": 16, "float": 32, "double": 64}[t.kind]
    raise Unknown(f"operand of type {t}")


def _constant(text: str, t: Type) -> Value | None:
    """A number as a value of type `t`; None if the text is none."""
    if found := _FLOAT_BITS.fullmatch(text):
        size, code = (4, ">f") if found[2] in "fF" else (8, ">d")
        value = struct.unpack(code, bytes.fromhex(found[3].rjust(2 * size, "0")))[0]
        own = t if t.is_float else {4: FLOAT, 8: DOUBLE}[size]
        return const_float(own, -value if found[1] else value)
    if _FLOAT.fullmatch(text):
        return const_float(t, float(text)) if t.is_float else None
    if found := _INTEGER.fullmatch(text):
        digits = found[2]
        octal = len(digits) > 1 and digits[0] == "0" and digits[1].isdigit()
        number = int(digits, 8) if octal else int(digits, 0)
        number = -number if found[1] else number
        if t.is_float:
            return const_float(t, float(number))
        if t is I1:
            return const_bool(bool(number))
        return const_int(t, number & ((1 << _bits(t)) - 1))
    return None
