"""From CUDA sources to a program: the ordered stages. Read this file first.

For each .cu file clang compiles both halves at once; then the host half becomes an object in the
background while the device half goes through sampan.pipeline; at the end everything is linked with
the runtime. Several files are worked on at the same time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sampan import codegen, config, cross, device_objects, support
from sampan.at_launch.frame import EXPORT_FLAG, can_wait, frame_object, share_variables
from sampan.at_launch.kernels import LoweredModule, WaitingModule
from sampan.codegen import CpuTarget
from sampan.device_objects import DeviceCode
from sampan.diagnostics import CompileError, UsageError
from sampan.dump import Dump
from sampan.frontend import clang, host, separate
from sampan.frontend.clang import ClangOptions
from sampan.frontend.launched_shapes import launched_shapes
from sampan.frontend.managed import share_in_host, shared_symbol
from sampan.frontend.plain import plain_command, read_prerequisites
from sampan.levels import compile_levels, levels_here
from sampan.link import combine, link
from sampan.module_object import CompiledKernel
from sampan.pipeline import (
    FIBRE,
    INTERP,
    PATHS,
    VECTOR,
    DeviceObject,
    compile_device,
    lower_device,
)
from sampan.remarks import Remark
from sampan.suffixes import CUDA_SUFFIXES, HOST_SUFFIXES, is_linked
from sampan.targets.base import Machine, Target


@dataclass(frozen=True)
class CompileOptions:
    """What a compilation depends on besides its sources."""

    clang: ClangOptions = field(default_factory=ClangOptions)
    path: str = VECTOR  # or another of PATHS
    target: CpuTarget | None = None  # None: what `machine` says
    machine: Machine | None = None  # None: this one, or SAMPAN_CPU
    cuda_sources: tuple[Path, ...] = ()  # CUDA whatever their suffix says
    libraries: tuple[str, ...] = ()  # -l
    library_dirs: tuple[str, ...] = ()  # -L
    linker_flags: tuple[str, ...] = ()
    driver_flags: tuple[str, ...] = ()  # of clang when it links
    shared: bool = False  # a shared library instead of a program; INTERP always makes one
    runtime: bool = True  # whether to link libsampan.so; if not, `libraries` name a runtime
    device_link: bool = True  # whether linking links device code
    remarks: bool = False  # whether to say what became of the kernels
    system_headers: bool = True  # whether `reads` names the system's headers
    at_launch: bool = False  # whether kernels may be compiled when they are launched
    levels: bool = False  # whether code for several levels of the CPU is made (sampan.levels)
    fast_math_too: bool = False  # whether single ones may then be compiled with -use_fast_math

    @property
    def cpu_target(self) -> CpuTarget:
        """What device code is emitted for."""
        if self.target is not None:
            return self.target
        return cross.cpu_target(self.machine) if self.machine else codegen.host_target()

    @property
    def foreign(self) -> Target | None:
        """The target, if this machine's compiler and libraries do not serve it."""
        return self.machine.target if self.machine and not self.machine.target.is_here else None

    @property
    def front_end(self) -> ClangOptions:
        """`clang`, with what the machine asks for."""
        if not self.foreign:
            return self.clang
        flags = (*cross.clang_flags(self.foreign), *self.clang.flags)
        return dataclasses.replace(self.clang, flags=flags, cuda_flags=cross.cuda_flags())


@dataclass(frozen=True)
class KernelReport:
    """How a kernel will run: `path` as in CompileOptions, or empty where it is compiled when it is
    launched; `reason` says why it is not vector."""

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
    remarks: tuple[Remark, ...] = ()
    waiting: tuple[WaitingModule, ...] = ()  # modules whose kernels are compiled at launch


@dataclass(frozen=True)
class _Job:
    """One source, and where its intermediate files and its dump go."""

    source: Path
    index: int
    work: Path
    dump: Dump


@dataclass(frozen=True)
class _Unit:
    """One compiled source, or an object. `device` is left to be linked with that of others."""

    objects: tuple[Path, ...]
    kernels: tuple[CompiledKernel, ...] = ()
    warnings: tuple[str, ...] = ()
    reads: tuple[Path, ...] = ()
    device: DeviceCode = field(default_factory=DeviceCode)
    remarks: tuple[Remark, ...] = ()
    waiting: tuple[WaitingModule, ...] = ()


def compile_program(
    sources: Sequence[Path],
    options: CompileOptions,
    out: Path,
    dump_directory: Path | None = None,
) -> CompiledProgram:
    """Compiles and links `sources` into `out`. `dump_directory` takes the stages of each source
    (default: what SAMPAN_DUMP says). Raises SampanError for everything that the user can mend."""
    options = _checked(options)
    if not sources:
        raise UsageError("no source file")
    _prepare(options)
    with tempfile.TemporaryDirectory(prefix="sampan-") as name:
        work = Path(name)
        units = _compile_sources(sources, options, work, dump_directory)
        if options.device_link:
            archives = [_Unit((), device=device_objects.read(one)) for one in _archives(options)]
            units += _link_device([*units, *archives], work, options, dump_directory)
        objects = [one for unit in units for one in unit.objects]
        if options.foreign:
            cross.link(
                options.foreign,
                objects,
                out,
                libraries=options.libraries,
                library_dirs=options.library_dirs,
                linker_flags=options.linker_flags,
            )
            return _result(out, units)
        link(
            objects,
            out,
            support.runtime_library() if options.runtime else None,
            shared=options.shared,
            libraries=options.libraries,
            library_dirs=options.library_dirs,
            linker_flags=(*options.linker_flags, *((EXPORT_FLAG,) if options.at_launch else ())),
            driver_flags=options.driver_flags,
        )
    return _result(out, units)


def compile_object(
    source: Path, options: CompileOptions, out: Path, dump_directory: Path | None = None
) -> CompiledProgram:
    """Compiles one source into one object. With rdc its device code waits inside for a link.
    Raises as `compile_program`."""
    options = _checked(options)
    _prepare(options)
    with tempfile.TemporaryDirectory(prefix="sampan-") as name:
        units = _compile_sources([source], options, Path(name), dump_directory)
        objects = units[0].objects
        if len(objects) == 1:
            shutil.copyfile(objects[0], out)
        else:
            _combine(objects, out, options)
    return _result(out, units)


def link_device(
    inputs: Sequence[Path], options: CompileOptions, out: Path, dump_directory: Path | None = None
) -> CompiledProgram:
    """Links the device code in objects and archives into one object, to be linked with them by any
    linker (-dlink). Raises as `compile_program`."""
    options = _checked(options)
    _prepare(options)
    with tempfile.TemporaryDirectory(prefix="sampan-") as name:
        work = Path(name)
        units = _link_device(
            [_Unit((), device=device_objects.read(one)) for one in (*inputs, *_archives(options))],
            work,
            options,
            dump_directory,
        )
        objects = [one for unit in units for one in unit.objects]
        if not objects:  # nothing to do, but an object has to be there
            empty = work / "empty.o"
            target = options.cpu_target
            empty.write_bytes(codegen.compile_ir("", target))
            objects = [empty]
        _combine(objects, out, options)
    return _result(out, units)


def emit_device(source: Path, options: CompileOptions, form: str, out: Path) -> None:
    """Writes the device code of one source as LLVM IR, assembly or an object (pipeline.EMITTERS),
    without what joins it with a program. Nothing of the target's C library is needed: the headers
    are this machine's. Raises as `compile_program`."""
    options = _checked(options)
    with tempfile.TemporaryDirectory(prefix="sampan-") as name:
        device_ll = Path(name) / "device.ll"
        front = dataclasses.replace(
            options.clang, devicelib=options.clang.devicelib or support.device_library()
        )
        try:
            clang.compile_device(source, front, device_ll)
        except clang.FrontendError as error:
            raise CompileError(f"{source} does not compile", output=str(error)) from None
        identity = host.module_id([source], 0, options)
        made = compile_device(
            _read_ir(device_ll), identity, options.cpu_target, options.path, form=form
        )
    out.write_bytes(made.data)


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


def _archives(options: CompileOptions) -> Iterator[Path]:
    """The static libraries that -l names, where the linker would take them."""
    for name in options.libraries:
        for folder in map(Path, options.library_dirs):
            if (exact := name.removeprefix(":")) != name and (folder / exact).is_file():
                if exact.endswith(".a"):
                    yield folder / exact
                break
            if (folder / f"lib{name}.so").is_file():
                break
            if (folder / f"lib{name}.a").is_file():
                yield folder / f"lib{name}.a"
                break


def _prepare(options: CompileOptions) -> None:
    if options.foreign:
        support.device_library()
        cross.prepare(options.foreign)
    else:
        support.prepare()


def _combine(objects: Sequence[Path], out: Path, options: CompileOptions) -> None:
    if options.foreign:
        cross.combine(options.foreign, objects, out)
    else:
        combine(objects, out)


def _checked(options: CompileOptions) -> CompileOptions:
    """The options with what their path and their machine ask for. Raises UsageError."""
    if options.path not in PATHS:
        raise UsageError(f"there is no path '{options.path}'", hint="use vector or fibre")
    if options.foreign and options.path == INTERP:
        raise UsageError("--path interp is for this machine's programs, not for another target's")
    if options.foreign and options.shared:
        raise UsageError(
            f"a shared library for {options.foreign.name} cannot be made: its programs are static",
            hint="-lib makes an archive",
        )
    if options.path != INTERP:
        return options
    # Nothing of LLVM's shall stand between the source and its result.
    unoptimized = dataclasses.replace(options.clang, device_optimize=0)
    return dataclasses.replace(options, clang=unoptimized, shared=True)


def _compile_sources(
    sources: Sequence[Path], options: CompileOptions, work: Path, dump_directory: Path | None
) -> list[_Unit]:
    if dump_directory is None and (named := config.DUMP.get()):
        dump_directory = Path(named)
    jobs = [
        _Job(source, index, work / str(index), _dump(dump_directory, source, sources))
        for index, source in enumerate(sources)
    ]
    with ThreadPoolExecutor(max_workers=codegen.worker_count()) as pool:
        return list(pool.map(lambda job: _compile_source(job, options), jobs))


def _result(out: Path, units: Sequence[_Unit]) -> CompiledProgram:
    reads = dict.fromkeys(path for unit in units for path in unit.reads)
    return CompiledProgram(
        out,
        tuple(_report(kernel) for unit in units for kernel in unit.kernels),
        tuple(dict.fromkeys(w for unit in units for w in unit.warnings)),
        tuple(reads),
        tuple(remark for unit in units for remark in unit.remarks),
        tuple(module for unit in units for module in unit.waiting),
    )


def _dump(directory: Path | None, source: Path, sources: Sequence[Path]) -> Dump:
    if directory is None:
        return Dump(None)
    alone = [s.stem for s in sources].count(source.stem) == 1
    return Dump(directory / (source.stem if alone else f"{sources.index(source)}-{source.name}"))


def _report(compiled: CompiledKernel) -> KernelReport:
    return KernelReport(compiled.kernel.name, compiled.path, compiled.reason)


def _compile_source(job: _Job, options: CompileOptions) -> _Unit:
    job.work.mkdir()
    source = job.source
    if is_linked(source):
        device = device_objects.read(source)
        return _Unit((source.resolve(),), reads=(source,), device=device)
    if source.suffix in CUDA_SUFFIXES or source in options.cuda_sources:
        return _compile_cuda(job, options)
    if source.suffix in HOST_SUFFIXES:
        return _compile_host_source(source, job.work, options)
    raise UsageError(
        f"{source}: it is not clear what this is", hint="CUDA sources end in .cu, or add -x cu"
    )


def _compile_cuda(job: _Job, options: CompileOptions) -> _Unit:
    source, work, dump = job.source, job.work, job.dump
    device_ll, host_ll, blob = work / "device.ll", work / "host.ll", work / "id"
    device_reads, host_reads = work / "device.d", work / "host.d"
    pic = ("-fPIC",) if options.shared else ()
    listing = "-MD" if options.system_headers else "-MMD"
    try:
        clang.check_source(source)
        identity = host.module_id([source], job.index, _for_identity(options))
        front = dataclasses.replace(
            options.front_end,
            unit=identity,
            devicelib=options.clang.devicelib or support.device_library(),
            device_flags=(*options.clang.device_flags, listing, "-MF", str(device_reads)),
            host_flags=(*options.clang.host_flags, *pic, listing, "-MF", str(host_reads)),
        )
        blob.write_bytes(identity.encode() + b"\0")
        with dump.timed("clang"):
            result = clang.compile_both(source, front, blob, device_ll, host_ll)
    except clang.FrontendError as error:
        raise CompileError(f"{source} does not compile", output=str(error)) from None

    device_ir = _read_ir(device_ll)
    host_ir = _bind_host(_read_ir(host_ll), identity, options.clang.rdc)
    host_ir += host.compute_capability(options.clang.arch)
    device = DeviceCode()
    if options.clang.rdc:
        unit = separate.device_unit(identity, str(source), options.clang.arch, device_ir)
        device = DeviceCode((unit,))
        record = work / "device.record"
        record.write_bytes(device_objects.pack(unit))
        host_ir += device_objects.section_text(record)
    bound_ll, host_object = work / "bound.ll", work / "host.o"
    bound_ll.write_text(host_ir, encoding="utf-8", errors="surrogateescape")
    dump.stage("host", host_ir)
    finish_host = _start_host_object(source, bound_ll, host_object, pic, options)
    device_object = work / "device.o"
    made, waiting = DeviceObject(b"", []), ()
    try:
        if not options.clang.rdc:
            made, waiting = _compile_device(
                device_ir, device_object, identity, dump, options, host_ir, rdc=False
            )
            if options.fast_math_too and waiting:
                text = _fast_math_ir(source, front, options, work / "fast.ll")
                waiting = (dataclasses.replace(waiting[0], fast_text=text),)
    finally:
        finish_host()
    dump.finish()
    return _Unit(
        (host_object,) if options.clang.rdc else (host_object, device_object),
        tuple(made.kernels),
        (*(one.text for one in result.diagnostics), *made.warnings),
        (source, *read_prerequisites(device_reads), *read_prerequisites(host_reads)),
        device,
        made.remarks,
        waiting,
    )


def _for_identity(options: CompileOptions) -> CompileOptions:
    """A program whose kernels are compiled at launch serves both paths, and two processes that make
    it at the same time, one for each, have to make the same."""
    both = options.at_launch and options.path in (VECTOR, FIBRE)
    return dataclasses.replace(options, path=VECTOR) if both else options


def _fast_math_ir(source: Path, front: ClangOptions, options: CompileOptions, out: Path) -> str:
    """The device IR of a source that compiles, with -use_fast_math."""
    fast = dataclasses.replace(front, use_fast_math=True, device_flags=options.clang.device_flags)
    try:
        clang.compile_device(source, fast, out)
    except clang.FrontendError as error:
        message = f"{source} does not compile with -use_fast_math"
        raise CompileError(message, output=str(error)) from None
    return _read_ir(out)


def _start_host_object(
    source: Path, ir: Path, out: Path, pic: Sequence[str], options: CompileOptions
) -> Callable[[], None]:
    """Begins to make an object of host IR; what it returns waits for the end."""
    foreign = options.foreign
    if foreign:
        pool = ThreadPoolExecutor(max_workers=1)
        future = pool.submit(cross.compile_host, foreign, ir, out)
        pool.shutdown(wait=False)
        return future.result
    process = host.start_object(ir, out, pic)

    def finish() -> None:
        said = process.communicate()[1]
        if process.returncode:
            raise CompileError(f"{source}: the host half cannot be compiled", output=said)

    return finish


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
    device_ir: str,
    out: Path,
    identity: str,
    dump: Dump,
    options: CompileOptions,
    host_ir: str,
    *,
    rdc: bool,
) -> tuple[DeviceObject, tuple[WaitingModule, ...]]:
    """Writes the object of a module. The module itself, if its kernels are left for later.
    `host_ir`: what may say how they are launched."""
    machines = levels_here() if options.levels and options.path in (VECTOR, FIBRE) else ()
    if machines:
        made = compile_levels(
            device_ir,
            identity,
            machines,
            options.path,
            dump,
            rdc=rdc,
            with_remarks=options.remarks,
            shapes=launched_shapes(host_ir),
        )
        out.write_bytes(made.data)
        return made, ()
    target = options.cpu_target
    device = None
    if options.at_launch and options.path in (VECTOR, FIBRE):
        device = lower_device(device_ir, identity, target, dump, rdc=rdc)
        if can_wait(device):
            shared = share_variables(device, identity)
            data, kernels = frame_object(device, shared, identity, target)
            out.write_bytes(data)
            lowered = LoweredModule(device, shared)
            waiting = WaitingModule(identity, device_ir, rdc, made=lowered)
            return DeviceObject(data, kernels), (waiting,)
    made = compile_device(
        device_ir,
        identity,
        target,
        options.path,
        dump,
        rdc=rdc,
        with_remarks=options.remarks,
        lowered=device,
        shapes=launched_shapes(host_ir),
    )
    out.write_bytes(made.data)
    return made, ()


def _link_device(
    units: Sequence[_Unit], work: Path, options: CompileOptions, dump_directory: Path | None
) -> list[_Unit]:
    """The device code of all units that wait for it, as one module."""
    code = device_objects.joined([unit.device for unit in units])
    waiting = [unit for unit in code.units if unit.identity not in code.linked]
    if not waiting:
        return []
    if dump_directory is None and (named := config.DUMP.get()):
        dump_directory = Path(named)
    dump = Dump(dump_directory / "device" if dump_directory else None)
    identities = [unit.identity for unit in waiting]
    program = hashlib.sha256("".join(identities).encode()).hexdigest()[:32]
    merged = separate.merge_device(waiting)
    device_object, claim_object = work / "device.o", work / "claim.o"
    made, left = _compile_device(merged, device_object, program, dump, options, "", rdc=True)
    dump.finish()
    target = options.cpu_target
    claim_object.write_bytes(codegen.compile_ir(separate.claim_module(program, identities), target))
    objects = (device_object, claim_object)
    return [
        _Unit(
            objects,
            tuple(made.kernels),
            tuple(made.warnings),
            remarks=made.remarks,
            waiting=left,
        )
    ]


def _read_ir(file: Path) -> str:
    return file.read_text(encoding="utf-8", errors="surrogateescape")


def _compile_host_source(source: Path, work: Path, options: CompileOptions) -> _Unit:
    out, reads = work / "host.o", work / "host.d"
    listing = "-MD" if options.system_headers else "-MMD"
    pic = ["-fPIC"] if options.shared else []
    made = work / "host.ll" if options.foreign else out
    form = ["-S", "-emit-llvm"] if options.foreign else ["-c"]
    action = [*pic, *form, listing, "-MF", str(reads), "-o", str(made)]
    if not source.is_file():
        raise CompileError(f"{source}: no such file")
    command = plain_command(source, options.front_end, action)
    said = host.finish(host.start(command), f"compiling {source}")
    if options.foreign:
        cross.compile_host(options.foreign, made, out)
    warnings = (said.strip(),) if said.strip() else ()
    return _Unit((out,), warnings=warnings, reads=tuple(read_prerequisites(reads)))
