"""The library of one kernel: machine code for blocks of one shape, or for any."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

from sampan import support
from sampan.at_launch.choices import PREFERRED, CodeForm
from sampan.at_launch.frame import import_variables, share_variables
from sampan.at_launch.names import library_name
from sampan.codegen import CpuTarget
from sampan.dump import Dump
from sampan.frontend.block_shapes import BlockShape
from sampan.frontend.nvvm import DeviceModule
from sampan.ir.core import GlobalVariable
from sampan.link import link
from sampan.pipeline import DeviceObject, compile_lowered, lower_device

ANY_SHAPE: BlockShape = (0, 0, 0)  # a form for every block is wanted


@dataclass(frozen=True)
class LoweredModule:
    """A module at SIMT level, its variables shared; compiling a kernel uses it up."""

    device: DeviceModule
    shared: list[GlobalVariable]


@dataclass(frozen=True)
class WaitingModule:
    """A module whose kernels are still to be compiled: the device IR that clang wrote."""

    identity: str
    text: str
    rdc: bool = False
    fast_text: str = ""  # the same with -use_fast_math, where kernels may be compiled from that
    made: LoweredModule | None = field(default=None, compare=False, repr=False)

    def lowered(self, target: CpuTarget, fast_math: bool = False) -> LoweredModule:
        """At SIMT level. The same each time, to the last offset in shared memory: the frame that
        is in the program says what came of it when that was compiled."""
        if self.made is not None and not fast_math:
            return self.made
        text = self.fast_text if fast_math else self.text
        device = lower_device(text, self.identity, target, Dump(None), rdc=self.rdc)
        return LoweredModule(device, share_variables(device, self.identity))


def build_library(
    lowered: LoweredModule,
    module_id: str,
    number: int,
    shape: BlockShape,
    target: CpuTarget,
    path: str,
    out: Path,
    form: CodeForm = PREFERRED,
) -> DeviceObject:
    """Compiles the kernel and links its library into `out`. Raises SampanError."""
    kernel = lowered.device.kernels[number]
    device = dataclasses.replace(lowered.device, kernels=[kernel], variables=[])
    import_variables(lowered.shared)
    if form.counting:
        from sampan.tune.count import count_work  # of use to `sampan tune` alone

        device.variables.append(count_work(device.module, kernel.function))
    name = library_name(module_id, number, shape)
    block_shape = None if shape == ANY_SHAPE else shape
    made = compile_lowered(device, name, target, path, Dump(None), block_shape, plan=form.plan)
    code = out.with_suffix(".o")
    code.write_bytes(made.data)
    link([code], out, support.runtime_library(), shared=True)
    code.unlink()
    return made
