"""Names of the local values of one function, as text prints them."""

from __future__ import annotations

from sampan.ir.core import Block, Function, Value
from sampan.ir.errors import IRError
from sampan.ir.lexer import quoted_name
from sampan.ir.types import VOID


class Names:
    """Gives each argument, block and result a unique name, numbering the nameless as LLVM does.

    A name that occurs twice gets a suffix `.N` the second time, so passes need not care.
    """

    def __init__(self, function: Function) -> None:
        self.function = function
        self.names: dict[Value, str] = {}
        self.next_suffix: dict[str, int] = {}
        used: set[str] = set()
        counter = 0
        values: list[Value] = list(function.args)
        for block in function.blocks:
            values.append(block)
            values.extend(i for i in block.instructions if i.type is not VOID)
        # Names that nobody has to change come first, so that suffixes never collide with them.
        taken = {v.name for v in values if v.name}
        for value in values:
            name = value.name
            if not name:
                self.names[value] = str(counter)
                counter += 1
                continue
            if name in used:
                name = self._fresh(name, taken)
            used.add(name)
            self.names[value] = quoted_name(name)

    def _fresh(self, name: str, taken: set[str]) -> str:
        number = self.next_suffix.get(name, 1)
        while f"{name}.{number}" in taken:
            number += 1
        self.next_suffix[name] = number + 1
        fresh = f"{name}.{number}"
        taken.add(fresh)
        return fresh

    def local(self, value: Value) -> str:
        """`%name` of an argument, block or instruction of the function."""
        name = self.names.get(value)
        if name is None:
            what = "block" if isinstance(value, Block) else "value"
            raise IRError(f"@{self.function.name}: {what} '{value.name}' is not in the function")
        return "%" + name

    def label(self, block: Block) -> str:
        return self.names[block]
