"""Clusters of thread blocks: their special registers, barrier and distributed shared memory.

What a block is in its cluster follows from its index in the grid and the cluster's extent, so the
registers are arithmetic; the barrier and other blocks' shared memory are the runtime's.
"""

from __future__ import annotations

from collections.abc import Callable

from sampan.frontend.emit import Emit
from sampan.ir.core import Instruction, Value
from sampan.ir.types import I1

Lowering = Callable[[Emit, Instruction], Value | None]
# In a shared::cluster address of 32 bits: where the block's rank plus one begins.
RANK_SHIFT = 24
OFFSET_BITS = (1 << RANK_SHIFT) - 1


def cluster_registers() -> dict[str, Lowering]:
    """The lowerings of PTX's special registers about clusters, by their intrinsics' names."""
    found: dict[str, Lowering] = {}
    for axis in "xyz":
        found[f"clusterid.{axis}"] = _quotient("ctaid", axis)
        found[f"nclusterid.{axis}"] = _quotient("nctaid", axis)
        found[f"cluster.ctaid.{axis}"] = _in_cluster(axis)
        found[f"cluster.nctaid.{axis}"] = _extent(axis)
    found["cluster.ctarank"] = lambda e, call: rank(e)
    found["cluster.nctarank"] = lambda e, call: block_count(e)
    found["is_explicit_cluster"] = _is_explicit
    return found


def rank(e: Emit) -> Value:
    """This block's rank in its cluster, x fastest."""
    x, y, z = (_in_cluster(axis)(e, e.position) for axis in "xyz")
    assert x is not None and y is not None and z is not None
    row = e.binary("add", y, e.binary("mul", z, e.sampan("sampan.cluster.y")))
    return e.binary("add", x, e.binary("mul", row, e.sampan("sampan.cluster.x")))


def block_count(e: Emit) -> Value:
    plane = e.binary("mul", e.sampan("sampan.cluster.x"), e.sampan("sampan.cluster.y"))
    return e.binary("mul", plane, e.sampan("sampan.cluster.z"))


def arrive(e: Emit, call: Instruction) -> None:
    e.fence()
    e.sampan("sampan_cluster_arrive", e.sampan("sampan.self"))


def arrive_relaxed(e: Emit, call: Instruction) -> None:
    e.sampan("sampan_cluster_arrive", e.sampan("sampan.self"))


def wait(e: Emit, call: Instruction) -> None:
    e.sampan("sampan.barrier.cluster")
    e.fence()


def map_address(e: Emit, address: Value, target: Value) -> Value:
    """A generic address in this block's shared memory as the one in block `target`'s."""
    return e.sampan("sampan_cluster_map", e.sampan("sampan.self"), address, target)


def map_offset(e: Emit, address: Value, target: Value) -> Value:
    """The same for an address in shared space, an integer of 32 bits."""
    tag = e.binary("shl", e.binary("add", target, 1), RANK_SHIFT)
    return e.binary("or", e.binary("and", address, OFFSET_BITS), tag)


def rank_of_address(e: Emit, address: Value) -> Value:
    return e.sampan("sampan_cluster_rank", e.sampan("sampan.self"), address)


def pointer(e: Emit, address: Value) -> Value:
    """What a shared::cluster address of 32 bits points to."""
    return e.sampan("sampan_cluster_pointer", e.sampan("sampan.self"), address)


def _quotient(register: str, axis: str) -> Lowering:
    return lambda e, call: e.binary(
        "udiv", e.sampan(f"sampan.{register}.{axis}"), e.sampan(f"sampan.cluster.{axis}")
    )


def _in_cluster(axis: str) -> Lowering:
    return lambda e, call: e.binary(
        "urem", e.sampan(f"sampan.ctaid.{axis}"), e.sampan(f"sampan.cluster.{axis}")
    )


def _extent(axis: str) -> Lowering:
    return lambda e, call: e.sampan(f"sampan.cluster.{axis}")


def _is_explicit(e: Emit, call: Instruction) -> Value:
    flag = e.compare("ne", e.sampan("sampan.cluster.named"), 0)
    return flag if call.type is I1 else e.cast("zext", flag, call.type)


def _map(e: Emit, call: Instruction) -> Value:
    return map_address(e, call.arguments[0], call.arguments[1])


def _rank_of(e: Emit, call: Instruction) -> Value:
    return rank_of_address(e, call.arguments[0])


def _is_in_cluster(e: Emit, call: Instruction) -> Value:
    return e.compare("ne", rank_of_address(e, call.arguments[0]), 2**32 - 1)


# Of intrinsics, by their names without "llvm.nvvm.".
LOWERINGS: dict[str, Lowering] = {
    "mapa": _map,
    "mapa.shared.cluster": _map,
    "getctarank": _rank_of,
    "getctarank.shared.cluster": _rank_of,
    "is_explicit_cluster": _is_explicit,
    "isspacep.shared.cluster": _is_in_cluster,
}
for _suffix in ("", ".aligned"):
    LOWERINGS[f"barrier.cluster.arrive{_suffix}"] = arrive
    LOWERINGS[f"barrier.cluster.arrive.relaxed{_suffix}"] = arrive_relaxed
    LOWERINGS[f"barrier.cluster.wait{_suffix}"] = wait

# Of functions that the headers declare.
CLUSTER_CALLS: dict[str, Lowering] = {
    "__sampan_cluster_arrive": arrive,
    "__sampan_cluster_arrive_relaxed": arrive_relaxed,
    "__sampan_cluster_wait": wait,
    "__sampan_cluster_map": _map,
    "__sampan_cluster_rank_of": _rank_of,
    "__sampan_cluster_rank": lambda e, call: rank(e),
    "__sampan_cluster_blocks": lambda e, call: block_count(e),
    "__sampan_cluster_named": _is_explicit,
}
for _axis in "xyz":
    CLUSTER_CALLS[f"__sampan_cluster_dim_{_axis}"] = _extent(_axis)
    CLUSTER_CALLS[f"__sampan_cluster_block_{_axis}"] = _in_cluster(_axis)
    CLUSTER_CALLS[f"__sampan_cluster_index_{_axis}"] = _quotient("ctaid", _axis)
    CLUSTER_CALLS[f"__sampan_cluster_grid_{_axis}"] = _quotient("nctaid", _axis)
