"""Floating-point constants as LLVM's text spells them, exactly."""

from __future__ import annotations

from sampan.ir.constants import bits_to_float, float_bits_to_double_bits, float_to_bits


def float_text(kind: str, bits: int) -> str:
    """Short decimal where that is exact, else hexadecimal in the format's own notation."""
    if kind == "half":
        return f"0xH{bits:04X}"
    if kind == "bfloat":
        return f"0xR{bits:04X}"
    if kind == "x86_fp80":
        return f"0xK{bits:020X}"
    if kind == "fp128":
        # The low half is written first.
        return f"0xL{bits & (1 << 64) - 1:016X}{bits >> 64:016X}"
    wide = float_bits_to_double_bits(bits) if kind == "float" else bits
    if (wide >> 52) & 0x7FF != 0x7FF:
        text = f"{bits_to_float('double', wide):.6e}"
        if float_to_bits("double", float(text)) == wide:
            return text
    return f"0x{wide:016X}"
