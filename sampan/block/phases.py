"""Blocks with barriers: their gangs go on phase by phase.

    repeat until every gang has returned:
        for each gang that has not: go on where it stopped, up to its next barrier or its return

A gang that reaches a barrier notes where to resume and what it needs there (`spill`), so the one
copy of the code serves any control flow around barriers, uniform or not: a barrier is complete when
every gang that has not returned has stopped at one, which is what the hardware's counter does. A
gang that comes to a barrier with no active lane does not stop.
"""

from __future__ import annotations

from sampan import abi
from sampan.block.gang_frame import CLUSTER_BARRIER, GRID_BARRIER
from sampan.block.group_rounds import GroupRounds
from sampan.block.spill import keep_across
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Instruction, Value
from sampan.ir.edit import split_after
from sampan.ir.types import I8, I32, I64, PTR, VOID, size_of
from sampan.remarks import note

_PC_OFFSET = 0  # in a gang's scratch: where it resumes; -1 after it has returned
_RETURNED = -1


class Phases(GroupRounds):
    """The loop over phases, and the gang's code cut at its barriers."""

    def _with_barriers(
        self, block_head: Block, head: Block, body: list[Block], end: Block, done: Block
    ) -> None:
        b = self.b
        phase = self.function.add_block("phase", after=block_head)
        setup = self.function.add_block("gang.setup", after=block_head)
        dispatch = self.function.add_block("gang.dispatch", after=head)
        self._payload_slots(block_head)
        run = self.block_run
        if run:
            b.block, b.before = block_head, None
            run.measure(self.ctaid[0], self.block_left, self.values["sampan.nctaid.x"])
        # Every gang starts at 0. Its slots lie one after the other.
        self._clear_positions(block_head, setup, phase)
        b.block = phase
        waiting_slot = self.waiting
        b.store(b.i32(0), waiting_slot)
        before, first_memory = phase, self.scratch
        if run:
            place = run.enter(self.ctaid[0], self.scratch)
            self.values["sampan.ctaid.x"] = place
            self._tell(place, abi.THREAD_CTAID)
            before, first_memory = run.head, run.memory
        b.jump(head)
        self._gang_loop(before, head)
        memory = b.phi(PTR, "gang.memory")
        memory.add_incoming(first_memory, before)
        self._gang_state()
        b.jump(dispatch)
        self._place_allocas(body, head, memory)

        resumes = self._split_at_barriers(body, end, memory, waiting_slot)
        for block in list(body):
            if block.has_terminator and block.terminator.op == "ret":
                block.terminator.erase()
                b.block, b.before = block, None
                b.store(b.i32(_RETURNED), memory, _PC_OFFSET)
                b.jump(end)
        # The dispatcher makes every resumption an entry into the body.
        b.block, b.before = dispatch, None
        pc = b.load(I32, memory, _PC_OFFSET)
        cases = tuple(const_int(I32, k + 1) for k in range(len(resumes)))
        switch = b.emit("switch", VOID, [pc], cases=(const_int(I32, 0), *cases))
        switch.targets = [end, body[0], *(resume for resume, _ in resumes)]
        phase_end = self._phase_end(phase, done)
        self._close_gang_loop(head, end, run.leave(end, phase_end) if run else phase_end)
        self.memory_step = Instruction(
            "getelementptr", PTR, [memory, const_int(I64, 0)], source_type=I8
        ).insert_before(end.terminator)
        memory.add_incoming(self.memory_step, end)
        if run:
            run.memory.add_incoming(self.memory_step, run.next)
        self.resumes, self.memory = resumes, memory

    def _keep_values(self, body: list[Block]) -> None:
        """Spills what lives across barriers; only now is the size of a gang's slots known."""
        blocks = [x for x in self.function.blocks if x in set(body)]
        kept = keep_across(self.function, blocks, self.resumes, self.slots, self.memory)
        for place, (resume, _) in zip(self.barrier_places, self.resumes, strict=True):
            values, bytes = kept[resume]
            if values and place is not None:
                note(
                    "spilled",
                    f"kept across this barrier: {bytes} bytes in {values} "
                    f"value{'s' if values > 1 else ''} of {self.width} threads",
                    place,
                )
        self.slots.size = -(-self.slots.size // 64) * 64
        steps = [self.setup_step, self.memory_step]
        for step in [*steps, self.scratch_step] if self.group else steps:
            step.set_operand(1, const_int(I64, self.slots.size))

    def _payload_slots(self, block_head: Block) -> None:
        """Counters shared by the gangs of a block, in memory of the entry's frame."""
        b = self.b

        def slot(name: str) -> Instruction:
            inst = Instruction("alloca", PTR, [], name, allocated_type=I32, align=4)
            self.entry.insert(0, inst)
            return inst

        self.waiting = slot("waiting")
        self.reducing = any(i.callee_name.endswith(".reduce") for i in self.barriers)
        if self.reducing:
            self.counting, self.counted = slot("counting"), slot("counted")
            self.arriving, self.arrived = slot("arriving"), slot("arrived")
            b.block, b.before = block_head, None
            for s in (self.counting, self.arriving, self.counted, self.arrived):
                b.store(b.i32(0), s)

    def _clear_positions(self, block_head: Block, setup: Block, phase: Block) -> None:
        b = self.b
        b.block, b.before = block_head, None
        b.jump(setup)
        b.block = setup
        linear = b.phi(I32, "setup.linear")
        memory = b.phi(PTR, "setup.memory")
        linear.add_incoming(b.i32(0), block_head)
        memory.add_incoming(self.scratch, block_head)
        b.store(self._first_position(memory), memory, _PC_OFFSET)
        following = b.binary("add", linear, b.i32(self.width))
        # The size of a gang's slots is known only when all are placed: see _keep_values.
        self.setup_step = b.emit("getelementptr", PTR, [memory, const_int(I64, 0)], source_type=I8)
        linear.add_incoming(following, setup)
        memory.add_incoming(self.setup_step, setup)
        threads = self.threads
        if self.block_run:  # of the run: rows are full, so blocks are whole gangs
            threads = b.binary("mul", threads, self.block_run.length)
        b.branch(b.icmp("ult", following, threads), setup, phase)

    def _first_position(self, memory: Value) -> Value:
        """Where a gang begins; after a meeting of the grid, what it noted when it was parked there:
        -1 less the number of the place, where -1 alone means that it has returned."""
        b = self.b
        if not self.group:
            return b.i32(0)
        noted = b.load(I32, memory, _PC_OFFSET)
        place = b.binary("sub", b.i32(-1), noted)
        place = b.select(b.icmp("slt", noted, b.i32(_RETURNED)), place, noted)
        return b.select(b.icmp("ne", self.resumed, b.i32(0)), place, b.i32(0))

    def _place_allocas(self, body: list[Block], head: Block, memory: Value) -> None:
        """Private memory must outlive a stop: it moves to the gang's slots. What is used only
        between two barriers stays on the stack."""
        for block in body:
            for inst in [i for i in block.instructions if i.op == "alloca"]:
                if inst.attrs.get("sampan.transient") or inst.attrs.get("sampan.safe"):
                    inst.detach()
                    self.entry.insert(0, inst)
                    continue
                align = max(inst.attrs.get("align") or 1, 16)
                bytes = size_of(inst.attrs["allocated_type"])
                offset = self.slots.place(inst, bytes, min(align, 64))
                self.b.block, self.b.before = head, head.terminator
                address = self.b.offset(memory, offset)
                self.b.before = None
                inst.replace_all_uses_with(address) if inst.users else None
                inst.erase()

    def _split_at_barriers(
        self, body: list[Block], end: Block, memory: Value, waiting: Value
    ) -> list[tuple[Block, Block]]:
        b = self.b
        resumes: list[tuple[Block, Block]] = []
        for number, barrier in enumerate(self.barriers):
            block = barrier.block
            assert block is not None
            behind = split_after(self.function, barrier, f"behind.{number + 1}")
            body.insert(body.index(block) + 1, behind)
            stop = self.function.add_block(f"stop.{number + 1}", after=block)
            resume = self.function.add_block(f"resume.{number + 1}", after=stop)
            body.insert(body.index(block) + 1, resume)
            body.insert(body.index(block) + 1, stop)
            active = barrier.operands[0]
            block.terminator.erase()
            b.block, b.before = block, None
            b.branch(active, stop, behind)
            b.block = stop
            if barrier.callee_name in (GRID_BARRIER, CLUSTER_BARRIER):
                b.store(b.i32(-1 - (number + 1)), memory, _PC_OFFSET)
                b.store(b.binary("add", b.load(I32, self.parked), b.i32(1)), self.parked)
            else:
                b.store(b.i32(number + 1), memory, _PC_OFFSET)
                b.store(b.binary("add", b.load(I32, waiting), b.i32(1)), waiting)
            if barrier.callee_name.endswith(".reduce"):
                self._contribute(barrier)
            b.jump(end)
            b.block = resume
            result: Value | None = None
            if barrier.callee_name.endswith(".reduce"):
                result = self._reduced(barrier)
            b.jump(behind)
            if result is not None and barrier.users:
                phi = Instruction("phi", I32, name="reduced")
                behind.insert(0, phi)
                barrier.replace_all_uses_with(phi)
                phi.add_incoming(b.i32(0), block)
                phi.add_incoming(result, resume)
            barrier.erase()
            resumes.append((resume, behind))
        return resumes

    def _contribute(self, barrier: Instruction) -> None:
        b = self.b
        _, count, active, _ = barrier.arguments
        for slot, value in ((self.counting, count), (self.arriving, active)):
            b.store(b.binary("add", b.load(I32, slot), value), slot)

    def _reduced(self, barrier: Instruction) -> Value:
        """op 0: how many lanes had a true predicate; 1: whether all had; 2: whether any had."""
        b = self.b
        operation = barrier.arguments[3]
        count, arrived = b.load(I32, self.counted), b.load(I32, self.arrived)
        every = b.cast("zext", b.icmp("eq", count, arrived), I32)
        some = b.cast("zext", b.icmp("ne", count, b.i32(0)), I32)
        result = b.select(b.icmp("eq", operation, b.i32(1)), every, some)
        return b.select(b.icmp("eq", operation, b.i32(0)), count, result)

    def _phase_end(self, phase: Block, done: Block) -> Block:
        b = self.b
        block = self.function.add_block("phase.end")
        b.block, b.before = block, None
        if self.reducing:
            b.store(b.load(I32, self.counting), self.counted)
            b.store(b.load(I32, self.arriving), self.arrived)
            b.store(b.i32(0), self.counting)
            b.store(b.i32(0), self.arriving)
        again = b.icmp("ne", b.load(I32, self.waiting), b.i32(0))
        b.branch(again, phase, done)
        return block
