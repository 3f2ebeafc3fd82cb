"""Every program of tests/kernels and tests/hazards on every OpenCL runtime: `make test-opencl`.

A program passes as on the CPU, or it is refused with the words of OTHERWISE.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import run_sampan
from tests.kernel_cases import read_expectation
from tests.opencl.runtimes import MISSING, Runtime, runtimes
from tests.test_kernels import PROGRAMS

PATIENCE = 8  # times a program's own limit, as devices compile when it runs

_INDIRECT = "a call through a function pointer, or a virtual call,"
_RETURNED = "a barrier that threads may miss which have returned"
_LANES = "a warp-wide operation that lanes may miss"
_WAITS = "a loop in which a thread waits for another"
_MALLOC = "malloc in a kernel"
_CLUSTER = "a barrier of a cluster"
_GRID = "a barrier of the whole grid"
# What the error says of a program that OpenCL devices cannot run.
OTHERWISE = {
    "barrier_in_indirect_call": _INDIRECT,
    "barrier_reductions": _RETURNED,
    "calls_under_divergence": _INDIRECT,
    "cg_clusters": _CLUSTER,
    "cg_coalesced": _LANES,
    "cg_grid": _GRID,
    "cg_grid_phases": _GRID,
    "cg_tiles": _RETURNED,
    "cg_wide_tiles": "a barrier of some threads of the block",
    "clocks": "clock64()",
    "cuda_atomic": "an atomic operation of 16 bits",
    "cuda_atomic_waits": _WAITS,
    "cuda_barrier_and_pipeline": _WAITS,
    "cuda_latch_and_semaphore": _WAITS,
    "device_launches": "a kernel that launches kernels",
    "device_malloc": _MALLOC,
    "documented_errors": _MALLOC,
    "earlier_blocks": _WAITS,
    "early_return": _RETURNED,
    "error_codes": "volatile shared memory",
    "function_pointers": _INDIRECT,
    "generic_pointers": _MALLOC,
    "half_in_kernels": "an atomic operation of 16 bits",
    "integer_arithmetic": "arithmetic with integers of 128 bits",
    "interprocess": "cudaIpcGetMemHandle(&memory, x): operation not supported",
    "launch_attributes": _CLUSTER,
    "lines_of_lanes": _LANES,
    "long_waits": _WAITS,
    "managed_memory": "the __managed__ variable counter cannot be on an OpenCL device",
    "many_float_results": _INDIRECT,
    "meetings_in_functions": _RETURNED,
    "message_passing": _WAITS,
    "ptx_clusters": _CLUSTER,
    "recursion": "fibonacci(int), which calls itself,",
    "stream_priorities": "clock64()",
    "streams_and_events": "clock64()",
    "shared_arguments": "which calls itself,",
    "texture_reference_functions": "which calls itself,",
    "texture_references": _RETURNED,
    "virtual_calls": _MALLOC,
    "volatile_loop": _WAITS,
    "waiting_threads": _WAITS,
    "warp_active_places": "-G is for kernels on the CPU",
    "warp_aggregated_atomics": _LANES,
    "warp_masks_kept": _LANES,
    "warp_masks_parted": _LANES,
    "warp_meetings": _LANES,
    "warp_reductions_of_blocks": _LANES,
    "warp_synchronous_volatile": "volatile shared memory",
    "warp_votes": _LANES,
    "wmma_floats": "a matrix product of a warp",
    "wmma_integers": "a matrix product of a warp",
}
# Programs that do what ends the process there (docs/opencl.md), and on which runtimes.
BOTH = ("intel", "system")
CRASHES = {
    "device_reset": BOTH,
    "fault_seen_at_once": BOTH,
    "illegal_address": BOTH,
    "large_stack_frame": ("system",),
}
# What a runtime without sub-groups of 32, or without a view of the host's memory, says.
LACKING = ("it works in warps", "a device that sees the host's memory")


@pytest.mark.parametrize("source", PROGRAMS, ids=lambda path: f"{path.parent.name}/{path.stem}")
@pytest.mark.parametrize("runtime", runtimes(), ids=lambda runtime: runtime.name)
def test_program(runtime: Runtime, source: Path) -> None:
    if source.stem in CRASHES and runtime.name in CRASHES[source.stem]:
        pytest.skip("does what ends the process on such a device")
    expected = read_expectation([source])
    done = run_sampan(
        "run",
        *expected.flags,
        source,
        env=runtime.environment,
        timeout=expected.limit * PATIENCE,
    )
    shown = f"exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-3000:]}"
    if source.stem in OTHERWISE:
        assert OTHERWISE[source.stem] in done.stderr + done.stdout, shown
        assert done.returncode != 0, shown
        return
    if not runtime.device.warps and any(words in done.stderr for words in LACKING):
        assert done.returncode != 0, shown
        return
    assert done.returncode == expected.exit_code, shown
    if expected.exit_code == 0:
        assert re.search(r"^PASS$", done.stdout, re.MULTILINE), shown
    for line in expected.output:
        assert line in done.stdout.splitlines(), shown


def test_there_is_a_runtime() -> None:
    if not runtimes():
        pytest.skip(MISSING)
