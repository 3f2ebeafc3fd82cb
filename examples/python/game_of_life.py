"""Conway's game of life with shared memory; shows the field in the terminal.

    python game_of_life.py [GENERATIONS]
"""

import sys

import numpy as np

import sampan

SOURCE = r"""
constexpr int TILE = 16;

// A block computes a tile of TILE x TILE cells; the field is a torus.
extern "C" __global__ void step(const unsigned char *now, unsigned char *next, int rows,
                                int columns) {
  __shared__ unsigned char tile[TILE + 2][TILE + 2];
  int top = blockIdx.y * TILE - 1, left = blockIdx.x * TILE - 1;
  for (int i = threadIdx.y * TILE + threadIdx.x; i < (TILE + 2) * (TILE + 2); i += TILE * TILE) {
    int row = (top + i / (TILE + 2) + rows) % rows;
    int column = (left + i % (TILE + 2) + columns) % columns;
    tile[i / (TILE + 2)][i % (TILE + 2)] = now[row * columns + column];
  }
  __syncthreads();
  int y = threadIdx.y + 1, x = threadIdx.x + 1;
  int around = 0;
  for (int dy = -1; dy <= 1; ++dy)
    for (int dx = -1; dx <= 1; ++dx)
      around += tile[y + dy][x + dx];
  around -= tile[y][x];
  next[(top + y) * columns + left + x] = around == 3 || (around == 2 && tile[y][x]);
}
"""
TILE = 16


def reference(field: np.ndarray) -> np.ndarray:
    """One generation, by NumPy."""
    around = sum(
        np.roll(field, (dy, dx), (0, 1)) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if dy or dx
    )
    return ((around == 3) | ((around == 2) & (field == 1))).astype(np.uint8)


def main(generations: int = 100) -> None:
    step = sampan.RawKernel(SOURCE, "step", ("-std=c++17",))
    rows, columns = 3 * TILE, 5 * TILE
    now = (np.random.default_rng(4).random((rows, columns)) < 0.3).astype(np.uint8)
    after, expected = np.empty_like(now), now.copy()
    for _ in range(generations):
        step((columns // TILE, rows // TILE), (TILE, TILE), (now, after, rows, columns))
        now, after = after, now
        expected = reference(expected)
    # Two rows of cells in one line of text.
    for upper, lower in zip(now[::2], now[1::2], strict=True):
        print("".join(" ▀▄█"[u + 2 * b] for u, b in zip(upper, lower, strict=True)))
    assert (now == expected).all()
    print(f"{generations} generations, as NumPy computes them")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
