"""The lane form of device functions: scalar code for one thread, with `ptr %self` in front.

`lower_lanes` requires the SIMT level. It makes `NAME.lane` for each function it is given (for a
kernel `void NAME.lane(ptr self)`, which loads the parameters) and leaves the originals as they
are. In a lane form no sampan.* intrinsic is left, calls go to lane forms, indirect calls take
slot 0 of their descriptor, and a barrier is a call of the runtime.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count

from sampan import abi, matrices
from sampan.fibre.clone import copy_body, declare_form
from sampan.fibre.division import guard_divisions
from sampan.fibre.spins import Spin, spin_latches, spins
from sampan.frontend.emit import Emit
from sampan.frontend.kernel_params import KernelParameter
from sampan.frontend.metadata import empty_node
from sampan.frontend.nvvm import Kernel
from sampan.ir.constants import const_int
from sampan.ir.core import Argument, Block, Function, Instruction, Module, Poison, Value
from sampan.ir.types import I1, I8, I32, PTR, VOID, Type, array_type, function_type, size_of
from sampan.matrices import MatrixShape

SUFFIX = ".lane"
TEXT_SECTION = "sampan_text"
DESCRIPTOR_SLOT = 0


def lower_lanes(
    module: Module, functions: Sequence[Function], kernels: Sequence[Kernel]
) -> dict[Function, Function]:
    """The lane form of each of `functions`, which must include all that they call."""
    by_function = {kernel.function: kernel for kernel in kernels}
    forms: dict[Function, Function] = {}
    for function in functions:
        if function in by_function:
            form = Function(function.name + SUFFIX, function_type(VOID, (PTR,)), module, "internal")
            form.args[0].name = "self"
            form.attrs = "nounwind"
            module.add_function(form)
        else:
            form = declare_form(module, function, function.name + SUFFIX, [("self", PTR)])
        form.section = TEXT_SECTION
        form.metadata = dict(function.metadata)
        forms[function] = form
    places = count()
    for function, form in forms.items():
        kernel = by_function.get(function)
        parameters = kernel.parameters if kernel else None
        _LaneForm(module, form, forms, places).build(function, parameters)
    return forms


class _LaneForm:
    def __init__(
        self,
        module: Module,
        form: Function,
        forms: dict[Function, Function],
        places: Iterator[int],
    ) -> None:
        self.module = module
        self.form = form
        self.forms = forms
        self.places = places
        self.self_argument: Argument = form.args[0]
        self.registers: dict[str, Value] = {}
        self.head: Emit  # the end of the prologue

    def build(self, source: Function, parameters: Sequence[KernelParameter] | None) -> None:
        prologue = self.form.add_block("prologue")
        # A place for the prologue's code; becomes the branch to the copied entry.
        branch = prologue.append(Instruction("br", VOID))
        self.head = Emit(self.module, branch)
        values: dict[Value, Value]
        if parameters is None:
            values = dict(zip(source.args, self.form.args[1:], strict=True))
        else:
            values = dict(zip(source.args, self._parameters(parameters), strict=True))
        copy_body(source, self.form, values)
        body = self.form.blocks[1]
        branch.targets = [body]
        for inst in list(body.instructions):  # static allocas belong to the entry block
            if inst.op == "alloca" and not inst.operands:
                inst.detach()
                prologue.insert(0, inst)
        self.form.attrs = " ".join(word for word in self.form.attrs.split() if word != "convergent")
        looking = [spin for spin in spins(self.form) if spin.only_looks]
        latches = spin_latches(self.form)
        self._drop_sleeps(looking)
        for inst in self.form.instructions():
            if inst.op == "call":
                self._call(inst)
        looked_at = {block for spin in looking for block in spin.body}
        for inst in [i for i in self.form.instructions() if _is_volatile(i)]:
            if inst.block in looked_at:
                continue  # the others have their turn at the back edge
            # Code from before __syncwarp counts on the lanes of a warp being in step: in turns, a
            # volatile access each, they are.
            Emit(self.module, inst).sampan("sampan_step", self.self_argument)
        again = self._count_turns(looking)
        for block in latches:
            e = Emit(self.module, block.terminator)
            if block in again:
                e.sampan("sampan_spin", self.self_argument, again[block])
            else:
                e.sampan("sampan_yield", self.self_argument)
        guard_divisions(self.form)

    def _drop_sleeps(self, looking: Sequence[Spin]) -> None:
        """A loop that only looks lets others run at its back edge, and need not sleep."""
        for spin in looking:
            for block in spin.body:
                for inst in [i for i in block.instructions if i.callee_name == "sampan_nanosleep"]:
                    inst.erase()

    def _count_turns(self, looking: Sequence[Spin]) -> dict[Block, Value]:
        """For each latch of the loops whether a turn of the loop came before this one."""
        again: dict[Block, Value] = {}
        for spin in looking:
            flag = Instruction("phi", I32, [], "again")
            for block in self.form.blocks:
                for _ in [s for s in block.successors if s is spin.header]:
                    flag.add_incoming(const_int(I32, int(block in spin.latches)), block)
            spin.header.insert(0, flag)
            again.update(dict.fromkeys(spin.latches, flag))
        return again

    def _parameters(self, parameters: Sequence[KernelParameter]) -> list[Value]:
        """The kernel's arguments, loaded from the launch's parameter buffer."""
        if not parameters:
            return []
        buffer = self._constant(PTR, self._launch(abi.LAUNCH_PARAMS), 8)
        values: list[Value] = []
        for parameter in parameters:
            place = self.head.offset(buffer, parameter.offset)
            if parameter.by_reference:
                values.append(place)
            else:
                values.append(self._load_parameter(parameter.type, place, parameter.offset))
        return values

    def _load_parameter(self, type: Type, place: Value, offset: int) -> Value:
        alignment = min(16, offset & -offset) if offset else 16
        if type is I1:  # a bool is a byte in memory
            return self.head.cast("trunc", self._constant(I8, place, 1), I1)
        return self._constant(type, place, alignment)

    def _launch(self, offset: int) -> Value:
        if "launch" not in self.registers:
            place = self.head.offset(self.self_argument, abi.THREAD_LAUNCH)
            self.registers["launch"] = self._constant(PTR, place, 8)
        return self.head.offset(self.registers["launch"], offset)

    def _constant(self, type: Type, place: Value, alignment: int) -> Value:
        """A load of what stays the same for all threads of the grid on this worker."""
        load = self.head.load(type, place, alignment)
        load.metadata["invariant.load"] = empty_node(self.module)
        return load

    # ---- Calls -----------------------------------------------------------------------------------

    def _call(self, call: Instruction) -> None:
        name = call.callee_name
        if name in abi.INTRINSICS:
            result = self._intrinsic(call, name)
            if call.users:
                assert result is not None
                call.replace_all_uses_with(result)
            call.erase()
        elif not name:
            self._indirect_call(call)
        else:
            form = self.forms.get(call.callee)  # type: ignore[call-overload]
            if form is not None:
                self._give_self(call, form)
            else:
                assert abi.is_runtime_or_intrinsic(name), f"{name} has no lane form"

    def _indirect_call(self, call: Instruction) -> None:
        e = Emit(self.module, call)
        slot = e.offset(call.callee, 8 * DESCRIPTOR_SLOT)
        self._give_self(call, e.load(PTR, slot, 8))

    def _give_self(self, call: Instruction, callee: Value) -> None:
        old = call.attrs["function_type"]
        arguments = call.arguments
        call.drop_operands()
        for operand in (self.self_argument, *arguments, callee):
            call.add_operand(operand)
        call.attrs["function_type"] = function_type(old.result, (PTR, *old.params), old.vararg)
        if "fn_attrs" in call.attrs:
            call.attrs["fn_attrs"] = _not_convergent(call.attrs["fn_attrs"])
        if "param_attrs" in call.attrs:
            call.attrs["param_attrs"] = ("", *call.attrs["param_attrs"])

    def _intrinsic(self, call: Instruction, name: str) -> Value | None:
        e = Emit(self.module, call)
        if name == "sampan.self":
            return self.self_argument
        if name == "sampan.barrier":
            e.sampan("sampan_barrier", self.self_argument)
            return None
        if name == "sampan.barrier.grid":
            e.sampan("sampan_grid_sync", self.self_argument)
            return None
        if name == "sampan.barrier.cluster":
            e.sampan("sampan_cluster_wait", self.self_argument)
            return None
        if name == "sampan.barrier.reduce":
            return e.sampan("sampan_barrier_reduce", self.self_argument, *call.arguments)
        if name.startswith("sampan.warp."):
            return self._warp_operation(e, call, name)
        if name not in self.registers:
            self.registers[name] = self._register(name)
        return self.registers[name]

    def _warp_operation(self, e: Emit, call: Instruction, name: str) -> Value:
        if name in matrices.SHAPES:
            return self._matrix_product(e, call, matrices.SHAPES[name])
        arguments = [e.cast("zext", a, I32) if a.type is I1 else a for a in call.arguments]
        if name == "sampan.warp.activemask":
            # A number for each place in the source: who asks there comes along.
            arguments = [e.integer(next(self.places))]
        return e.sampan(name.replace(".", "_"), self.self_argument, *arguments)

    def _matrix_product(self, e: Emit, call: Instruction, shape: MatrixShape) -> Value:
        """The lane's elements go through memory, the results into the place of the first."""
        members, layouts, *elements = call.arguments
        size = size_of(shape.type)
        buffer = self.head.inst(
            "alloca", PTR, [], allocated_type=array_type(len(elements), shape.type), align=16
        )
        for index, element in enumerate(elements):
            e.inst("store", VOID, [element, e.offset(buffer, index * size)], align=size)
        code = e.integer(shape.code)
        e.sampan("sampan_warp_mma", self.self_argument, members, code, layouts, buffer)
        result: Value = Poison(shape.result)
        for index in range(shape.counts[2]):
            element = e.load(shape.type, e.offset(buffer, index * size), size)
            result = e.inst("insertvalue", shape.result, [result, element], indices=(index,))
        return result

    def _register(self, name: str) -> Value:
        """Loads, once, at the entry: none of them changes while the thread runs."""
        head = self.head
        kind = name.split(".")[1]
        if kind in ("tid", "ctaid", "ntid", "nctaid"):
            axis = 4 * "xyz".index(name[-1])
            if kind in ("tid", "ctaid"):
                base = abi.THREAD_TID if kind == "tid" else abi.THREAD_CTAID
                return head.load(I32, head.offset(self.self_argument, base + axis), 4)
            base = abi.LAUNCH_BLOCK if kind == "ntid" else abi.LAUNCH_GRID
            return self._constant(I32, self._launch(base + axis), 4)
        if name == "sampan.shared.base":
            place = head.offset(self.self_argument, abi.THREAD_SHARED)
            return self._constant(PTR, place, 8)
        if name == "sampan.dynamic.shared.size":
            return self._constant(I32, self._launch(abi.LAUNCH_DYNAMIC_SHARED), 4)
        if kind == "cluster":
            return self._constant(I32, self._launch(abi.CLUSTER_REGISTERS[name]), 4)
        linear = head.load(I32, head.offset(self.self_argument, abi.THREAD_LINEAR_TID), 4)
        if name == "sampan.laneid":
            return head.binary("and", linear, abi.WARP_SIZE - 1)
        assert name == "sampan.warpid", name
        return head.binary("lshr", linear, abi.WARP_SIZE.bit_length() - 1)


def _is_volatile(inst: Instruction) -> bool:
    """Whether other threads may see this access, or what it sees."""
    if inst.op not in ("load", "store") or not inst.attrs.get("volatile"):
        return False
    return getattr(inst.operands[-1], "op", "") != "alloca"


def _not_convergent(attrs: str) -> str:
    """Threads are on their own here: moving a call under a condition changes nothing."""
    return " ".join(word for word in attrs.split() if word != "convergent")
