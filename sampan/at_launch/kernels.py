"""The library of one kernel: machine code for blocks of one shape, or for any."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass, field
from pathlib import Path

from sampan import support
from sampan.at_launch.frame import import_variables, share_variables
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
    made: LoweredModule | None = field(default=None, compare=False, repr=False)

    def lowered(self, target: CpuTarget) -> LoweredModule:
        """At SIMT level. The same each time, to the last offset in shared memory: the frame that
        is in the program says what came of it when that was compiled."""
        if self.made is not None:
            return self.made
        device = lower_device(self.text, self.identity, target, Dump(None), rdc=self.rdc)
        return LoweredModule(device, share_variables(device, self.identity))


def library_name(module_id: str, number: int, shape: BlockShape) -> str:
    """The id of the library's module, and the stem of its file. As in runtime/at_launch.cpp.

    `number`: of the kernel in its module.
    """
    return f"{module_id[:16]}.{number}.{'x'.join(map(str, shape))}"


def build_library(
    lowered: LoweredModule,
    module_id: str,
    number: int,
    shape: BlockShape,
    target: CpuTarget,
    path: str,
    out: Path,
) -> DeviceObject:
    """Compiles the kernel and links its library into `out`. Raises SampanError."""
    device = dataclasses.replace(
        lowered.device, kernels=[lowered.device.kernels[number]], variables=[]
    )
    import_variables(lowered.shared)
    name = library_name(module_id, number, shape)
    block_shape = None if shape == ANY_SHAPE else shape
    made = compile_lowered(device, name, target, path, Dump(None), block_shape)
    code = out.with_suffix(".o")
    code.write_bytes(made.data)
    link([code], out, support.runtime_library(), shared=True)
    code.unlink()
    return made
