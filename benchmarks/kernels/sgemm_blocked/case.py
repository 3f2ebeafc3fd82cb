from matrices import matrix
from suite import Case, Launch


def case() -> Case:
    n, tile = 1024, 64
    return Case(
        group="compute",
        buffers={"a": matrix(n, n, 7), "b": matrix(n, n, 5), "c": matrix(n, n, 1)},
        launches=(Launch("sgemm", (n // tile, n // tile), (16, 16), ("a", "b", "c", n)),),
        outputs={"c": 1e-5},
        flops=2 * n**3,
        bytes=12 * n * n,
        blas=True,
    )
