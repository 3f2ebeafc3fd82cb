import numpy as np
from suite import Case, Launch


def case() -> Case:
    n = 16 << 20
    x = (np.arange(n) % 1000 / 1000).astype(np.float32)
    y = (np.arange(n) % 777 / 777).astype(np.float32)
    arguments = ("x", "y", 0.5, n)
    return Case(
        group="memory",
        buffers={"x": x, "y": y},
        launches=(Launch("saxpy", (n // 256,), (256,), arguments),),
        outputs={"y": 1e-5},
        flops=2 * n,
        bytes=12 * n,
        call=arguments,
    )
