import numpy as np
from suite import Case, Launch


def case() -> Case:
    n, block = 8192, 256
    bodies = np.random.default_rng(1).random((n, 4), np.float32)
    arguments = ("bodies", "accelerations", n)
    return Case(
        group="compute",
        buffers={"bodies": bodies, "accelerations": np.zeros_like(bodies)},
        launches=(Launch("nbody", (n // block,), (block,), arguments),),
        outputs={"accelerations": 1e-4},
        flops=20 * n * n,  # as customary: Nyland, Harris and Prins, GPU Gems 3, chapter 31
        bytes=2 * bodies.nbytes,
        call=arguments,
    )
