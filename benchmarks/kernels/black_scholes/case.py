import numpy as np
from suite import Case, Launch


def case() -> Case:
    n = 1 << 20
    random = np.random.default_rng(2)
    price, strike, years = (
        random.uniform(low, high, n).astype(np.float32)
        for low, high in ((5, 30), (1, 100), (0.25, 10))
    )
    arguments = ("price", "strike", "years", "call", "put", 0.02, 0.30, n)
    out = np.zeros(n, np.float32)
    return Case(
        group="compute",
        buffers={"price": price, "strike": strike, "years": years, "call": out, "put": out},
        launches=(Launch("black_scholes", (n // 256,), (256,), arguments),),
        outputs={"call": 1e-5, "put": 1e-5},
        # 19 operations and 6 functions (2 erfc, log, exp, sqrt, quotients as one) at 10 each.
        flops=80 * n,
        bytes=20 * n,
        call=arguments,
    )
