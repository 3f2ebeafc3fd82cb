"""result[i] = vector[lanes[i]] for 32 lanes of 32 bits, with lanes known at run time only.

LLVM has no such operation, but some targets do, and LLVM turns theirs into fixed shuffles where the
lanes become constant (an unrolled reduction loop).
"""

from __future__ import annotations

from sampan.ir.core import Value
from sampan.vectorize.emit import Emitter


def permute(e: Emitter, vector: Value, lanes: Value) -> Value:
    """`lanes` must be below 32."""
    return e.hooks.permute(e, vector, lanes)
