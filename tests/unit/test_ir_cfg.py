"""Dominators, loops, SSA repair and the verifier."""

from __future__ import annotations

import itertools
import random

import llvmlite.binding as llvm
import pytest

from sampan.ir.builder import Builder
from sampan.ir.cfg import (
    DominatorTree,
    LoopInfo,
    PostDominatorTree,
    is_reducible,
    predecessors,
    reachable_from,
    remove_unreachable_blocks,
    reverse_post_order,
    split_edge,
)
from sampan.ir.constants import const_int
from sampan.ir.core import Block, Function, Module
from sampan.ir.errors import IRError
from sampan.ir.reader import read_module
from sampan.ir.ssa_repair import repair, repair_dominance
from sampan.ir.types import I1, I32, VOID, function_type
from sampan.ir.verify import _EXTRA, add_check, verify
from sampan.ir.writer import write_function, write_module


def graph(edges: str) -> Function:
    """`a:b,c b:d` — blocks with one or two successors; without: they return."""
    module = Module()
    f = module.add_function(Function("f", function_type(VOID, (I1,)), module))
    parts = [part.split(":") for part in edges.split()]
    blocks = {name: f.add_block(name) for name, _ in parts}
    for name, targets in parts:
        b = Builder(blocks[name])
        to = [blocks[t] for t in targets.split(",") if t]
        if not to:
            b.ret()
        elif len(to) == 1:
            b.br(to[0])
        else:
            b.cond_br(f.args[0], to[0], to[1])
    return f


def named(f: Function) -> dict[str, Block]:
    return {b.name: b for b in f.blocks}


def names(blocks) -> list[str]:  # type: ignore[no-untyped-def]
    return sorted(b.name for b in blocks)


def test_dominators_of_nested_diamonds() -> None:
    f = graph("a:b,c b:d,e c:f d:f e:f f:")
    n, tree = named(f), DominatorTree(f)
    assert tree.idom(n["f"]) is n["a"] and tree.idom(n["d"]) is n["b"]
    assert tree.idom(n["a"]) is None
    assert tree.dominates(n["a"], n["f"]) and not tree.dominates(n["b"], n["f"])
    assert not tree.strictly(n["a"], n["a"])
    assert names(tree.frontier(n["d"])) == ["f"]
    assert names(tree.children(n["a"])) == ["b", "c", "f"]
    post = PostDominatorTree(f)
    assert post.idom(n["a"]) is n["f"] and post.idom(n["f"]) is None
    assert post.dominates(n["f"], n["d"]) and not post.dominates(n["b"], n["a"])


def test_post_dominators_with_an_endless_loop_and_two_exits() -> None:
    f = graph("a:b,c b:b c:d,e d: e:")
    n, post = named(f), PostDominatorTree(f)
    assert post.fake_exits == [n["b"]]
    assert post.idom(n["a"]) is None and post.idom(n["c"]) is None
    assert all(block in post for block in f.blocks)


def random_graph(rng: random.Random, count: int) -> Function:
    parts = []
    for i in range(count):
        targets = [f"b{rng.randrange(1, count)}" for _ in range(rng.choice([0, 1, 1, 2, 2]))]
        parts.append(f"b{i}:{','.join(targets)}")
    return graph(" ".join(parts))


@pytest.mark.parametrize("seed", range(40))
def test_trees_agree_with_their_definition(seed: int) -> None:
    rng = random.Random(seed)
    f = random_graph(rng, rng.randrange(2, 12))
    live = reverse_post_order(f)
    tree, post = DominatorTree(f), PostDominatorTree(f)
    for a, b in itertools.product(live, live):
        expected = a is b or b not in reachable_from([f.entry], stop=[a])
        assert tree.dominates(a, b) == expected, (a.name, b.name)
        exits = {x for x in live if not x.successors} | set(post.fake_exits)
        expected = a is b or not (reachable_from([b], stop=[a]) & exits)
        assert post.dominates(a, b) == expected, (a.name, b.name)
    preds = predecessors(f)
    for a in live:
        expected_frontier = {
            b
            for b in live
            if any(p in tree and tree.dominates(a, p) for p in preds[b]) and not tree.strictly(a, b)
        }
        assert set(tree.frontier(a)) == expected_frontier


def test_nested_loops() -> None:
    f = graph("e:h h:i,x i:j j:i,l l:h,y x: y:")
    n, info = named(f), LoopInfo(f)
    outer, inner = info.loops
    assert (outer.header, inner.header) == (n["h"], n["i"])
    assert names(outer.blocks) == ["h", "i", "j", "l"] and names(inner.blocks) == ["i", "j"]
    assert [b.name for b in outer.ordered_blocks] == ["h", "i", "j", "l"]
    assert inner.parent is outer and outer.children == [inner] and inner.depth == 2
    assert info.loop_of(n["l"]) is outer and info.loop_of(n["x"]) is None
    assert [(a.name, b.name) for a, b in outer.exit_edges] == [("h", "x"), ("l", "y")]
    assert outer.preheader is n["e"] and inner.preheader is None and outer.latch is n["l"]


def test_reducibility() -> None:
    assert is_reducible(graph("a:b b:c,d c:b d:"))
    assert not is_reducible(graph("a:b,c b:c c:b,d d:"))


def test_splitting_an_edge_keeps_phis() -> None:
    f = read_module("""
define i32 @f(i1 %c) {
entry:
  br i1 %c, label %join, label %join
join:
  %x = phi i32 [ 1, %entry ], [ 1, %entry ]
  ret i32 %x
}""").functions["f"]
    split_edge(f, f.blocks[0], f.blocks[1], "middle")
    verify(f)
    assert "%x = phi i32 [ 1, %middle ]" in write_function(f)


def test_unreachable_blocks_go_with_their_phi_operands() -> None:
    f = read_module("""
define i32 @f(i1 %c) {
entry:
  br label %join
dead:
  %d = add i32 1, 2
  br label %join
join:
  %x = phi i32 [ 1, %entry ], [ %d, %dead ]
  ret i32 %x
}""").functions["f"]
    assert remove_unreachable_blocks(f) and not remove_unreachable_blocks(f)
    verify(f)
    assert names(f.blocks) == ["entry", "join"]


def test_repair_inserts_phis_at_joins_and_loops() -> None:
    f = read_module("""
define i32 @f(i1 %c, i32 %n) {
entry:
  br i1 %c, label %left, label %head
left:
  %v = add i32 %n, 1
  br label %head
head:
  %use = add i32 %v, 0
  br i1 %c, label %body, label %out
body:
  %w = add i32 %use, 5
  br label %head
out:
  ret i32 %v
}""").functions["f"]
    v = next(i for i in f.instructions() if i.name == "v")
    w = next(i for i in f.instructions() if i.name == "w")
    with pytest.raises(IRError, match="does not dominate"):
        verify(f)
    uses = [(u, i) for u in list(v.users) for i, o in enumerate(u.operands) if o is v]
    phis = repair(f, {v.block: v, w.block: w}, I32, uses, const_int(I32, 9), "m")
    verify(f)
    assert len(phis) == 1
    assert "%m = phi i32 [ 9, %entry ], [ %v, %left ], [ %w, %body ]" in write_function(f)


@pytest.mark.parametrize("seed", range(60))
def test_repair_dominance_always_yields_valid_ssa(seed: int) -> None:
    rng = random.Random(seed)
    f = random_graph(rng, rng.randrange(2, 12))
    remove_unreachable_blocks(f)
    one = const_int(I32, 1)
    values = []
    for block in f.blocks:
        b = Builder(block, block.terminator)
        values.append(b.add(one, one, name="v"))
    for block in f.blocks:
        b = Builder(block, block.instructions[rng.randrange(len(block.instructions))])
        b.add(rng.choice(values), rng.choice(values), name="u")
    repair_dominance(f)
    verify(f)
    assert f.module is not None
    llvm.parse_assembly(write_module(f.module), llvm.create_context()).verify()


GOOD = """
define void @f(i1 %c, i32 %n) {
entry:
  br label %pre
pre:
  br label %head
head:
  %i = phi i32 [ 0, %pre ], [ %next, %latch ]
  %next = add i32 %i, 1
  %t = icmp ult i32 %next, %n
  br i1 %t, label %latch, label %out
latch:
  br label %head
out:
  %live = phi i32 [ %i, %head ]
  %after = add i32 %live, 1
  ret void
}
"""


def test_canonical_form_is_accepted() -> None:
    verify(read_module(GOOD), "CANONICAL")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("add i32 %live", "add i32 %i", "without a phi"),
        ("[ 0, %pre ], [ %next, %latch ]", "[ 0, %pre ]", "does not match"),
        ("label %latch, label %out", "label %head, label %out", "does not match"),
        (
            "br label %pre\npre:",
            "br i1 %c, label %pre, label %other\nother:\n  ret void\npre:",
            "more than one return",
        ),
        (
            "br label %head\nhead",
            "br i1 %c, label %head, label %out2\nout2:\n  unreachable\nhead",
            "without a preheader",
        ),
        (
            "%after = add i32 %live, 1",
            "%after = call i32 @llvm.nvvm.read.ptx.sreg.tid.x()",
            "llvm.nvvm",
        ),
        ("%after = add i32 %live, 1", "%after = load i32, ptr addrspace(3) null", "address space"),
        ("%after = add i32 %live, 1", "%after = fadd contract float 1.0, 1.0", "contract"),
        ("latch:\n  br label %head", "latch:\n  switch i32 %n, label %head []", "lowered"),
    ],
)
def test_violations_are_named(old: str, new: str, message: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new) + "\ndeclare i32 @llvm.nvvm.read.ptx.sreg.tid.x()\n"
    with pytest.raises(IRError, match=message) as caught:
        verify(read_module(text), "CANONICAL")
    assert "@f" in str(caught.value)


def test_type_errors_are_named() -> None:
    f = read_module(GOOD).functions["f"]
    add = next(i for i in f.instructions() if i.name == "next")
    add.set_operand(1, const_int(I1, 1))
    with pytest.raises(IRError, match="operands are i32 and i1"):
        verify(f)


def test_broken_user_bookkeeping_is_found() -> None:
    f = read_module(GOOD).functions["f"]
    add = next(i for i in f.instructions() if i.name == "next")
    add.operands[1] = f.args[1]  # behind the back of set_operand
    with pytest.raises(IRError, match="does not know that it is used"):
        verify(f)


def test_stages_add_their_own_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_adds(function: Function):  # type: ignore[no-untyped-def]
        for inst in function.instructions():
            if inst.op == "add":
                yield inst, "an add"

    monkeypatch.setitem(_EXTRA, "BLOCK", [])
    add_check("BLOCK", no_adds)
    with pytest.raises(IRError, match="an add"):
        verify(read_module(GOOD), "BLOCK")
    verify(read_module(GOOD), "WARP")
