"""Device code inside object files: what `-dc` leaves for a later link, and how it is found again.

The device half of a unit lies in the section `.sampan.device` of its object as a record; where
several objects were made one (`ld -r`) their records follow each other. The section is marked
SHF_EXCLUDE, so linkers leave it out of programs. A record is

    8 bytes  magic              4 bytes  length of the header
    4 bytes  FORMAT             8 bytes  length of the bitcode
    the header (JSON: identity, source, arch, llvm), the bitcode, zeros up to a multiple of 8

with integers in little-endian order. Objects that NVIDIA's compiler made are recognised, because
the machine code in them is of no use here.
"""

from __future__ import annotations

import json
import platform
import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from llvmlite import binding as llvm

from sampan.diagnostics import CompileError
from sampan.frontend.separate import LINKED_SECTION, DeviceUnit

SECTION = ".sampan.device"
MAGIC = b"SAMPANDC"
FORMAT = 1
_HEAD = struct.Struct("<8sIIQ")
_ELF = b"\x7fELF"
# ELF's numbers of the processors.
_MACHINES = {"x86_64": 62, "aarch64": 183, "riscv64": 243, "loongarch64": 258}
_ARCHIVE, _THIN_ARCHIVE = b"!<arch>\n", b"!<thin>\n"
_AR_HEADER = 60
# The first bytes of the container that nvcc puts into .nv_fatbin and __nv_relfatbin.
_NVIDIA_MAGIC = bytes.fromhex("50ed55ba")
_NVIDIA_SECTIONS = (".nv_fatbin", "__nv_relfatbin")


@dataclass(frozen=True)
class DeviceCode:
    """What a file holds: units to link, and the identities of those that are linked already."""

    units: tuple[DeviceUnit, ...] = ()
    linked: frozenset[str] = frozenset()


def pack(unit: DeviceUnit) -> bytes:
    """The record of a unit."""
    facts = {"identity": unit.identity, "source": unit.source, "arch": unit.arch}
    header = json.dumps({**facts, "llvm": llvm.llvm_version_info[0]}).encode()
    record = _HEAD.pack(MAGIC, FORMAT, len(header), len(unit.bitcode)) + header + unit.bitcode
    return record + bytes(-len(record) % 8)


def section_text(record_file: Path) -> str:
    """A line of LLVM IR that puts the file's contents into the section."""
    quoted = str(record_file).replace("\\", "\\\\").replace('"', '\\"')
    lines = [f'.section {SECTION},"e",@progbits', f'.incbin "{quoted}"', ".text"]
    return "".join(f'module asm "{_escaped(line)}"\n' for line in lines)


def _escaped(line: str) -> str:
    return "".join(c if c.isprintable() and c not in '"\\' else f"\\{ord(c):02X}" for c in line)


def read(path: Path) -> DeviceCode:
    """The device code in an object or archive; nothing for shared libraries and linker scripts.

    Raises CompileError for objects that cannot become part of a program here.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CompileError(f"{path}: cannot be read: {error.strerror}") from None
    if data.startswith((_ARCHIVE, _THIN_ARCHIVE)):
        parts = [_read_object(one, f"{path}({name})") for name, one in _members(data, path)]
    elif data.startswith(_ELF) or path.suffix in (".o", ".obj"):
        parts = [_read_object(data, str(path))]
    else:
        parts = []
    return joined(parts)


def joined(parts: Sequence[DeviceCode]) -> DeviceCode:
    """All in one; a unit that comes twice (a file given twice) counts once."""
    units = {unit.identity: unit for part in parts for unit in part.units}
    linked = frozenset(identity for part in parts for identity in part.linked)
    return DeviceCode(tuple(units.values()), linked)


def _read_object(data: bytes, name: str) -> DeviceCode:
    if data.startswith(b"BC\xc0\xde"):
        return DeviceCode()  # LLVM's own LTO objects, which the linker takes
    if not data.startswith(_ELF) or len(data) < 64:
        raise CompileError(
            f"{name}: this is not an object file of this system (ELF)",
            hint="it may be damaged, or made for another system; compile it again",
        )
    machine = struct.unpack_from("<H", data, 18)[0]
    if data[4] != 2 or data[5] != 1 or machine != _MACHINES.get(platform.machine()):
        raise CompileError(
            f"{name}: this object was compiled for another kind of processor (ELF machine "
            f"{machine})",
            hint=f"compile its source again for {platform.machine()}",
        )
    kind = struct.unpack_from("<H", data, 16)[0]
    if kind != 1:  # ET_REL: only these are linked into a program
        return DeviceCode()
    units: list[DeviceUnit] = []
    linked: set[str] = set()
    for section, content in _sections(data, name):
        if section == SECTION:
            units += _records(content, name)
        elif section == LINKED_SECTION:
            linked |= set(content.decode("ascii", "replace").split())
        elif section in _NVIDIA_SECTIONS and content.startswith(_NVIDIA_MAGIC):
            raise CompileError(
                f"{name}: this object was compiled by nvcc and holds code for GPUs, which cannot "
                "run here",
                hint="compile its source with sampan-nvcc",
            )
    return DeviceCode(tuple(units), frozenset(linked))


def _sections(data: bytes, name: str) -> Iterator[tuple[str, bytes]]:
    """Names and contents, by the section headers of a little-endian ELF64 file."""
    try:
        (table,) = struct.unpack_from("<Q", data, 0x28)
        size, count, names = struct.unpack_from("<HHH", data, 0x3A)
        headers = [struct.unpack_from("<IIQQQQ", data, table + i * size) for i in range(count)]
        if count == 0 and table:  # more sections than fit: the numbers are in the first header
            first = struct.unpack_from("<IIQQQQI", data, table)
            count, names = first[5], first[6]
            headers = [struct.unpack_from("<IIQQQQ", data, table + i * size) for i in range(count)]
        strings = headers[names][4] if headers else 0
        for name_offset, kind, _, _, offset, length in headers:
            start = strings + name_offset
            text = data[start : data.index(b"\0", start)].decode("utf-8", "replace")
            yield text, b"" if kind == 8 else data[offset : offset + length]  # 8: SHT_NOBITS
    except (struct.error, IndexError, ValueError):
        raise CompileError(f"{name}: the object file is damaged", hint="compile it again") from None


def _records(content: bytes, name: str) -> Iterator[DeviceUnit]:
    position = 0
    while position < len(content):
        try:
            magic, version, header_size, size = _HEAD.unpack_from(content, position)
            if magic != MAGIC:
                raise ValueError
            if version != FORMAT:
                raise _other_version(name)
            start = position + _HEAD.size
            facts = json.loads(content[start : start + header_size])
            bitcode = content[start + header_size : start + header_size + size]
            if len(bitcode) != size:
                raise ValueError
            if facts["llvm"] != llvm.llvm_version_info[0]:
                raise _other_version(name)
            unit = DeviceUnit(facts["identity"], facts["source"], facts["arch"], bitcode)
        except (struct.error, ValueError, KeyError, TypeError):
            raise CompileError(
                f"{name}: the device code in it is damaged", hint="compile it again"
            ) from None
        yield unit
        position = start + header_size + size
        position += -position % 8


def _other_version(name: str) -> CompileError:
    return CompileError(
        f"{name}: its device code was compiled by another version of Sampan",
        hint="compile all objects of a program with the same sampan-nvcc",
    )


def _members(data: bytes, path: Path) -> Iterator[tuple[str, bytes]]:
    """The object files in an archive, GNU's or BSD's form, thin or not."""
    thin = data.startswith(_THIN_ARCHIVE)
    long_names = b""
    position = len(_ARCHIVE)
    while position + _AR_HEADER <= len(data):
        head = data[position : position + _AR_HEADER]
        raw, digits = head[:16].rstrip(), head[48:58].strip()
        if head[58:60] != b"`\n" or not digits.isdigit():
            raise CompileError(f"{path}: the archive is damaged", hint="make it again")
        size = int(digits)
        start = position + _AR_HEADER
        special = raw in (b"/", b"//", b"/SYM64/") or raw.startswith(b"__.SYMDEF")
        stored = special or not thin
        content = data[start : start + size] if stored else b""
        position = start + size + size % 2 if stored else start
        if raw == b"//":
            long_names = content
        if special:
            continue
        name = raw.decode("utf-8", "replace")
        if raw.startswith(b"#1/"):  # BSD: the name is at the front of the content
            length = int(raw[3:])
            name = content[:length].rstrip(b"\0").decode("utf-8", "replace")
            content = content[length:]
            if name.startswith("__.SYMDEF"):
                continue
        elif raw[:1] == b"/" and raw[1:].isdigit():
            named = long_names[int(raw[1:]) :].split(b"\n")[0]
            name = named.decode("utf-8", "replace")
        name = name.removesuffix("/")
        if thin:
            try:
                content = (path.parent / name).read_bytes()
            except OSError as error:
                raise CompileError(f"{path}({name}): cannot be read: {error.strerror}") from None
        if content.startswith((_ELF, b"BC\xc0\xde")):
            yield name, content
