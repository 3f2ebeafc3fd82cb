"""The state of widening one function, and the small builders its parts share."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sampan.ir.constants import const_int, zero
from sampan.ir.core import (
    Argument,
    Block,
    ConstAggregate,
    Constant,
    ConstFloat,
    ConstInt,
    ConstNull,
    ConstSplat,
    Function,
    GlobalValue,
    Instruction,
    Module,
    Poison,
    Undef,
    Value,
)
from sampan.ir.types import (
    I1,
    I8,
    I64,
    PTR,
    VOID,
    ArrayType,
    FloatType,
    FunctionType,
    IntType,
    PointerType,
    StructType,
    Type,
    VectorType,
    array_type,
    function_type,
    int_type,
    struct_type,
    vector_type,
)
from sampan.simt.divergence import Divergence
from sampan.simt.rounds import Rounds
from sampan.targets.base import VectorHooks
from sampan.vectorize.masks import Masks

# Flags whose violation makes poison: an inactive lane may violate them.
POISON_FLAGS = frozenset(
    "nuw nsw exact disjoint inbounds nusw nneg samesign nnan ninf fast".split()
)
FAST_WITHOUT_POISON = frozenset("reassoc nsz arcp contract afn".split())


def type_suffix(t: Type) -> str:
    """How LLVM mangles a type in the name of an overloaded intrinsic."""
    if isinstance(t, IntType):
        return f"i{t.bits}"
    if isinstance(t, FloatType):
        return {"half": "f16", "bfloat": "bf16", "float": "f32", "double": "f64"}[t.kind]
    if isinstance(t, PointerType):
        return f"p{t.addrspace}"
    if isinstance(t, VectorType):
        return f"v{t.count}{type_suffix(t.element)}"
    raise TypeError(f"no intrinsic suffix for {t}")


class Emitter:
    """Appends vector code for a gang of `width` lanes to `block`."""

    def __init__(
        self, source: Function, target: Function, width: int, divergence: Divergence, masks: Masks
    ) -> None:
        assert source.module is not None
        self.source = source
        self.target = target
        self.module: Module = source.module
        self.width = width
        self.divergence = divergence
        self.masks = masks
        self.block: Block = Block("none")
        self.scalars: dict[Value, Value] = {}  # uniform: the value; strided: lane 0's
        self.vectors: dict[Value, Value] = {}  # varying
        self.cache: dict[tuple[Value, Block], Value] = {}  # vectors made from scalars, per block
        # For each extension that is only assumed not to wrap: whether it does not.
        self.holds: dict[Instruction, Value] = {}
        self.any_cache: dict[tuple[Value, Block], Value] = {}
        self.source_block: Block = source.entry
        self.spill_count = 0
        self.safe_slot: Instruction | None = None
        # Memory of a type for matrices, and what each place holds (see matrix_product).
        self.matrices: dict[Type, list[tuple[Instruction, tuple[object, ...]]]] = {}
        self.debug: dict[str, str] = {}
        self.is_device_function = False  # called by kernels, not one itself
        self.hooks = VectorHooks()  # what the target has beyond LLVM's IR

    @cached_property
    def rounds(self) -> Rounds:
        return Rounds(self.source)

    # -- types ------------------------------------------------------------------------------------

    def widen_type(self, t: Type) -> Type:
        if isinstance(t, StructType):
            return struct_type(tuple(self.widen_type(e) for e in t.elements or ()), False)
        if isinstance(t, ArrayType):
            return array_type(t.count, self.widen_type(t.element))
        if isinstance(t, VectorType):
            raise TypeError("vector types are scalarised before widening")
        return vector_type(self.width, t)

    @property
    def mask_type(self) -> Type:
        return vector_type(self.width, I1)

    # -- emission ---------------------------------------------------------------------------------

    def emit(self, op: str, type: Type, operands: list[Value], **attrs: Any) -> Instruction:
        inst = Instruction(op, type, operands, **attrs)
        if self.debug:
            inst.metadata = dict(self.debug)
        return self.block.append(inst)

    def call(self, name: str, result: Type, arguments: list[Value], **attrs: Any) -> Instruction:
        signature = function_type(result, tuple(a.type for a in arguments))
        callee = self.module.get_or_declare(name, signature)
        return self.call_value(callee, signature, arguments, **attrs)

    def call_value(
        self, callee: Value, signature: FunctionType, arguments: list[Value], **attrs: Any
    ) -> Instruction:
        return self.emit(
            "call", signature.result, [*arguments, callee], function_type=signature, **attrs
        )

    def new_block(self, name: str) -> Block:
        return self.target.add_block(name, after=self.block)

    def jump(self, target: Block) -> None:
        self.emit("br", VOID, []).targets = [target]

    def branch(self, condition: Value, if_true: Block, if_false: Block) -> None:
        self.emit("br", VOID, [condition]).targets = [if_true, if_false]

    def icmp(self, pred: str, a: Value, b: Value) -> Instruction:
        t: Type = I1
        if isinstance(a.type, VectorType):
            t = vector_type(a.type.count, I1)
        return self.emit("icmp", t, [a, b], pred=pred)

    def select(self, condition: Value, a: Value, b: Value) -> Value:
        """Lane by lane if the condition is a vector, also of vectors in a struct or an array."""
        if a is b:
            return a
        if isinstance(a.type, VectorType) or not isinstance(condition.type, VectorType):
            return self.emit("select", a.type, [condition, a, b])
        elements = getattr(a.type, "elements", None) or (
            (a.type.element,) * a.type.count  # type: ignore[attr-defined]
        )
        result: Value = self.poison(a.type)
        for i, t in enumerate(elements):
            first, second = (self.emit("extractvalue", t, [v], indices=(i,)) for v in (a, b))
            chosen = self.select(condition, first, second)
            result = self.emit("insertvalue", a.type, [result, chosen], indices=(i,))
        return result

    def entry_alloca(self, t: Type, align: int, name: str) -> Instruction:
        inst = Instruction("alloca", PTR, [], name, allocated_type=t, align=align)
        self.target.entry.insert(0, inst)
        return inst

    def byte_offset(self, pointer: Value, offset: Value) -> Value:
        if isinstance(offset, ConstInt) and offset.value == 0:
            return pointer
        t = pointer.type
        if isinstance(offset.type, VectorType) and not isinstance(t, VectorType):
            t = vector_type(offset.type.count, t)
        return self.emit("getelementptr", t, [pointer, offset], source_type=I8)

    # -- lanes ------------------------------------------------------------------------------------

    def lane_numbers(self, t: Type, stride: int = 1) -> Value:
        """Constant vector 0, stride, 2*stride, … of integer type `t`."""
        return ConstAggregate(
            vector_type(self.width, t), [const_int(t, stride * i) for i in range(self.width)]
        )

    def splat(self, value: Value) -> Value:
        t = value.type
        if isinstance(t, StructType):
            assert t.elements is not None
            result: Value = Poison(self.widen_type(t))
            for i, element in enumerate(t.elements):
                part = self.emit("extractvalue", element, [value], indices=(i,))
                result = self.emit(
                    "insertvalue", result.type, [result, self.splat(part)], indices=(i,)
                )
            return result
        if isinstance(t, ArrayType):
            result = Poison(self.widen_type(t))
            for i in range(t.count):
                part = self.emit("extractvalue", t.element, [value], indices=(i,))
                result = self.emit(
                    "insertvalue", result.type, [result, self.splat(part)], indices=(i,)
                )
            return result
        wide = vector_type(self.width, t)
        if isinstance(value, Poison):
            return Poison(wide)
        if isinstance(value, Undef):
            return Undef(wide)
        if isinstance(value, ConstNull):
            return ConstNull(wide)
        if isinstance(value, ConstInt | ConstFloat):
            return ConstSplat(wide, [value])
        first = self.emit("insertelement", wide, [Poison(wide), value, const_int(I64, 0)])
        return self.emit("shufflevector", wide, [first, Poison(wide)], mask=tuple([0] * self.width))

    def scalar(self, value: Value) -> Value:
        """The value of a uniform, or lane 0's of a strided one."""
        if isinstance(value, Instruction | Argument):
            assert self.divergence.shape(value).is_strided, f"%{value.name} {value.op} varies"  # type: ignore[union-attr]
            return self.scalars[value]
        return value

    def vector(self, value: Value) -> Value:
        """The value of every lane."""
        if isinstance(value, Constant) and not isinstance(value, GlobalValue):
            return self.splat(value)
        if value in self.vectors:
            return self.vectors[value]
        key = (value, self.block)
        found = self.cache.get(key)
        if found is None:
            found = self._expand(value)
            self.cache[key] = found
        return found

    def _expand(self, value: Value) -> Value:
        shape = self.divergence.shape(value)
        if shape.assumed:
            assert isinstance(value, Instruction)
            return self.exact_vector(value)
        base = self.scalar(value)
        if shape.is_uniform:
            return self.splat(base)
        assert shape.stride is not None
        if isinstance(value.type, PointerType):
            return self.byte_offset(base, self.lane_numbers(I64, shape.stride))
        steps = self.lane_numbers(value.type, shape.stride)
        return self.emit("add", steps.type, [self.splat(base), steps])

    def exact_vector(self, inst: Instruction) -> Value:
        """The lanes' values of one whose line is only assumed, computed lane by lane."""
        raise NotImplementedError

    # -- masks ------------------------------------------------------------------------------------

    def mask(self) -> Value | None:
        """Mask of the block being widened as a vector; None if every lane is active."""
        value = self.masks.of[self.source_block]
        if isinstance(value, ConstInt) and value.value:
            return None
        return self.vector(value)

    def mask_or_all(self) -> Value:
        mask = self.mask()
        return mask if mask is not None else self.all_lanes()

    def all_lanes(self) -> Value:
        return ConstSplat(self.mask_type, [const_int(I1, 1)])

    @property
    def may_be_empty(self) -> bool:
        return self.source_block not in self.masks.nonempty

    def bits(self, mask: Value) -> Value:
        return self.emit("bitcast", int_type(self.width), [mask])

    def any(self, mask: Value | None) -> Value:
        if mask is None:
            return const_int(I1, 1)
        bits = self.bits(mask)
        return self.icmp("ne", bits, const_int(bits.type, 0))

    def any_active(self) -> Value:
        """Whether a lane is active in the block being widened (constant true if known)."""
        if not self.may_be_empty:
            return const_int(I1, 1)
        key = (self.masks.of[self.source_block], self.block)
        found = self.any_cache.get(key)
        if found is None:
            found = self.any_cache[key] = self.any(self.mask())
        return found

    def first_active(self, mask: Value | None, t: Type) -> Value:
        """Number of the first active lane as an integer of type `t` (0 if all are)."""
        if mask is None:
            return const_int(t, 0)
        bits = self.bits(mask)
        count = self.call(
            f"llvm.cttz.{type_suffix(bits.type)}", bits.type, [bits, const_int(I1, 0)]
        )
        # With no lane active cttz gives the width: keep it a lane number.
        count = self.emit("and", bits.type, [count, const_int(bits.type, self.width - 1)])
        return self.resize(count, t)

    def resize(self, value: Value, t: Type) -> Value:
        """Zero-extends or truncates an integer."""
        assert isinstance(t, IntType)
        bits = value.type.bits  # type: ignore[attr-defined]
        if bits == t.bits:
            return value
        return self.emit("zext" if bits < t.bits else "trunc", t, [value])

    def safe_pointer(self, pointer: Value) -> Value:
        """`pointer` if a lane is active, else a harmless private slot."""
        active = self.any_active()
        if isinstance(active, ConstInt):
            return pointer
        return self.select(active, pointer, self.harmless_slot())

    def harmless_slot(self) -> Value:
        """Memory of this worker's that accesses of inactive lanes may go to."""
        if self.safe_slot is None:
            self.safe_slot = self.entry_alloca(array_type(16, I64), 64, "safe")
            self.safe_slot.attrs["sampan.safe"] = True
        return self.safe_slot

    # -- flags ------------------------------------------------------------------------------------

    def keep_flags(self, inst: Instruction) -> frozenset[str]:
        """The flags that still hold where inactive lanes compute too."""
        flags = inst.flags
        if not flags:
            return flags
        if self.mask() is None:
            return flags
        if "fast" in flags:
            return FAST_WITHOUT_POISON
        return flags - POISON_FLAGS

    def poison(self, t: Type) -> Value:
        return Poison(t)

    def zero(self, t: Type) -> Value:
        return zero(t)
