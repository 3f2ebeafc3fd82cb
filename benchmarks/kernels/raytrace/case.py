import numpy as np
from suite import Case, Launch


def case() -> Case:
    width, count = 512, 48
    random = np.random.default_rng(3)
    spheres = np.empty((count, 4), np.float32)
    spheres[:, :3] = random.uniform(-1.5, 1.5, (count, 3))
    spheres[:, 3] = random.uniform(0.1, 0.35, count)
    colours = random.uniform(0.2, 0.8, (count, 4)).astype(np.float32)
    arguments = ("spheres", "colours", "out", count, width)
    return Case(
        group="divergent",
        buffers={"spheres": spheres, "colours": colours, "out": np.zeros(width**2, np.float32)},
        launches=(Launch("trace", (width // 16, width // 16), (16, 16), arguments),),
        # At the rim of a sphere a last bit decides whether a ray hits.
        outputs={"out": 0.02},
        # 19 operations for a ray and a sphere; about 1.7 rays a pixel.
        flops=1.7 * 19 * count * width * width,
        bytes=4 * width * width,
    )
