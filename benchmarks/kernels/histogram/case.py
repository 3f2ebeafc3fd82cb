import numpy as np
from suite import Case, Launch


def case() -> Case:
    n, blocks = 16 << 20, 256
    values = np.random.default_rng(8).normal(128, 30, n).clip(0, 255).astype(np.uint8)
    return Case(
        group="synchronising",
        buffers={"in": values, "bins": np.zeros(256, np.uint32)},
        launches=(Launch("histogram", (blocks,), (256,), ("in", "bins", n)),),
        outputs={"bins": 0},
        restored=("bins",),
        flops=n,
        bytes=n,
        call=("in", "bins", n),
    )
