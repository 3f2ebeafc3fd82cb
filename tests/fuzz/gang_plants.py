"""Bugs that are planted into code for simple gangs, and into the order in which gangs run."""

from __future__ import annotations

from tests.fuzz.planting import Plant


def _plant(name: str, part: str, what: str, where: str, old: str, new: str) -> Plant:
    return Plant(name, part, what, where, old, new, rows=True)


SIMPLE_GANGS = (
    _plant(
        "row-end-ignored",
        "data rows",
        "a gang counts as in one row of a matrix wherever its last lane is",
        "sampan.vectorize.data_rows:_test",
        "tests.icmp(less, start, room)",
        "tests.icmp(less, start, divisor)",
    ),
    _plant(
        "row-shorter-than-gang",
        "data rows",
        "rows of a matrix that are shorter than a gang count as long ones",
        "sampan.vectorize.data_rows:_test",
        'tests.icmp("sge", divisor, const_int(type, reach))',
        'tests.icmp("ne", divisor, zero(type))',
    ),
    _plant(
        "bound-of-first-lane",
        "clamps",
        "an upper bound is tested for the first lane alone",
        "sampan.vectorize.clamps:_test",
        "last if upper else first",
        "first",
    ),
    _plant(
        "bound-of-last-lane",
        "clamps",
        "a lower bound is tested for the last lane alone",
        "sampan.vectorize.clamps:_test",
        "last if upper else first",
        "last",
    ),
    _plant(
        "mask-of-gang-untested",
        "bit lines",
        "an and with bits known at run time counts as a line if they have none of the lanes' bits",
        "sampan.vectorize.bit_lines:_test",
        'kept = low if op == "and" else zero(type)',
        "kept = zero(type)",
    ),
    _plant(
        "distance-within-gang",
        "bit lines",
        "the bits that lanes differ in are one too few",
        "sampan.vectorize.bit_lines:_test",
        "low = const_int(type, chunk - 1)",
        "low = const_int(type, (chunk - 1) >> 1)",
    ),
    _plant(
        "first-test-alone",
        "gang copies",
        "of several tests of a gang only the first counts",
        "sampan.vectorize.gang_copies:Tests.all",
        'result = self.emit("and", I1, result, test)',
        "pass",
    ),
    _plant(
        "step-forgotten",
        "gang copies",
        "the lanes of a line with another stride than one step by one",
        "sampan.vectorize.gang_copies:Tests.steps",
        'return self.emit("mul", type, lane, const_int(type, stride), flags=NO_WRAP)',
        "return lane",
    ),
)

SLOTS = (
    _plant(
        "slot-not-filled",
        "spill",
        "what a loop starts with is not stored where the rounds keep it",
        "sampan.block.slot_sharing:SlotSharing.to_store",
        "found.append((value, source))",
        "pass",
    ),
)

ORDER = (
    _plant(
        "stops-among-barriers",
        "grid rounds",
        "gangs wait for each other in loops also in kernels with barriers",
        "sampan.vectorize.grid_rounds:run",
        "if any(i.callee_name in abi.BARRIERS for i in function.instructions()):",
        "if False:",
    ),
    _plant(
        "run-of-one-block",
        "block runs",
        "all blocks of a run have the number of the first",
        "sampan.block.block_runs:BlockRun.enter",
        'return b.binary("add", place, self.number)',
        "return place",
    ),
    _plant(
        "rows-of-one-block",
        "row order",
        "all blocks of a run have the number of the first",
        "sampan.block.row_order:RowOrder.enter",
        'ctaid = b.binary("add", place, self.number)',
        "ctaid = place",
    ),
    _plant(
        "row-leaves-plane",
        "row order",
        "threadIdx.y goes on into the next plane of a block",
        "sampan.block.row_order:RowOrder.leave",
        'wraps = b.icmp("uge", y, b.i32(self.shape[1]))',
        'wraps = b.icmp("ugt", y, b.i32(self.shape[1]))',
    ),
)

GANG_PLANTS = (*SIMPLE_GANGS, *SLOTS, *ORDER)
