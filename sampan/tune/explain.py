"""Remarks about tuned kernels: what the vectoriser made of each, by source line."""

from __future__ import annotations

import time
from collections.abc import Sequence

from sampan import codegen, remarks
from sampan.at_launch.kernels import WaitingModule
from sampan.at_launch.names import parse_library_name
from sampan.diagnostics import SampanError
from sampan.dump import Dump
from sampan.pipeline import LLVM, VECTOR, compile_lowered, lower_device
from sampan.remarks import Remark
from sampan.tune.session import TunedResult

_SECONDS = 15.0  # after so long no further kernel is compiled for its remarks


def remarks_of(
    results: Sequence[TunedResult], modules: Sequence[WaitingModule]
) -> dict[str, list[Remark]]:
    """By mangled name. Kernels are compiled anew for it, in the forms that were chosen."""
    began = time.monotonic()
    found: dict[str, list[Remark]] = {}
    for one in results:
        parsed = parse_library_name(one.key[0])
        module = next((m for m in modules if parsed and m.identity.startswith(parsed[0])), None)
        if module is None or one.key[1] in found or time.monotonic() - began > _SECONDS:
            continue
        form, target = one.choice.form, codegen.host_target()
        text = module.fast_text if form.fast_math else module.text
        try:
            with remarks.collecting(True):
                device = lower_device(
                    text, module.identity, target, Dump(None), rdc=module.rdc, only={one.key[1]}
                )
                made = compile_lowered(
                    device, "remarks", target, VECTOR, Dump(None), one.shape, LLVM, form.plan
                )
            found[one.key[1]] = list(made.remarks)
        except SampanError:
            continue
    return found
