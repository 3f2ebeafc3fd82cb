"""What a CPU's calling convention asks of device code beyond what clang wrote for a GPU.

On RISC-V and LoongArch a caller extends an int, unsigned or not, by its sign to the width of a
register, and the functions of the runtime, which a C++ compiler made, rely on that. LLVM extends
where a parameter says so.
"""

from __future__ import annotations

from sampan.codegen import CpuTarget
from sampan.ir.core import Module
from sampan.ir.types import I1, I8, I16, I32, Type

_EXTENSION: dict[Type, str] = {I1: "zeroext", I8: "zeroext", I16: "zeroext", I32: "signext"}


def run(module: Module, target: CpuTarget) -> None:
    """Requires whole functions: parameters of vector type are left as they are."""
    for function in module.functions.values():
        if function.blocks:
            if target.function_attributes:
                function.attrs = f"{function.attrs} {target.function_attributes}".strip()
        elif target.extends_ints and not function.name.startswith("llvm."):
            for argument in function.args:
                wanted = _EXTENSION.get(argument.type)
                if wanted and "ext" not in argument.attrs:
                    argument.attrs = f"{wanted} {argument.attrs}".strip()
