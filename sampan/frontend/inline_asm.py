"""Inline PTX: the statements that the compiler or the runtime give a meaning; others are translated
instruction by instruction."""

from __future__ import annotations

import re

from sampan.frontend.emit import Emit
from sampan.frontend.intrinsics import LOWERINGS
from sampan.frontend.library_calls import LIBRARY_CALLS
from sampan.frontend.locations import unsupported
from sampan.frontend.ptx.parse import PtxError
from sampan.frontend.ptx.translate import translate
from sampan.ir.core import InlineAsm, Instruction

_READ_REGISTER = re.compile(r"mov\.[usb](?:32|64) \$0, %(?P<register>[\w.]+)")
# Statement without operands -> the intrinsic or library function of the same meaning.
_STATEMENTS = {
    "bar.sync 0": "barrier.cta.sync.aligned.all",
    "barrier.sync 0": "barrier.cta.sync.aligned.all",
    "membar.cta": "membar.cta",
    "fence.acq_rel.cta": "membar.cta",
    "membar.gl": "membar.gl",
    "membar.sys": "membar.sys",
    "fence.acq_rel.gpu": "membar.gl",
    "fence.acq_rel.sys": "membar.sys",
    "fence.sc.gpu": "membar.gl",
    "fence.sc.sys": "membar.sys",
}


def lower(e: Emit, call: Instruction) -> None:
    """Replaces a call of inline assembly, or raises an error that quotes it."""
    asm = call.callee
    assert isinstance(asm, InlineAsm)
    template = re.sub(r"\\([0-9A-Fa-f]{2})", lambda m: chr(int(m[1], 16)), asm.template)
    template = template.replace("$$", "%").replace("%%", "%")
    text = re.sub(r"\s+", " ", template).strip().rstrip(";").strip()
    result = None
    if text == "":
        # asm volatile("" ::: "memory") is a barrier to the compiler; asm("" : "+f"(x)) hides from
        # it where a value comes from.
        if "~{memory}" in asm.constraints:
            e.fence("singlethread")
        if len(call.arguments) == 1 and call.arguments[0].type is call.type:
            result = call.arguments[0]
    elif text in _STATEMENTS:
        result = LOWERINGS[_STATEMENTS[text]](e, call)
    elif text.startswith("pmevent"):
        pass  # an event for a profiler
    elif text in ("trap", "brkpt"):
        result = LIBRARY_CALLS["llvm.trap"](e, call)
    elif (read := _READ_REGISTER.fullmatch(text)) and (
        lowering := LOWERINGS.get(f"read.ptx.sreg.{read['register']}")
    ):
        result = lowering(e, call)
    else:
        try:
            result = translate(e, call, template, asm)
        except PtxError as error:
            raise unsupported(f"inline PTX: {error} is not supported", call) from None
    if call.users:
        if result is None or result.type is not call.type:
            raise unsupported(f'the inline PTX "{text}" has an unexpected operand', call)
        call.replace_all_uses_with(result)
    call.erase()
