import numpy as np
from suite import Case, Launch


def case() -> Case:
    """Rows of 0 to 32 elements, at random columns near the diagonal."""
    rows = 1 << 18
    random = np.random.default_rng(4)
    lengths = random.integers(0, 33, rows)
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    count = int(starts[-1])
    diagonal = np.repeat(np.arange(rows), lengths)
    columns = (diagonal + random.integers(-5000, 5000, count)).clip(0, rows - 1).astype(np.int32)
    values = random.random(count, np.float32)
    x = random.random(rows, np.float32)
    arguments = ("starts", "columns", "values", "x", "y", rows)
    return Case(
        group="memory",
        buffers={
            "starts": starts,
            "columns": columns,
            "values": values,
            "x": x,
            "y": np.zeros(rows, np.float32),
        },
        launches=(Launch("spmv", (rows // 256,), (256,), arguments),),
        outputs={"y": 1e-5},
        flops=2 * count,
        bytes=8 * count + 12 * rows,
        call=arguments,
    )
