"""LINEAR becomes WARP: every varying value becomes a vector with one element per lane.

Uniform and strided values stay scalar and are expanded on demand. Requires a linearised function
with its divergence and masks; makes a new function and leaves the old one as it is.
"""

from __future__ import annotations

from sampan.ir.constants import const_int
from sampan.ir.core import Block, Function, Instruction, Value
from sampan.ir.types import FLOAT, I1, I32, I64, PTR, VOID, vector_type
from sampan.simt.divergence import Divergence
from sampan.targets.base import VectorHooks
from sampan.targets.widths import Rows
from sampan.vectorize import arithmetic, atomics, memory
from sampan.vectorize.calls import Uniform, VectorFunctions, call, vector_signature
from sampan.vectorize.collectives import collective
from sampan.vectorize.emit import Emitter
from sampan.vectorize.masks import Masks
from sampan.vectorize.refused import Refused
from sampan.vectorize.serialize import spill


def widen_kernel(
    source: Function,
    name: str,
    width: int,
    rows: Rows,
    divergence: Divergence,
    masks: Masks,
    functions: VectorFunctions,
    hooks: VectorHooks,
) -> Function:
    """The gang form of a kernel: same parameters; `sampan.gang.*` calls tell which gang it is."""
    target = Function(name, source.function_type, source.module, "internal")
    widener = _Widener(source, target, width, rows, divergence, masks, functions)
    widener.hooks = hooks
    for old, new in zip(source.args, target.args, strict=True):
        new.name = old.name
        widener.scalars[old] = new
    widener.run()
    return target


def widen_function(
    source: Function,
    name: str,
    width: int,
    divergence: Divergence,
    masks: Masks,
    functions: VectorFunctions,
    hooks: VectorHooks,
    uniform: Uniform,
) -> Function:
    """The vector form of a device function: (self, mask, one vector per parameter that is not
    `uniform`)."""
    assert source.module is not None
    probe = Emitter(source, source, width, divergence, masks)
    signature = vector_signature(probe, source.function_type, uniform)
    target = source.module.get_or_declare(name, signature)
    target.linkage = "internal"
    widener = _Widener(source, target, width, Rows.ANY, divergence, masks, functions)
    widener.is_device_function = True
    widener.hooks = hooks
    widener.self_argument = target.args[0]
    widener.mask_argument = target.args[1]
    for number, (old, new) in enumerate(zip(source.args, target.args[2:], strict=True)):
        (widener.scalars if number in uniform else widener.vectors)[old] = new
    widener.run()
    return target


class _Widener(Emitter):
    def __init__(
        self,
        source: Function,
        target: Function,
        width: int,
        rows: Rows,
        divergence: Divergence,
        masks: Masks,
        functions: VectorFunctions,
    ) -> None:
        super().__init__(source, target, width, divergence, masks)
        self.rows = rows
        self.functions = functions
        self.self_argument: Value | None = None
        self.mask_argument: Value | None = None
        self.first: dict[Block, Block] = {}
        self.last: dict[Block, Block] = {}

    def scalar_self(self) -> Value:
        return self.self_argument or self.call("sampan.self", PTR, [])

    def run(self) -> None:
        entry = self.target.add_block("entry")
        for block in self.source.blocks:
            self.first[block] = self.target.add_block(block.name)
        for block in self.source.blocks:
            self.source_block = block
            self.block = self.first[block]
            for inst in block.instructions:
                self._visit(inst)
            self.last[block] = self.block
        self._fill_phis()
        self.block = entry
        self.debug = {}
        self.jump(self.first[self.source.entry])

    # -- dispatch ---------------------------------------------------------------------------------

    def _visit(self, inst: Instruction) -> None:
        self.debug = {"dbg": inst.metadata["dbg"]} if "dbg" in inst.metadata else {}
        op = inst.op
        if op == "phi":
            self._phi(inst)
        elif inst.is_terminator:
            self._terminator(inst)
        elif op == "call":
            if not self._special(inst):
                call(self, inst, self.functions)
        elif op == "load":
            memory.load(self, inst)
        elif op == "store":
            memory.store(self, inst)
        elif op == "atomicrmw":
            atomics.atomicrmw(self, inst)
        elif op == "cmpxchg":
            atomics.cmpxchg(self, inst)
        elif op == "fence":
            self.emit("fence", VOID, []).attrs = dict(inst.attrs)
        elif op == "alloca":
            new = self.entry_alloca(
                inst.attrs["allocated_type"], max(inst.attrs.get("align") or 1, 16), inst.name
            )
            self.scalars[inst] = new
        elif op == "getelementptr":
            if self.divergence.shape(inst).is_strided:
                self.scalars[inst] = arithmetic.scalar_gep(self, inst)
            else:
                self.vectors[inst] = arithmetic.gep(self, inst)
        elif op in arithmetic.ELEMENTWISE:
            if self.divergence.shape(inst).is_strided:
                self.scalars[inst] = arithmetic.scalar_copy(self, inst)
            else:
                self.vectors[inst] = arithmetic.vector_form(self, inst)
        else:
            raise Refused(f"the instruction {op}", inst)

    def _phi(self, inst: Instruction) -> None:
        shape = self.divergence.shape(inst)
        if shape.is_strided:
            self.scalars[inst] = self.emit("phi", inst.type, [])
        if shape.is_varying or shape.assumed:
            self.vectors[inst] = self.emit("phi", self.widen_type(inst.type), [])

    def _fill_phis(self) -> None:
        for block in self.source.blocks:
            for phi in block.phis:
                for value, origin in phi.incoming:
                    end = self.last[origin]
                    terminator = end.instructions.pop()
                    self.block, self.source_block = end, origin
                    for table, get in ((self.scalars, self.scalar), (self.vectors, self.vector)):
                        new = table.get(phi)
                        if isinstance(new, Instruction):
                            new.add_incoming(get(value), end)
                    end.instructions.append(terminator)

    def exact_vector(self, inst: Instruction) -> Value:
        if inst.op == "getelementptr":
            return arithmetic.gep(self, inst)
        return arithmetic.vector_form(self, inst)

    def _terminator(self, inst: Instruction) -> None:
        if inst.op == "ret":
            values = [self.vector(v) for v in inst.operands]
            self.emit("ret", VOID, values)
            return
        if inst.op != "br":
            raise Refused(f"the terminator {inst.op}", inst)
        targets = [self.first[t] for t in inst.targets]
        if len(targets) == 1:
            self.jump(targets[0])
        else:
            self.branch(self.scalar(inst.operands[0]), targets[0], targets[1])
            for key in ("llvm.loop",):
                self.block.terminator.metadata.pop(key, None)

    # -- what the gang is -------------------------------------------------------------------------

    def _special(self, inst: Instruction) -> bool:
        """Intrinsics about the gang's place in its block."""
        name = inst.callee_name
        if not name.startswith("sampan."):
            return False
        tail = name.removeprefix("sampan.")
        if tail == "gang.active":
            self.vectors[inst] = self.mask_argument or self._active_lanes()
        elif tail == "gang.lane":
            self.scalars[inst] = const_int(I64, 0)
        elif tail.startswith("gang.first."):
            line, stride = inst.arguments
            assert self.divergence.shape(line).stride == getattr(stride, "signed", None)
            self.scalars[inst] = self.scalar(line)
        elif tail == "gang.has":
            self.scalars[inst] = self._has_lane(self.scalar(inst.operands[0]))
        elif tail.startswith("gang.lay."):
            self.scalars[inst], _ = spill(self, self.vector(inst.operands[0]))
        elif tail.startswith("gang.collect."):
            place = self.scalar(inst.operands[0])
            self.vectors[inst] = self.emit("load", self.widen_type(inst.type), [place], align=64)
        elif tail == "gang.linear":
            self.scalars[inst] = self.call(name, I32, [])
        elif tail in ("tid.x", "tid.y", "tid.z"):
            if self.rows.inside:
                self.scalars[inst] = self.call(f"sampan.gang.{tail}", I32, [])
            else:
                self.vectors[inst] = self._thread_index(tail[-1])
        elif tail == "laneid":
            if self.width == 32:  # the gang is the warp
                self.scalars[inst] = const_int(I32, 0)
            elif self.width < 32:
                linear = self.call("sampan.gang.linear", I32, [])
                self.scalars[inst] = self.emit("and", I32, [linear, const_int(I32, 31)])
            else:
                wide = self._linear()
                self.vectors[inst] = self.emit("and", wide.type, [wide, const_int(wide.type, 31)])
        elif tail == "warpid":
            if self.width <= 32:
                linear = self.call("sampan.gang.linear", I32, [])
                self.scalars[inst] = self.emit("lshr", I32, [linear, const_int(I32, 5)])
            else:
                wide = self._linear()
                self.vectors[inst] = self.emit("lshr", wide.type, [wide, const_int(wide.type, 5)])
        elif tail.startswith("warp."):
            collective(self, inst, name)
        elif tail == "self" and self.self_argument is not None:
            self.scalars[inst] = self.self_argument
        elif tail.startswith(
            ("ctaid.", "ntid.", "nctaid.", "cluster.", "shared.base", "dynamic.")
        ) or (tail == "self"):
            self.scalars[inst] = self.call(name, inst.type, [])
        else:
            return False
        return True

    def _has_lane(self, lane: Value) -> Value:
        """Whether a lane is active in this block."""
        mask = self.mask()
        if mask is None:
            return const_int(I1, 1)
        bits = self.bits(mask)
        shifted = self.emit("lshr", bits.type, [bits, self.resize(lane, bits.type)])
        return self.emit("trunc", I1, [shifted])

    def _linear(self) -> Value:
        """Linear thread index of every lane."""
        base = self.call("sampan.gang.linear", I32, [])
        lanes = self.lane_numbers(I32)
        return self.emit("add", lanes.type, [self.splat(base), lanes])

    def _active_lanes(self) -> Value:
        threads = self.call("sampan.block.threads", I32, [])
        return self.icmp("ult", self._linear(), self.splat(threads))

    def _thread_index(self, axis: str) -> Value:
        """threadIdx of every lane from the linear index, for any block shape.

        Quotients of numbers below 2**11 are exact in binary32: a quotient that is not an integer
        is at least 2**-11 away from one, the rounding error is below 2**-13."""
        linear = self._linear()
        nx = self.call("sampan.ntid.x", I32, [])
        row = self._small_quotient(linear, nx)
        if axis == "x":
            return self.emit(
                "sub", linear.type, [linear, self.emit("mul", row.type, [row, self.splat(nx)])]
            )
        ny = self.call("sampan.ntid.y", I32, [])
        plane = self._small_quotient(row, ny)
        if axis == "z":
            return plane
        return self.emit(
            "sub", row.type, [row, self.emit("mul", plane.type, [plane, self.splat(ny)])]
        )

    def _small_quotient(self, a: Value, b: Value) -> Value:
        floats = vector_type(self.width, FLOAT)
        x = self.emit("uitofp", floats, [a])
        y = self.splat(self.emit("uitofp", FLOAT, [b]))
        return self.emit("fptoui", a.type, [self.emit("fdiv", floats, [x, y])])
