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
from sampan.frontend import clang, host
from sampan.frontend.clang import ClangOptions
from sampan.frontend.managed import share_in_host
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
class _Unit:
    """One compiled source."""

    objects: tuple[Path, ...]
    kernels: tuple[CompiledKernel, ...] = ()
    warnings: tuple[str, ...] = ()
    reads: tuple[Path, ...] = ()


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
    with tempfile.TemporaryDirectory(prefix="sampan-") as name, support.ready():
        work = Path(name)
        jobs = [
            (source, index, work / str(index), _dump(dump_directory, source, sources))
            for index, source in enumerate(sources)
        ]
        with ThreadPoolExecutor(max_workers=codegen.worker_count()) as pool:
            units = list(pool.map(lambda job: _compile_source(*job, options), jobs))
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


def _compile_source(
    source: Path, index: int, work: Path, dump: Dump, options: CompileOptions
) -> _Unit:
    work.mkdir()
    if source.suffix in LINKED_SUFFIXES:
        return _Unit((source.resolve(),), reads=(source,))
    if source.suffix in CUDA_SUFFIXES or source in options.cuda_sources:
        return _compile_cuda(source, index, work, dump, options)
    if source.suffix in HOST_SUFFIXES:
        return _compile_host_source(source, work, options)
    raise UsageError(
        f"{source}: it is not clear what this is", hint="CUDA sources end in .cu, or add -x cu"
    )


def _compile_cuda(
    source: Path, index: int, work: Path, dump: Dump, options: CompileOptions
) -> _Unit:
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
        identity = host.module_id(source, index, options)
        blob.write_bytes(identity.encode() + b"\0")
        with dump.timed("clang"):
            result = clang.compile_both(source, front, blob, device_ll, host_ll)
    except clang.FrontendError as error:
        raise CompileError(f"{source} does not compile", output=str(error)) from None

    host_ir = host_ll.read_text(encoding="utf-8", errors="surrogateescape")
    early_ll, host_object = work / "early.ll", work / "host.o"
    early_ll.write_text(
        share_in_host(host.register_early(host_ir), identity),
        encoding="utf-8",
        errors="surrogateescape",
    )
    dump.stage("host", host_ir)
    background = host.start_object(early_ll, host_object, pic)
    try:
        device = compile_device(
            device_ll.read_text(encoding="utf-8", errors="surrogateescape"),
            identity,
            options.target or codegen.host_target(),
            options.path,
            dump,
        )
    finally:
        said = background.communicate()[1]
    if background.returncode:
        raise CompileError(f"{source}: the host half cannot be compiled", output=said)
    device_object = work / "device.o"
    device_object.write_bytes(device.data)
    dump.finish()
    return _Unit(
        (host_object, device_object),
        tuple(device.kernels),
        tuple(one.text for one in result.diagnostics),
        (*_dependencies(device_reads), *_dependencies(host_reads)),
    )


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
