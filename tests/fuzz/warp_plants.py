"""Bugs that are planted into warp-wide operations, their masks, and cooperative groups."""

from __future__ import annotations

from tests.fuzz.planting import Plant


def _plant(
    name: str, part: str, what: str, where: str, old: str, new: str, path: str = "vector"
) -> Plant:
    return Plant(name, part, what, where, old, new, warps=True, path=path)


FRONT_END = (
    _plant(
        "segment-limit",
        "warp lowering",
        "a shuffle in segments counts its limit from the start of the warp",
        "sampan.frontend.warp_operations:shuffle_place",
        'limit = e.binary("or", low, clamp) if clamp else low',
        "limit = e.integer(clamp)",
    ),
    _plant(
        "up-limit",
        "warp lowering",
        "a shuffle up does not read a segment's first lane",
        "sampan.frontend.warp_operations:_bounded",
        '"sge" if mode == "up" else "sle"',
        '"sgt" if mode == "up" else "sle"',
    ),
    _plant(
        "outside-read",
        "warp lowering",
        "a lane that would read outside its segment reads there",
        "sampan.frontend.warp_operations:_bounded",
        "Shuffle(e.select(inside, other, own), inside)",
        "Shuffle(other, inside)",
    ),
    _plant(
        "index-not-wrapped",
        "warp lowering",
        "the index of a shuffle is not taken modulo the width",
        "sampan.frontend.warp_operations:_bounded",
        'e.binary("or", low, e.binary("and", distance, elsewhere))',
        'e.binary("or", low, distance)',
    ),
    _plant(
        "uni-forgets-none",
        "warp lowering",
        "a vote that nobody says yes to does not count as one voice",
        "sampan.frontend.warp_operations:vote",
        'return e.binary("or", nobody(predicate), nobody(opposite))',
        "return nobody(opposite)",
    ),
    _plant(
        "match-all-of-absent",
        "warp lowering",
        "members that do not exist count as having another value",
        "sampan.frontend.warp_operations:match_all",
        'every = e.compare("eq", same, present)',
        'every = e.compare("eq", same, members)',
    ),
)

VECTORISER = (
    _plant(
        "ballot-of-inactive",
        "collectives",
        "lanes that are not there vote in a ballot",
        "sampan.vectorize.collectives:_ballot",
        "if mask is not None:",
        "if False:",
    ),
    _plant(
        "ballot-of-others",
        "collectives",
        "lanes that are not named vote in a ballot with masks that differ",
        "sampan.vectorize.collectives:_ballot",
        'e.emit("and", wide.type, [wide, e.splat(bits)])',
        "e.splat(bits)",
    ),
    _plant(
        "match-of-inactive",
        "collectives",
        "lanes that are not there match",
        "sampan.vectorize.collectives:_match",
        'same = e.select(active, e.icmp("eq", vector, e.splat(chosen)), e.zero(e.mask_type))',
        'same = e.icmp("eq", vector, e.splat(chosen))',
    ),
    _plant(
        "match-of-others",
        "collectives",
        "lanes that are not named match",
        "sampan.vectorize.collectives:_match",
        'result = e.emit("and", wide.type, [found, wide])',
        "result = found",
    ),
    _plant(
        "neutral-element",
        "collectives",
        "lanes that are not named count as zero in every reduction",
        "sampan.vectorize.collectives:_reduce",
        "rest = e.splat(const_int(I32, neutral))",
        "rest = e.splat(const_int(I32, 0))",
    ),
    _plant(
        "reduction-of-inactive",
        "collectives",
        "named lanes that are not there count in a reduction",
        "sampan.vectorize.collectives:_reduce",
        "return e.select(active, named, e.zero(e.mask_type))",
        "return named",
    ),
    _plant(
        "groups-overwritten",
        "collectives",
        "all lanes get the result of the last group",
        "sampan.vectorize.collectives:_for_each_group",
        "e.select(group, e.splat(value), result)",
        "e.splat(value)",
    ),
    _plant(
        "read-of-inactive",
        "collectives",
        "a lane that is not there gives the value it would have",
        "sampan.vectorize.collectives:_read",
        "if mask is not None:",
        "if False:",
    ),
    _plant(
        "active-mask-full",
        "collectives",
        "all lanes of the warp count as active",
        "sampan.vectorize.collectives:_active_bits",
        "if mask is None else e.bits(mask)",
        "",
    ),
    _plant(
        "permute-repeats-a-part",
        "permute",
        "every part of a permutation is the first one",
        "sampan.targets.x86:_by_tables",
        "index = _part(e, lanes, first, size)",
        "index = _part(e, lanes, 0, size)",
    ),
    _plant(
        "constant-lanes-compare",
        "lane values",
        "signed comparisons of lanes known to the compiler are unsigned",
        "sampan.vectorize.lane_values:_compare",
        'half if pred.startswith("s") else 0',
        "0",
    ),
    _plant(
        "uniform-match",
        "shapes",
        "a match counts as the same for all lanes if only its members are",
        "sampan.simt.transfer:_call",
        "all(shapes[i].is_uniform for i in decisive)",
        "not decisive or shapes[decisive[0]].is_uniform",
    ),
    _plant(
        "votes-need-no-warp",
        "warp use",
        "kernels whose lanes only vote or match get gangs that are not warps",
        "sampan.vectorize.warp_use:_meets",
        "inst.callee_name.startswith(_MEETING)",
        'inst.callee_name.startswith(_MEETING + "re")',
    ),
)

MEETINGS = (
    _plant(
        "asked-masks-trusted",
        "meetings",
        "masks that were found by asking are trusted wherever they are used",
        "sampan.simt.meetings:unmet_operation",
        "search.blind_meeting() or search.asked_meeting()",
        "search.blind_meeting()",
    ),
    _plant(
        "rounds-ignored",
        "meetings",
        "an operation in another round of a loop counts as the same",
        "sampan.simt.meetings:_Search._meeting",
        "if a != b or any(count > 1 for _, count in a[1]):",
        "if a[0] is not b[0]:",
    ),
    _plant(
        "one-side-only",
        "meetings",
        "only lanes that take a branch are looked at, not those that go around",
        "sampan.simt.meetings:_Search._meeting",
        "pairs += [(a, b) for a in first.events for b in behind]",
        "pairs += []",
    ),
)

_WARPS = "runtime/warp_operations.cpp"
FIBRES = (
    _plant(
        "absent-lane-read",
        "fibre meetings",
        "reading a lane that takes no part gives what it brought last",
        _WARPS,
        "bool present = lanes & bit(source);",
        "bool present = warp.lanes[source];",
        "fibre",
    ),
    _plant(
        "returned-lanes-awaited",
        "fibre meetings",
        "lanes wait for those that have returned",
        _WARPS,
        "uint32_t members = (own.members & warp.living) | bit(lane);",
        "uint32_t members = own.members | bit(lane);",
        "fibre",
    ),
    _plant(
        "partial-warp-full",
        "fibre meetings",
        "the last warp of a block has 32 lanes whatever the block",
        _WARPS,
        "warp.living = threads >= kLanes ? ~uint32_t{0} : bit(threads) - 1;",
        "warp.living = ~uint32_t{0};",
        "fibre",
    ),
    _plant(
        "unsigned-minimum",
        "fibre meetings",
        "the unsigned minimum is a signed one",
        _WARPS,
        "return std::min(a, b);",
        "return static_cast<uint32_t>(std::min(x, y));",
        "fibre",
    ),
    _plant(
        "masks-not-compared",
        "fibre meetings",
        "lanes meet that name different members",
        _WARPS,
        "if (other.kind != own.kind || other.members != own.members)",
        "if (other.kind != own.kind)",
        "fibre",
    ),
    _plant(
        "active-everywhere",
        "fibre meetings",
        "lanes that ask who is active at different places are one group",
        _WARPS,
        "if (other.kind == own.kind && other.extra == own.extra)",
        "if (other.kind == own.kind)",
        "fibre",
    ),
)

_GROUPS = "headers/cooperative_groups.h"
_LANES = "headers/cooperative_groups/sampan_lanes.h"
_REDUCE = "headers/cooperative_groups/reduce.h"
_SCAN = "headers/cooperative_groups/scan.h"
HEADERS = (
    _plant(
        "rank-counts-itself",
        "groups",
        "the rank in a coalesced group is one too high",
        _LANES,
        "return __popc(members & ((1u << lane()) - 1));",
        "return __popc(members & ((2u << lane()) - 1));",
    ),
    _plant(
        "lane-of-rank",
        "groups",
        "a rank of a coalesced group names the lane before",
        _LANES,
        "__fns(members, 0, static_cast<int>(rank) + 1)",
        "__fns(members, 0, static_cast<int>(rank) + (rank == 0))",
    ),
    _plant(
        "ballot-by-lanes",
        "groups",
        "the ballot of a tile has the bits of the warp's lanes",
        _GROUPS,
        "return Size == 32 ? lanes : lanes >> first() & ((1u << (Size & 31)) - 1);",
        "return lanes;",
    ),
    _plant(
        "reduce-one-too-many",
        "groups",
        "a reduction also takes the value behind the group's last",
        _REDUCE,
        "if (rank + distance < count)",
        "if (rank + distance <= count)",
    ),
    _plant(
        "scan-misses-first",
        "groups",
        "in a scan the first thread's value does not reach all",
        _SCAN,
        "if (rank >= distance)",
        "if (rank > distance)",
    ),
    _plant(
        "exclusive-first",
        "groups",
        "the first thread of an exclusive scan gets its own value",
        _SCAN,
        "return group.thread_rank() == 0 ? T() : before;",
        "return before;",
    ),
    _plant(
        "partition-sides",
        "groups",
        "those who say no make a group with all",
        _GROUPS,
        "side ? chosen : members & ~chosen)",
        "side ? chosen : members)",
    ),
    _plant(
        "label-number",
        "groups",
        "the groups of a partition by label are numbered from one",
        _GROUPS,
        "__popc(firsts & ((1u << own_first) - 1))",
        "__popc(firsts & ((2u << own_first) - 1))",
    ),
    _plant(
        "down-at-the-end",
        "groups",
        "the last of a coalesced group reads beyond it when shuffling down",
        _GROUPS,
        "distance < num_threads() - rank ? rank + distance : rank",
        "distance <= num_threads() - rank ? rank + distance : rank",
    ),
)

WARP_PLANTS = (*FRONT_END, *VECTORISER, *MEETINGS, *FIBRES, *HEADERS)
