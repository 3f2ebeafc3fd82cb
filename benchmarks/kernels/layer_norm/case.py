import numpy as np
from suite import Case, Launch


def case() -> Case:
    rows, columns = 8192, 768
    random = np.random.default_rng(5)
    x = random.random((rows, columns), np.float32)
    scale, shift = random.random((2, columns), np.float32)
    arguments = ("in", "scale", "shift", "out", columns)
    return Case(
        group="memory",
        buffers={"in": x, "scale": scale, "shift": shift, "out": np.zeros_like(x)},
        launches=(Launch("layer_norm", (rows,), (256,), arguments),),
        outputs={"out": 1e-5},
        flops=8 * rows * columns,
        bytes=8 * rows * columns,
        call=(*arguments, rows),
    )
