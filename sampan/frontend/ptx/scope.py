"""The registers of one inline PTX statement while it is translated, and their types."""

from __future__ import annotations

import re
import struct

from sampan.frontend.emit import Emit
from sampan.frontend.intrinsics import LOWERINGS
from sampan.frontend.ptx.parse import Address, Code, Group, Name, Number, Operand, PtxError, Slot
from sampan.ir.constants import const_bool, const_float, const_int, zero
from sampan.ir.core import Constant, Value
from sampan.ir.types import (
    DOUBLE,
    FLOAT,
    HALF,
    I1,
    I32,
    I64,
    PTR,
    FunctionType,
    IntType,
    PointerType,
    Type,
    function_type,
    int_type,
)

_TYPE = re.compile(r"[busf](8|16|32|64)|pred")


def is_type(name: str) -> bool:
    return _TYPE.fullmatch(name) is not None


def type_of(name: str) -> Type:
    """The LLVM type of a PTX type. Raises PtxError for packed and narrow floating-point types."""
    if name == "pred":
        return I1
    if name in ("f16", "f32", "f64"):
        return {"f16": HALF, "f32": FLOAT, "f64": DOUBLE}[name]
    if not is_type(name):
        raise PtxError(f"the type .{name}")
    return int_type(int(name[1:]))


def bits_of(type: Type) -> int:
    if isinstance(type, IntType):
        return type.bits
    if isinstance(type, PointerType):
        return 64
    return 64 if type is DOUBLE else 32 if type is FLOAT else 16


class Scope:
    """Reads and writes registers, and converts between the types a register is used at.

    `slots` holds the operands of the asm statement: inputs, and outputs once they are written.
    `carry` is the condition code that .cc instructions write: it lasts to the end of the statement.
    `observes`: the statement is volatile and says that it touches memory, so none of its accesses
    may be left out.
    """

    def __init__(self, e: Emit, code: Code, slots: dict[int, Value], observes: bool) -> None:
        self.e = e
        self.declared = code.registers
        self.slots = slots
        self.observes = observes
        self.registers: dict[str, Value] = {}
        self.carry: Value | None = None
        self.guard: Value | None = None

    def read(self, operand: Operand, type: Type) -> Value:
        """The operand's value at `type`."""
        if isinstance(operand, Number):
            return self._number(operand.text, type)
        if isinstance(operand, Group) and not operand.pair:
            return self.convert(self._packed(operand), type)
        if isinstance(operand, (Address, Group)):
            raise PtxError("an operand of this kind")
        value = self._current(operand)
        if value is None:
            raise PtxError(f"{_shown(operand)}, which has no value,")
        value = self.convert(value, type)
        return self.e.binary("xor", value, 1) if operand.negated and type is I1 else value

    def read_bits(self, operand: Operand, bits: int) -> Value:
        return self.read(operand, int_type(bits))

    def width(self, operand: Operand) -> int:
        """The bits of the register that the operand names."""
        if isinstance(operand, (Name, Slot)):
            value = self._current(operand)
            if value is not None:
                return bits_of(value.type)
        return 32

    def write(self, operand: Operand, value: Value) -> None:
        """Sets a register, where the instruction's guard lets it."""
        if isinstance(operand, Group) and not operand.pair:
            self._unpack(operand, value)
            return
        if isinstance(operand, Name) and operand.text == "_":
            return
        if not isinstance(operand, (Name, Slot)):
            raise PtxError("a destination of this kind")
        if self.guard is not None:
            old = self._current(operand)
            kept = zero(value.type) if old is None else self.convert(old, value.type)
            value = self.e.select(self.guard, value, kept)
        if isinstance(operand, Slot):
            self.slots[operand.index] = value
        else:
            if operand.text not in self.declared:
                raise PtxError(f"the register {operand.text}, which is not declared,")
            self.registers[operand.text] = value

    def convert(self, value: Value, type: Type) -> Value:
        """The same bits as another type; narrower by leaving out, wider by zeros."""
        if value.type is type:
            return value
        if type is I1 or value.type is I1:
            raise PtxError("a predicate as a number")
        bits, wanted = bits_of(value.type), bits_of(type)
        whole = self.e.cast(_to_int(value.type), value, int_type(bits))
        if bits != wanted:
            op = "trunc" if bits > wanted else "zext"
            whole = self.e.inst(op, int_type(wanted), [whole])
        if isinstance(type, IntType):
            return whole
        return self.e.inst("inttoptr" if type is PTR else "bitcast", type, [whole])

    def address(self, operand: Operand, shared: bool) -> Value:
        """The pointer of a memory operand. A shared address may be kept in 32 bits, as those of the
        hardware are: its upper half is that of the block's shared memory."""
        if not isinstance(operand, Address):
            raise PtxError("a memory operand without brackets")
        base = operand.base
        if shared and not isinstance(base, Number) and self.width(base) == 32:
            start = self.e.cast("ptrtoint", self.e.sampan("sampan.shared.base"), I64)
            low = self.e.cast("trunc", start, I32)
            distance = self.e.binary("sub", self.read(base, I32), low)
            whole = self.e.binary("add", start, self.e.cast("zext", distance, I64))
            pointer: Value = self.e.inst("inttoptr", PTR, [whole])
        else:
            pointer = self.read(base, PTR)
        return self.e.offset(pointer, operand.offset)

    def nvvm(self, name: str, result: Type, *args: Value) -> Value:
        """What clang's intrinsic `llvm.nvvm.NAME` of the same meaning is lowered to."""
        lowering = LOWERINGS.get(name)
        if lowering is None:
            raise PtxError("this form")
        signature: FunctionType = function_type(result, tuple(a.type for a in args))
        call = self.e.call(f"sampan.ptx.{name}", signature, list(args))
        value = lowering(Emit(self.e.module, call), call)
        call.erase()
        del self.e.module.functions[f"sampan.ptx.{name}"]
        if value is None:
            return zero(I32)
        return value

    def compared(self, predicate: str, left: Value, right: Value) -> Value:
        return self.e.compare(predicate, left, right)

    def _current(self, operand: Name | Slot) -> Value | None:
        if isinstance(operand, Slot):
            return self.slots.get(operand.index)
        if operand.text in self.registers:
            return self.registers[operand.text]
        if operand.text == "WARP_SZ":
            return const_int(I32, 32)
        if operand.text[0] == "%":
            name = operand.text[1:].replace("_l", ".l").replace("_eq", ".eq").replace("_g", ".g")
            for key in (operand.text[1:], name):
                if f"read.ptx.sreg.{key}" in LOWERINGS:
                    wide = key in ("clock64", "globaltimer", "gridid")
                    return self.nvvm(f"read.ptx.sreg.{key}", I64 if wide else I32)
        return None

    def _number(self, text: str, type: Type) -> Constant:
        negative = text.startswith("-")
        digits = text.lstrip("-")
        if digits[:2] in ("0f", "0F"):
            number: float = struct.unpack(">f", bytes.fromhex(digits[2:]))[0]
        elif digits[:2] in ("0d", "0D"):
            number = struct.unpack(">d", bytes.fromhex(digits[2:]))[0]
        elif "." in digits:
            number = float(digits)
        else:
            whole = int(digits.rstrip("U"), 0)
            whole = -whole if negative else whole
            if type is I1:
                return const_bool(bool(whole))
            if type.is_float:
                return const_float(type, float(whole))
            return const_int(type, whole)
        if not type.is_float:
            raise PtxError(f"the number {text} as an integer")
        return const_float(type, -number if negative else number)

    def _packed(self, group: Group) -> Value:
        """The parts side by side, the first lowest."""
        widths = [self.width(part) for part in group.parts]
        total = sum(widths)
        whole: Value = const_int(int_type(total), 0)
        shift = 0
        for part, bits in zip(group.parts, widths, strict=True):
            piece = self.e.cast("zext", self.read_bits(part, bits), int_type(total))
            whole = self.e.binary("or", whole, self.e.binary("shl", piece, shift))
            shift += bits
        return whole

    def _unpack(self, group: Group, value: Value) -> None:
        each = bits_of(value.type) // len(group.parts)
        whole = self.convert(value, int_type(bits_of(value.type)))
        for index, part in enumerate(group.parts):
            piece = self.e.binary("lshr", whole, index * each)
            self.write(part, self.e.cast("trunc", piece, int_type(each)))


def _to_int(type: Type) -> str:
    return "ptrtoint" if type is PTR else "bitcast"


def _shown(operand: Name | Slot) -> str:
    return operand.text if isinstance(operand, Name) else f"operand {operand.index}"
