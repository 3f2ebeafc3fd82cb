"""Parsing function bodies of textual LLVM IR."""

from __future__ import annotations

from typing import Any

from sampan.ir.core import (
    BINARY,
    CASTS,
    Block,
    ConstInt,
    Function,
    Instruction,
    Value,
)
from sampan.ir.lexer import END, name_of
from sampan.ir.parse_calls import CallParser
from sampan.ir.parse_types import Symbols
from sampan.ir.result_types import (
    cmpxchg_type,
    compare_type,
    element_type,
    gep_type,
    shuffle_type,
)
from sampan.ir.types import (
    VOID,
    Type,
    VectorType,
    pointer_type,
)

_ORDERINGS = frozenset("unordered monotonic acquire release acq_rel seq_cst".split())


class _Forward(Value):
    """Stands for a local value used before its definition."""

    __slots__ = ()


class FunctionParser(CallParser):
    """Parses one `define`: the reader first takes the header, later the body."""

    def __init__(self, symbols: Symbols, text: str) -> None:
        super().__init__(symbols, text)
        self.function: Function
        self.locals: dict[str, Value] = {}
        self.blocks: dict[str, Block] = {}
        self.forward: dict[str, _Forward] = {}
        self.parsers = {
            "ret": self._ret,
            "br": self._br,
            "switch": self._switch,
            "indirectbr": self._indirectbr,
            "unreachable": self._unreachable,
            "resume": self._resume,
            "landingpad": self._landingpad,
            "phi": self._phi,
            "select": self._select,
            "icmp": self._compare,
            "fcmp": self._compare,
            "fneg": self._unary,
            "freeze": self._unary,
            "alloca": self._alloca,
            "load": self._load,
            "store": self._store,
            "getelementptr": self._gep,
            "fence": self._fence,
            "cmpxchg": self._cmpxchg,
            "atomicrmw": self._atomicrmw,
            "extractelement": self._extractelement,
            "insertelement": self._insertelement,
            "shufflevector": self._shufflevector,
            "extractvalue": self._extractvalue,
            "insertvalue": self._insertvalue,
            "va_arg": self._va_arg,
            "call": self._call,
            "tail": self._call,
            "musttail": self._call,
            "notail": self._call,
            "invoke": self._invoke,
        }
        for op in BINARY:
            self.parsers[op] = self._binary
        for op in CASTS:
            self.parsers[op] = self._cast

    # ---- Structure -------------------------------------------------------------------------------

    def body(self) -> None:
        """Blocks and instructions up to the closing brace."""
        function = self.function
        tokens = self.tokens
        parsers = self.parsers
        block: Block | None = None
        while True:
            token = tokens[self.at]
            self.at += 1
            if token == "}":
                break
            if token[-1] == ":":
                block = self._start_block(token[:-1])
                continue
            if block is None:
                unnamed = sum(1 for a in function.args if not a.name)
                block = self._start_block(str(unnamed))
            name = ""
            key = ""
            if token[0] == "%":
                key = name_of(token)
                name = "" if key.isdigit() and token[1] != '"' else key
                self.expect("=")
                token = tokens[self.at]
                self.at += 1
            parse = parsers.get(token)
            if parse is None:
                if token == "uselistorder" or token == "uselistorder_bb":
                    self._skip_use_list_order()
                    continue
                self.at -= 1
                self.fail(f"expected an instruction, found '{'end' if token == END else token}'")
            inst = parse(token)
            if tokens[self.at] == ",":
                self._attachments(inst)
            if inst.op == "call" and inst.callee_name.startswith("llvm.dbg."):
                inst.drop_operands()
                continue
            block.append(inst)
            if key:
                inst.name = name
                self._define(key, inst)
        for key, block in self.blocks.items():
            if block.function is None:
                self.fail(f"use of undefined block '%{key}'")
        if self.forward:
            self.fail(f"use of undefined value '%{next(iter(self.forward))}'")
        if block is None:
            self.fail("function body without a block")

    def _skip_use_list_order(self) -> None:
        while self.next() != "}":
            pass

    def _start_block(self, label: str) -> Block:
        quoted = label[:1] == '"'
        key = name_of("%" + label)
        block = self.blocks.get(key)
        if block is None:
            block = self.blocks[key] = Block()
        elif block.function is not None:
            self.fail(f"block '%{key}' is defined twice")
        block.name = "" if key.isdigit() and not quoted else key
        block.function = self.function
        self.function.blocks.append(block)
        return block

    def _define(self, key: str, value: Value) -> None:
        if key in self.locals:
            self.fail(f"value '%{key}' is defined twice")
        forward = self.forward.pop(key, None)
        if forward is not None:
            if forward.type is not value.type:
                self.fail(f"'%{key}' is used as {forward.type} but defined as {value.type}")
            forward.replace_all_uses_with(value)
        self.locals[key] = value

    def local(self, token: str, type: Type) -> Value:
        key = name_of(token)
        value = self.locals.get(key)
        if value is None:
            value = self.forward.get(key)
            if value is None:
                value = self.forward[key] = _Forward(type, key)
        if value.type is not type:
            self.fail(f"'{token}' is used as {type} but defined as {value.type}")
        return value

    def label(self) -> Block:
        if self.tokens[self.at] == "label":
            self.at += 1
        return self.block_reference(self.next())

    def block_reference(self, token: str) -> Block:
        if token[0] != "%":
            self.fail(f"expected a block, found '{token}'")
        key = name_of(token)
        block = self.blocks.get(key)
        if block is None:
            block = self.blocks[key] = Block()
        return block

    def _attachments(self, inst: Instruction) -> None:
        """`, align N` and `, !kind !N` behind an instruction."""
        tokens = self.tokens
        while tokens[self.at] == ",":
            token = tokens[self.at + 1]
            self.at += 2
            if token[0] == "!":
                inst.metadata[token[1:]] = self.metadata_text()
            elif token == "align":
                inst.attrs["align"] = self.integer()
            elif token == "addrspace":
                self.expect("(")
                inst.attrs["addrspace"] = self.integer()
                self.expect(")")
                inst.type = pointer_type(inst.attrs["addrspace"])
            else:
                # `alloca T, i32 %n`
                self.at -= 1
                inst.add_operand(self.typed_value())

    # ---- Terminators -----------------------------------------------------------------------------

    def _ret(self, op: str) -> Instruction:
        type = self.type()
        return Instruction("ret", VOID, [] if type is VOID else [self.value(type)])

    def _br(self, op: str) -> Instruction:
        if self.tokens[self.at] == "label":
            return Instruction("br", VOID, [], targets=[self.label()])
        condition = self.typed_value()
        self.expect(",")
        if_true = self.label()
        self.expect(",")
        return Instruction("br", VOID, [condition], targets=[if_true, self.label()])

    def _switch(self, op: str) -> Instruction:
        value = self.typed_value()
        self.expect(",")
        targets = [self.label()]
        cases: list[ConstInt] = []
        self.expect("[")
        while not self.accept("]"):
            case = self.typed_value()
            assert isinstance(case, ConstInt)
            cases.append(case)
            self.expect(",")
            targets.append(self.label())
        return Instruction("switch", VOID, [value], targets=targets, cases=tuple(cases))

    def _indirectbr(self, op: str) -> Instruction:
        address = self.typed_value()
        self.expect(",")
        self.expect("[")
        targets: list[Block] = []
        while not self.accept("]"):
            targets.append(self.label())
            self.accept(",")
        return Instruction("indirectbr", VOID, [address], targets=targets)

    def _unreachable(self, op: str) -> Instruction:
        return Instruction("unreachable", VOID)

    def _resume(self, op: str) -> Instruction:
        return Instruction("resume", VOID, [self.typed_value()])

    def _landingpad(self, op: str) -> Instruction:
        type = self.type()
        inst = Instruction("landingpad", type)
        clauses: list[str] = []
        if self.accept("cleanup"):
            inst.attrs["cleanup"] = True
        while self.peek() in ("catch", "filter"):
            clauses.append(self.next())
            inst.add_operand(self.typed_value())
        inst.attrs["clauses"] = tuple(clauses)
        return inst

    # ---- Plain operations ------------------------------------------------------------------------

    def _with_flags(self, op: str, type: Type, operands: list[Value], flags: Any) -> Instruction:
        inst = Instruction(op, type, operands)
        if flags:
            inst.attrs["flags"] = flags
        return inst

    def _phi(self, op: str) -> Instruction:
        flags = self.flags()
        type = self.type()
        inst = self._with_flags("phi", type, [], flags)
        while True:
            self.expect("[")
            value = self.value(type)
            self.expect(",")
            inst.add_incoming(value, self.block_reference(self.next()))
            self.expect("]")
            if self.tokens[self.at] != "," or self.tokens[self.at + 1] != "[":
                return inst
            self.at += 1

    def _binary(self, op: str) -> Instruction:
        flags = self.flags()
        type = self.type()
        left = self.value(type)
        self.expect(",")
        return self._with_flags(op, type, [left, self.value(type)], flags)

    def _unary(self, op: str) -> Instruction:
        flags = self.flags()
        value = self.typed_value()
        return self._with_flags(op, value.type, [value], flags)

    def _cast(self, op: str) -> Instruction:
        flags = self.flags()
        value = self.typed_value()
        self.expect("to")
        return self._with_flags(op, self.type(), [value], flags)

    def _compare(self, op: str) -> Instruction:
        flags = self.flags()
        pred = self.next()
        type = self.type()
        left = self.value(type)
        self.expect(",")
        inst = self._with_flags(op, compare_type(type), [left, self.value(type)], flags)
        inst.attrs["pred"] = pred
        return inst

    def _select(self, op: str) -> Instruction:
        flags = self.flags()
        condition = self.typed_value()
        self.expect(",")
        if_true = self.typed_value()
        self.expect(",")
        if_false = self.typed_value()
        return self._with_flags("select", if_true.type, [condition, if_true, if_false], flags)

    # ---- Vectors and aggregates ------------------------------------------------------------------

    def _extractelement(self, op: str) -> Instruction:
        vector = self.typed_value()
        self.expect(",")
        return Instruction(op, vector.type.scalar, [vector, self.typed_value()])

    def _insertelement(self, op: str) -> Instruction:
        vector = self.typed_value()
        self.expect(",")
        element = self.typed_value()
        self.expect(",")
        return Instruction(op, vector.type, [vector, element, self.typed_value()])

    def _shufflevector(self, op: str) -> Instruction:
        left = self.typed_value()
        self.expect(",")
        right = self.typed_value()
        self.expect(",")
        mask_type = self.type()
        assert isinstance(mask_type, VectorType)
        token = self.next()
        mask: tuple[int, ...]
        if token == "zeroinitializer":
            mask = (0,) * mask_type.count
        elif token in ("poison", "undef"):
            mask = (-1,) * mask_type.count
        elif token == "splat":
            self.expect("(")
            self.type()
            mask = (self.integer(),) * mask_type.count
            self.expect(")")
        elif token == "<":
            items: list[int] = []
            while True:
                self.type()
                item = self.next()
                items.append(-1 if item in ("poison", "undef") else int(item))
                if self.accept(">"):
                    break
                self.expect(",")
            mask = tuple(items)
        else:
            self.fail(f"expected a shuffle mask, found '{token}'")
        type = shuffle_type(left.type, mask_type.count)
        return Instruction(op, type, [left, right], mask=mask)

    def _index_list(self) -> tuple[int, ...]:
        indices: list[int] = []
        while self.tokens[self.at] == "," and self.tokens[self.at + 1].isdigit():
            indices.append(int(self.tokens[self.at + 1]))
            self.at += 2
        return tuple(indices)

    def _extractvalue(self, op: str) -> Instruction:
        aggregate = self.typed_value()
        indices = self._index_list()
        return Instruction(op, element_type(aggregate.type, indices), [aggregate], indices=indices)

    def _insertvalue(self, op: str) -> Instruction:
        aggregate = self.typed_value()
        self.expect(",")
        value = self.typed_value()
        return Instruction(op, aggregate.type, [aggregate, value], indices=self._index_list())

    def _va_arg(self, op: str) -> Instruction:
        pointer = self.typed_value()
        self.expect(",")
        return Instruction(op, self.type(), [pointer])

    # ---- Memory ----------------------------------------------------------------------------------

    def _alloca(self, op: str) -> Instruction:
        inst = Instruction("alloca", pointer_type(0))
        if self.accept("inalloca"):
            inst.attrs["inalloca"] = True
        inst.attrs["allocated_type"] = self.type()
        return inst

    def _atomic_suffix(self, inst: Instruction, required: bool) -> None:
        if self.accept("syncscope"):
            self.expect("(")
            inst.attrs["syncscope"] = self.next()[1:-1]
            self.expect(")")
        if self.peek() in _ORDERINGS:
            inst.attrs["ordering"] = self.next()
        elif required:
            self.fail("expected an atomic ordering")

    def _load(self, op: str) -> Instruction:
        atomic = self.accept("atomic")
        volatile = self.accept("volatile")
        type = self.type()
        self.expect(",")
        inst = Instruction("load", type, [self.typed_value()])
        if volatile:
            inst.attrs["volatile"] = True
        if atomic:
            self._atomic_suffix(inst, True)
        return inst

    def _store(self, op: str) -> Instruction:
        atomic = self.accept("atomic")
        volatile = self.accept("volatile")
        value = self.typed_value()
        self.expect(",")
        inst = Instruction("store", VOID, [value, self.typed_value()])
        if volatile:
            inst.attrs["volatile"] = True
        if atomic:
            self._atomic_suffix(inst, True)
        return inst

    def _gep(self, op: str) -> Instruction:
        flags = self.flags()
        source_type = self.type()
        self.expect(",")
        operands = [self.typed_value()]
        tokens = self.tokens
        while tokens[self.at] == "," and tokens[self.at + 1][0] != "!":
            self.at += 1
            operands.append(self.typed_value())
        inst = self._with_flags(op, gep_type(operands), operands, flags)
        inst.attrs["source_type"] = source_type
        return inst

    def _fence(self, op: str) -> Instruction:
        inst = Instruction("fence", VOID)
        self._atomic_suffix(inst, True)
        return inst

    def _cmpxchg(self, op: str) -> Instruction:
        weak = self.accept("weak")
        volatile = self.accept("volatile")
        pointer = self.typed_value()
        self.expect(",")
        expected = self.typed_value()
        self.expect(",")
        new = self.typed_value()
        inst = Instruction(op, cmpxchg_type(new.type), [pointer, expected, new])
        if weak:
            inst.attrs["weak"] = True
        if volatile:
            inst.attrs["volatile"] = True
        self._atomic_suffix(inst, True)
        inst.attrs["failure_ordering"] = self.next()
        return inst

    def _atomicrmw(self, op: str) -> Instruction:
        volatile = self.accept("volatile")
        operation = self.next()
        pointer = self.typed_value()
        self.expect(",")
        value = self.typed_value()
        inst = Instruction(op, value.type, [pointer, value], operation=operation)
        if volatile:
            inst.attrs["volatile"] = True
        self._atomic_suffix(inst, True)
        return inst
