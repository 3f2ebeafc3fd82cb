"""The module descriptor: constants and a constructor that hand a module's kernels to the runtime.

Written as LLVM IR text that is appended to the device code; the structures are those of
runtime/include/sampan_abi.h.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sampan import abi
from sampan.frontend.nvvm import Kernel, Variable
from sampan.ir.lexer import escape_bytes, quoted_name
from sampan.ir.types import size_of

CONSTRUCTOR_PRIORITY = 101


@dataclass(frozen=True)
class Variant:
    """One compiled form of a kernel; `entry` names its function, `block` the shape of the blocks
    that it is for, where `condition` is that they have one."""

    kind: int
    width: int
    condition: int
    scratch_per_warp: int
    entry: str
    block: tuple[int, int, int] = (0, 0, 0)


@dataclass(frozen=True)
class CompiledKernel:
    """A kernel and its variants, in order of preference. `reason` says why none is a vector."""

    kernel: Kernel
    variants: Sequence[Variant]
    reason: str
    local_bytes: int = 0

    @property
    def path(self) -> str:
        """How it runs: vector, fibre, interp or opencl; empty where that is not known yet."""
        kinds = {variant.kind for variant in self.variants}
        if not kinds:
            return ""
        if abi.INTERPRETED in kinds:
            return "interp"
        if abi.DEVICE_CODE in kinds:
            return "opencl"
        return "vector" if any(variant.width > 1 for variant in self.variants) else "fibre"


def descriptor_text(
    module_id: str,
    kernels: Sequence[CompiledKernel],
    variables: Sequence[Variable],
    *,
    movable: bool = False,
    vector_bits: int = 0,
) -> str:
    """The IR that describes the module and registers it when the program starts. `movable`: the
    runtime may write other addresses into the table of variables. `vector_bits`: of the vector
    registers that the machine must have; 0 where that does not matter."""
    text = module_text(module_id, kernels, variables, movable=movable)
    check = [f"call void @sampan_require_vectors(i32 {vector_bits})"] if vector_bits else []
    declared = ["declare void @sampan_require_vectors(i32 signext)"] if vector_bits else []
    return text + constructor_text([*check, register_call("@sampan.module")], declared)


def module_text(
    module_id: str,
    kernels: Sequence[CompiledKernel],
    variables: Sequence[Variable],
    *,
    movable: bool = False,
    level: str = "",
) -> str:
    """The description alone, `@sampan.module`, or `@sampan.LEVEL.module` for other modules to name:
    that of a module's code for one level (levels.py)."""
    assert len(module_id) < abi.ID_BYTES
    text = _Text(f"sampan.{level}" if level else "sampan")
    kernel_values = [_kernel(text, number, kernel) for number, kernel in enumerate(kernels)]
    variable_values = [_variable(text, number, one) for number, one in enumerate(variables)]
    kernel_table = text.array("kernels", str(abi.KERNEL_TYPE), kernel_values)
    linkage = "internal global" if movable else "internal constant"
    variable_table = text.array("variables", str(abi.VARIABLE_TYPE), variable_values, linkage)
    padded = module_id.encode().ljust(abi.ID_BYTES, b"\0")
    fields = [
        f"i32 {abi.ABI_VERSION}",
        f"i32 {len(kernels)}",
        f"i32 {len(variables)}",
        "i32 0",
        f'[{abi.ID_BYTES} x i8] c"{escape_bytes(padded)}"',
        f"ptr {kernel_table}",
        f"ptr {variable_table}",
        "ptr @__start_sampan_text",
        "ptr @__stop_sampan_text",
    ]
    whole = "hidden constant" if level else "internal constant"
    text.constant("module", f"{abi.MODULE_TYPE} {_struct(fields)}", whole)
    text.lines += [
        # Weak, because a module without device code has no such section.
        "@__start_sampan_text = extern_weak hidden global i8",
        "@__stop_sampan_text = extern_weak hidden global i8",
    ]
    return "\n".join(text.lines) + "\n"


def register_call(module: str) -> str:
    return f"call void @sampan_register_module(ptr {module})"


def constructor_text(body: Sequence[str], declarations: Sequence[str] = ()) -> str:
    """A function with these instructions that runs when the program starts."""
    lines = [
        "declare void @sampan_register_module(ptr)",
        *declarations,
        "define internal void @sampan.register() {",
        *(f"  {one}" for one in body),
        "  ret void",
        "}",
        # Not llvm.global_ctors: llvmlite's target machine would write the obsolete .ctors, which
        # run in another order than the host half's .init_array.
        "@sampan.constructor = internal global ptr @sampan.register, "
        f'section ".init_array.{CONSTRUCTOR_PRIORITY}", align 8',
        "@llvm.used = appending global [1 x ptr] [ptr @sampan.constructor], "
        'section "llvm.metadata"',
    ]
    return "\n".join(lines) + "\n"


class _Text:
    """Lines of IR under construction; constants are named `@PREFIX.NAME`."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.lines: list[str] = []

    def constant(self, name: str, typed_value: str, linkage: str = "internal constant") -> str:
        symbol = f"@{self.prefix}.{name}"
        self.lines.append(f"{symbol} = {linkage} {typed_value}")
        return symbol

    def string(self, name: str, value: str) -> str:
        data = value.encode() + b"\0"
        content = f'[{len(data)} x i8] c"{escape_bytes(data)}"'
        return self.constant(name, content, "private unnamed_addr constant")

    def array(
        self, name: str, type: str, values: Iterable[str], linkage: str = "internal constant"
    ) -> str:
        """A constant array; null for one without elements."""
        items = [f"{type} {value}" for value in values]
        if not items:
            return "null"
        return self.constant(name, f"[{len(items)} x {type}] [{', '.join(items)}]", linkage)


def _struct(fields: Sequence[str]) -> str:
    return f"{{ {', '.join(fields)} }}"


def _kernel(text: _Text, number: int, compiled: CompiledKernel) -> str:
    kernel = compiled.kernel
    prefix = f"kernel{number}"
    parameters = kernel.parameters
    offsets = text.array(f"{prefix}.offsets", "i32", (str(p.offset) for p in parameters))
    sizes = text.array(f"{prefix}.sizes", "i32", (str(p.size) for p in parameters))
    variants = text.array(
        f"{prefix}.variants",
        str(abi.VARIANT_TYPE),
        (
            _struct(
                [
                    f"i32 {variant.kind}",
                    f"i32 {variant.width}",
                    f"i32 {variant.condition}",
                    f"i32 {variant.scratch_per_warp}",
                    f"ptr @{quoted_name(variant.entry)}",
                    *(f"i32 {threads}" for threads in variant.block),
                ]
            )
            for variant in compiled.variants
        ),
    )
    end = max((p.offset + p.size for p in parameters), default=0)
    return _struct(
        [
            f"ptr {text.string(f'{prefix}.name', kernel.name)}",
            f"i32 {len(parameters)}",
            f"i32 {end}",
            f"ptr {offsets}",
            f"ptr {sizes}",
            f"i32 {kernel.static_shared}",
            f"i32 {compiled.local_bytes}",
            f"i32 {kernel.max_threads}",
            f"i32 {len(compiled.variants)}",
            f"ptr {variants}",
            f"ptr {text.string(f'{prefix}.reason', compiled.reason)}",
            f"i32 {kernel.thread_axes}",
            *(f"i32 {blocks}" for blocks in kernel.cluster),
        ]
    )


def _variable(text: _Text, number: int, described: Variable) -> str:
    variable = described.variable
    return _struct(
        [
            f"ptr {text.string(f'variable{number}.name', described.name)}",
            f"ptr @{quoted_name(variable.name)}",
            f"i64 {size_of(variable.value_type)}",
            f"i32 {described.flags}",
            "i32 0",
        ]
    )
