"""Separate compilation (-rdc): device code of several files that may call each other.

The device halves are linked into one module before anything else happens to them. The host halves
list their kernels and variables as offload entries instead of registering them; here each gets a
constructor that registers them with that one module, whose handle it knows by a name of its own
unit: which units become one module is known only when the program is linked.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from llvmlite import binding as llvm

from sampan.demangle import demangle
from sampan.diagnostics import CompileError
from sampan.frontend.host import REGISTRATION_PRIORITY
from sampan.ir.lexer import escape_bytes

_NAME = r'(?:[-\w$.]+|"(?:[^"\\]|\\.)*")'
_ENTRY = re.compile(
    rf"^@\S+ = [^\n]*%struct\.__tgt_offload_entry \{{ i64 0, i16 1, i16 2, i32 (?P<flags>\d+), "
    rf"ptr @(?P<address>{_NAME}), ptr @(?P<name>{_NAME}), i64 (?P<size>\d+), ",
    re.MULTILINE,
)
_TEXT = r'^@{} = [^\n]* c"(?P<text>[^"]*)\\00"'
_STATIC = re.compile(r"^@([-\w$.]+)__static__([0-9a-f]+) = ", re.MULTILINE)
FATBIN_MAGIC = 0x466243B1
LINKED_SECTION = ".sampan.linked"


@dataclass(frozen=True)
class OffloadEntry:
    """A kernel (size 0) or variable that the host half names."""

    address: str  # symbol of the host's stub or shadow, as it is spelled
    name_constant: str
    device_name: str
    size: int


@dataclass(frozen=True)
class DeviceUnit:
    """The device half of one translation unit that was compiled with -rdc."""

    identity: str  # as host.module_id gives it
    source: str  # for messages
    arch: str
    bitcode: bytes


def device_unit(identity: str, source: str, arch: str, device_ir: str) -> DeviceUnit:
    """The unit of the device half's IR as clang writes it."""
    # In a context of its own: bitcode lists the metadata kinds of all that its context has seen.
    module = llvm.parse_assembly(_bind_statics(device_ir), llvm.create_context())
    return DeviceUnit(identity, source, arch, bytes(module.as_bitcode()))


def merge_device(units: Sequence[DeviceUnit]) -> str:
    """The device halves as one module. Raises CompileError where they do not fit together."""
    first = units[0]
    merged = llvm.parse_bitcode(first.bitcode)
    for unit in units[1:]:
        if unit.arch != first.arch:
            raise CompileError(
                f"device code for two architectures cannot be linked: {first.source} was compiled "
                f"for {first.arch}, {unit.source} for {unit.arch}",
                hint="compile both with the same -arch",
            )
        try:
            merged.link_in(llvm.parse_bitcode(unit.bitcode))
        except RuntimeError as error:
            raise CompileError(
                f"the device code of {unit.source} does not link with that of the files before "
                f"it: {_plain(str(error))}"
            ) from None
    return str(merged)


def _plain(message: str) -> str:
    """LLVM's message with the names as people write them."""
    return re.sub(r"_Z\w+", lambda match: demangle(match[0]), message.strip())


def _bind_statics(text: str) -> str:
    """Clang 22 names a static variable that host code uses too `NAME__static__HASH`, but refers to
    it from device code as NAME, which it declares."""
    for name, digest in _STATIC.findall(text):
        declaration = re.compile(rf"^@{re.escape(name)} = external [^\n]*\n", re.MULTILINE)
        if declaration.search(text):
            text = declaration.sub("", text)
            renamed = f"@{name}__static__{digest}"
            text = re.sub(rf"@{re.escape(name)}(?![-\w$.])", renamed.replace("\\", r"\\"), text)
    return text


def offload_entries(host_ir: str) -> list[OffloadEntry]:
    entries = []
    for match in _ENTRY.finditer(host_ir):
        name = re.search(_TEXT.format(re.escape(match["name"])), host_ir, re.MULTILINE)
        assert name is not None, match["name"]
        entries.append(
            OffloadEntry(match["address"], match["name"], name["text"], int(match["size"]))
        )
    return entries


def register(host_ir: str, identity: str) -> str:
    """The host half with a constructor that registers what it lists with its unit's module."""
    entries = offload_entries(host_ir)
    if not entries:
        return host_ir
    lines = [
        "",
        f"{_handle(identity)} = external hidden global ptr",
        "define internal void @sampan.register() {",
        f"  %handle = load ptr, ptr {_handle(identity)}",
    ]
    for number, entry in enumerate(entries):
        common = f"ptr %handle, ptr @{entry.address}, ptr @{entry.name_constant}"
        common += f", ptr @{entry.name_constant}"
        if entry.size:
            lines.append(
                f"  call void @__cudaRegisterVar({common}, i32 0, i64 {entry.size}, i32 0, i32 0)"
            )
        else:
            nothing = ", ".join(["ptr null"] * 5)
            lines.append(
                f"  %k{number} = call i32 @__cudaRegisterFunction({common}, i32 -1, {nothing})"
            )
    lines += [
        "  ret void",
        "}",
        _constructor(REGISTRATION_PRIORITY + 1),
        f"declare i32 @__cudaRegisterFunction({', '.join(['ptr'] * 4)}, i32, "
        f"{', '.join(['ptr'] * 5)})",
        "declare void @__cudaRegisterVar(ptr, ptr, ptr, ptr, i32, i64, i32, i32)",
        "",
    ]
    return host_ir + "\n".join(lines)


def claim_module(module_id: str, units: Sequence[str]) -> str:
    """IR that claims the module of these units before their host halves register with it. The
    section LINKED_SECTION lists the units, so that they are not linked into a module again."""
    data = module_id.encode() + b"\0"
    listed = "".join(f"{unit}\n" for unit in units).encode()
    handles = "\n".join(f"{_handle(unit)} = hidden alias ptr, ptr @sampan.handle" for unit in units)
    return f"""\
@sampan.handle = internal global ptr null
{handles}
@sampan.linked = internal constant [{len(listed)} x i8] c"{escape_bytes(listed)}", \
section "{LINKED_SECTION}"
@sampan.id = private constant [{len(data)} x i8] c"{escape_bytes(data)}"
@sampan.fatbin = internal constant {{ i32, i32, ptr, ptr }} {{ i32 {FATBIN_MAGIC}, i32 1, \
ptr @sampan.id, ptr null }}
define internal void @sampan.register() {{
  %handle = call ptr @__cudaRegisterFatBinary(ptr @sampan.fatbin)
  store ptr %handle, ptr @sampan.handle
  call void @__cudaRegisterFatBinaryEnd(ptr %handle)
  %r = call i32 @atexit(ptr @sampan.release)
  ret void
}}
define internal void @sampan.release() {{
  %handle = load ptr, ptr @sampan.handle
  call void @__cudaUnregisterFatBinary(ptr %handle)
  ret void
}}
{_constructor(REGISTRATION_PRIORITY)}
@llvm.used = appending global [2 x ptr] [ptr @sampan.constructor, ptr @sampan.linked], \
section "llvm.metadata"
declare ptr @__cudaRegisterFatBinary(ptr)
declare void @__cudaRegisterFatBinaryEnd(ptr)
declare void @__cudaUnregisterFatBinary(ptr)
declare i32 @atexit(ptr)
"""


def _handle(identity: str) -> str:
    """The name of a unit's handle: what a linker misses where the device link was forgotten."""
    return f'@"sampan_device_link_is_missing_use_sampan_nvcc_to_link_{identity}"'


def _constructor(priority: int) -> str:
    return (
        "@sampan.constructor = internal global ptr @sampan.register, "
        f'section ".init_array.{priority}", align 8'
    )
