"""Writes a `Module` as textual LLVM IR. The same module always gives the same text."""

from __future__ import annotations

import re

from sampan.ir.core import (
    CASTS,
    VARIABLE,
    Alias,
    Argument,
    Function,
    GlobalVariable,
    Instruction,
    Module,
    Value,
)
from sampan.ir.lexer import escape_bytes, quoted_name
from sampan.ir.names import Names
from sampan.ir.types import (
    METADATA,
    VOID,
    FunctionType,
    StructType,
    Type,
)
from sampan.ir.write_values import (
    GEP_ORDER,
    flags_text,
    type_text,
    typed_text,
    value_text,
)


def write_module(module: Module) -> str:
    """The whole module as text that LLVM parses."""
    return _ModuleWriter(module).write()


def write_function(function: Function) -> str:
    """One function, with its attributes in place (for dumps, tests and errors)."""
    return "\n".join(_FunctionWriter(function, None).lines())


def write_instruction(inst: Instruction) -> str:
    """One instruction of a block of a function, as `write_function` would print it."""
    if inst.block is None or inst.block.function is None:
        return f"{inst.op} (in no block)"
    return _FunctionWriter(inst.block.function, None).instruction(inst)


def write_operand(value: Value) -> str:
    """A constant or global with its type; locals as their name alone."""
    return typed_text(value, None)


# ---- Functions -----------------------------------------------------------------------------------


class _Groups:
    """Attribute texts shared by many functions and calls, printed once as `attributes #N`."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def text(self, attrs: str) -> str:
        # Short texts are easier to read in place.
        if '"' not in attrs:
            return attrs
        return f"#{self.numbers.setdefault(attrs, len(self.numbers))}"


class _FunctionWriter:
    def __init__(self, function: Function, groups: _Groups | None) -> None:
        self.function = function
        self.groups = groups
        self.names = Names(function)

    def attributes(self, text: str) -> str:
        if not text:
            return ""
        return " " + (self.groups.text(text) if self.groups else text)

    def typed(self, value: Value) -> str:
        return typed_text(value, self.names)

    def value(self, value: Value) -> str:
        return value_text(value, self.names)

    def lines(self) -> list[str]:
        function = self.function
        define = not function.is_declaration
        tail = function.tail_text
        address = ""
        for word in ("local_unnamed_addr", "unnamed_addr"):
            if tail.startswith(word):
                address, tail = " " + word, tail[len(word) :].lstrip()
        head = ["define" if define else "declare"]
        if not define:
            head += [f"!{k} {v}" for k, v in function.metadata.items()]
        linkage = function.linkage
        if not define and linkage not in ("extern_weak", "external"):
            linkage = ""
        head += [w for w in (linkage, function.prefix_text, function.cc) if w]
        if function.ret_attrs:
            head.append(function.ret_attrs)
        params = [self.parameter(a, define) for a in function.args]
        if function.function_type.vararg:
            params.append("...")
        head.append(type_text(function.result_type))
        text = f"{' '.join(head)} @{quoted_name(function.name)}({', '.join(params)}){address}"
        text += self.attributes(function.attrs)
        if function.section:
            text += f' section "{escape_bytes(function.section.encode("latin-1"))}"'
        if function.comdat and define:
            text += " comdat" + _comdat_suffix(function.comdat, function.name)
        if function.align:
            text += f" align {function.align}"
        if tail:
            text += " " + tail
        if not define:
            return [text]
        text += "".join(f" !{k} {v}" for k, v in function.metadata.items())
        lines = [text + " {"]
        for index, block in enumerate(function.blocks):
            if index:
                lines.append("")
            label = self.names.label(block)
            if index or block.name:
                lines.append(label + ":")
            for inst in block.instructions:
                lines.append("  " + self.instruction(inst))
                if VARIABLE in inst.metadata:
                    lines += self.variables(inst)
        lines.append("}")
        return lines

    def parameter(self, arg: Argument, define: bool) -> str:
        text = type_text(arg.type)
        if arg.attrs:
            text += " " + arg.attrs
        return f"{text} {self.names.local(arg)}" if define else text

    def variables(self, inst: Instruction) -> list[str]:
        place = self.names.local(inst)
        records = inst.metadata[VARIABLE].split("; ")
        return [f"    #dbg_declare(ptr {place}, {record})" for record in records]

    def instruction(self, inst: Instruction) -> str:
        text = self.operation(inst)
        if inst.type is not VOID:
            text = f"{self.names.local(inst)} = {text}"
        for kind, node in inst.metadata.items():
            if kind != VARIABLE:
                text += f", !{kind} {node}"
        return text

    def labels(self, inst: Instruction) -> list[str]:
        return [f"label {self.names.local(t)}" for t in inst.targets]

    def operation(self, inst: Instruction) -> str:
        op = inst.op
        attrs = inst.attrs
        operands = inst.operands
        special = _WRITERS.get(op)
        if special is not None:
            return special(self, inst)
        flags = flags_text(attrs.get("flags", frozenset()))
        if len(operands) == 2 and operands[0].type is operands[1].type and op not in _TYPED_OPS:
            pred = attrs["pred"] + " " if "pred" in attrs else ""
            return f"{op} {flags}{pred}{self.typed(operands[0])}, {self.value(operands[1])}"
        if op in CASTS:
            return f"{op} {flags}{self.typed(operands[0])} to {type_text(inst.type)}"
        parts = [self.typed(v) for v in operands]
        parts += [str(i) for i in attrs.get("indices", ())]
        return f"{op} {flags}{', '.join(parts)}".rstrip()

    # ---- Operations with their own syntax --------------------------------------------------------

    def ret(self, inst: Instruction) -> str:
        return f"ret {self.typed(inst.operands[0])}" if inst.operands else "ret void"

    def br(self, inst: Instruction) -> str:
        return "br " + ", ".join([self.typed(v) for v in inst.operands] + self.labels(inst))

    def switch(self, inst: Instruction) -> str:
        labels = self.labels(inst)
        cases = "".join(
            f"\n    {self.typed(case)}, {label}"
            for case, label in zip(inst.attrs["cases"], labels[1:], strict=True)
        )
        return f"switch {self.typed(inst.operands[0])}, {labels[0]} [{cases}\n  ]"

    def indirectbr(self, inst: Instruction) -> str:
        return f"indirectbr {self.typed(inst.operands[0])}, [{', '.join(self.labels(inst))}]"

    def phi(self, inst: Instruction) -> str:
        flags = flags_text(inst.flags)
        pairs = ", ".join(f"[ {self.value(v)}, {self.names.local(b)} ]" for v, b in inst.incoming)
        return f"phi {flags}{type_text(inst.type)} {pairs}"

    def alloca(self, inst: Instruction) -> str:
        attrs = inst.attrs
        inalloca = "inalloca " if attrs.get("inalloca") else ""
        text = f"alloca {inalloca}{type_text(attrs['allocated_type'])}"
        if inst.operands:
            text += f", {self.typed(inst.operands[0])}"
        text += _align(inst)
        if attrs.get("addrspace"):
            text += f", addrspace({attrs['addrspace']})"
        return text

    def load(self, inst: Instruction) -> str:
        pointer = self.typed(inst.operands[0])
        return f"load {_access(inst)}{type_text(inst.type)}, {pointer}{_atomic(inst)}{_align(inst)}"

    def store(self, inst: Instruction) -> str:
        value, pointer = map(self.typed, inst.operands)
        return f"store {_access(inst)}{value}, {pointer}{_atomic(inst)}{_align(inst)}"

    def getelementptr(self, inst: Instruction) -> str:
        flags = flags_text(inst.flags, GEP_ORDER)
        operands = ", ".join(map(self.typed, inst.operands))
        return f"getelementptr {flags}{type_text(inst.attrs['source_type'])}, {operands}"

    def fence(self, inst: Instruction) -> str:
        return "fence" + _atomic(inst)

    def cmpxchg(self, inst: Instruction) -> str:
        weak = "weak " if inst.attrs.get("weak") else ""
        volatile = "volatile " if inst.attrs.get("volatile") else ""
        operands = ", ".join(map(self.typed, inst.operands))
        failure = inst.attrs["failure_ordering"]
        return f"cmpxchg {weak}{volatile}{operands}{_atomic(inst)} {failure}{_align(inst)}"

    def atomicrmw(self, inst: Instruction) -> str:
        volatile = "volatile " if inst.attrs.get("volatile") else ""
        operands = ", ".join(map(self.typed, inst.operands))
        operation = inst.attrs["operation"]
        return f"atomicrmw {volatile}{operation} {operands}{_atomic(inst)}{_align(inst)}"

    def shufflevector(self, inst: Instruction) -> str:
        mask = inst.attrs["mask"]
        items = ", ".join("i32 poison" if m < 0 else f"i32 {m}" for m in mask)
        left, right = map(self.typed, inst.operands)
        return f"shufflevector {left}, {right}, <{len(mask)} x i32> <{items}>"

    def va_arg(self, inst: Instruction) -> str:
        return f"va_arg {self.typed(inst.operands[0])}, {type_text(inst.type)}"

    def landingpad(self, inst: Instruction) -> str:
        text = f"landingpad {type_text(inst.type)}"
        if inst.attrs.get("cleanup"):
            text += "\n    cleanup"
        for clause, value in zip(inst.attrs["clauses"], inst.operands, strict=True):
            text += f"\n    {clause} {self.typed(value)}"
        return text

    def call(self, inst: Instruction) -> str:
        tail = inst.attrs.get("tail")
        prefix = f"{tail} call " if tail else "call "
        return prefix + flags_text(inst.flags) + self.call_rest(inst)

    def invoke(self, inst: Instruction) -> str:
        normal, unwind = self.labels(inst)
        return f"invoke {self.call_rest(inst)}\n    to {normal} unwind {unwind}"

    def call_rest(self, inst: Instruction) -> str:
        attrs = inst.attrs
        signature: FunctionType = attrs["function_type"]
        callee = inst.operands[-1]
        words = [w for w in (attrs.get("cc"), attrs.get("ret_attrs")) if w]
        space = getattr(callee.type, "addrspace", 0)
        if space:
            words.append(f"addrspace({space})")
        words.append(type_text(signature if signature.vararg else signature.result))
        param_attrs = attrs.get("param_attrs", ())
        arguments = []
        for index, value in enumerate(inst.operands[:-1]):
            extra = param_attrs[index] if index < len(param_attrs) else ""
            type = "metadata" if value.type is METADATA else type_text(value.type)
            arguments.append(f"{type} {extra + ' ' if extra else ''}{self.value(value)}")
        text = f"{' '.join(words)} {self.value(callee)}({', '.join(arguments)})"
        text += self.attributes(attrs.get("fn_attrs", ""))
        if attrs.get("bundles"):
            text += " " + attrs["bundles"]
        return text


def _access(inst: Instruction) -> str:
    atomic = "atomic " if "ordering" in inst.attrs else ""
    return atomic + ("volatile " if inst.attrs.get("volatile") else "")


def _atomic(inst: Instruction) -> str:
    scope = inst.attrs.get("syncscope")
    ordering = inst.attrs.get("ordering")
    text = f' syncscope("{scope}")' if scope else ""
    return f"{text} {ordering}" if ordering else text


def _align(inst: Instruction) -> str:
    align = inst.attrs.get("align")
    return f", align {align}" if align else ""


def _comdat_suffix(comdat: str, name: str) -> str:
    return "" if comdat[1:] == name else f"(${quoted_name(comdat[1:])})"


# ---- Modules -------------------------------------------------------------------------------------


class _ModuleWriter:
    def __init__(self, module: Module) -> None:
        self.module = module
        self.groups = _Groups()

    def write(self) -> str:
        module = self.module
        sections: list[list[str]] = []
        head = [f'source_filename = "{escape_bytes(module.source_name.encode("latin-1"))}"']
        if module.datalayout:
            head.append(f'target datalayout = "{module.datalayout}"')
        if module.triple:
            head.append(f'target triple = "{module.triple}"')
        sections.append(head)
        sections.append([f'module asm "{line}"' for line in module.module_asm])
        sections.append([self.named_type(n, t) for n, t in module.named_types.items()])
        sections.append([f"${quoted_name(n)} = comdat {t}" for n, t in module.comdats.items()])
        sections.append([self.variable(v) for v in module.variables.values()])
        sections.append([self.alias(a) for a in module.aliases.values()])
        for function in module.functions.values():
            sections.append(_FunctionWriter(function, self.groups).lines())
        sections.append(
            [f"attributes #{n} = {{ {_group(t)} }}" for t, n in self.groups.numbers.items()]
        )
        sections.append([f"{name} = {text}" for name, text in module.metadata.items()])
        return "\n\n".join("\n".join(lines) for lines in sections if lines) + "\n"

    def named_type(self, name: str, type: Type) -> str:
        assert isinstance(type, StructType)
        if type.elements is None:
            body = "opaque"
        else:
            inner = ", ".join(map(type_text, type.elements))
            body = f"{{ {inner} }}" if inner else "{}"
            body = f"<{body}>" if type.packed else body
        return f"{type_text(type)} = type {body}"

    def variable(self, variable: GlobalVariable) -> str:
        linkage = variable.linkage
        if variable.initializer is None and not linkage:
            linkage = "external"
        # `externally_initialized` follows the address space, the other words precede it.
        late = "externally_initialized"
        prefix = variable.prefix_text.split()
        words = [w for w in (linkage, *prefix) if w and w != late]
        if variable.addrspace:
            words.append(f"addrspace({variable.addrspace})")
        if late in prefix:
            words.append(late)
        words.append("constant" if variable.is_const else "global")
        words.append(type_text(variable.value_type))
        if variable.initializer is not None:
            words.append(value_text(variable.initializer, None))
        text = f"@{quoted_name(variable.name)} = {' '.join(words)}"
        if variable.section:
            text += f', section "{escape_bytes(variable.section.encode("latin-1"))}"'
        if variable.comdat:
            text += ", comdat" + _comdat_suffix(variable.comdat, variable.name)
        if variable.align:
            text += f", align {variable.align}"
        return text + variable.text_attrs

    def alias(self, alias: Alias) -> str:
        words = [w for w in (alias.linkage, alias.prefix_text) if w]
        words += ["alias", type_text(alias.value_type) + ",", typed_text(alias.aliasee, None)]
        return f"@{quoted_name(alias.name)} = {' '.join(words)}"


def _group(text: str) -> str:
    # Within a group this attribute has another spelling.
    return re.sub(r"\balignstack\((\d+)\)", r"alignstack=\1", text)


# Two operands of one type, yet both types are written.
_TYPED_OPS = frozenset({"extractelement", "insertvalue", "store"})
_WRITERS = {
    name: getattr(_FunctionWriter, name)
    for name in (
        "ret br switch indirectbr phi alloca load store getelementptr fence cmpxchg atomicrmw "
        "shufflevector va_arg landingpad call invoke"
    ).split()
}
