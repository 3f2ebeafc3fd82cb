"""riscv64: RV64GC without vectors, and with the vector extension 1.0 and registers of a least size.

Code for registers of 128 bits runs on larger ones as well, where it uses a part of each.
"""

from __future__ import annotations

from sampan.targets.base import Level, Target, VectorHooks

_GC = "+64bit,+m,+a,+f,+d,+c,+zicsr,+zifencei"


def _rvv(bits: int) -> Level:
    return Level(
        f"rvv{bits}",
        "generic-rv64",
        f"{_GC},+v,+zvl{bits}b",
        f"vector extension 1.0, registers of {bits} bits or more",
        ("-cpu", f"rv64,v=true,vext_spec=v1.0,vlen={bits}"),
        # 7.2 fails an assertion of its own at conversions of floats to integers (vfcvt.rtz); 10.0
        # is the next that was tried.
        emulator_sound=(10, 0),
        vector_bits=bits,
    )


def vector_hooks(features: frozenset[str], bits: int) -> VectorHooks:
    if "v" not in features:
        return VectorHooks(lanes=1, least_width=4)
    return VectorHooks(lanes=max(bits, 128) // 32, gathers=frozenset({1, 2, 4, 8}))


TARGET = Target(
    name="riscv64",
    triple="riscv64-unknown-linux-musl",
    libc="riscv64-linux-musl",
    library_cpu="baseline_rv64",
    linker_emulation="elf64lriscv",
    emulator="qemu-riscv64",
    machines=("riscv64",),
    vectors=vector_hooks,
    levels=(
        _rvv(128),
        _rvv(256),
        Level("scalar", "generic-rv64", _GC, "RV64GC, no vector instructions", ("-cpu", "rv64")),
    ),
    abi="lp64d",
    extends_ints=True,
)
