"""The contract between compiled device code and the runtime, as the compiler sees it.

Mirrors runtime/include/sampan_abi.h; tests/unit/test_abi.py compiles that header and compares.
"""

from __future__ import annotations

from sampan import matrices
from sampan.ir.types import (
    I1,
    I8,
    I32,
    I64,
    PTR,
    VOID,
    FunctionType,
    StructType,
    array_type,
    function_type,
    struct_type,
)

ABI_VERSION = 4

# Offsets into SampanLaunch.
LAUNCH_GRID = 0
LAUNCH_BLOCK = 12
LAUNCH_BLOCK_THREADS = 24
LAUNCH_DYNAMIC_SHARED = 28
LAUNCH_PARAMS = 32
LAUNCH_GRID_BLOCKS = 40
LAUNCH_MEETING = 48
LAUNCH_CLUSTER = 56
LAUNCH_CLUSTER_NAMED = 68
LAUNCH_HANDLE = 72
LAUNCH_UNCACHED = 80
LAUNCH_SIZE = 88

# Offsets into SampanThread.
THREAD_TID = 0
THREAD_CTAID = 12
THREAD_LINEAR_TID = 24
THREAD_SHARED_STRIDE = 28
THREAD_LAUNCH = 32
THREAD_SHARED = 40
THREAD_SCRATCH = 48
THREAD_RUNTIME = 56
THREAD_SIZE = 64

# Offsets into SampanDeviceLaunch; the parameters follow it.
DEVICE_LAUNCH_DYNAMIC_SHARED = 0
DEVICE_LAUNCH_FENCE = 8
DEVICE_LAUNCH_REPORT = 16
DEVICE_LAUNCH_BLOCK = 24
DEVICE_LAUNCH_PARAMS = 64

# Offsets into SampanDeviceReport; the records follow it.
DEVICE_REPORT_USED = 4
DEVICE_REPORT_FAILED = 8
DEVICE_REPORT_LINE = 12
DEVICE_REPORT_BLOCK = 16
DEVICE_REPORT_TEXTS = 40
DEVICE_REPORT_SIZE = 64
DEVICE_SAYS, DEVICE_WARPS = 1, 2  # SampanDeviceCode.flags

# SampanVariant.kind and .condition.
BLOCK_VECTOR = 0
WARP_FIBRE = 1
LANE_FIBRE = 2
INTERPRETED = 3
BLOCK_GROUP = 4
DEVICE_CODE = 5
ANY_BLOCK = 0
X_MULTIPLE = 1
ONE_ROW = 2
BLOCK_SHAPE = 3

# SampanVariable.flags.
VAR_CONSTANT = 1
VAR_MANAGED = 2

WARP_SIZE = 32
ID_BYTES = 40
DYNAMIC_SHARED_ALIGN = 16  # the dynamic part starts at static_shared rounded up to this

# The structures as LLVM types, in the layout the C compiler gives them.
VARIANT_TYPE: StructType = struct_type((I32, I32, I32, I32, PTR, I32, I32, I32))
KERNEL_TYPE: StructType = struct_type(
    (PTR, I32, I32, PTR, PTR, I32, I32, I32, I32, PTR, PTR, I32, I32, I32, I32)
)
VARIABLE_TYPE: StructType = struct_type((PTR, PTR, I64, I32, I32))
CODE_TYPE: StructType = struct_type((PTR, I64, PTR, I64))
DEVICE_CODE_TYPE: StructType = struct_type((I32, I32, PTR, I64, PTR, I64, PTR, I64))
MODULE_TYPE: StructType = struct_type(
    (I32, I32, I32, I32, array_type(ID_BYTES, I8), PTR, PTR, PTR, PTR)
)

# What device code may call. `self` parameters are plain pointers.
RUNTIME_FUNCTIONS: dict[str, FunctionType] = {
    "sampan_register_module": function_type(VOID, (PTR,)),
    "sampan_require_vectors": function_type(VOID, (I32,)),
    "sampan_cpu_level": function_type(I32, (I32,)),
    "sampan_barrier": function_type(VOID, (PTR,)),
    "sampan_barrier_reduce": function_type(I32, (PTR, I32, I32)),
    "sampan_named_barrier": function_type(VOID, (PTR, I32, I32)),
    "sampan_named_arrive": function_type(VOID, (PTR, I32, I32)),
    "sampan_yield": function_type(VOID, (PTR,)),
    "sampan_grid_sync": function_type(VOID, (PTR,)),
    "sampan_grid_meet": function_type(VOID, (PTR, I64)),
    "sampan_grid_can_meet": function_type(I32, (PTR,)),
    "sampan_cluster_arrive": function_type(VOID, (PTR,)),
    "sampan_cluster_wait": function_type(VOID, (PTR,)),
    "sampan_cluster_map": function_type(PTR, (PTR, PTR, I32)),
    "sampan_cluster_rank": function_type(I32, (PTR, PTR)),
    "sampan_cluster_pointer": function_type(PTR, (PTR, I32)),
    "sampan_spin": function_type(VOID, (PTR, I32)),
    "sampan_step": function_type(VOID, (PTR,)),
    "sampan_warp_activemask": function_type(I32, (PTR, I32)),
    "sampan_warp_read": function_type(I32, (PTR, I32, I32, I32)),
    "sampan_warp_ballot": function_type(I32, (PTR, I32, I32)),
    "sampan_warp_match": function_type(I32, (PTR, I32, I64)),
    "sampan_warp_reduce": function_type(I32, (PTR, I32, I32, I32)),
    "sampan_warp_sync": function_type(VOID, (PTR, I32)),
    "sampan_warp_mma": function_type(VOID, (PTR, I32, I32, I32, PTR)),
    "sampan_vprintf": function_type(I32, (PTR, PTR)),
    "sampan_assert_fail": function_type(VOID, (PTR, PTR, PTR, I32, PTR, I64)),
    "sampan_trap": function_type(VOID, (PTR,)),
    "sampan_check_alignment": function_type(VOID, (PTR, PTR, I32)),
    "sampan_device_malloc": function_type(PTR, (I64,)),
    "sampan_device_free": function_type(VOID, (PTR,)),
    "sampan_launch_buffer": function_type(PTR, (PTR, I64, I64)),
    "sampan_device_runtime": function_type(I64, (PTR, I32, I32, *(I64,) * 7)),
    "sampan_clock64": function_type(I64, ()),
    "sampan_globaltimer": function_type(I64, ()),
    "sampan_nanosleep": function_type(VOID, (PTR, I32)),
}
CHECK_ALIGNMENT = "sampan_check_alignment"
NORETURN_FUNCTIONS = frozenset({"sampan_assert_fail", "sampan_trap"})

# The sampan.* intrinsics of the SIMT level (docs/architecture.md).
INTRINSICS: dict[str, FunctionType] = {
    **{
        f"sampan.{register}.{axis}": function_type(I32, ())
        for register in ("tid", "ctaid", "ntid", "nctaid")
        for axis in "xyz"
    },
    **{f"sampan.cluster.{part}": function_type(I32, ()) for part in ("x", "y", "z", "named")},
    "sampan.laneid": function_type(I32, ()),
    "sampan.warpid": function_type(I32, ()),
    "sampan.shared.base": function_type(PTR, ()),
    "sampan.dynamic.shared.size": function_type(I32, ()),
    "sampan.self": function_type(PTR, ()),
    "sampan.barrier": function_type(VOID, ()),
    "sampan.barrier.reduce": function_type(I32, (I32, I32)),
    "sampan.barrier.grid": function_type(VOID, ()),
    "sampan.barrier.cluster": function_type(VOID, ()),
    "sampan.warp.activemask": function_type(I32, ()),
    "sampan.warp.read": function_type(I32, (I32, I32, I32)),
    "sampan.warp.ballot": function_type(I32, (I32, I1)),
    "sampan.warp.match": function_type(I32, (I32, I64)),
    "sampan.warp.reduce": function_type(I32, (I32, I32, I32)),
    "sampan.warp.sync": function_type(VOID, (I32,)),
    **{name: shape.signature for name, shape in matrices.SHAPES.items()},
}
# Where a launch holds what these registers say.
CLUSTER_REGISTERS = {
    **{f"sampan.cluster.{axis}": LAUNCH_CLUSTER + 4 * i for i, axis in enumerate("xyz")},
    "sampan.cluster.named": LAUNCH_CLUSTER_NAMED,
}
BARRIERS = frozenset(f"sampan.barrier{kind}" for kind in ("", ".reduce", ".grid", ".cluster"))
# Where the shared memory of a cluster's blocks lies: the same for all threads that ask the same.
CLUSTER_LOOKUPS = frozenset({"sampan_cluster_map", "sampan_cluster_rank", "sampan_cluster_pointer"})


def is_runtime_or_intrinsic(name: str) -> bool:
    """Whether `name` is something every path lowers or links, rather than a device function."""
    return name in INTRINSICS or name in RUNTIME_FUNCTIONS or name.startswith("llvm.")
