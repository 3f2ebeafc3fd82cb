import numpy as np
from suite import Case, Launch


def case() -> Case:
    nx, ny, nz = 256, 256, 256
    cells = (np.arange(nx * ny * nz) % 509 / 509).astype(np.float32)
    arguments = ("in", "out", nx, ny, nz)
    return Case(
        group="memory",
        buffers={"in": cells, "out": np.zeros_like(cells)},
        launches=(Launch("stencil", (nx // 32, ny // 8, nz), (32, 8), arguments),),
        outputs={"out": 1e-5},
        flops=8 * nx * ny * nz,
        bytes=8 * nx * ny * nz,
        call=arguments,
    )
