"""Python statements for single instructions.

Values are local variables, named when they are first met.
"""

from __future__ import annotations

from typing import Any, Protocol

from sampan.ir.core import (
    Argument,
    Constant,
    ConstFloat,
    ConstInt,
    Function,
    Instruction,
    Value,
)
from sampan.ir.errors import IRError
from sampan.ir.interp_calls import CallEmitter
from sampan.ir.interp_memory import OFFSET_MASK, REGION_SHIFT, Memory, store_size
from sampan.ir.interp_ops import (
    as_signed,
    atomic_update,
    binary,
    binary_raw,
    bits_of,
    cast,
    fcmp,
    icmp,
    mask_of,
)
from sampan.ir.types import (
    ArrayType,
    FloatType,
    IntType,
    StructType,
    Type,
    VectorType,
    size_of,
    struct_offset,
)
from sampan.ir.writer import write_instruction

_INTEGER_ACCESS = {8: "B", 16: "H", 32: "I", 64: "Q"}


class Linker(Protocol):
    """What generated code needs from the interpreter."""

    memory: Memory

    def constant(self, value: Constant) -> Any: ...
    def pool(self, value: Any) -> str: ...
    def function_name(self, function: Function) -> str: ...
    def is_generator(self, function: Function) -> bool: ...


class InstructionEmitter:
    """Emits the instructions of one function, apart from terminators and phis."""

    def __init__(self, function: Function, linker: Linker) -> None:
        self.function = function
        self.linker = linker
        self.lines: list[str] = []
        self.origins: list[Instruction | None] = []  # parallel to `lines`
        self.names: dict[Value, str] = {a: f"a{a.index}" for a in function.args}
        self.indent = 1
        self.current: Instruction | None = None
        self.calls = CallEmitter(self)

    # ---- Output ----------------------------------------------------------------------------------

    def emit(self, text: str) -> None:
        self.lines.append("    " * self.indent + text)
        self.origins.append(self.current)

    def name(self, value: Value) -> str:
        found = self.names.get(value)
        if found is None:
            found = self.names[value] = f"v{len(self.names)}"
        return found

    def operand(self, value: Value) -> str:
        """An atomic Python expression for an operand: a name or a literal."""
        if isinstance(value, (Instruction, Argument)):
            return self.name(value)
        if isinstance(value, ConstInt):
            return str(value.value)
        if not isinstance(value, Constant):
            raise IRError(f"the interpreter has no {type(value).__name__} operands")
        made = self.linker.constant(value)
        if isinstance(value, ConstFloat) and made == made and abs(made) != float("inf"):
            text = repr(made)
            return f"({text})" if text[0] == "-" else text
        if isinstance(made, int):
            return str(made)
        return self.linker.pool(made)

    def elements(self, value: Value) -> list[str]:
        """Expressions for the elements of a vector operand."""
        assert isinstance(value.type, VectorType)
        whole = self.operand(value)
        return [f"{whole}[{i}]" for i in range(value.type.count)]

    # ---- Instructions ----------------------------------------------------------------------------

    def assign(self, inst: Instruction, expression: str) -> None:
        self.emit(f"{self.name(inst)} = {expression}")

    def tuple_of(self, parts: list[str]) -> str:
        return f"({', '.join(parts)},)" if parts else "()"

    def instruction(self, inst: Instruction) -> None:
        handler = getattr(self, "_" + inst.op, None)
        if handler is not None:
            handler(inst)
        elif inst.op in _BINARY_OPS:
            self._binary(inst)
        elif len(inst.operands) == 1:
            self._cast(inst)
        else:
            raise IRError(f"the interpreter has no {inst.op}: {write_instruction(inst)}")

    def _binary(self, inst: Instruction) -> None:
        type = inst.type
        a, b = inst.operands
        if isinstance(type, VectorType):
            parts = [
                binary(inst.op, type.element, x, y)
                for x, y in zip(self.elements(a), self.elements(b), strict=True)
            ]
            self.assign(inst, self.tuple_of(parts))
        elif isinstance(type, FloatType) and type.kind == "float":
            # Rounding in place is faster than a call.
            self.emit(f"F32[0] = {binary_raw(inst.op, self.operand(a), self.operand(b))}")
            self.assign(inst, "F32[0]")
        else:
            self.assign(inst, binary(inst.op, type, self.operand(a), self.operand(b)))

    def _fneg(self, inst: Instruction) -> None:
        element = inst.type.scalar
        assert isinstance(element, FloatType)
        (a,) = inst.operands
        if isinstance(inst.type, VectorType):
            parts = [f"V.fneg({element.kind!r}, {x})" for x in self.elements(a)]
            self.assign(inst, self.tuple_of(parts))
        else:
            x = self.operand(a)
            self.assign(inst, f"-{x} if {x} == {x} else V.fneg({element.kind!r}, {x})")

    def _freeze(self, inst: Instruction) -> None:
        self.assign(inst, self.operand(inst.operands[0]))

    def _compare(self, inst: Instruction, make: Any) -> None:
        a, b = inst.operands
        if isinstance(a.type, VectorType):
            pairs = zip(self.elements(a), self.elements(b), strict=True)
            self.assign(inst, self.tuple_of([make(a.type.element, x, y) for x, y in pairs]))
        else:
            self.assign(inst, make(a.type, self.operand(a), self.operand(b)))

    def _icmp(self, inst: Instruction) -> None:
        self._compare(inst, lambda t, x, y: icmp(inst.attrs["pred"], t, x, y))

    def _fcmp(self, inst: Instruction) -> None:
        self._compare(inst, lambda t, x, y: fcmp(inst.attrs["pred"], x, y))

    def _select(self, inst: Instruction) -> None:
        condition, a, b = inst.operands
        if isinstance(condition.type, VectorType):
            triples = zip(self.elements(condition), self.elements(a), self.elements(b), strict=True)
            self.assign(inst, self.tuple_of([f"{x} if {c} else {y}" for c, x, y in triples]))
        else:
            c = self.operand(condition)
            self.assign(inst, f"{self.operand(a)} if {c} else {self.operand(b)}")

    def _cast(self, inst: Instruction) -> None:
        (value,) = inst.operands
        source, target = value.type, inst.type
        x = self.operand(value)
        if inst.op == "bitcast" and (source.is_vector or target.is_vector):
            to = [self.linker.pool(source), self.linker.pool(target)]
            self.assign(inst, f"bitcast({to[0]}, {to[1]}, {x})")
        elif inst.op == "bitcast" and source.is_float and target.is_float:
            self.assign(inst, x if source is target else f"{x}  # between float formats")
        elif isinstance(target, VectorType):
            parts = [cast(inst.op, source.scalar, target.element, e) for e in self.elements(value)]
            self.assign(inst, self.tuple_of(parts))
        else:
            self.assign(inst, cast(inst.op, source, target, x))

    # ---- Vectors and aggregates ------------------------------------------------------------------

    def _extractelement(self, inst: Instruction) -> None:
        vector, index = inst.operands
        assert isinstance(vector.type, VectorType)
        position = self.operand(index)
        if not isinstance(index, ConstInt):
            position = f"{position} % {vector.type.count}"
        self.assign(inst, f"{self.operand(vector)}[{position}]")

    def _insertelement(self, inst: Instruction) -> None:
        vector, element, index = inst.operands
        assert isinstance(vector.type, VectorType)
        if isinstance(index, ConstInt):
            parts = self.elements(vector)
            if index.value < len(parts):
                parts[index.value] = self.operand(element)
            self.assign(inst, self.tuple_of(parts))
        else:
            position = f"{self.operand(index)} % {vector.type.count}"
            whole, e = self.operand(vector), self.operand(element)
            self.assign(inst, f"{whole}[: {position}] + ({e},) + {whole}[{position} + 1 :]")

    def _shufflevector(self, inst: Instruction) -> None:
        both = self.elements(inst.operands[0]) + self.elements(inst.operands[1])
        zero = "0" if inst.type.scalar.is_integer or inst.type.scalar.is_pointer else "0.0"
        self.assign(inst, self.tuple_of([both[m] if m >= 0 else zero for m in inst.attrs["mask"]]))

    def _extractvalue(self, inst: Instruction) -> None:
        path = "".join(f"[{i}]" for i in inst.attrs["indices"])
        self.assign(inst, self.operand(inst.operands[0]) + path)

    def _insertvalue(self, inst: Instruction) -> None:
        aggregate, value = map(self.operand, inst.operands)
        self.assign(inst, f"insert({aggregate}, {value}, {inst.attrs['indices']!r})")

    # ---- Memory ----------------------------------------------------------------------------------

    def place(self, pointer: Value, size: int) -> str:
        """`buffer, offset` of an access of `size` bytes, as two arguments."""
        p = self.operand(pointer)
        if isinstance(pointer, Instruction) and pointer.op == "alloca":
            return f"{p}_, 0"
        if self.linker.memory.foreign:
            return f"*W({p}, {size})"
        if p.isdigit():
            return f"A[{int(p) >> REGION_SHIFT}], {int(p) & OFFSET_MASK}"
        return f"A[{p} >> {REGION_SHIFT}], {p} & {OFFSET_MASK}"

    def _alloca(self, inst: Instruction) -> None:
        size = str(size_of(inst.attrs["allocated_type"]))
        if inst.operands:
            count = inst.operands[0]
            size = f"{size} * {self.operand(count)}"
        self.emit(f"{self.name(inst)} = M.alloc({size})")
        self.emit(f"frame.append({self.name(inst)} >> {REGION_SHIFT})")
        self.emit(f"{self.name(inst)}_ = A[frame[-1]]")  # -O0 code uses it again and again

    def load_from(self, to: str, type: Type, pointer: Value) -> None:
        """Emits `to = *pointer`."""
        place = self.place(pointer, store_size(type))
        width = _plain_width(type)
        if width:
            suffix = "" if not isinstance(type, IntType) or type.bits == width else " & 1"
            self.emit(f"{to} = U{_INTEGER_ACCESS[width]}({place})[0]{suffix}")
        elif isinstance(type, FloatType) and type.kind in ("float", "double"):
            code = "f" if type.kind == "float" else "d"
            self.emit(f"{to} = U{code}({place})[0]")
            if code == "f":  # unpacking a NaN would change its bits
                self.emit(f"if {to} != {to}:")
                self.emit(f"    {to} = V.from_bits('float', UI({place})[0])")
        else:
            self.emit(f"{to} = checked_load({self.linker.pool(type)}, {self.operand(pointer)})")

    def store_to(self, type: Type, value: str, pointer: Value) -> None:
        """Emits `*pointer = value`."""
        place = self.place(pointer, store_size(type))
        width = _plain_width(type)
        if width:
            self.emit(f"P{_INTEGER_ACCESS[width]}({place}, {value})")
        elif isinstance(type, FloatType) and type.kind in ("float", "double"):
            bits = "I" if type.kind == "float" else "Q"
            code = "f" if type.kind == "float" else "d"
            self.emit(f"if {value} == {value}:")
            self.emit(f"    P{code}({place}, {value})")
            self.emit("else:")
            self.emit(f"    P{bits}({place}, V.to_bits({type.kind!r}, {value}))")
        else:
            pooled = self.linker.pool(type)
            self.emit(f"checked_store({pooled}, {self.operand(pointer)}, {value})")

    def _load(self, inst: Instruction) -> None:
        self.load_from(self.name(inst), inst.type, inst.operands[0])

    def _store(self, inst: Instruction) -> None:
        value, pointer = inst.operands
        self.store_to(value.type, self.operand(value), pointer)

    def _fence(self, inst: Instruction) -> None:
        pass

    def _atomicrmw(self, inst: Instruction) -> None:
        pointer, value = inst.operands
        old = self.name(inst)
        self.load_from(old, inst.type, pointer)
        operation = inst.attrs["operation"]
        type = inst.type
        if isinstance(type, VectorType):
            x = self.operand(value)
            parts = [
                atomic_update(operation, type.element, f"{old}[{i}]", f"{x}[{i}]")
                for i in range(type.count)
            ]
            new = self.tuple_of(parts)
        else:
            new = atomic_update(operation, type, old, self.operand(value))
        self.emit(f"new = {new}")
        self.store_to(type, "new", pointer)

    def _cmpxchg(self, inst: Instruction) -> None:
        pointer, expected, new = inst.operands
        result = self.name(inst)
        self.load_from("old", new.type, pointer)
        self.emit(f"{result} = (old, old == {self.operand(expected)})")
        self.emit(f"if {result}[1]:")
        self.indent += 1
        self.store_to(new.type, self.operand(new), pointer)
        self.indent -= 1

    def _getelementptr(self, inst: Instruction) -> None:
        if isinstance(inst.type, VectorType):
            parts = []
            for lane in range(inst.type.count):
                pick = [
                    f"{self.operand(o)}[{lane}]" if o.type.is_vector else self.operand(o)
                    for o in inst.operands
                ]
                parts.append(self._address(inst, pick))
            self.assign(inst, self.tuple_of(parts))
        else:
            self.assign(inst, self._address(inst, [self.operand(o) for o in inst.operands]))

    def _address(self, inst: Instruction, operands: list[str]) -> str:
        constant = 0
        terms: list[str] = []
        type: Type = inst.attrs["source_type"]
        for number, (value, text) in enumerate(zip(inst.operands[1:], operands[1:], strict=True)):
            if number:
                if isinstance(type, StructType):
                    index = int(text)
                    constant += struct_offset(type, index)
                    assert type.elements is not None
                    type = type.elements[index]
                    continue
                assert isinstance(type, (ArrayType, VectorType))
                type = type.element
            scale = size_of(type)
            index_type = value.type.scalar
            if text.isdigit():
                bits = bits_of(index_type)
                signed = int(text) - (1 << bits) if int(text) >> (bits - 1) else int(text)
                constant += signed * scale
            elif bits_of(index_type) == 64:
                terms.append(f"{text} * {scale}" if scale != 1 else text)
            else:
                terms.append(f"{as_signed(index_type, text)} * {scale}")
        if constant:
            terms.append(str(constant))
        if not terms:
            return operands[0]
        return f"({' + '.join([operands[0], *terms])}) & {mask_of(_POINTER_BITS)}"

    def _call(self, inst: Instruction) -> None:
        self.calls.emit(inst)


def _plain_width(type: Type) -> int:
    """Bits of an access by a plain integer format, 0 if the type needs more care."""
    if type.is_pointer:
        return 64
    if isinstance(type, IntType):
        return 8 if type.bits == 1 else type.bits if type.bits in _INTEGER_ACCESS else 0
    return 0


_POINTER_BITS = IntType(64)
_BINARY_OPS = frozenset(
    "add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem".split()
)
