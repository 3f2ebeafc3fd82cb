"""Managed variables: one object that both halves of a translation unit name.

The headers' `__managed__` marks a variable with an annotation on both sides. The device half
defines it, under a name of the module's own that only the program itself sees; in the host half
clang's shadow variable is replaced by a declaration of that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sampan.frontend.annotations import annotations
from sampan.ir.core import GlobalVariable, Module

QUOTE = '"'
ANNOTATION = "sampan.managed"
_NAME = r'(?:[-\w$.]+|"(?:[^"\\]|\\.)*")'
_STRING = re.compile(rf'^@({_NAME}) = [^\n]* c"{re.escape(ANNOTATION)}\\00"', re.MULTILINE)
_ANNOTATIONS = re.compile(r"^@llvm\.global\.annotations = [^\n]*$", re.MULTILINE)
_ENTRY = re.compile(rf"\{{ ptr @({_NAME}), ptr @({_NAME}),")


def shared_symbol(device_name: str, module_id: str, rdc: bool) -> str:
    """The symbol of a managed variable in the linked program.

    With separate compilation the device's own name is unique, and other files may declare it.
    """
    return device_name if rdc else f"sampan.managed.{module_id}.{device_name}"


def managed_variables(module: Module) -> list[GlobalVariable]:
    """The variables of a device module that are annotated as managed."""
    found = {
        variable: None
        for variable, text, _ in annotations(module)
        if isinstance(variable, GlobalVariable) and text == ANNOTATION
    }
    return list(found)


def share_in_host(host_ir: str, symbol_of: Callable[[str], str]) -> str:
    """The host half's IR with its managed variables bound to the device half's definitions.

    `symbol_of` gives the symbol for the host's own name of a variable.
    """
    strings = {match[1] for match in _STRING.finditer(host_ir)}
    table = _ANNOTATIONS.search(host_ir)
    if not strings or table is None:
        return host_ir
    for name, text in dict.fromkeys(_ENTRY.findall(table[0])):
        if text not in strings:
            continue
        symbol = f'@"{symbol_of(name.strip(QUOTE))}"'
        definition = re.compile(
            rf"^@{re.escape(name)} = [^\n]*?\bglobal (?P<type>.*?) "
            r"(?:undef|zeroinitializer|poison)(?P<rest>,[^\n]*)?$",
            re.MULTILINE,
        )
        found = definition.search(host_ir)
        if found is None:  # declared only: `extern __managed__`
            continue
        declaration = f"{symbol} = external hidden global {found['type']}{found['rest'] or ''}"
        host_ir = host_ir[: found.start()] + declaration + host_ir[found.end() :]
        escaped = symbol.replace("\\", r"\\")
        host_ir = re.sub(rf"@{re.escape(name)}(?![-\w$.])", escaped, host_ir)
    return host_ir
