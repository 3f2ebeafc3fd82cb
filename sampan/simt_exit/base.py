"""What a device's instruction set decides: the hooks of the SIMT exit."""

from __future__ import annotations

from typing import Protocol

from sampan.codegen import CpuTarget
from sampan.frontend.emit import Emit
from sampan.ir.core import Value

# Address spaces of the SIMT exit; a target renames them in its own module.
PRIVATE, GLOBAL, SHARED, GENERIC = 0, 1, 3, 4


class SimtTarget(Protocol):
    """One kind of device code. The code that the hooks see is one function for each kernel, with
    all calls inlined and pointers in the address spaces above."""

    @property
    def name(self) -> str:
        """What the command line and messages call it."""

    @property
    def suffix(self) -> str:
        """Of files that hold such code."""

    @property
    def code(self) -> CpuTarget:
        """The triple and the layout that the front end and LLVM work with."""

    @property
    def device(self) -> str:
        """What messages call a device that runs it: "an OpenCL device"."""

    @property
    def format(self) -> int:
        """SampanDeviceCode.format: who in the runtime loads it."""

    @property
    def warp_code(self) -> CpuTarget:
        """The same for kernels with warp-wide operations, which are apart from the others."""

    @property
    def warp_metadata(self) -> dict[str, str]:
        """Metadata, by kind, of a kernel whose threads are to come in groups of 32."""

    @property
    def kernel_convention(self) -> str:
        """LLVM's calling convention of a kernel."""

    def register(self, e: Emit, name: str, axis: int) -> Value:
        """An i32: "tid", "ctaid" or "nctaid" of an axis."""

    def barrier(self, e: Emit) -> None:
        """All threads of the block meet; what they wrote, shared and global, is seen by all."""

    def lane(self, e: Emit) -> Value:
        """The thread's i32 place in its group."""

    def shuffle(self, e: Emit, value: Value, lane: Value) -> Value:
        """The i32 that the thread at an i32 place in the group passes."""

    def ballot(self, e: Emit, condition: Value) -> Value:
        """An i32 with a bit for each thread of the group, that of the condition."""

    def warp_barrier(self, e: Emit) -> None:
        """All threads of the group meet, as at `barrier`."""

    def multiply_high(self, e: Emit, left: Value, right: Value, signed: bool) -> Value:
        """The upper 64 bits of the product of two i64."""

    def emit(self, text: str) -> bytes:
        """The device's code from LLVM IR. Raises UnsupportedError where LLVM has none for it."""
