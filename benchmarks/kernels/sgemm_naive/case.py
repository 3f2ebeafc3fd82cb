from matrices import matrix
from suite import Case, Launch


def case() -> Case:
    n = 512
    arguments = ("a", "b", "c", n)
    return Case(
        group="compute",
        buffers={"a": matrix(n, n, 7), "b": matrix(n, n, 5), "c": matrix(n, n, 1)},
        launches=(Launch("sgemm", (n // 32, n // 8), (32, 8), arguments),),
        outputs={"c": 1e-5},
        flops=2 * n**3,
        bytes=12 * n * n,
        call=arguments,
        blas=True,
    )
