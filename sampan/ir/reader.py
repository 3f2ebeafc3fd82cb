"""Reads LLVM's textual IR into a `Module`.

The text is cut into top-level chunks by its line structure (as LLVM prints it); headers are parsed
first, so that every global is known before the first operand refers to one. Metadata lines are
kept verbatim, debug records and use-list orders are dropped (but an alloca keeps which variable
lies in it as metadata of the kind VARIABLE), attribute groups are expanded into text where they are
used.
"""

from __future__ import annotations

import gc
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

from sampan.ir.core import VARIABLE, Alias, Function, GlobalVariable, Instruction, Module
from sampan.ir.errors import IRError
from sampan.ir.lexer import END, join_tokens, line_of_token, name_of, unescape
from sampan.ir.parse_calls import CALLING_CONVENTIONS
from sampan.ir.parse_functions import FunctionParser
from sampan.ir.parse_types import Symbols
from sampan.ir.parse_values import ValueParser
from sampan.ir.types import FunctionType, StructType, function_type

_LINKAGES = frozenset(
    "private internal available_externally linkonce weak common appending extern_weak "
    "linkonce_odr weak_odr external".split()
)
_PREFIXES = frozenset(
    "dso_local dso_preemptable default hidden protected dllimport dllexport unnamed_addr "
    "local_unnamed_addr externally_initialized".split()
)
_DEBUG_RECORD = re.compile(r"^[ \t]*#dbg_(?!declare\(ptr %)[^\n]*$", re.MULTILINE)
# Says that a variable lies in an alloca: kept with that.
_DECLARE = re.compile(r"^[ \t]*#dbg_declare\(ptr (%[^,]+), (.*)\)$")
_METADATA = re.compile(r"(![^ =]+) = (.*)")
_GROUP = re.compile(r"attributes (#\d+) = \{ ?(.*?) ?\}\s*$")
_QUOTED = re.compile(r'"([^"]*)"')

T = TypeVar("T")


@dataclass(slots=True)
class _Chunk:
    line: int  # zero-based, of its first line
    text: str
    # Of a function: the allocas that hold variables, and what debug records say of them.
    variables: tuple[tuple[str, str], ...] = ()


def read_module(text: str, file: str = "<ir>") -> Module:
    """The module that `text` describes. Raises IRError with file and line."""
    # Reading makes many long-lived objects and no garbage: collections in between cost half the
    # time.
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _ModuleReader(text, file).read()
    finally:
        if collecting:
            gc.enable()


def _function_chunk(first: int, lines: list[str]) -> _Chunk:
    variables = []
    for index, line in enumerate(lines):
        if "#dbg_declare" in line and (match := _DECLARE.match(line)):
            variables.append((name_of(match[1]), match[2]))
            lines[index] = ""
    return _Chunk(first, "\n".join(lines), tuple(variables))


class _ModuleReader:
    def __init__(self, text: str, file: str) -> None:
        self.text = _DEBUG_RECORD.sub("", text) if "#dbg_" in text else text
        self.file = file
        self.module = Module()
        self.symbols = Symbols(self.module)
        self.types: list[tuple[StructType, _Chunk]] = []
        self.globals: list[_Chunk] = []
        self.functions: list[_Chunk] = []
        # What must wait until all globals are known: initialisers and bodies.
        self.later: list[tuple[_Chunk, ValueParser, Callable[[], None]]] = []

    def read(self) -> Module:
        self._split()
        for struct, chunk in self.types:
            parser = ValueParser(self.symbols, chunk.text)
            self._guard(chunk, parser, partial(self._named_type, parser, struct))
        for chunk in self.globals:
            parser = ValueParser(self.symbols, chunk.text)
            rest = self._guard(chunk, parser, partial(self._global, parser))
            self.later.append((chunk, parser, rest))
        for chunk in self.functions:
            body_parser = FunctionParser(self.symbols, chunk.text)
            self._guard(chunk, body_parser, partial(self._function, body_parser))
            if body_parser.accept("{"):
                self.later.append((chunk, body_parser, body_parser.body))
        for chunk, parser, action in self.later:
            self._guard(chunk, parser, action)
            for name, record in chunk.variables:
                place = parser.locals.get(name)  # type: ignore[attr-defined]
                if isinstance(place, Instruction):
                    place.metadata[VARIABLE] = record
            if parser.peek() != END:
                self._guard(chunk, parser, partial(parser.fail, f"unexpected '{parser.peek()}'"))
        return self.module

    def _guard(self, chunk: _Chunk, parser: ValueParser, action: Callable[[], T]) -> T:
        try:
            return action()
        except (IRError, AssertionError, IndexError, AttributeError, ValueError) as error:
            line = chunk.line + line_of_token(chunk.text, min(parser.at, len(parser.tokens) - 1))
            raise IRError(f"{self.file}:{line + 1}: {error}") from error

    # ---- Cutting the text ------------------------------------------------------------------------

    def _split(self) -> None:
        lines = self.text.split("\n")
        module = self.module
        number, count = 0, len(lines)
        while number < count:
            line = lines[number]
            first = number
            number += 1
            kind = line[:1]
            if not kind or kind == ";":
                continue
            if kind == "!":
                match = _METADATA.match(line)
                if match is None:
                    raise IRError(f"{self.file}:{number}: malformed metadata")
                module.metadata[match.group(1)] = match.group(2)
                continue
            if line.startswith("define"):
                number = self._end_of_function(lines, first)
                self.functions.append(_function_chunk(first, lines[first:number]))
                continue
            # Hand-written text may break a line: indented lines continue the one before.
            while number < count and lines[number][:1] in (" ", "\t", "]", "}", ")"):
                number += 1
            chunk = _Chunk(first, "\n".join(lines[first:number]))
            if kind == "@":
                self.globals.append(chunk)
            elif line.startswith("declare"):
                self.functions.append(chunk)
            elif kind == "%":
                name = name_of(line.split(" = ")[0].strip())
                struct = StructType(None, False, name)
                self.symbols.types[name] = struct
                module.named_types[name] = struct
                self.types.append((struct, chunk))
            elif kind == "$":
                name, text = line.split(" = ", 1)
                module.comdats[name_of(name)] = text.removeprefix("comdat").strip()
            else:
                self._simple_line(line, number)

    def _end_of_function(self, lines: list[str], first: int) -> int:
        if lines[first].rstrip().endswith("}"):
            return first + 1
        for number in range(first + 1, len(lines)):
            if lines[number].rstrip() == "}":
                return number + 1
        raise IRError(f"{self.file}:{first + 1}: function without an end")

    def _simple_line(self, line: str, number: int) -> None:
        module = self.module
        if line.startswith("attributes"):
            match = _GROUP.match(line)
            if match is None:
                raise IRError(f"{self.file}:{number}: malformed attribute group")
            text = re.sub(r"\balignstack=(\d+)", r"alignstack(\1)", match.group(2))
            self.symbols.attribute_groups[match.group(1)] = text
            return
        quoted = _QUOTED.search(line)
        content = quoted.group(1) if quoted else ""
        if line.startswith("target datalayout"):
            module.datalayout = content
        elif line.startswith("target triple"):
            module.triple = content
        elif line.startswith("source_filename"):
            module.source_name = unescape(content)
        elif line.startswith("module asm"):
            module.module_asm.append(content)
        elif not line.startswith("uselistorder"):
            raise IRError(f"{self.file}:{number}: unexpected '{line.split()[0]}'")

    # ---- Headers ---------------------------------------------------------------------------------

    def _named_type(self, parser: ValueParser, struct: StructType) -> None:
        parser.at += 1
        parser.expect("=")
        parser.expect("type")
        if parser.accept("opaque"):
            return
        body = parser.type()
        assert isinstance(body, StructType)
        struct.elements = body.elements
        struct.packed = body.packed

    def _prefix(self, parser: ValueParser) -> tuple[str, str]:
        """Linkage, and the words between it and the type."""
        linkage = parser.next() if parser.peek() in _LINKAGES else ""
        start = parser.at
        while True:
            token = parser.peek()
            if token in _PREFIXES:
                parser.at += 1
            elif token == "thread_local":
                parser.at += 1
                if parser.peek() == "(":
                    parser.balanced()
            else:
                return linkage, join_tokens(parser.tokens[start : parser.at])

    def _global(self, parser: ValueParser) -> Callable[[], None]:
        """Makes the variable or alias; the result parses what refers to other globals."""
        name = name_of(parser.next())
        parser.expect("=")
        linkage, prefix = self._prefix(parser)
        space = 0
        if parser.accept("addrspace"):
            parser.expect("(")
            space = parser.integer()
            parser.expect(")")
            more = self._prefix(parser)[1]
            prefix = f"{prefix} {more}".strip()
        if name in self.symbols.globals:
            parser.fail(f"global '@{name}' is defined twice")
        keyword = parser.next()
        if keyword == "alias":
            return self._alias(parser, name, linkage, prefix)
        if keyword not in ("global", "constant"):
            parser.fail(f"'{keyword}' is not supported")
        value_type = parser.type()
        variable = GlobalVariable(
            name,
            value_type,
            None,
            addrspace=space,
            linkage=linkage,
            is_const=keyword == "constant",
            prefix_text=prefix,
        )
        self.module.variables[name] = self.symbols.globals[name] = variable
        return partial(self._variable_rest, parser, variable)

    def _variable_rest(self, parser: ValueParser, variable: GlobalVariable) -> None:
        token = parser.peek()
        if token not in (",", END) and token[0] != "#":
            variable.initializer = parser.constant(variable.value_type)
        trailing: list[str] = []
        while parser.peek() != END:
            if parser.peek()[0] == "#":
                trailing.append(" " + self.symbols.attribute_groups.get(parser.next(), ""))
                continue
            parser.expect(",")
            token = parser.next()
            if token == "align":
                variable.align = parser.integer()
            elif token == "section":
                variable.section = unescape(parser.next()[1:-1])
            elif token == "comdat":
                variable.comdat = self._comdat(parser, variable.name)
            elif token[0] == "!":
                trailing.append(f", {token} {parser.metadata_text()}")
            else:
                parser.fail(f"unexpected '{token}' behind a variable")
        variable.text_attrs = "".join(trailing)

    def _comdat(self, parser: ValueParser, name: str) -> str:
        if not parser.accept("("):
            return "$" + name
        token = parser.next()
        parser.expect(")")
        return "$" + name_of(token)

    def _alias(
        self, parser: ValueParser, name: str, linkage: str, prefix: str
    ) -> Callable[[], None]:
        value_type = parser.type_or_function_type()
        parser.expect(",")
        alias = Alias(name, value_type, None, linkage)  # type: ignore[arg-type]
        alias.prefix_text = prefix
        self.module.aliases[name] = self.symbols.globals[name] = alias

        def finish() -> None:
            alias.aliasee = parser.constant(parser.type())

        return finish

    def _function(self, parser: FunctionParser) -> None:
        is_definition = parser.next() == "define"
        while parser.peek()[0] == "!":  # `declare !dbg !4 void @f()`
            parser.at += 1
            parser.metadata_text()
        linkage, prefix = self._prefix(parser)
        convention = ""
        if parser.peek() in CALLING_CONVENTIONS:
            convention = parser.next()
        elif parser.accept("cc"):
            convention = f"cc {parser.integer()}"
        ret_attrs = parser.attributes()
        result = parser.type()
        name = name_of(parser.next())
        parser.expect("(")
        params: list[tuple[str, str]] = []
        types = []
        vararg = False
        while not parser.accept(")"):
            if parser.accept("..."):
                vararg = True
            else:
                types.append(parser.type())
                attrs = parser.attributes()
                token = parser.next() if parser.peek()[0] == "%" else ""
                params.append((attrs, token))
            parser.accept(",")
        signature: FunctionType = function_type(result, tuple(types), vararg)
        if name in self.symbols.globals:
            parser.fail(f"function '@{name}' is defined twice")
        function = Function(name, signature, self.module, linkage)
        function.prefix_text = prefix
        function.cc = convention
        function.ret_attrs = ret_attrs
        for arg, (attrs, token) in zip(function.args, params, strict=True):
            arg.attrs = attrs
            key = name_of(token) if token else str(arg.index)
            arg.name = "" if key.isdigit() and token[1:2] != '"' else key
            parser.locals[key] = arg
        parser.function = function
        self._function_suffix(parser, function)
        self.module.functions[name] = self.symbols.globals[name] = function
        if is_definition and parser.peek() != "{":
            parser.fail("expected a function body")

    def _function_suffix(self, parser: FunctionParser, function: Function) -> None:
        attrs: list[str] = []
        tail: list[str] = []
        while True:
            token = parser.peek()
            if token in ("{", END):
                break
            parser.at += 1
            if token[0] == "!":
                function.metadata[token[1:]] = parser.metadata_text()
            elif token == "section":
                function.section = unescape(parser.next()[1:-1])
            elif token == "comdat":
                function.comdat = self._comdat(parser, function.name)
            elif token == "align":
                function.align = parser.integer()
            elif token in ("unnamed_addr", "local_unnamed_addr"):
                tail.insert(0, token)
            elif token in ("gc", "partition"):
                tail.append(f"{token} {parser.next()}")
            elif token in ("personality", "prefix", "prologue"):
                start = parser.at
                while parser.peek() not in ("{", END) and parser.peek()[0] != "!":
                    parser.at += 1
                tail.append(f"{token} {join_tokens(parser.tokens[start : parser.at])}")
            else:
                parser.at -= 1
                text = parser.trailing_attributes()
                if not text and parser.peek() == token:
                    parser.fail(f"unexpected '{token}' behind a function's parameters")
                if text:
                    attrs.append(text)
        function.attrs = " ".join(attrs)
        function.tail_text = " ".join(tail)
