import numpy as np
from suite import Case, Launch


def case() -> Case:
    """A block of the smallest GPT-2 (768 channels, 12 heads) on 128 tokens."""
    rows, channels, heads = 128, 768, 12
    random = np.random.default_rng(10)

    def weights(inner: int, columns: int) -> np.ndarray:
        return random.normal(0, 0.02, (inner, columns)).astype(np.float32)

    def linear(kernel: str, inner: int, columns: int, *arguments: str) -> Launch:
        blocks = (columns // 16, rows // 16)
        return Launch(kernel, blocks, (16, 16), (*arguments, inner, columns))

    def empty(columns: int) -> np.ndarray:
        return np.zeros((rows, columns), np.float32)

    wide, three = 4 * channels, 3 * channels
    buffers = {
        "x": random.normal(0, 1, (rows, channels)).astype(np.float32),
        "scale": np.ones(channels, np.float32),
        "shift": np.zeros(channels, np.float32),
        "norm": empty(channels),
        "w_qkv": weights(channels, three),
        "b_qkv": weights(1, three),
        "qkv": empty(three),
        "heads": empty(channels),
        "w_out": weights(channels, channels),
        "b_out": weights(1, channels),
        "middle": empty(channels),
        "w_up": weights(channels, wide),
        "b_up": weights(1, wide),
        "up": empty(wide),
        "w_down": weights(wide, channels),
        "b_down": weights(1, channels),
        "out": empty(channels),
    }
    norm = ("scale", "shift", "norm", channels)
    launches = (
        Launch("layer_norm", (rows,), (256,), ("x", *norm)),
        linear("linear", channels, three, "norm", "w_qkv", "b_qkv", "qkv"),
        Launch("attention", (rows, heads), (rows,), ("qkv", "heads", channels)),
        linear("linear_residual", channels, channels, "heads", "w_out", "b_out", "x", "middle"),
        Launch("layer_norm", (rows,), (256,), ("middle", *norm)),
        linear("linear_gelu", channels, wide, "norm", "w_up", "b_up", "up"),
        linear("linear_residual", wide, channels, "up", "w_down", "b_down", "middle", "out"),
    )
    return Case(
        group="mixed",
        buffers=buffers,
        launches=launches,
        outputs={"out": 1e-5},
        flops=24 * rows * channels**2 + 2 * rows**2 * channels,
        bytes=4 * 12 * channels**2,
    )
