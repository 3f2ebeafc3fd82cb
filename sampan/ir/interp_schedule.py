"""Runs the lanes of blocks, interleaved at random or in turn, and makes them meet."""

from __future__ import annotations

import random
from collections.abc import Callable, Generator, Iterator
from typing import Any

from sampan.ir.interp_analysis import BARRIERS, CLUSTER_WAIT, GRID_SYNC, NAMED_BARRIER
from sampan.ir.interp_collectives import ACTIVE_MASK, MEETINGS, evaluate
from sampan.ir.interp_errors import KernelError


class Deadlock(KernelError):
    """No lane can go on, yet some have not finished."""


class StepLimit(KernelError):
    """The kernel was switched between lanes more often than allowed."""


class Thread:
    """What a lane sees of itself; generated code reads the fields."""

    __slots__ = (
        "address",
        "cluster",
        "cooperative",
        "ctaid_x",
        "ctaid_y",
        "ctaid_z",
        "dynamic_shared",
        "lane",
        "launch",
        "named",
        "nctaid_x",
        "nctaid_y",
        "nctaid_z",
        "ntid_x",
        "ntid_y",
        "ntid_z",
        "shared",
        "tid_x",
        "tid_y",
        "tid_z",
    )

    tid_x: int
    tid_y: int
    tid_z: int
    ctaid_x: int
    ctaid_y: int
    ctaid_z: int
    ntid_x: int
    ntid_y: int
    ntid_z: int
    nctaid_x: int
    nctaid_y: int
    nctaid_z: int
    lane: int  # linear index in the block
    shared: int
    dynamic_shared: int
    address: int
    launch: int  # of what the runtime runs: the address of its SampanLaunch
    cluster: ClusterRun
    named: NamedBarriers
    cooperative: bool  # all threads of the grid may wait for each other


def make_thread(
    tid: tuple[int, int, int],
    ctaid: tuple[int, int, int],
    ntid: tuple[int, int, int],
    nctaid: tuple[int, int, int],
) -> Thread:
    """A thread of a block without shared memory, not cooperative."""
    thread = Thread()
    thread.tid_x, thread.tid_y, thread.tid_z = tid
    thread.ctaid_x, thread.ctaid_y, thread.ctaid_z = ctaid
    thread.ntid_x, thread.ntid_y, thread.ntid_z = ntid
    thread.nctaid_x, thread.nctaid_y, thread.nctaid_z = nctaid
    thread.lane = tid[0] + ntid[0] * (tid[1] + ntid[1] * tid[2])
    thread.address = 0
    thread.launch = 0
    thread.dynamic_shared = 0
    thread.shared = 0
    thread.cooperative = False
    thread.cluster = ALONE
    thread.named = NamedBarriers()
    return thread


class ClusterRun:
    """The blocks of a cluster: where their shared memory is, and who has come to its barrier."""

    def __init__(self, extent: tuple[int, int, int] = (1, 1, 1), named: bool = False) -> None:
        self.extent = extent
        self.named = named
        self.shared: list[tuple[int, int]] = []  # address and size by rank
        self.live = 0  # lanes that have not finished
        self.phase = 0  # how often all have met
        self.arrived: dict[Thread, int] = {}  # lanes that have yet to wait, and in which phase

    def arrive(self, thread: Thread) -> None:
        self.arrived[thread] = self.phase
        self._pass_if_complete()

    def may_pass(self, thread: Thread) -> bool:
        """Whether a lane that waits for the barrier can go on; if so it has left it."""
        if self.arrived.get(thread, -1) == self.phase:
            return False
        self.arrived.pop(thread, None)
        return True

    def leave(self, thread: Thread) -> None:
        """The lane has finished."""
        self.arrived.pop(thread, None)
        self.live -= 1
        self._pass_if_complete()

    def _pass_if_complete(self) -> None:
        here = sum(phase == self.phase for phase in self.arrived.values())
        if here and here == self.live:
            self.phase += 1

    def rank_of(self, address: int) -> int:
        found = (r for r, (at, size) in enumerate(self.shared) if at <= address < at + size)
        return next(found, 0xFFFFFFFF)

    def map(self, address: int, rank: int) -> int:
        owner = self.rank_of(address)
        start = self.shared[0 if owner == 0xFFFFFFFF else owner][0]
        return self.shared[rank % len(self.shared)][0] + address - start

    def pointer(self, thread: Thread, address: int) -> int:
        tag = address >> 24
        base = self.shared[tag - 1][0] if 0 < tag <= len(self.shared) else thread.shared
        return base + (address & 0xFFFFFF)


ALONE = ClusterRun()


class NamedBarriers:
    """The barriers of a block that have numbers: how many lanes have arrived without waiting."""

    def __init__(self) -> None:
        self.arrived: dict[int, int] = {}

    def arrive(self, number: int, threads: int) -> None:
        self.arrived[number] = self.arrived.get(number, 0) + 1

    def free(self, live: list[Lane]) -> list[Lane]:
        """The lanes of the block that wait at a barrier to which as many as it takes have come."""
        waiting: dict[int, list[Lane]] = {}
        for lane in live:
            if lane.item is not None and lane.item[0] == NAMED_BARRIER:
                waiting.setdefault(lane.item[2], []).append(lane)
        freed = []
        for number, lanes in waiting.items():
            assert lanes[0].item is not None
            needed = lanes[0].item[3] or len(live)
            if len(lanes) + self.arrived.get(number, 0) >= needed:
                self.arrived[number] = 0
                freed += lanes
        return freed


class Lane:
    """A running thread of a block. `item` is what it waits for, if it waits."""

    __slots__ = ("block", "code", "item", "reply", "thread")

    def __init__(self, block: BlockRun, thread: Thread, code: Generator[Any, Any, Any]) -> None:
        self.block = block
        self.thread = thread
        self.code = code
        self.reply: Any = None
        self.item: tuple[Any, ...] | None = None


class BlockRun:
    """The lanes of one block that have not finished; `at_end` is called when none is left."""

    def __init__(self, at_end: Callable[[], None]) -> None:
        self.live: list[Lane] = []
        self.at_end = at_end
        self.at_barrier = 0  # lanes that wait at a barrier of the block
        self.in_warps = 0  # at least the lanes that wait for others of their warp

    def release(self, arrived: Lane | None) -> list[Lane]:
        """Lanes that may go on, now that `arrived` waits or (None) a lane has finished."""
        live = self.live
        if not live:
            return []
        if arrived is not None and arrived.item is not None:
            at_barrier = arrived.item[0] in BARRIERS
            self.at_barrier += at_barrier
            self.in_warps += not at_barrier
        if self.at_barrier == len(live):
            self._pass_barrier()
            return live.copy()
        if not self.in_warps:
            return []
        warps = {x.thread.lane >> 5 for x in live} if arrived is None else set()
        if arrived is not None:
            warps = {arrived.thread.lane >> 5}
        freed: list[Lane] = []
        for warp in sorted(warps):
            freed += self._release_warp(warp)
        self.in_warps -= len(freed)
        return freed

    def _pass_barrier(self) -> None:
        self.at_barrier = 0
        reducing = [x for x in self.live if x.item is not None and len(x.item) > 1]
        for lane in self.live:
            lane.reply = None
            if lane in reducing:
                assert lane.item is not None
                flags = [bool(x.item[1]) for x in reducing if x.item is not None]
                operation = lane.item[2]
                lane.reply = (sum(flags), int(all(flags)), int(any(flags)))[operation]
        for lane in self.live:
            lane.item = None

    def _release_warp(self, warp: int) -> list[Lane]:
        """Lanes of the warp that wait for members of their mask only, all of whom have come."""
        lanes = {x.thread.lane & 31: x for x in self.live if x.thread.lane >> 5 == warp}
        freed: list[Lane] = []
        for lane in list(lanes.values()):
            item = lane.item
            if item is None or item[0] not in MEETINGS:
                continue
            name, mask = item[0], item[1]
            members = {n: x for n, x in lanes.items() if mask >> n & 1}
            members.setdefault(lane.thread.lane & 31, lane)
            if all(
                x.item is not None and x.item[0] == name and x.item[1] == mask
                for x in members.values()
            ):
                arguments = {n: x.item[1:] for n, x in members.items() if x.item is not None}
                for number, reply in evaluate(name, arguments).items():
                    members[number].reply = reply
                    members[number].item = None
                    freed.append(members[number])
        return freed

    def answer_active(self) -> list[Lane]:
        """Nobody can go on: whoever asks which lanes come along gets those that ask at the same
        place. It is the largest set there could be, as if lanes ran together where they can."""
        asking: dict[tuple[Any, ...], list[Lane]] = {}
        for lane in self.live:
            if lane.item is not None and lane.item[0] == ACTIVE_MASK:
                place = (lane.thread.lane >> 5, *_position(lane.code))
                asking.setdefault(place, []).append(lane)
        for group in asking.values():
            mask = sum(1 << (lane.thread.lane & 31) for lane in group)
            for lane in group:
                lane.reply, lane.item = mask, None
        return [lane for group in asking.values() for lane in group]


def _position(code: Any) -> list[Any]:
    """Where a suspended lane stands, from its kernel to the innermost function."""
    found: list[Any] = []
    while code is not None and getattr(code, "gi_frame", None) is not None:
        found += (code.gi_code, code.gi_frame.f_lasti)
        code = code.gi_yieldfrom
    return found


class Scheduler:
    """Runs blocks in order, up to `blocks_at_once` of them interleaved."""

    def __init__(
        self, source: random.Random, in_turn: bool, blocks_at_once: int, limit: int
    ) -> None:
        self.random = source
        self.in_turn = in_turn
        self.blocks_at_once = blocks_at_once
        self.limit = limit
        self.switches = 0

    def run(self, blocks: Iterator[BlockRun]) -> None:
        """Runs every block of the iterator to its end."""
        ready: list[Lane] = []
        active: list[BlockRun] = []
        turn = 0
        more = True
        while True:
            while more and len(active) < self.blocks_at_once:
                block = next(blocks, None)
                if block is None:
                    more = False
                    break
                active.append(block)
                ready += block.live
            if not active:
                return
            if not ready:
                ready += [lane for block in active for lane in block.answer_active()]
            if not ready:
                ready += _pass_clusters(active)
            if not ready and not more:
                ready += _pass_grid_sync(active)
            if not ready:
                raise Deadlock(_describe(active))
            index = turn % len(ready) if self.in_turn else int(self.random.random() * len(ready))
            turn = index + 1
            lane = ready[index]
            self.switches += 1
            if self.switches > self.limit:
                raise StepLimit(f"more than {self.limit} switches between lanes")
            reply, lane.reply = lane.reply, None
            try:
                item = lane.code.send(reply)
            except StopIteration:
                del ready[index]
                turn = index
                lane.block.live.remove(lane)
                lane.thread.cluster.leave(lane.thread)
                if lane.block.live:
                    ready += lane.block.release(None)
                else:
                    active.remove(lane.block)
                    lane.block.at_end()
                continue
            if item == 0:
                continue
            lane.item = item
            del ready[index]
            turn = index
            ready += lane.block.release(lane)


def _pass_clusters(active: list[BlockRun]) -> list[Lane]:
    """The lanes that wait at the barrier of a cluster, or at one with a number, to which all others
    have come."""
    freed = [lane for block in active for lane in block.live[:1]]
    freed = [lane for first in freed for lane in first.thread.named.free(first.block.live)]
    freed += [
        lane
        for block in active
        for lane in block.live
        if lane.item is not None
        and lane.item[0] == CLUSTER_WAIT
        and lane.thread.cluster.may_pass(lane.thread)
    ]
    for lane in freed:
        lane.item = lane.reply = None
        lane.block.in_warps -= 1
    return freed


def _pass_grid_sync(active: list[BlockRun]) -> list[Lane]:
    """All lanes of the grid, if those that have not finished wait at its barrier."""
    lanes = [lane for block in active for lane in block.live]
    if not all(
        lane.thread.cooperative and lane.item is not None and lane.item[0] == GRID_SYNC
        for lane in lanes
    ):
        return []
    for lane in lanes:
        lane.item = lane.reply = None
    return lanes


def _describe(active: list[BlockRun]) -> str:
    waiting: dict[str, list[str]] = {}
    for block in active:
        for lane in block.live:
            t = lane.thread
            place = f"({t.ctaid_x},{t.ctaid_y},{t.ctaid_z})/({t.tid_x},{t.tid_y},{t.tid_z})"
            name = str(lane.item[0]) if lane.item else "nothing"
            waiting.setdefault(name, []).append(place)
    parts = [
        f"{len(places)} wait at {name} (first: {places[0]})" for name, places in waiting.items()
    ]
    return "no thread can go on: " + "; ".join(parts)
