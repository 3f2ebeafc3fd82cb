import numpy as np
from suite import Case, Launch


def case() -> Case:
    width, iterations = 1024, 256
    # Iterations of all points, counted once with the CUDA kernel; contraction moves it by 0.01 %.
    total = 56_000_000
    arguments = ("counts", width, iterations)
    return Case(
        group="divergent",
        buffers={"counts": np.zeros(width * width, np.int32)},
        launches=(Launch("mandelbrot", (width // 32, width // 8), (32, 8), arguments),),
        # On the edge of the set a last bit decides about an iteration count.
        outputs={"counts": 0.02},
        flops=10 * total,
        bytes=4 * width * width,
        call=arguments,
    )
