import numpy as np
from suite import Case, Launch


def case() -> Case:
    n, block = 4 << 20, 512
    blocks = n // block
    x = (np.arange(n) * 7 % 13 - 5).astype(np.int32)
    return Case(
        group="synchronising",
        buffers={"in": x, "out": np.zeros_like(x), "totals": np.zeros(blocks, np.int32)},
        launches=(
            Launch("scan_blocks", (blocks,), (block,), ("in", "out", "totals")),
            Launch("scan_totals", (1,), (block,), ("totals", blocks)),
            Launch("add_totals", (blocks,), (block,), ("out", "totals")),
        ),
        outputs={"out": 0},
        flops=11 * n,  # 9 steps in a block of 512, and one for the total
        bytes=16 * n,
    )
