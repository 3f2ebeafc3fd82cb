import numpy as np
from suite import Case, Launch


def case() -> Case:
    heads, length, size = 4, 1024, 64
    random = np.random.default_rng(9)
    q, k, v = random.normal(0, 1, (3, heads, length, size)).astype(np.float32)
    arguments = ("q", "k", "v", "out", length)
    return Case(
        group="mixed",
        buffers={"q": q, "k": k, "v": v, "out": np.zeros_like(q)},
        launches=(Launch("attention", (length // 64, heads), (64,), arguments),),
        outputs={"out": 1e-5},
        flops=heads * length**2 * (4 * size + 10),
        bytes=4 * q.nbytes,
    )
