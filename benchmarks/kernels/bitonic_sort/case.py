import numpy as np
from suite import Case, Launch


def case() -> Case:
    n, pairs = 1 << 19, 512
    keys = np.random.default_rng(7).integers(0, 1 << 32, n, np.uint32)
    blocks, block = (n // (2 * pairs),), (pairs,)
    launches = [Launch("sort_blocks", blocks, block, ("keys",))]
    length = 4 * pairs
    while length <= n:
        distance = length // 2
        while distance > pairs:
            launches.append(Launch("merge_step", blocks, block, ("keys", distance, length)))
            distance //= 2
        launches.append(Launch("merge_blocks", blocks, block, ("keys", length)))
        length *= 2
    levels = n.bit_length() - 1
    return Case(
        group="synchronising",
        buffers={"keys": keys},
        launches=tuple(launches),
        outputs={"keys": 0},
        restored=("keys",),
        flops=n // 2 * levels * (levels + 1) // 2,  # comparisons
        bytes=8 * n * len(launches),
    )
