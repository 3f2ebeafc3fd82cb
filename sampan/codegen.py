"""Machine code from textual LLVM IR: parse, verify, optimise, emit an object file.

Nothing here knows about kernels. LLVM holds a global lock while it compiles, so several objects at
a time need several processes; every function here is safe to call in each.
"""

from __future__ import annotations

import contextlib
import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from llvmlite import binding as llvm

from sampan import config
from sampan.ir.errors import IRError
from sampan.targets.base import VectorHooks
from sampan.targets.registry import TARGETS, vector_hooks


@dataclass(frozen=True)
class CpuTarget:
    """What code is emitted for. `features` in LLVM's form: "+avx2,-avx512f"."""

    triple: str
    cpu: str
    features: str
    datalayout: str
    abi: str = ""  # LLVM's name of the calling convention, where the triple has several
    extends_ints: bool = False  # callers extend an int to the width of a register
    function_attributes: str = ""  # of every function
    weak_order: bool = False  # whether accesses to memory may be seen in another order
    vector_bits: int = 0  # of the registers that a program checks for when it starts
    fragile: bool = False  # LLVM's back end may end the process

    @property
    def vectors(self) -> VectorHooks:
        """What the vectoriser may count on."""
        return vector_hooks(self.triple, self.features, self.vector_bits)


@functools.cache
def _initialize() -> None:
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()


def host_triple() -> str:
    return str(llvm.get_process_triple())


@functools.cache
def host_target() -> CpuTarget:
    """This machine, or the CPU that SAMPAN_CPU names."""
    _initialize()
    named = config.CPU.get()
    triple = host_triple()
    machine = next((target for target in TARGETS.values() if target.is_here), None)
    more = machine.code_properties if machine else {"weak_order": True}
    if named:
        from sampan.targets.cpu_features import features_of

        features = features_of(named) if triple.startswith("x86_64") else ""
        return make_target(triple, named, features, **more)
    features = llvm.get_host_cpu_features().flatten()
    return make_target(triple, llvm.get_host_cpu_name(), features, **more)


@functools.cache
def make_target(triple: str, cpu: str, features: str, **more: Any) -> CpuTarget:
    """`more` are the later fields of CpuTarget."""
    _initialize()
    machine = llvm.Target.from_triple(triple).create_target_machine(cpu=cpu, features=features)
    return CpuTarget(triple, cpu, features, str(machine.target_data), **more)


def _target_machine(target: CpuTarget, level: int) -> llvm.TargetMachine:
    return llvm.Target.from_triple(target.triple).create_target_machine(
        cpu=target.cpu,
        features=target.features,
        opt=level,
        reloc="pic",
        codemodel="small",
        abiname=target.abi,
    )


def parse(text: str) -> llvm.ModuleRef:
    """The module, verified. An error here is a bug of a pass: the message quotes LLVM's."""
    _initialize()
    try:
        module = llvm.parse_assembly(text)
        module.verify()
    except RuntimeError as error:
        raise IRError(f"LLVM rejects the generated IR: {error}") from None
    return module


_unrolling = True


@contextlib.contextmanager
def without_unrolling() -> Iterator[None]:
    """Loops stay as they are meanwhile: for tools that count instructions."""
    global _unrolling
    _unrolling = False
    try:
        yield
    finally:
        _unrolling = True


def optimize(module: llvm.ModuleRef, target: CpuTarget, level: int = 2) -> None:
    """Runs LLVM's pipeline in place. Loop and SLP vectorising are off: kernels are vectorised
    before, over threads, and lanes of one thread would only get in the way."""
    machine = _target_machine(target, level)
    options = llvm.create_pipeline_tuning_options(speed_level=level)
    options.loop_vectorization = False
    options.loop_interleaving = False
    options.slp_vectorization = False
    options.loop_unrolling = _unrolling
    builder = llvm.create_pass_builder(machine, options)
    builder.getModulePassManager().run(module, builder)


def emit_object(module: llvm.ModuleRef, target: CpuTarget, level: int = 2) -> bytes:
    if target.fragile:
        return _apart(module, target, level, "obj")
    return bytes(_target_machine(target, level).emit_object(module))


def emit_assembly(module: llvm.ModuleRef, target: CpuTarget, level: int = 2) -> str:
    if target.fragile:
        return _apart(module, target, level, "asm").decode()
    return str(_target_machine(target, level).emit_assembly(module))


def _apart(module: llvm.ModuleRef, target: CpuTarget, level: int, form: str) -> bytes:
    from sampan import emit_apart

    return emit_apart.emit(str(module), target, level, form)


def compile_ir(text: str, target: CpuTarget, level: int = 2) -> bytes:
    """All steps at once."""
    module = parse(text)
    optimize(module, target, level)
    return emit_object(module, target, level)


def worker_count() -> int:
    """How many processes may compile at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
