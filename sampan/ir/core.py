"""The IR: a small mutable SSA form that mirrors LLVM's, one class for all instructions.

Values know their users, so that `replace_all_uses_with` is cheap; instructions live in a plain
Python list per block. What differs between opcodes (predicate, flags, alignment, GEP source type,
atomic ordering, callee attributes, …) lives in `Instruction.attrs` under the keys listed in
`ATTRIBUTE_KEYS`; nothing else may be stored there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sampan.ir.types import LABEL, VOID, FunctionType, IntType, PointerType, Type, pointer_type

ATTRIBUTE_KEYS = {
    "flags": "frozenset of keywords: nuw nsw exact disjoint inbounds nusw nneg samesign fast …",
    "pred": "predicate keyword of icmp/fcmp",
    "align": "int, bytes: alloca, load, store, atomicrmw, cmpxchg",
    "volatile": "True: load, store, atomicrmw, cmpxchg",
    "ordering": "atomic ordering keyword: load, store, fence, atomicrmw, cmpxchg (success)",
    "failure_ordering": "cmpxchg",
    "syncscope": 'string of syncscope("…")',
    "weak": "True: cmpxchg",
    "operation": "atomicrmw operation keyword",
    "source_type": "Type: GEP source element type",
    "allocated_type": "Type: alloca",
    "indices": "tuple[int, ...]: extractvalue, insertvalue",
    "mask": "tuple[int, ...] with -1 for poison: shufflevector",
    "function_type": "FunctionType: call, invoke",
    "tail": "'tail' | 'musttail' | 'notail': call",
    "cc": "calling convention text: call",
    "ret_attrs": "text of return attributes: call",
    "param_attrs": "tuple[str, ...], text of each argument's attributes: call",
    "fn_attrs": "text of function attributes after the argument list, groups expanded: call",
    "bundles": "raw text of operand bundles: call",
    "cases": "tuple[ConstInt, ...] of a switch, in the order of targets[1:]",
    "inalloca": "True: alloca",
    "addrspace": "int: alloca",
    "sampan.transient": "True: alloca used only between two barriers",
    "sampan.soft": "True: barrier at which gangs stop for speed alone",
    "sampan.own": "True: volatile access to memory that no other thread looks at",
    "sampan.volatile": "ordering of a fence beside a volatile access, where processors reorder",
    "sampan.apart": "True: the first of the loads that a strided access is made of",
    "sampan.safe": "True: the alloca that stands in for addresses no active lane has",
    "sampan.spill": "True: code that keeps a value across a barrier",
    "inrange": "text of a constant getelementptr's inrange(…)",
    "cleanup": "True: landingpad",
    "clauses": "tuple of 'catch' or 'filter', one per operand: landingpad",
}

# The kind of metadata by which an alloca knows the variables of the source that lie in it: the
# operands of their debug records after the address, records separated by a semicolon.
VARIABLE = "sampan.variable"

TERMINATORS = frozenset({"ret", "br", "switch", "unreachable", "indirectbr", "invoke", "resume"})
BINARY = frozenset(
    "add sub mul udiv sdiv urem srem shl lshr ashr and or xor fadd fsub fmul fdiv frem".split()
)
CASTS = frozenset(
    "trunc zext sext fptrunc fpext fptoui fptosi uitofp sitofp ptrtoint inttoptr bitcast "
    "addrspacecast ptrtoaddr".split()
)


class Value:
    """Anything that can be an operand. `users` maps each user to how often it uses this value."""

    __slots__ = ("name", "type", "users")

    def __init__(self, type: Type, name: str = "") -> None:
        self.type = type
        self.name = name  # without sigil; "" = numbered by the writer
        self.users: dict[User, int] = {}

    def replace_all_uses_with(self, new: Value) -> None:
        assert new is not self
        for user in list(self.users):
            user.replace_operand(self, new)

    @property
    def used(self) -> bool:
        return bool(self.users)


class User(Value):
    """A value with operands: instructions, constant expressions and aggregates, initialisers."""

    __slots__ = ("operands",)

    def __init__(self, type: Type, operands: Iterable[Value], name: str = "") -> None:
        super().__init__(type, name)
        self.operands: list[Value] = []
        for operand in operands:
            self.add_operand(operand)

    def add_operand(self, value: Value) -> None:
        self.operands.append(value)
        value.users[self] = value.users.get(self, 0) + 1

    def set_operand(self, index: int, value: Value) -> None:
        self._drop(self.operands[index])
        self.operands[index] = value
        value.users[self] = value.users.get(self, 0) + 1

    def remove_operand(self, index: int) -> Value:
        old = self.operands.pop(index)
        self._drop(old)
        return old

    def replace_operand(self, old: Value, new: Value) -> None:
        for i, operand in enumerate(self.operands):
            if operand is old:
                self.set_operand(i, new)

    def drop_operands(self) -> None:
        while self.operands:
            self.remove_operand(len(self.operands) - 1)

    def _drop(self, value: Value) -> None:
        count = value.users[self] - 1
        if count:
            value.users[self] = count
        else:
            del value.users[self]


# ---- Constants -----------------------------------------------------------------------------------


class Constant(User):
    """Base of constants. Plain ones have no operands and are not interned: compare with `same`."""

    __slots__ = ()


class ConstInt(Constant):
    """`value` is kept unsigned, modulo 2**bits."""

    __slots__ = ("value",)

    def __init__(self, type: Type, value: int) -> None:
        super().__init__(type, ())
        assert isinstance(type, IntType)
        self.value = value & ((1 << type.bits) - 1)

    @property
    def signed(self) -> int:
        bits = self.type.bits  # type: ignore[attr-defined]
        return self.value - (1 << bits) if self.value >> (bits - 1) else self.value


class ConstFloat(Constant):
    """`bits` is the exact bit pattern in the type's own format (so NaN payloads survive)."""

    __slots__ = ("bits",)

    def __init__(self, type: Type, bits: int) -> None:
        super().__init__(type, ())
        self.bits = bits


class ConstNull(Constant):
    """`null` of a pointer, or `zeroinitializer` of any other non-scalar type."""

    __slots__ = ()

    def __init__(self, type: Type) -> None:
        super().__init__(type, ())


class Undef(Constant):
    __slots__ = ()

    def __init__(self, type: Type) -> None:
        super().__init__(type, ())


class Poison(Constant):
    __slots__ = ()

    def __init__(self, type: Type) -> None:
        super().__init__(type, ())


class ConstAggregate(Constant):
    """A constant vector, array or struct with one operand per element."""

    __slots__ = ()


class ConstString(Constant):
    """An `[N x i8]` given as c"…": `data` has N bytes."""

    __slots__ = ("data",)

    def __init__(self, type: Type, data: bytes) -> None:
        super().__init__(type, ())
        self.data = data


class ConstSplat(Constant):
    """`splat (T v)` of a vector type; one operand."""

    __slots__ = ()


class ConstExpr(Constant):
    """A constant expression; `op` and `attrs` as for the instruction of that name."""

    __slots__ = ("attrs", "op")

    def __init__(self, op: str, type: Type, operands: Iterable[Value], **attrs: Any) -> None:
        super().__init__(type, operands)
        self.op = op
        self.attrs: dict[str, Any] = attrs


class MetadataValue(Value):
    """A metadata operand of a call (e.g. of llvm.dbg.* or llvm.read_register), as text."""

    __slots__ = ("text",)

    def __init__(self, type: Type, text: str) -> None:
        super().__init__(type)
        self.text = text


class InlineAsm(Value):
    __slots__ = ("constraints", "keywords", "template")

    def __init__(self, type: Type, template: str, constraints: str, keywords: str) -> None:
        super().__init__(type)
        self.template = template  # as escaped in the text
        self.constraints = constraints
        self.keywords = keywords  # "sideeffect alignstack …"


def same(a: Value, b: Value) -> bool:
    """Whether two operands are the same value; plain constants compare by content."""
    if a is b:
        return True
    if type(a) is not type(b) or a.type is not b.type:
        return False
    if isinstance(a, ConstInt):
        return a.value == b.value  # type: ignore[attr-defined]
    if isinstance(a, ConstFloat):
        return a.bits == b.bits  # type: ignore[attr-defined]
    return isinstance(a, (ConstNull, Undef, Poison))


# ---- Instructions --------------------------------------------------------------------------------


class Instruction(User):
    """One instruction. Terminators keep their successor blocks in `targets`, phis their incoming
    blocks in `targets` parallel to `operands`.

    br: operands [] or [condition], targets [true, false]; switch: operands [value],
    targets [default, case…]; store: operands [value, pointer]; call: operands [args…, callee];
    invoke does not occur in device code; atomicrmw: [pointer, value];
    cmpxchg: [pointer, expected, new]; select: [condition, true, false]; gep: [base, indices…].
    """

    __slots__ = ("attrs", "block", "metadata", "op", "targets")

    def __init__(
        self,
        op: str,
        type: Type,
        operands: Iterable[Value] = (),
        name: str = "",
        targets: Iterable[Block] = (),
        metadata: dict[str, str] | None = None,
        **attrs: Any,
    ) -> None:
        super().__init__(type, operands, name)
        self.op = op
        self.attrs: dict[str, Any] = attrs
        self.block: Block | None = None
        self.targets: list[Block] = list(targets)
        self.metadata: dict[str, str] = metadata or {}  # kind -> "!12" (text as in the file)

    @property
    def is_terminator(self) -> bool:
        return self.op in TERMINATORS

    @property
    def flags(self) -> frozenset[str]:
        return self.attrs.get("flags", frozenset())

    @property
    def callee(self) -> Value:
        assert self.op in ("call", "invoke")
        return self.operands[-1]

    @property
    def arguments(self) -> list[Value]:
        assert self.op in ("call", "invoke")
        return self.operands[:-1]

    @property
    def callee_name(self) -> str:
        """Name of a directly called function, else ''."""
        if self.op != "call":
            return ""
        callee = self.operands[-1]
        return callee.name if isinstance(callee, Function) else ""

    # phi
    @property
    def incoming(self) -> list[tuple[Value, Block]]:
        return list(zip(self.operands, self.targets, strict=True))

    def add_incoming(self, value: Value, block: Block) -> None:
        self.add_operand(value)
        self.targets.append(block)

    def incoming_for(self, block: Block) -> Value:
        return self.operands[self.targets.index(block)]

    def remove_incoming(self, block: Block) -> None:
        index = self.targets.index(block)
        self.remove_operand(index)
        del self.targets[index]

    def replace_target(self, old: Block, new: Block) -> None:
        self.targets = [new if t is old else t for t in self.targets]

    def insert_before(self, position: Instruction) -> Instruction:
        block = position.block
        assert block is not None
        block.instructions.insert(block.instructions.index(position), self)
        self.block = block
        return self

    def insert_after(self, position: Instruction) -> Instruction:
        block = position.block
        assert block is not None
        block.instructions.insert(block.instructions.index(position) + 1, self)
        self.block = block
        return self

    def detach(self) -> Instruction:
        """Takes the instruction out of its block; operands and users stay."""
        assert self.block is not None
        self.block.instructions.remove(self)
        self.block = None
        return self

    def erase(self) -> None:
        """Removes the instruction, which must have no users left."""
        assert not self.users, f"erasing {self.op} %{self.name} that is still used"
        if self.block is not None:
            self.detach()
        self.drop_operands()

    def clone(self) -> Instruction:
        """A copy with the same operands and targets, in no block."""
        copy = Instruction(self.op, self.type, self.operands, "", self.targets, dict(self.metadata))
        copy.attrs = dict(self.attrs)
        return copy


class Block(Value):
    """A basic block. Only its position in `Function.blocks` orders it; blocks[0] is the entry.

    Blocks are not operands: `targets` of terminators and phis hold them, so block uses are not
    tracked. `ir.cfg.predecessors(function)` computes edges.
    """

    __slots__ = ("function", "instructions")

    def __init__(self, name: str = "", function: Function | None = None) -> None:
        super().__init__(LABEL, name)
        self.instructions: list[Instruction] = []
        self.function = function

    @property
    def terminator(self) -> Instruction:
        return self.instructions[-1]

    @property
    def has_terminator(self) -> bool:
        return bool(self.instructions) and self.instructions[-1].is_terminator

    @property
    def successors(self) -> list[Block]:
        """Successors without repetition, in order of the terminator's targets."""
        term = self.instructions[-1]
        if term.op == "br" and len(term.targets) == 1:
            return [term.targets[0]]
        return list(dict.fromkeys(term.targets)) if term.op != "ret" else []

    @property
    def phis(self) -> list[Instruction]:
        result = []
        for inst in self.instructions:
            if inst.op != "phi":
                break
            result.append(inst)
        return result

    def append(self, inst: Instruction) -> Instruction:
        inst.block = self
        self.instructions.append(inst)
        return inst

    def insert(self, index: int, inst: Instruction) -> Instruction:
        inst.block = self
        self.instructions.insert(index, inst)
        return inst

    @property
    def first_non_phi(self) -> Instruction:
        for inst in self.instructions:
            if inst.op != "phi":
                return inst
        raise AssertionError("block without terminator")


class Argument(Value):
    __slots__ = ("attrs", "function", "index")

    def __init__(self, type: Type, name: str, attrs: str, function: Function, index: int) -> None:
        super().__init__(type, name)
        self.attrs = attrs  # attribute text, e.g. "noundef byval(%struct.S) align 4"
        self.function = function
        self.index = index


class GlobalValue(Constant):
    """A function or variable: as an operand it is a pointer."""

    __slots__ = ("linkage", "prefix_text")

    linkage: str  # "", "internal", "private", "weak_odr", "external", …


class GlobalVariable(GlobalValue):
    __slots__ = (
        "align",
        "comdat",
        "initializer",
        "is_const",
        "section",
        "text_attrs",
        "value_type",
    )

    def __init__(
        self,
        name: str,
        value_type: Type,
        initializer: Constant | None,
        *,
        addrspace: int = 0,
        linkage: str = "",
        is_const: bool = False,
        align: int = 0,
        section: str = "",
        prefix_text: str = "",
        comdat: str = "",
    ) -> None:
        super().__init__(pointer_type(addrspace), (), name)
        self.value_type = value_type
        self.initializer = initializer  # not an operand; use `ir.core.walk_constant` to descend
        self.linkage = linkage
        self.is_const = is_const
        self.align = align
        self.section = section
        self.comdat = comdat  # "" or "$name"
        # dso_local, unnamed_addr, thread_local, externally_initialized … verbatim, in order
        self.prefix_text = prefix_text
        self.text_attrs = ""  # attributes and metadata attachments behind the initialiser, as text

    @property
    def addrspace(self) -> int:
        assert isinstance(self.type, PointerType)
        return self.type.addrspace


class Alias(GlobalValue):
    __slots__ = ("aliasee", "value_type")

    def __init__(self, name: str, value_type: Type, aliasee: Constant, linkage: str = "") -> None:
        super().__init__(pointer_type(0), (), name)
        self.value_type = value_type
        self.aliasee = aliasee
        self.linkage = linkage
        self.prefix_text = ""


class Function(GlobalValue):
    """A definition (blocks not empty) or a declaration."""

    __slots__ = (
        "align",
        "args",
        "attrs",
        "blocks",
        "cc",
        "comdat",
        "function_type",
        "metadata",
        "module",
        "param_attrs_decl",
        "ret_attrs",
        "section",
        "tail_text",
    )

    def __init__(
        self,
        name: str,
        function_type: FunctionType,
        module: Module | None = None,
        linkage: str = "",
    ) -> None:
        super().__init__(pointer_type(0), (), name)
        self.function_type = function_type
        self.args = [Argument(t, "", "", self, i) for i, t in enumerate(function_type.params)]
        self.blocks: list[Block] = []
        self.module = module
        self.linkage = linkage
        self.prefix_text = ""  # dso_local etc.
        self.attrs = ""  # function attribute text with groups expanded
        self.ret_attrs = ""
        self.cc = ""  # calling convention keyword, e.g. "ptx_kernel"
        self.section = ""
        self.comdat = ""
        self.align = 0
        self.metadata: dict[str, str] = {}
        self.tail_text = ""

    @property
    def result_type(self) -> Type:
        return self.function_type.result

    @property
    def is_declaration(self) -> bool:
        return not self.blocks

    @property
    def entry(self) -> Block:
        return self.blocks[0]

    @property
    def is_intrinsic(self) -> bool:
        return self.name.startswith("llvm.")

    def has_attr(self, word: str) -> bool:
        return word in self.attrs.split()

    def add_block(self, name: str = "", after: Block | None = None) -> Block:
        block = Block(name, self)
        if after is None:
            self.blocks.append(block)
        else:
            self.blocks.insert(self.blocks.index(after) + 1, block)
        return block

    def instructions(self) -> Iterator[Instruction]:
        for block in self.blocks:
            yield from list(block.instructions)


class Module:
    """One translation unit. `metadata` keeps the `!…` lines verbatim, by name, in file order."""

    def __init__(self) -> None:
        self.source_name = ""
        self.triple = ""
        self.datalayout = ""
        self.named_types: dict[str, Type] = {}
        self.variables: dict[str, GlobalVariable] = {}
        self.aliases: dict[str, Alias] = {}
        self.functions: dict[str, Function] = {}
        self.comdats: dict[str, str] = {}
        self.module_asm: list[str] = []
        self.metadata: dict[str, str] = {}  # "!12" or "!llvm.module.flags" -> "distinct !{…}"

    def get_or_declare(self, name: str, function_type: FunctionType, attrs: str = "") -> Function:
        """The function called `name`, declared now if the module has none."""
        found = self.functions.get(name)
        if found is None:
            found = Function(name, function_type, self)
            found.attrs = attrs
            self.functions[name] = found
        assert found.function_type is function_type, (name, found.function_type, function_type)
        return found

    def add_function(self, function: Function) -> Function:
        assert function.name not in self.functions, function.name
        function.module = self
        self.functions[function.name] = function
        return function


def walk_constant(value: Value) -> Iterator[Value]:
    """The constant and everything in it, depth first (globals are leaves)."""
    yield value
    if isinstance(value, Constant) and not isinstance(value, GlobalValue):
        for operand in value.operands:
            yield from walk_constant(operand)


def is_void(value: Value) -> bool:
    return value.type is VOID
