"""sampan/abi.py says what runtime/include/sampan_abi.h says."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
from pathlib import Path

import pytest

from sampan import abi
from sampan.interpret import structures
from sampan.ir.types import StructType, size_of, struct_offset
from sampan.targets import spirv

HEADER = Path(abi.__file__).parent / "runtime" / "include"
STRUCT_FIELDS = {
    "SampanVariant": (
        abi.VARIANT_TYPE,
        "kind width condition scratch_per_warp entry block[0] block[1] block[2]",
    ),
    "SampanKernel": (
        abi.KERNEL_TYPE,
        "name param_count param_bytes param_offsets param_sizes static_shared local_bytes "
        "max_threads variant_count variants fallback_reason thread_axes "
        "cluster_x cluster_y cluster_z",
    ),
    "SampanVariable": (abi.VARIABLE_TYPE, "name address size flags reserved"),
    "SampanCode": (abi.CODE_TYPE, "text size variables variable_count"),
    "SampanDeviceCode": (
        abi.DEVICE_CODE_TYPE,
        "format flags text size image image_size pointers pointer_count",
    ),
    "SampanModule": (
        abi.MODULE_TYPE,
        "abi_version kernel_count variable_count reserved id kernels variables text_begin text_end",
    ),
}
CONSTANTS = {
    "SAMPAN_ABI_VERSION": abi.ABI_VERSION,
    "SAMPAN_BLOCK_VECTOR": abi.BLOCK_VECTOR,
    "SAMPAN_WARP_FIBRE": abi.WARP_FIBRE,
    "SAMPAN_LANE_FIBRE": abi.LANE_FIBRE,
    "SAMPAN_INTERPRETED": abi.INTERPRETED,
    "SAMPAN_BLOCK_GROUP": abi.BLOCK_GROUP,
    "SAMPAN_DEVICE_CODE": abi.DEVICE_CODE,
    "SAMPAN_DEVICE_SAYS": abi.DEVICE_SAYS,
    "SAMPAN_DEVICE_WARPS": abi.DEVICE_WARPS,
    "SAMPAN_SPIRV": spirv.FORMAT,
    "SAMPAN_ANY_BLOCK": abi.ANY_BLOCK,
    "SAMPAN_X_MULTIPLE": abi.X_MULTIPLE,
    "SAMPAN_ONE_ROW": abi.ONE_ROW,
    "SAMPAN_BLOCK_SHAPE": abi.BLOCK_SHAPE,
    "SAMPAN_VAR_CONSTANT": abi.VAR_CONSTANT,
    "SAMPAN_VAR_MANAGED": abi.VAR_MANAGED,
}
OFFSETS = {
    ("SampanLaunch", "grid"): abi.LAUNCH_GRID,
    ("SampanLaunch", "block"): abi.LAUNCH_BLOCK,
    ("SampanLaunch", "block_threads"): abi.LAUNCH_BLOCK_THREADS,
    ("SampanLaunch", "dynamic_shared"): abi.LAUNCH_DYNAMIC_SHARED,
    ("SampanLaunch", "params"): abi.LAUNCH_PARAMS,
    ("SampanLaunch", "grid_blocks"): abi.LAUNCH_GRID_BLOCKS,
    ("SampanLaunch", "meeting"): abi.LAUNCH_MEETING,
    ("SampanLaunch", "cluster"): abi.LAUNCH_CLUSTER,
    ("SampanLaunch", "cluster_named"): abi.LAUNCH_CLUSTER_NAMED,
    ("SampanLaunch", "handle"): abi.LAUNCH_HANDLE,
    ("SampanLaunch", "uncached"): abi.LAUNCH_UNCACHED,
    ("SampanDeviceLaunch", "dynamic_shared"): abi.DEVICE_LAUNCH_DYNAMIC_SHARED,
    ("SampanDeviceLaunch", "fence"): abi.DEVICE_LAUNCH_FENCE,
    ("SampanDeviceLaunch", "report"): abi.DEVICE_LAUNCH_REPORT,
    ("SampanDeviceLaunch", "block"): abi.DEVICE_LAUNCH_BLOCK,
    ("SampanDeviceReport", "used"): abi.DEVICE_REPORT_USED,
    ("SampanDeviceReport", "failed"): abi.DEVICE_REPORT_FAILED,
    ("SampanDeviceReport", "line"): abi.DEVICE_REPORT_LINE,
    ("SampanDeviceReport", "block"): abi.DEVICE_REPORT_BLOCK,
    ("SampanDeviceReport", "texts"): abi.DEVICE_REPORT_TEXTS,
    ("SampanThread", "tid"): abi.THREAD_TID,
    ("SampanThread", "ctaid"): abi.THREAD_CTAID,
    ("SampanThread", "linear_tid"): abi.THREAD_LINEAR_TID,
    ("SampanThread", "shared_stride"): abi.THREAD_SHARED_STRIDE,
    ("SampanThread", "launch"): abi.THREAD_LAUNCH,
    ("SampanThread", "shared"): abi.THREAD_SHARED,
    ("SampanThread", "scratch"): abi.THREAD_SCRATCH,
    ("SampanThread", "runtime"): abi.THREAD_RUNTIME,
}


def _expected() -> dict[str, int]:
    values = dict(CONSTANTS)
    values |= {f"offsetof({s}, {f})": offset for (s, f), offset in OFFSETS.items()}
    values["sizeof(SampanLaunch)"] = abi.LAUNCH_SIZE
    values["sizeof(SampanThread)"] = abi.THREAD_SIZE
    values["sizeof(SampanDeviceLaunch)"] = abi.DEVICE_LAUNCH_PARAMS
    values["sizeof(SampanDeviceReport)"] = abi.DEVICE_REPORT_SIZE
    values["sizeof(((SampanModule*)0)->id)"] = abi.ID_BYTES
    for name, (struct, fields) in STRUCT_FIELDS.items():
        assert isinstance(struct, StructType)
        names = fields.split()
        assert struct.elements is not None and len(names) == len(struct.elements)
        values[f"sizeof({name})"] = size_of(struct)
        for index, field in enumerate(names):
            values[f"offsetof({name}, {field})"] = struct_offset(struct, index)
    return values


@pytest.mark.skipif(shutil.which("g++") is None, reason="needs a C++ compiler")
def test_offsets_match_the_header(tmp_path: Path) -> None:
    expected = _expected()
    checks = "\n".join(f'static_assert({e} == {v}, "{e}");' for e, v in expected.items())
    source = tmp_path / "check.cpp"
    source.write_text(f'#include <cstddef>\n#include "sampan_abi.h"\n{checks}\n')
    subprocess.run(["g++", "-fsyntax-only", f"-I{HEADER}", str(source)], check=True)


def test_structures_of_the_executor() -> None:
    """Those that ctypes reads lie as the compiler lays them out."""
    pairs = [
        (structures.Kernel, abi.KERNEL_TYPE),
        (structures.Variable, abi.VARIABLE_TYPE),
        (structures.Code, abi.CODE_TYPE),
    ]
    for mirror, struct in pairs:
        assert ctypes.sizeof(mirror) == size_of(struct)
        assert struct.elements is not None and len(mirror._fields_) == len(struct.elements)
        for index, field in enumerate(mirror._fields_):
            assert getattr(mirror, field[0]).offset == struct_offset(struct, index), field[0]
    assert structures.Launch.params.offset == abi.LAUNCH_PARAMS
    assert structures.Launch.cluster.offset == abi.LAUNCH_CLUSTER
    assert structures.Launch.handle.offset == abi.LAUNCH_HANDLE
    assert ctypes.sizeof(structures.Launch) == abi.LAUNCH_SIZE
    assert structures.Thread.ctaid.offset == abi.THREAD_CTAID
    assert structures.Thread.launch.offset == abi.THREAD_LAUNCH
    assert ctypes.sizeof(structures.Thread) == abi.THREAD_SIZE


def test_every_runtime_function_is_declared_in_the_header() -> None:
    header = (HEADER / "sampan_abi.h").read_text()
    for name in abi.RUNTIME_FUNCTIONS:
        assert f"{name}(" in header
