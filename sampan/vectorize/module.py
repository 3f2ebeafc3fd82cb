"""The vectoriser as the driver sees it: kernels in, block entries out, or a reason why not."""

from __future__ import annotations

from dataclasses import dataclass, field

from sampan import abi
from sampan.block import launcher
from sampan.canonicalize import inline_calls, sequence
from sampan.frontend import block_shapes
from sampan.frontend.block_shapes import BlockShape
from sampan.frontend.nvvm import DeviceModule, Kernel
from sampan.ir.clone import clone_function
from sampan.ir.constants import const_bool
from sampan.ir.core import Function, Instruction, Value
from sampan.ir.types import I1, function_type
from sampan.simt import index_facts
from sampan.simt.divergence import Divergence, analyze
from sampan.simt.meetings import unmet_operation
from sampan.simt.shape import UNIFORM, VARYING
from sampan.simt.waits import waiting_observation
from sampan.targets.base import VectorHooks
from sampan.targets.widths import Rows
from sampan.vectorize import (
    bit_lines,
    check,
    clamps,
    data_rows,
    full_paths,
    function_entry,
    grid_rounds,
    linearize,
    memory,
    patches,
    privates,
    scalar_loops,
)
from sampan.vectorize.calls import Uniform, VectorFunctions
from sampan.vectorize.gang_copies import GangCopies
from sampan.vectorize.masks import Masks
from sampan.vectorize.pressure import spilled_bytes
from sampan.vectorize.refused import Refused
from sampan.vectorize.route import Unroutable
from sampan.vectorize.special import SpecialShapes
from sampan.vectorize.warp_use import WarpUse
from sampan.vectorize.widen import widen_function, widen_kernel

TEXT_SECTION = "sampan_text"
_SCATTERED = ("llvm.masked.gather", "llvm.masked.scatter")
# Vector forms of one function and width, beside the general one, that take parameters as scalars.
MOST_UNIFORM_FORMS = 2

FormKey = tuple[Function, int, Uniform]  # of a device function's form: with its gang width


@dataclass(frozen=True)
class Form:
    """A kernel compiled for one gang width and one condition on the block's shape."""

    entry: Function
    width: int
    rows: Rows
    scratch_per_gang: int
    group: bool  # all blocks that it is given are there at once
    scattered: int  # accesses in its code that take an instruction for each lane
    spilled: int  # bytes that a loop keeps, but registers cannot (pressure.py)
    by_rows: bool  # its gangs run in the order of block/row_order.py

    @property
    def cost(self) -> tuple[int, bool, float]:
        """Orders the forms of one kernel, the better one first. Of code that streams through
        memory a gang in one row is, as several rows are several streams."""
        in_one_row = self.by_rows and self.rows is Rows.MULTIPLE
        return self.scattered, not in_one_row, self.spilled / self.width

    @property
    def kind(self) -> int:
        """SampanVariant.kind"""
        return abi.BLOCK_GROUP if self.group else abi.BLOCK_VECTOR


@dataclass
class ModuleVectorizer:
    """Makes vector forms of the kernels of one module, and of the functions they call."""

    device: DeviceModule
    vectors: VectorHooks = field(default_factory=VectorHooks)  # of the target
    block_shape: BlockShape | None = None  # if all blocks have the same
    canonical: dict[Function, Function] = field(default_factory=dict)
    # Vector forms of device functions, by width; also what to put into descriptors.
    functions: dict[FormKey, Function] = field(default_factory=dict)
    failed: dict[Function, Refused] = field(default_factory=dict)
    tag: str = ""  # in the names of what it makes

    def __post_init__(self) -> None:
        self.warp_use = WarpUse(self.device)
        self._special: dict[BlockShape, ModuleVectorizer] = {}

    def for_shape(self, shape: BlockShape) -> ModuleVectorizer:
        """One that makes forms of the same kernels for blocks of that shape."""
        if shape not in self._special:
            self._special[shape] = ModuleVectorizer(
                self.device,
                self.vectors,
                shape,
                self.canonical,
                failed=self.failed,
                tag=".for" + "x".join(map(str, shape)),
            )
        return self._special[shape]

    def is_warp_wide(self, kernel: Kernel) -> bool:
        """Whether the kernel can tell which threads share a warp: a gang must be one then."""
        return self.warp_use.tells_warps(kernel.function)

    def vectorize(self, kernel: Kernel, width: int, rows: Rows) -> Form:
        """The block entry of `kernel`. Raises Refused. An error leaves the module as it was."""
        source = self._canonical(kernel.function)
        self._check_progress(source)
        module = self.device.module
        known = set(module.functions)
        made: dict[FormKey, Function] = {}
        try:
            form = self._kernel(kernel, source, width, rows, made)
        except Exception as error:
            for name in [n for n in module.functions if n not in known]:
                if not name.startswith("llvm."):
                    del module.functions[name]
            if isinstance(error, Unroutable):
                raise Refused(str(error)) from None
            raise
        self.functions.update(made)
        form.entry.section = TEXT_SECTION
        form.entry.attrs = "nounwind"
        module.add_function(form.entry)
        return form

    # -- kernels ----------------------------------------------------------------------------------

    def _kernel(
        self,
        kernel: Kernel,
        source: Function,
        width: int,
        rows: Rows,
        made: dict[FormKey, Function],
    ) -> Form:
        suffix = f"{width}{rows.suffix}{self.tag}"
        work, _ = clone_function(source, f"{kernel.name}.work{suffix}")
        privates.run(work, width)
        if rows is not Rows.ANY:
            index_facts.run(work)
        places: frozenset[Value] = frozenset()
        by_columns = False
        if self.block_shape is not None:  # not earlier: those facts look for blockDim
            by_columns = index_facts.has_columns(work, self.block_shape[0])
            block_shapes.run(work, self.block_shape)
            if rows is Rows.PATCH:
                places = patches.run(work, self.block_shape, width)
        entry_mask: Value | None = None
        parameters = tuple(range(len(work.args)))
        if rows.full:
            divergence, masks = self._linear(work, width, rows, None, parameters, places)
        else:
            entry_mask = self._insert_active(work)
            divergence, masks = self._linear(work, width, rows, entry_mask, parameters)
        pending: list[tuple[Function, Uniform]] = []
        functions = self._requests(width, made, pending)
        gang = widen_kernel(
            work,
            f"{kernel.name}.gang{suffix}",
            width,
            rows,
            divergence,
            masks,
            functions,
            self.vectors,
        )
        check.warp(gang)
        scattered = sum(
            inst.callee_name.startswith(_SCATTERED) or inst.attrs.get("sampan.apart", False)
            for block in gang.blocks
            if not block.name.startswith(memory.UNLIKELY)
            for inst in block.instructions
        )
        spilled = spilled_bytes(gang, 2 * self.vectors.product_bytes)
        met = {i.callee_name: i for i in gang.instructions() if i.op == "call"}
        if met.keys() >= {"sampan.gang.barrier.grid", "sampan.gang.barrier.cluster"}:
            raise Refused("meetings of the grid and of clusters in one kernel")
        self._close_indirect(gang, pending, width, made)
        self._functions(pending, width, made)
        launched = launcher.run(
            gang,
            kernel.function,
            f"{kernel.name}.block{suffix}",
            width,
            rows,
            self.block_shape,
            kernel.thread_axes,
            by_columns,
            self.vectors.streaming_fence,
        )
        check.block(launched.entry)
        del self.device.module.functions[work.name]
        return Form(
            launched.entry,
            width,
            rows,
            launched.scratch,
            launched.group,
            scattered,
            spilled,
            launched.by_rows,
        )

    def _insert_active(self, work: Function) -> Instruction:
        assert work.module is not None
        callee = work.module.get_or_declare("sampan.gang.active", function_type(I1, ()))
        call = Instruction("call", I1, [callee], function_type=callee.function_type)
        work.entry.insert(0, call)
        return call

    def _linear(
        self,
        work: Function,
        width: int,
        rows: Rows,
        entry_mask: Value | None,
        uniform: Uniform,
        places: frozenset[Value] = frozenset(),
        is_kernel: bool = True,
    ) -> tuple[Divergence, Masks]:
        """`uniform`: the parameters that all lanes share; `places`: see Divergence."""
        shapes = {
            argument: UNIFORM if number in uniform else VARYING
            for number, argument in enumerate(work.args)
        }
        special = SpecialShapes(width, rows)

        def look() -> Divergence:
            found = analyze(work, shapes.__getitem__, special, width)
            found.places = places
            return found

        divergence = look()
        if scalar_loops.run(work, divergence, width):
            divergence = look()
        if is_kernel:
            budget = full_paths.Budget()
            full = full_paths.FullPaths(work, budget)
            kinds = (data_rows.find, clamps.find, bit_lines.find)
            simple = [GangCopies(work, width, budget, find) for find in kinds]
            while (rows.full and full.run(divergence)) or any(c.run(divergence) for c in simple):
                divergence = look()
            if rows.full and grid_rounds.run(work, divergence):
                divergence = look()
        unmet = unmet_operation(work, divergence, self.warp_use.meets_in_call)
        if unmet is not None:
            raise Refused(
                "lanes may come to a warp-wide operation from different paths",
                unmet.operation,
                unmet.branch,
            )
        masks = linearize.run(work, entry_mask or const_bool(True), divergence)
        check.linear(work, divergence, masks)
        return divergence, masks

    # -- device functions -------------------------------------------------------------------------

    def _requests(
        self, width: int, made: dict[FormKey, Function], pending: list[tuple[Function, Uniform]]
    ) -> VectorFunctions:
        def request(function: Function, uniform: Uniform) -> tuple[str, Uniform]:
            known = [u for f, w, u in (*self.functions, *made) if f is function and w == width]
            known += [u for f, u in pending if f is function]
            if uniform not in known and len(set(known) - {()}) >= MOST_UNIFORM_FORMS:
                uniform = ()
            if uniform not in known:
                pending.append((function, uniform))
            return self._form_name(function, width, uniform), uniform

        return VectorFunctions(request)

    def _close_indirect(
        self,
        gang: Function,
        pending: list[tuple[Function, Uniform]],
        width: int,
        made: dict[FormKey, Function],
    ) -> None:
        """A kernel that calls through a pointer may reach any function whose address is taken."""
        indirect = any(
            i.op == "call" and not isinstance(i.callee, Function) for i in gang.instructions()
        )
        if indirect:
            self._request_all(pending, width, made)

    def _request_all(
        self,
        pending: list[tuple[Function, Uniform]],
        width: int,
        made: dict[FormKey, Function],
    ) -> None:
        for function in self.device.descriptors:
            key = (function, width, ())
            if function.blocks and key not in self.functions and key not in made:
                if (function, ()) not in pending:
                    pending.append((function, ()))

    def _functions(
        self, pending: list[tuple[Function, Uniform]], width: int, made: dict[FormKey, Function]
    ) -> None:
        position = 0
        while position < len(pending):
            function, uniform = pending[position]
            position += 1
            source = self._canonical(function)
            self._check_progress(source)
            work, _ = clone_function(source, f"{function.name}.work{width}")
            privates.run(work, width)
            if self.block_shape is not None:
                block_shapes.run(work, self.block_shape)
            entry_mask = self._insert_active(work)
            divergence, masks = self._linear(
                work, width, Rows.ANY, entry_mask, uniform, is_kernel=False
            )
            form = widen_function(
                work,
                self._form_name(function, width, uniform),
                width,
                divergence,
                masks,
                self._requests(width, made, pending),
                self.vectors,
                uniform,
            )
            if any(
                i.op == "call" and not isinstance(i.callee, Function) for i in form.instructions()
            ):
                self._request_all(pending, width, made)
            function_entry.run(form)
            form.section = TEXT_SECTION
            form.attrs = "nounwind"
            made[(function, width, uniform)] = form
            del self.device.module.functions[work.name]

    @staticmethod
    def _check_progress(function: Function) -> None:
        waiting = waiting_observation(function)
        if waiting is not None:
            raise Refused("a loop that waits for another thread", waiting)

    def _canonical(self, function: Function) -> Function:
        """The canonical copy, made once. Raises Refused for what canonicalisation cannot handle."""
        if function in self.failed:
            raise self.failed[function]
        found = self.canonical.get(function)
        if found is None:
            name = f"{function.name}.canonical"
            found, _ = clone_function(function, name)
            del self.device.module.functions[name]
            inline_calls.run(found, self.warp_use.belongs_in_kernels)
            try:
                sequence.run(found)
            except Refused as error:
                self.failed[function] = error
                raise
            check.canonical(found)
            self.canonical[function] = found
        return found

    def _form_name(self, function: Function, width: int, uniform: Uniform) -> str:
        suffix = "".join(f".{number}" for number in uniform)
        return f"{function.name}.w{width}{self.tag}{suffix}"
