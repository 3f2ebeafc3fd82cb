import numpy as np
from suite import Case, Launch


def case() -> Case:
    width, height = 2048, 2048
    image = (np.arange(width * height) % 521 / 521).astype(np.float32)
    weights = np.array([1, 2, 1, 2, 4, 2, 1, 2, 1], np.float32) / 16
    arguments = ("in", "filter", "out", width, height)
    return Case(
        group="compute",
        buffers={"in": image, "filter": weights, "out": np.zeros_like(image)},
        launches=(Launch("convolve", (width // 16, height // 16), (16, 16), arguments),),
        outputs={"out": 1e-5},
        flops=18 * width * height,
        bytes=8 * width * height,
        call=arguments,
    )
