"""Making instructions at a place in a block."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sampan.ir import constants
from sampan.ir.core import (
    BINARY,
    CASTS,
    Block,
    ConstAggregate,
    Constant,
    ConstFloat,
    ConstInt,
    ConstSplat,
    Function,
    Instruction,
    Poison,
    Value,
)
from sampan.ir.result_types import (
    cmpxchg_type,
    compare_type,
    element_type,
    gep_type,
    shuffle_type,
)
from sampan.ir.types import (
    I32,
    VOID,
    FunctionType,
    Type,
    VectorType,
    function_type,
    pointer_type,
    vector_type,
)

Flags = Iterable[str]


class Builder:
    """Inserts instructions at the end of `block`, or in front of its instruction `before`.

    Nothing is folded: each method makes the instruction that it names. Every method takes an
    optional `name`. `metadata` (such as {"dbg": "!12"}) is copied onto everything built.
    """

    def __init__(
        self,
        block: Block,
        before: Instruction | None = None,
        metadata: dict[str, str] | None = None,
    ) -> None:
        self.block = block
        self.before = before
        self.metadata = metadata or {}

    @classmethod
    def ahead_of(cls, inst: Instruction) -> Builder:
        """A builder in front of `inst`, with its source position."""
        assert inst.block is not None
        dbg = inst.metadata.get("dbg")
        return cls(inst.block, inst, {"dbg": dbg} if dbg else None)

    @classmethod
    def behind(cls, inst: Instruction) -> Builder:
        """A builder right behind `inst` (behind the last phi if it is one)."""
        block = inst.block
        assert block is not None
        if inst.op == "phi":
            return cls(block, block.first_non_phi)
        dbg = inst.metadata.get("dbg")
        following = block.instructions[block.instructions.index(inst) + 1]
        return cls(block, following, {"dbg": dbg} if dbg else None)

    def position(self, block: Block, before: Instruction | None = None) -> None:
        self.block = block
        self.before = before

    def insert(self, inst: Instruction) -> Instruction:
        if self.metadata:
            for kind, node in self.metadata.items():
                inst.metadata.setdefault(kind, node)
        if self.before is None:
            return self.block.append(inst)
        return inst.insert_before(self.before)

    def _make(
        self,
        op: str,
        type: Type,
        operands: Iterable[Value],
        name: str,
        flags: Flags = (),
        **attrs: Any,
    ) -> Instruction:
        inst = Instruction(op, type, operands, name, **attrs)
        if flags:
            inst.attrs["flags"] = frozenset(flags)
        return self.insert(inst)

    # ---- Arithmetic ------------------------------------------------------------------------------

    def binop(self, op: str, a: Value, b: Value, flags: Flags = (), name: str = "") -> Instruction:
        assert op in BINARY, op
        assert a.type is b.type, (op, a.type, b.type)
        return self._make(op, a.type, [a, b], name, flags)

    def add(self, a: Value, b: Value, flags: Flags = (), name: str = "") -> Instruction:
        return self.binop("add", a, b, flags, name)

    def sub(self, a: Value, b: Value, flags: Flags = (), name: str = "") -> Instruction:
        return self.binop("sub", a, b, flags, name)

    def mul(self, a: Value, b: Value, flags: Flags = (), name: str = "") -> Instruction:
        return self.binop("mul", a, b, flags, name)

    def and_(self, a: Value, b: Value, name: str = "") -> Instruction:
        return self.binop("and", a, b, (), name)

    def or_(self, a: Value, b: Value, flags: Flags = (), name: str = "") -> Instruction:
        return self.binop("or", a, b, flags, name)

    def xor(self, a: Value, b: Value, name: str = "") -> Instruction:
        return self.binop("xor", a, b, (), name)

    def not_(self, a: Value, name: str = "") -> Instruction:
        return self.binop("xor", a, constants.all_ones(a.type), (), name)

    def neg(self, a: Value, name: str = "") -> Instruction:
        return self.binop("sub", constants.const_int(a.type, 0), a, (), name)

    def shl(self, a: Value, b: Value, flags: Flags = (), name: str = "") -> Instruction:
        return self.binop("shl", a, b, flags, name)

    def lshr(self, a: Value, b: Value, flags: Flags = (), name: str = "") -> Instruction:
        return self.binop("lshr", a, b, flags, name)

    def ashr(self, a: Value, b: Value, flags: Flags = (), name: str = "") -> Instruction:
        return self.binop("ashr", a, b, flags, name)

    def fneg(self, a: Value, flags: Flags = (), name: str = "") -> Instruction:
        return self._make("fneg", a.type, [a], name, flags)

    def icmp(self, pred: str, a: Value, b: Value, name: str = "") -> Instruction:
        assert a.type is b.type, (pred, a.type, b.type)
        return self._make("icmp", compare_type(a.type), [a, b], name, pred=pred)

    def fcmp(self, pred: str, a: Value, b: Value, flags: Flags = (), name: str = "") -> Instruction:
        assert a.type is b.type, (pred, a.type, b.type)
        return self._make("fcmp", compare_type(a.type), [a, b], name, flags, pred=pred)

    def select(
        self, condition: Value, a: Value, b: Value, flags: Flags = (), name: str = ""
    ) -> Instruction:
        assert a.type is b.type, (a.type, b.type)
        return self._make("select", a.type, [condition, a, b], name, flags)

    def freeze(self, value: Value, name: str = "") -> Instruction:
        return self._make("freeze", value.type, [value], name)

    def cast(
        self, op: str, value: Value, type: Type, flags: Flags = (), name: str = ""
    ) -> Instruction:
        assert op in CASTS, op
        return self._make(op, type, [value], name, flags)

    def resize(self, value: Value, type: Type, signed: bool = False, name: str = "") -> Value:
        """`value` as the integer (or integer vector) `type`: trunc, zext, sext or itself."""
        old, new = value.type.scalar, type.scalar
        if old is new:
            return value
        if old.bits > new.bits:  # type: ignore[attr-defined]
            return self.cast("trunc", value, type, (), name)
        return self.cast("sext" if signed else "zext", value, type, (), name)

    # ---- Vectors and aggregates ------------------------------------------------------------------

    def extractelement(self, vector: Value, index: Value | int, name: str = "") -> Instruction:
        return self._make("extractelement", vector.type.scalar, [vector, _index(index)], name)

    def insertelement(
        self, vector: Value, element: Value, index: Value | int, name: str = ""
    ) -> Instruction:
        return self._make("insertelement", vector.type, [vector, element, _index(index)], name)

    def shufflevector(
        self, a: Value, b: Value | None, mask: Sequence[int], name: str = ""
    ) -> Instruction:
        """Elements of a and b (poison if None) by number; -1 is a poison element."""
        second = Poison(a.type) if b is None else b
        type = shuffle_type(a.type, len(mask))
        return self._make("shufflevector", type, [a, second], name, mask=tuple(mask))

    def splat(self, value: Value, count: int, name: str = "") -> Value:
        """`count` copies of a scalar: a constant if it is one, else insert and shuffle."""
        if isinstance(value, (ConstInt, ConstFloat)) or (
            isinstance(value, Constant) and not isinstance(value, (ConstAggregate, ConstSplat))
        ):
            return constants.splat(value, count)
        type = vector_type(count, value.type)
        single = self.insertelement(Poison(type), value, 0, name + ".one" if name else "")
        return self.shufflevector(single, None, (0,) * count, name)

    def extractvalue(self, aggregate: Value, indices: Sequence[int], name: str = "") -> Instruction:
        path = tuple(indices)
        type = element_type(aggregate.type, path)
        return self._make("extractvalue", type, [aggregate], name, indices=path)

    def insertvalue(
        self, aggregate: Value, value: Value, indices: Sequence[int], name: str = ""
    ) -> Instruction:
        path = tuple(indices)
        return self._make("insertvalue", aggregate.type, [aggregate, value], name, indices=path)

    # ---- Memory ----------------------------------------------------------------------------------

    def alloca(
        self, type: Type, count: Value | None = None, align: int = 0, name: str = ""
    ) -> Instruction:
        operands = [] if count is None else [count]
        inst = self._make("alloca", pointer_type(0), operands, name, allocated_type=type)
        if align:
            inst.attrs["align"] = align
        return inst

    def load(
        self,
        type: Type,
        pointer: Value,
        align: int = 0,
        volatile: bool = False,
        ordering: str = "",
        name: str = "",
    ) -> Instruction:
        inst = self._make("load", type, [pointer], name)
        return _access(inst, align, volatile, ordering)

    def store(
        self,
        value: Value,
        pointer: Value,
        align: int = 0,
        volatile: bool = False,
        ordering: str = "",
    ) -> Instruction:
        inst = self._make("store", VOID, [value, pointer], "")
        return _access(inst, align, volatile, ordering)

    def gep(
        self,
        source_type: Type,
        base: Value,
        indices: Sequence[Value | int],
        flags: Flags = (),
        name: str = "",
    ) -> Instruction:
        """getelementptr; a plain int index becomes an i32 constant."""
        operands = [base, *map(_index, indices)]
        type = gep_type(operands)
        return self._make("getelementptr", type, operands, name, flags, source_type=source_type)

    def atomicrmw(
        self,
        operation: str,
        pointer: Value,
        value: Value,
        ordering: str = "monotonic",
        align: int = 0,
        syncscope: str = "",
        name: str = "",
    ) -> Instruction:
        inst = self._make(
            "atomicrmw", value.type, [pointer, value], name, operation=operation, ordering=ordering
        )
        if syncscope:
            inst.attrs["syncscope"] = syncscope
        return _access(inst, align, False, "")

    def cmpxchg(
        self,
        pointer: Value,
        expected: Value,
        new: Value,
        ordering: str = "monotonic",
        failure_ordering: str = "monotonic",
        align: int = 0,
        name: str = "",
    ) -> Instruction:
        inst = self._make(
            "cmpxchg",
            cmpxchg_type(new.type),
            [pointer, expected, new],
            name,
            ordering=ordering,
            failure_ordering=failure_ordering,
        )
        return _access(inst, align, False, "")

    def fence(self, ordering: str = "seq_cst", syncscope: str = "") -> Instruction:
        inst = self._make("fence", VOID, [], "", ordering=ordering)
        if syncscope:
            inst.attrs["syncscope"] = syncscope
        return inst

    # ---- Calls and control flow ------------------------------------------------------------------

    def call(
        self,
        function: Value,
        args: Sequence[Value],
        flags: Flags = (),
        signature: FunctionType | None = None,
        fn_attrs: str = "",
        name: str = "",
    ) -> Instruction:
        """Calls a function; an indirect callee needs its `signature`."""
        if signature is None:
            assert isinstance(function, Function), "an indirect call needs a signature"
            signature = function.function_type
        expected = signature.params
        assert len(args) == len(expected) or (signature.vararg and len(args) > len(expected))
        for arg, type in zip(args, expected, strict=False):
            assert arg.type is type, (getattr(function, "name", "?"), str(arg.type), str(type))
        inst = self._make(
            "call", signature.result, [*args, function], name, flags, function_type=signature
        )
        if fn_attrs:
            inst.attrs["fn_attrs"] = fn_attrs
        if isinstance(function, Function) and function.cc:
            inst.attrs["cc"] = function.cc
        return inst

    def intrinsic(
        self,
        intrinsic: str,
        result: Type,
        args: Sequence[Value],
        flags: Flags = (),
        name: str = "",
    ) -> Instruction:
        """Calls the function of that full name (declared if need be), such as `llvm.fma.f32`."""
        function = self.block.function
        assert function is not None and function.module is not None
        signature = function_type(result, tuple(a.type for a in args))
        callee = function.module.get_or_declare(intrinsic, signature)
        return self.call(callee, args, flags, name=name)

    def phi(
        self,
        type: Type,
        incoming: Iterable[tuple[Value, Block]] = (),
        flags: Flags = (),
        name: str = "",
    ) -> Instruction:
        """A phi at the head of the block, behind its other phis (wherever the builder stands)."""
        inst = Instruction("phi", type, [], name)
        if flags:
            inst.attrs["flags"] = frozenset(flags)
        for value, block in incoming:
            inst.add_incoming(value, block)
        return self.block.insert(len(self.block.phis), inst)

    def br(self, target: Block) -> Instruction:
        return self._branch("br", [], [target])

    def cond_br(self, condition: Value, if_true: Block, if_false: Block) -> Instruction:
        return self._branch("br", [condition], [if_true, if_false])

    def switch(
        self, value: Value, default: Block, cases: Sequence[tuple[ConstInt, Block]]
    ) -> Instruction:
        inst = self._branch("switch", [value], [default, *(b for _, b in cases)])
        inst.attrs["cases"] = tuple(c for c, _ in cases)
        return inst

    def ret(self, value: Value | None = None) -> Instruction:
        return self._branch("ret", [] if value is None else [value], [])

    def unreachable(self) -> Instruction:
        return self._branch("unreachable", [], [])

    def _branch(self, op: str, operands: list[Value], targets: list[Block]) -> Instruction:
        return self.insert(Instruction(op, VOID, operands, targets=targets))


def _index(index: Value | int) -> Value:
    return ConstInt(I32, index) if isinstance(index, int) else index


def _access(inst: Instruction, align: int, volatile: bool, ordering: str) -> Instruction:
    if align:
        inst.attrs["align"] = align
    if volatile:
        inst.attrs["volatile"] = True
    if ordering:
        inst.attrs["ordering"] = ordering
    return inst


def vector_of(type: Type, count: int) -> Type:
    """`count` of `type`: a vector of a scalar, a longer vector of a vector."""
    if isinstance(type, VectorType):
        return vector_type(count * type.count, type.element)
    return vector_type(count, type)
