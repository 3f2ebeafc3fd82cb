import numpy as np
from suite import Case, Launch


def case() -> Case:
    n = 4096
    cells = np.arange(n * n, dtype=np.float32)
    return Case(
        group="memory",
        buffers={"in": cells, "out": np.zeros_like(cells)},
        launches=(Launch("transpose", (n // 32, n // 32), (32, 8), ("in", "out", n)),),
        outputs={"out": 0},
        flops=0,
        bytes=8 * n * n,
        call=("in", "out", n),
    )
