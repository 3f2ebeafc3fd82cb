import numpy as np
from suite import Case, Launch


def case() -> Case:
    n = 1 << 19
    return Case(
        group="divergent",
        buffers={"steps": np.zeros(n, np.int32)},
        launches=(Launch("collatz", (n // 256,), (256,), ("steps", n)),),
        outputs={"steps": 0},
        # About 106 steps a number, of 4 operations: test, halve or triple and add, count.
        flops=4 * 106 * n,
        bytes=4 * n,
        call=("steps", n),
    )
