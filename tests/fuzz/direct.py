"""Compiles a batch's device half alone and runs it without the runtime: quick, one process.

This is the compiler's own test: no host half, no program start, no thread pool. Kernels that are
refused run on the runtime's fibres, so that none goes without a comparison. `width` compiles
every kernel for one gang width instead of the target's choice. `optimize` is clang's level: code
that clang has not simplified leaves more for the passes to do. `llvm_level` is that of LLVM behind
the passes: 0 translates what they made as it is, which costs half the time.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import subprocess
import tempfile
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sampan import abi, codegen, pipeline, support, vector_forms
from sampan.diagnostics import SampanError
from sampan.frontend import clang, nvvm
from sampan.frontend.clang import ClangOptions
from sampan.frontend.reach import Reach
from sampan.simt.thread_axes import ALL_AXES
from sampan.targets.base import VectorHooks
from sampan.targets.widths import GangPlan, Rows
from sampan.vector_forms import VectorForms
from sampan.vectorize.module import ModuleVectorizer
from tests.fuzz.paths import ROOT, RUN_SECONDS, Outcome, PathFailure, Runner, parse_outputs
from tests.fuzz.planting import changed
from tests.fuzz.program import SUPPORT, device_program, input_seed, kernel_p0
from tests.fuzz.source import Kernel

# The harness: its own files, and those of the runtime that fibres are made of.
_DIRECT = ("direct.cpp", "direct_fibres.cpp")
_RUNTIME = ("fibres.cpp", "matrices.cpp", "stacks.cpp", "warp_operations.cpp")

REFUSALS: dict[str, str] = {}  # label of a kernel: why it was not vectorised, without the place


def direct_path(name: str, width: int = 0, optimize: int = 2, llvm_level: int = 2) -> Runner:
    def run(kernels: list[Kernel], folder: Path) -> list[Outcome]:
        device_ll = device_ir(kernels, folder, optimize=optimize)
        binary = folder / f"direct-{name}{width or ''}"
        link(compile_batch(kernels, device_ll, name, width, llvm_level), binary)
        return execute(binary, kernels, folder)

    return run


def device_ir(kernels: list[Kernel], folder: Path, fmad: bool = False, optimize: int = 2) -> str:
    """The IR that clang makes of the batch."""
    source, out = folder / "device.cu", folder / "device.ll"
    source.write_text(device_program(kernels))
    options = ClangOptions(
        warnings=("-w",),
        fmad=fmad,
        device_optimize=optimize,
        devicelib=support.device_library(),
    )
    if headers := changed("headers"):
        options = dataclasses.replace(options, headers=(headers, *options.headers))
    try:
        clang.compile_device(source, options, out)
    except clang.FrontendError as error:
        raise PathFailure(f"clang: {error}") from None
    return out.read_text()


def compile_batch(
    kernels: list[Kernel], device_ll: str, path: str, width: int = 0, llvm_level: int = 2
) -> bytes:
    try:
        with gang_width(width, kernels), optimizing(llvm_level):
            target = codegen.host_target()
            device = pipeline.compile_device(device_ll, "f" * 32, target, path)
    except SampanError as error:
        raise PathFailure(f"compiler: {error}") from None
    except Exception:
        raise PathFailure("compiler: " + traceback.format_exc()[-3000:]) from None
    if device.warnings:  # a bug of the vectoriser, for which the kernel took another path
        raise PathFailure("compiler: " + "\n".join(device.warnings))
    for compiled in device.kernels if path == "vector" else ():
        for kernel in kernels:
            if compiled.kernel.name.startswith(_symbol(kernel)) and compiled.reason:
                REFUSALS[kernel.label] = compiled.reason.split(" (")[0]
    return device.data


@contextmanager
def gang_width(width: int, kernels: list[Kernel]) -> Iterator[None]:
    """Every kernel is compiled for `width`, and only in the form that its launch takes. Half of
    the kernels take the general form where a special one fits, too; of half of those that call no
    function the compiler knows the shape of the blocks, as when it compiles at launch."""
    saved = vector_forms.gang_plans, vector_forms.plans_for_shape, pipeline.vectorize

    def vectorize(vectorizer: ModuleVectorizer, kernel: nvvm.Kernel, *others: Any) -> VectorForms:
        launched = next((k for k in kernels if kernel.name.startswith(_symbol(k))), None)
        general = launched is None or input_seed(launched) & 512
        forms = (Rows.ANY,) if general else (Rows.MULTIPLE, Rows.ONE, Rows.ANY)
        # A pointer to a function reaches one form of it, whichever kernel calls.
        if launched and input_seed(launched) & 256 and not _calls(vectorizer, kernel):
            vectorizer = vectorizer.for_shape(launched.block)
            if kernel.thread_axes == ALL_AXES and not general:
                forms = (Rows.PATCH, *forms)

        def plans(vectors: VectorHooks, warp_wide: bool, *_: object) -> list[GangPlan]:
            # A kernel that can tell warps apart needs gangs that are warps.
            all_forms = [GangPlan(abi.WARP_SIZE if warp_wide else width, rows) for rows in forms]
            return [p for p in all_forms if launched is None or p.fits(launched.block)][:1]

        vector_forms.gang_plans = vector_forms.plans_for_shape = plans
        return saved[2](vectorizer, kernel, *others)

    if width:
        pipeline.vectorize = vectorize
    try:
        yield
    finally:
        vector_forms.gang_plans, vector_forms.plans_for_shape, pipeline.vectorize = saved


def _calls(vectorizer: ModuleVectorizer, kernel: nvvm.Kernel) -> bool:
    """Whether the kernel may call code that is not its own."""
    reached = Reach(vectorizer.device.module).closure([kernel.function])
    return any(function.blocks for function in reached if function is not kernel.function)


@contextmanager
def optimizing(level: int) -> Iterator[None]:
    """LLVM works at `level` behind the passes."""
    saved = codegen.optimize, codegen.emit_object
    codegen.optimize = lambda module, target, *_: saved[0](module, target, level)
    codegen.emit_object = lambda module, target, *_: saved[1](module, target, level)
    try:
        yield
    finally:
        codegen.optimize, codegen.emit_object = saved


def _symbol(kernel: Kernel) -> str:
    """What the mangled name of the kernel begins with."""
    return f"_Z{len(kernel.name)}{kernel.name}P"


def link(data: bytes, binary: Path) -> None:
    device_object = binary.with_suffix(".o")
    device_object.write_bytes(data)
    command = ["g++", "-o", str(binary), *map(str, harness()), str(device_object), "-lm"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise PathFailure(f"linking: {done.stderr[-2000:]}")


def execute(
    binary: Path, kernels: list[Kernel], folder: Path, seconds: float = RUN_SECONDS
) -> list[Outcome]:
    output, plan = folder / "direct.out", folder / "direct.plan"
    output.unlink(missing_ok=True)
    plan.write_text("".join(f"{_plan_line(kernel)}\n" for kernel in kernels))
    try:
        done = subprocess.run(
            [str(binary), str(output), str(plan)],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=seconds,
        )
        reason = f"exit {done.returncode}: {done.stderr[-500:]}"
    except subprocess.TimeoutExpired:
        reason = "timeout"
    data = output.read_bytes() if output.exists() else b""
    return parse_outputs(data, len(kernels), reason)


def _plan_line(kernel: Kernel) -> str:
    shape = " ".join(str(extent) for extent in (*kernel.grid, *kernel.block))
    last = f"{kernel.threads - kernel.tail} {kernel_p0(kernel)}"
    return f"{kernel.name} {shape} {kernel.dynamic_shared} {input_seed(kernel)} {last}"


def harness() -> list[Path]:
    """The objects that run the kernels; built once for each state of their sources."""
    runtime = ROOT / "sampan" / "runtime"
    planted = changed("runtime")
    folders = [*([planted] if planted else []), runtime, runtime / "include"]
    headers = [*SUPPORT.glob("*.h"), *(f for folder in folders for f in folder.glob("*.h"))]
    options = ["-std=c++17", "-O1", "-w", *(f"-I{folder}" for folder in [*folders, SUPPORT])]
    digest = hashlib.sha256(b"".join(f.read_bytes() for f in sorted(headers))).digest()
    objects = [_compiled(SUPPORT / name, options, digest) for name in _DIRECT]
    options += ["-include", str(SUPPORT / "direct_worker.h")]
    for name in [*_RUNTIME, *(f.name for f in sorted(runtime.glob("switch_*.cpp")))]:
        source = next(f / name for f in folders if (f / name).exists())
        objects.append(_compiled(source, options, digest))
    return objects


def _compiled(source: Path, options: list[str], headers: bytes) -> Path:
    digest = hashlib.sha256(headers + source.read_bytes()).hexdigest()[:16]
    name = f"sampan-fuzz-{os.getuid()}-{source.stem}-{digest}.o"
    out = Path(tempfile.gettempdir()) / name
    if not out.exists():
        part = out.with_suffix(f".{os.getpid()}")
        subprocess.run(["g++", *options, "-c", str(source), "-o", str(part)], check=True)
        part.rename(out)
    return out
