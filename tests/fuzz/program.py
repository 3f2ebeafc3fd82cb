"""A batch of kernels as one CUDA program and as one host C++ program."""

from __future__ import annotations

from pathlib import Path

from tests.fuzz.source import Kernel

SUPPORT = Path(__file__).parent / "support"


def _case(kernel: Kernel, number: int) -> str:
    grid, block = (", ".join(str(e) for e in shape) for shape in (kernel.grid, kernel.block))
    return f"""\
  run_case(file, features, {number}, {input_seed(kernel)}u, {kernel.threads}, {len(kernel.sites)},
           [](Buffers b, Settings settings) {{
    LAUNCH({kernel.name}, dim3({grid}), dim3({block}), {kernel.dynamic_shared}, b.in, b.fin,
           b.out, b.fout, b.mem, b.bytes, b.counters, b.wide, b.floats,
           {kernel.threads - kernel.tail}, {kernel_p0(kernel)}, 0.75f, settings);
  }});
"""


def input_seed(kernel: Kernel) -> int:
    seed, number = (int(part) for part in kernel.label.split(":"))
    return (seed * 2654435761 + number * 40503 + 12345) & 0xFFFFFFFF


def kernel_p0(kernel: Kernel) -> int:
    return input_seed(kernel) % 23 - 3


def _kernel(kernel: Kernel) -> str:
    by_slot = input_seed(kernel) & 1024
    out = "out[(k) * total + gid]" if by_slot else "out[gid * 8 + (k)]"
    fout = "fout[(k) * total + gid]" if by_slot else "fout[gid * 4 + (k)]"
    macros = f"#undef OUT\n#undef FOUT\n#define OUT(k) {out}\n#define FOUT(k) {fout}\n"
    return f"// {kernel.label}\n{macros}{kernel.text()}"


def device_program(kernels: list[Kernel]) -> str:
    """The kernels alone."""
    texts = [_kernel(kernel) for kernel in kernels]
    return "\n".join([*_device_headers(texts), _support("device_only.h"), *_common(texts), *texts])


def _device_headers(texts: list[str]) -> list[str]:
    """Those of CUDA's headers that the kernels need; the rest would cost time."""
    headers = []
    if any("cg::" in text or "COALESCED()" in text for text in texts):
        headers += [f"#include <cooperative_groups{part}.h>" for part in ("", "/reduce", "/scan")]
        headers.append("namespace cg = cooperative_groups;")
    if any("_as_ushort" in text for text in texts):
        headers += ["#include <cuda_fp16.h>", "#include <cuda_bf16.h>"]
    return headers


def _common(texts: list[str]) -> list[str]:
    warps = any("warp_box" in text for text in texts)
    return [_support("common.h"), *([_support("warp_calls.h")] if warps else [])]


def _support(name: str) -> str:
    return (SUPPORT / name).read_text()


def program(kernels: list[Kernel], host: bool) -> str:
    """The program's text; `host` selects plain C++ instead of CUDA."""
    texts = [_kernel(kernel) for kernel in kernels]
    if host:
        parts = [_support(name) for name in ("host.h", "host_warps.h", "host_groups.h")]
    else:
        parts = [*_device_headers(texts), _support("device.h")]
    parts += [*_common(texts), *texts, _support("harness.h")]
    cases = "".join(_case(kernel, i) for i, kernel in enumerate(kernels))
    parts.append(
        "// Arguments: output file, seed of the host's schedule, file of the site counts.\n"
        "int main(int argc, char **argv) {\n"
        '  FILE *file = fopen(argv[1], "wb");\n'
        "  if (argc > 2) set_schedule(atoi(argv[2]));\n"
        '  FILE *features = argc > 3 ? fopen(argv[3], "w") : nullptr;\n'
        f"{cases}  fclose(file);\n  if (features) fclose(features);\n  return 0;\n}}\n"
    )
    return "\n".join(parts)
