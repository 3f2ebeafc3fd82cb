"""From CUDA sources to a program: the ordered stages. Read this file first.

For each .cu file clang compiles both halves at once; then the host half becomes an object in the
background while the device half goes through sampan.pipeline; at the end everything is linked with
the runtime. Several files are worked on at the same time.
"""

from __future__ import annotations

import dataclasses
import re
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sampan import codegen, config, support
from sampan.codegen import CpuTarget
from sampan.diagnostics import CompileError, UsageError
from sampan.dump import Dump
from sampan.frontend import clang, host, separate
from sampan.frontend.clang import ClangOptions
from sampan.frontend.managed import share_in_host, shared_symbol
from sampan.link import HOST_LIBRARIES, link
from sampan.module_object import CompiledKernel
from sampan.pipeline import FIBRE, VECTOR, compile_device

CUDA_SUFFIXES = frozenset({".cu"})
HOST_SUFFIXES = frozenset({".cpp", ".cc", ".cxx", ".c++", ".C", ".c"})
LINKED_SUFFIXES = frozenset({".o", ".a", ".so"})


@dataclass(frozen=True)
class CompileOptions:
    """What a compilation depends on besides its sources."""

    clang: ClangOptions = field(default_factory=ClangOptions)
    path: str = VECTOR  # or FIBRE
    target: CpuTarget | None = None  # None: this machine, or SAMPAN_CPU
    cuda_sources: frozenset[Path] = frozenset()  # CUDA whatever their suffix says
    libraries: tuple[str, ...] = ()  # -l
    library_dirs: tuple[str, ...] = ()  # -L
    linker_flags: tuple[str, ...] = ()
    shared: bool = False  # a shared library instead of a program


@dataclass(frozen=True)
class KernelReport:
    """How a kernel will run: `path` is vector or fibre; `reason` says why it is not vector."""

    name: str
    path: str
    reason: str


@dataclass(frozen=True)
class CompiledProgram:
    """The result. `reads` are all files that the compilation depended on, for a cache."""

    path: Path
    kernels: tuple[KernelReport, ...]
    warnings: tuple[str, ...]
    reads: tuple[Path, ...]


@dataclass(frozen=True)
class _Job:
    """One source, and where its intermediate files and its dump go."""

    source: Path
    index: int
    work: Path
    dump: Dump


@dataclass(frozen=True)
class _Unit:
    """One compiled source. `device_ir` is left to be merged with that of others (-rdc)."""

    objects: tuple[Path, ...]
    kernels: tuple[CompiledKernel, ...] = ()
    warnings: tuple[str, ...] = ()
    reads: tuple[Path, ...] = ()
    device_ir: str = ""


def compile_program(
    sources: Sequence[Path],
    options: CompileOptions,
    out: Path,
    dump_directory: Path | None = None,
) -> CompiledProgram:
    """Compiles and links `sources` into `out`. `dump_directory` takes the stages of each source
    (default: what SAMPAN_DUMP says). Raises SampanError for everything that the user can mend."""
    if options.path not in (VECTOR, FIBRE):
        raise UsageError(f"there is no path '{options.path}'", hint="use vector or fibre")
    if not sources:
        raise UsageError("no source file")
    if dump_directory is None and (named := config.DUMP.get()):
        dump_directory = Path(named)
    support.prepare()
    with tempfile.TemporaryDirectory(prefix="sampan-") as name:
        work = Path(name)
        program_id = host.module_id(sources, 0, options) if options.clang.rdc else ""
        jobs = [
            _Job(source, index, work / str(index), _dump(dump_directory, source, sources))
            for index, source in enumerate(sources)
        ]
        with ThreadPoolExecutor(max_workers=codegen.worker_count()) as pool:
            units = list(pool.map(lambda job: _compile_source(job, options, program_id), jobs))
        if any(unit.device_ir for unit in units):
            units.append(_compile_merged(units, work, program_id, dump_directory, options))
        link(
            [one for unit in units for one in unit.objects],
            out,
            support.runtime_library(),
            shared=options.shared,
            libraries=options.libraries,
            library_dirs=options.library_dirs,
            linker_flags=options.linker_flags,
        )
    reads = dict.fromkeys(path for unit in units for path in unit.reads)
    return CompiledProgram(
        out,
        tuple(_report(kernel) for unit in units for kernel in unit.kernels),
        tuple(dict.fromkeys(w for unit in units for w in unit.warnings)),
        tuple(reads),
    )


def compile_kernels_library(
    source: str, options: CompileOptions, out: Path, dump_directory: Path | None = None
) -> CompiledProgram:
    """Compiles one CUDA source, given as text, into a shared library: for tests and tools that
    load it and call its extern "C" functions."""
    with tempfile.TemporaryDirectory(prefix="sampan-source-") as name:
        file = Path(name) / "kernels.cu"
        file.write_text(source, encoding="utf-8")
        shared = dataclasses.replace(options, shared=True)
        return compile_program([file], shared, out, dump_directory)


def _dump(directory: Path | None, source: Path, sources: Sequence[Path]) -> Dump:
    if directory is None:
        return Dump(None)
    alone = [s.stem for s in sources].count(source.stem) == 1
    return Dump(directory / (source.stem if alone else f"{sources.index(source)}-{source.name}"))


def _report(compiled: CompiledKernel) -> KernelReport:
    vector = any(variant.width > 1 for variant in compiled.variants)
    return KernelReport(compiled.kernel.name, VECTOR if vector else FIBRE, compiled.reason)


def _compile_source(job: _Job, options: CompileOptions, program_id: str) -> _Unit:
    job.work.mkdir()
    source = job.source
    if source.suffix in LINKED_SUFFIXES:
        return _Unit((source.resolve(),), reads=(source,))
    if source.suffix in CUDA_SUFFIXES or source in options.cuda_sources:
        return _compile_cuda(job, options, program_id)
    if source.suffix in HOST_SUFFIXES:
        return _compile_host_source(source, job.work, options)
    raise UsageError(
        f"{source}: it is not clear what this is", hint="CUDA sources end in .cu, or add -x cu"
    )


def _compile_cuda(job: _Job, options: CompileOptions, program_id: str) -> _Unit:
    source, work, dump = job.source, job.work, job.dump
    device_ll, host_ll, blob = work / "device.ll", work / "host.ll", work / "id"
    device_reads, host_reads = work / "device.d", work / "host.d"
    pic = ("-fPIC",) if options.shared else ()
    front = dataclasses.replace(
        options.clang,
        devicelib=options.clang.devicelib or support.device_library(),
        device_flags=(*options.clang.device_flags, "-MD", "-MF", str(device_reads)),
        host_flags=(*options.clang.host_flags, *pic, "-MD", "-MF", str(host_reads)),
    )
    try:
        clang.check_source(source)
        identity = program_id or host.module_id([source], job.index, options)
        blob.write_bytes(identity.encode() + b"\0")
        with dump.timed("clang"):
            result = clang.compile_both(source, front, blob, device_ll, host_ll)
    except clang.FrontendError as error:
        raise CompileError(f"{source} does not compile", output=str(error)) from None

    host_ir = _bind_host(_read_ir(host_ll), identity, options.clang.rdc)
    bound_ll, host_object = work / "bound.ll", work / "host.o"
    bound_ll.write_text(host_ir, encoding="utf-8", errors="surrogateescape")
    dump.stage("host", host_ir)
    background = host.start_object(bound_ll, host_object, pic)
    device_object = work / "device.o"
    kernels: list[CompiledKernel] = []
    try:
        device_ir = _read_ir(device_ll)
        if not options.clang.rdc:
            kernels = _compile_device(device_ir, device_object, identity, dump, options)
    finally:
        said = background.communicate()[1]
    if background.returncode:
        raise CompileError(f"{source}: the host half cannot be compiled", output=said)
    dump.finish()
    return _Unit(
        (host_object,) if options.clang.rdc else (host_object, device_object),
        tuple(kernels),
        tuple(one.text for one in result.diagnostics),
        (*_dependencies(device_reads), *_dependencies(host_reads)),
        device_ir if options.clang.rdc else "",
    )


def _bind_host(host_ir: str, identity: str, rdc: bool) -> str:
    """Binds the host half to the device half: managed variables, registration in time."""
    device_names: dict[str, str] = {}
    if rdc:
        device_names = {e.address: e.device_name for e in separate.offload_entries(host_ir)}
        host_ir = separate.register(host_ir, identity)
    else:
        host_ir = host.register_early(host_ir)
    return share_in_host(
        host_ir, lambda name: shared_symbol(device_names.get(name, name), identity, rdc)
    )


def _compile_device(
    device_ir: str, out: Path, identity: str, dump: Dump, options: CompileOptions
) -> list[CompiledKernel]:
    target = options.target or codegen.host_target()
    device = compile_device(device_ir, identity, target, options.path, dump, rdc=options.clang.rdc)
    out.write_bytes(device.data)
    return device.kernels


def _compile_merged(
    units: Sequence[_Unit],
    work: Path,
    program_id: str,
    dump_directory: Path | None,
    options: CompileOptions,
) -> _Unit:
    """The device code of all files as one module."""
    dump = Dump(dump_directory / "device" if dump_directory else None)
    merged = separate.merge_device([unit.device_ir for unit in units if unit.device_ir])
    device_object, claim_object = work / "device.o", work / "claim.o"
    kernels = _compile_device(merged, device_object, program_id, dump, options)
    dump.finish()
    target = options.target or codegen.host_target()
    claim_object.write_bytes(codegen.compile_ir(separate.claim_module(program_id), target))
    return _Unit((device_object, claim_object), tuple(kernels))


def _read_ir(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="surrogateescape")


def _compile_host_source(source: Path, work: Path, options: CompileOptions) -> _Unit:
    """A plain C or C++ file, which may use the CUDA API but holds no kernels."""
    c_source = source.suffix == ".c"
    front = options.clang
    out, reads = work / "host.o", work / "host.d"
    command = [str(clang.find_clang()), "-c", f"-O{front.host_optimize}"]
    if not c_source:
        command += ["--driver-mode=g++", *HOST_LIBRARIES[:1]]
        command += [f"-std={front.std}"] if front.std else []
    command += ["-g"] if front.debug else []
    command += ["-fPIC"] if options.shared else []
    command += [*front.warnings, *(f"-D{d}" for d in front.defines)]
    command += [f"-U{name}" for name in front.undefines]
    command += [f"-I{folder}" for folder in front.includes]
    for folder in (*front.system_includes, *map(str, front.headers)):
        command += ["-isystem", folder]
    command += [*front.flags, *front.host_flags]
    command += ["-MD", "-MF", str(reads), "-o", str(out), str(source)]
    if not source.is_file():
        raise CompileError(f"{source}: no such file")
    said = host.finish(host.start(command), f"compiling {source}")
    warnings = (said.strip(),) if said.strip() else ()
    return _Unit((out,), warnings=warnings, reads=tuple(_dependencies(reads)))


def _dependencies(makefile: Path) -> list[Path]:
    """The prerequisites in a dependency file that clang wrote."""
    if not makefile.exists():
        return []
    text = makefile.read_text(errors="surrogateescape").replace("\\\n", " ")
    _, _, listed = text.partition(": ")
    names = re.findall(r"(?:\\.|\$\$|[^\s\\])+", listed)
    return [Path(re.sub(r"\\(.)", r"\1", name).replace("$$", "$")) for name in names]
