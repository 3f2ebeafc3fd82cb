import numpy as np
from suite import Case, Launch


def case() -> Case:
    n, blocks, block = 16 << 20, 512, 256
    x = (np.arange(n) % 1013 / 1013).astype(np.float32)
    return Case(
        group="synchronising",
        buffers={"in": x, "out": np.zeros(blocks, np.float32)},
        launches=(Launch("reduce", (blocks,), (block,), ("in", "out", n)),),
        outputs={"out": 1e-5},
        flops=n,
        bytes=4 * n,
    )
