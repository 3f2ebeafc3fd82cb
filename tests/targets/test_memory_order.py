"""What orders accesses to memory on processors that reorder them: the instructions that LLVM makes
of atomics, fences and volatile accesses, and of nothing else. docs/targets.md argues why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sampan.driver import CompileOptions, emit_device
from sampan.targets.registry import find_machine

SOURCE = r"""
__global__ void add(int *count) { atomicAdd(count, 1); }
__global__ void fence(int *data) { data[0] = 1; __threadfence(); data[32] = 2; }
__global__ void fence_of_block(int *data) { data[0] = 1; __threadfence_block(); data[32] = 2; }
__global__ void read(volatile int *flag, int *data, int *out) { out[0] = *flag + data[0]; }
__global__ void write(volatile int *flag, int *data) { data[0] = 1; *flag = 1; }
__global__ void barrier(int *data) {
  __shared__ int all[64];
  all[threadIdx.x] = data[threadIdx.x];
  __syncthreads();
  data[threadIdx.x] = all[63 - threadIdx.x];
}
"""
KERNELS = ("add", "fence", "fence_of_block", "read", "write", "barrier")
# Instructions that order, and those of each kernel: what acquires and releases, a fence of either
# kind, one that acquires, one that releases.
ORDERING = {
    "aarch64": r"(?:dmb|ldax?r|stlx?r|ldar|stlr)\b.*|cas\w*al\b.*|ldadd\w*al\b.*",
    "riscv64": r"fence\b.*|(?:amo|lr|sc)\S*\b.*",
    "loongarch64": r"dbar\b.*|am\w+\.\w\b.*|[ls][lc]\.[wd]\b.*",
}
EXPECTED = {
    "aarch64": (["ldaxr", "stlxr"], ["dmb ish"], ["dmb ishld"], ["dmb ish"]),
    "riscv64": (["amoadd.w.aqrl"], ["fence rw, rw"], ["fence r, rw"], ["fence rw, w"]),
    "loongarch64": (["amadd_db.w"], ["dbar 16"], ["dbar 20"], ["dbar 18"]),
}


def _ordering(text: str, target: str, kernel: str) -> list[str]:
    """The ordering instructions of a kernel's preferred form."""
    found = re.search(
        rf"^_Z{len(kernel)}{kernel}P\w*\.block\d+x:$(.*?)^\.Lfunc_end", text, re.M | re.S
    )
    assert found, kernel
    lines = (" ".join(line.split("//")[0].split()) for line in found[1].splitlines())
    return [line for line in lines if re.fullmatch(ORDERING[target], line)]


@pytest.mark.parametrize("target", EXPECTED)
def test_what_orders_accesses(target: str, tmp_path: Path) -> None:
    source, out = tmp_path / "order.cu", tmp_path / "order.s"
    source.write_text(SOURCE)
    emit_device(source, CompileOptions(machine=find_machine(target)), "asm", out)
    made = {kernel: _ordering(out.read_text(), target, kernel) for kernel in KERNELS}
    both, fence, acquires, releases = EXPECTED[target]
    assert len(made["add"]) == len(both), made
    assert all(map(str.startswith, made["add"], both)), made
    assert made["fence"] == fence
    assert made["read"] == acquires
    assert made["write"] == releases
    assert made["fence_of_block"] == made["barrier"] == []
