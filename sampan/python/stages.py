"""The two stages of compiling kernels for Python, both kept in the compile cache.

1. `translate`: clang makes device IR of the source; beside it, what the kernels' parameters are.
   Once for a source, its options and name expressions.
2. `build`: the IR becomes a library, of one kernel for blocks of one shape, or of all kernels for
   any block. The host half of the source is never compiled.
"""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import json
import tempfile
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sampan import cache as program_cache
from sampan import config
from sampan.cli import options as command_line
from sampan.cli.cpu import cpu_identity
from sampan.diagnostics import CompileError, MissingToolError, UsageError
from sampan.frontend import clang, signatures
from sampan.frontend.block_shapes import BlockShape
from sampan.frontend.debug_types import CType, Member
from sampan.frontend.signatures import (
    KernelSignature,
    Parameter,
    Signatures,
    VariableSignature,
)

# Options of nvcc and NVRTC that say nothing about the code of kernels that Sampan makes.
_IGNORED = (
    "-default-device",
    "--device-as-default-execution-space",
    "-dw",
    "--dopt",
    "-dopt",
    "--extra-device-vectorization",
    "-extra-device-vectorization",
)
_SOURCE = "kernel.cu"  # its name for the compiler; messages show the module's


@dataclass(frozen=True)
class Source:
    """What is compiled. `label` is what messages call the file."""

    code: str
    options: tuple[str, ...]
    name_expressions: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class Translated:
    """What stage 1 makes."""

    ir: str
    signatures: Signatures
    names: dict[str, str]  # name expression -> mangled name
    warnings: tuple[str, ...]

    @property
    def identity(self) -> str:
        return hashlib.sha256(self.ir.encode("utf-8", "surrogateescape")).hexdigest()


def translate(source: Source) -> Translated:
    """Stage 1. Raises CompileError with the compiler's words, UsageError for a bad option."""
    chosen = parse_options(source.options)
    cached = _cache()
    flags = command_line.compile_flags(chosen)
    parts = ["python-translate", source.code, source.label, *source.name_expressions, *flags]
    wanted = program_cache.request([], parts, "")
    wanted = dataclasses.replace(wanted, label=source.label)
    if found := cached.find(wanted):
        with contextlib.suppress(OSError, ValueError, KeyError, TypeError):
            return _from_json(json.loads(found.read_text("utf-8", "surrogateescape")))
    with _workspace() as work:
        translated, reads = _run_clang(source, chosen, work)
        text = json.dumps(_to_json(translated))
        result = work / "translated.json"
        result.write_text(text, "utf-8", "surrogateescape")
        cached.store(wanted, result, reads)
    return translated


def parse_options(words: Sequence[str]) -> command_line.RunOptions:
    """Options in the spelling of nvcc and NVRTC. Raises UsageError for one that makes no sense."""
    if isinstance(words, str):
        raise UsageError(
            f"options is the text {words!r}", hint=f"write a tuple of options: ({words!r},)"
        )
    for word in words:
        if not isinstance(word, str):
            raise UsageError(f"the option {word!r} is not a text")
    kept = [word for word in words if word not in _IGNORED]
    chosen = command_line.parse([_SOURCE, *kept])
    if len(chosen.sources) != 1 or chosen.arguments:
        raise UsageError(f"{chosen.sources[-1]} is not an option", hint="options start with '-'")
    chosen.sources = []
    chosen.cuda_sources = set()
    return chosen


def _run_clang(
    source: Source, chosen: command_line.RunOptions, work: Path
) -> tuple[Translated, list[Path]]:
    from sampan import support
    from sampan.frontend.plain import read_prerequisites
    from sampan.ir.reader import read_module

    file, out, reads = work / _SOURCE, work / "device.ll", work / "device.d"
    text = source.code if source.code.endswith("\n") else source.code + "\n"
    # The directive names the module in messages and lines, wherever the file lies.
    label = source.label.replace("\\", "_").replace('"', "_")
    text = f'#line 1 "{label}"\n{text}{signatures.probes(source.name_expressions)}'
    file.write_text(text, "utf-8", "surrogateescape")
    front = dataclasses.replace(
        command_line.to_compile_options(chosen).clang,
        devicelib=support.device_library(),
        rdc=False,
        device_flags=(
            *signatures.TYPE_FLAGS,
            f"-ffile-prefix-map={work}=.",
            "-MD",
            "-MF",
            str(reads),
        ),
    )
    try:
        warnings = clang.compile_device(file, front, out)
    except clang.FrontendError as error:
        raise CompileError(f"{source.label} does not compile", output=str(error)) from None
    ir = out.read_text("utf-8", "surrogateescape")
    found = signatures.read(read_module(ir))
    names = dict(zip(source.name_expressions, found.probed, strict=True))
    translated = Translated(
        signatures.slim(ir), found, names, tuple(warning.text for warning in warnings)
    )
    others = [path for path in read_prerequisites(reads) if path.resolve() != file.resolve()]
    return translated, others


def build(
    translated: Translated, label: str, kernel: str = "", block: BlockShape | None = None
) -> tuple[Path, str, contextlib.ExitStack]:
    """Stage 2: a library of `kernel` for blocks of shape `block`, or else of all kernels for any.

    Returns the library, the id of its module, and what removes the library where the cache does
    not keep it: to be closed when it has been loaded. Raises CompileError.
    """
    cached = _cache()
    parts = ["python-build", translated.identity, kernel, repr(block), _path()]
    wanted = program_cache.request([], parts, cpu_identity())
    wanted = dataclasses.replace(wanted, label=label)
    module_id = wanted.digest[:32]
    cleanup = contextlib.ExitStack()
    if found := cached.find(wanted):
        return found, module_id, cleanup
    with contextlib.ExitStack() as guard:
        work = guard.enter_context(_workspace())
        library = _compile(translated, work, module_id, kernel, block)
        stored = cached.store(wanted, library, [])
        if stored is None:
            cleanup = guard.pop_all()
        return stored or library, module_id, cleanup


def _path() -> str:
    path = config.PATH.get()
    if device := config.DEVICE.get():
        raise UsageError(
            f"{config.DEVICE.name}={device} is for programs; kernels from Python run on the CPU",
            hint="unset it",
        )
    if path == "opencl":
        raise UsageError(f"{config.PATH.name}=opencl is for programs", hint="use vector")
    if path == "interp":
        raise UsageError(f"{config.PATH.name}=interp is for `sampan run`", hint="use fibre")
    return path


def _compile(
    translated: Translated, work: Path, module_id: str, kernel: str, block: BlockShape | None
) -> Path:
    from sampan import codegen, support
    from sampan.link import link
    from sampan.pipeline import compile_device

    names = [kernel] if kernel else [k.name for k in translated.signatures.kernels]
    compiled = compile_device(
        translated.ir,
        module_id,
        codegen.host_target(),
        _path(),
        only=names,
        block_shape=block,
    )
    for text in compiled.warnings:
        warnings.warn(text, RuntimeWarning, stacklevel=4)
    device_object, library = work / "device.o", work / "kernels.so"
    device_object.write_bytes(compiled.data)
    link([device_object], library, support.runtime_library(), shared=True)
    return library


def _cache() -> program_cache.Cache:
    cached = program_cache.Cache.from_knobs()
    if config.DUMP.get():
        cached.root = None
    return cached


@contextlib.contextmanager
def _workspace() -> Iterator[Path]:
    try:
        directory = tempfile.TemporaryDirectory(prefix="sampan-python-")
    except OSError as error:
        raise MissingToolError(
            f"no place for temporary files: {error.strerror or error}",
            hint="TMPDIR names a directory with some space",
        ) from None
    with directory as name:
        yield Path(name)


# -- in the cache, stage 1 is a JSON text ----------------------------------------------------------


def _to_json(translated: Translated) -> dict[str, Any]:
    return dataclasses.asdict(translated)


def _from_json(data: dict[str, Any]) -> Translated:
    held = data["signatures"]
    kernels = tuple(
        KernelSignature(
            k["name"],
            k["source_name"],
            tuple(Parameter(**{**p, "type": _type(p["type"])}) for p in k["parameters"]),
            k["shares_variables"],
            k["prints"],
        )
        for k in held["kernels"]
    )
    variables = tuple(
        VariableSignature(**{**v, "type": _type(v["type"])}) for v in held["variables"]
    )
    found = Signatures(kernels, variables, tuple(held["probed"]))
    return Translated(data["ir"], found, data["names"], tuple(data["warnings"]))


def _type(data: dict[str, Any]) -> CType:
    members = tuple(Member(m["name"], m["offset"], _type(m["type"])) for m in data["members"])
    element = _type(data["element"]) if data["element"] is not None else None
    return CType(**{**data, "element": element, "members": members})
