"""`make demo`: compiles examples/mandelbrot.cu, renders it on both paths, shows the picture.

The two pictures must be the same to the byte; the times are the kernel's own, measured with events.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "examples" / "mandelbrot.cu"
OUT = ROOT / "build" / "demo"
SIZE, ITERATIONS = 1024, 256

Pixel = tuple[int, int, int]


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    print(f"examples/{SOURCE.name}: {SIZE}x{SIZE} pixels, blocks of 32x8 threads")
    print("  compiling; another run would find the program in the cache", flush=True)
    fibre = render("fibre", "scalar code, one thread after another")
    vector = render("vector", "vector code")
    pictures = [picture(path).read_bytes() for path in ("fibre", "vector")]
    if pictures[0] != pictures[1]:
        sys.exit("the two paths drew different pictures")
    print(f"  both pictures are the same; vector code is {fibre / vector:.1f} times as fast\n")
    columns = min(72, shutil.get_terminal_size().columns - 1)
    print(drawing(shrink(read_png(pictures[1]), columns), depth=colour_depth()))
    final = OUT / "mandelbrot.png"
    final.write_bytes(pictures[1])
    print(f"\nThe picture: {final.relative_to(ROOT)}")
    print("Next, your own program: .venv/bin/sampan run FILE.cu")
    print("or watch a small transformer learn to write:")
    print("  .venv/bin/sampan run examples/transformer/transformer.cu")
    return 0


def picture(path: str) -> Path:
    return OUT / f"mandelbrot-{path}.png"


def render(path: str, meaning: str) -> float:
    """Draws the picture on one path, says how that went, and returns the kernel's milliseconds."""
    report = OUT / f"{path}.json"
    command = [sys.executable, "-m", "sampan", "run", "--path", path, f"--json={report}"]
    command += [str(SOURCE), "--", str(picture(path)), str(SIZE), str(ITERATIONS)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"the {path} path failed with exit code {done.returncode}\n{done.stdout}")
    found = re.search(r"([\d.]+) ms", done.stdout)
    assert found is not None, done.stdout
    kernels = json.loads(report.read_text())["kernels"]
    row = next(kernel for kernel in kernels if kernel["name"].startswith("mandelbrot("))
    at_once = f", {row['width']} threads at once" if row["width"] > 1 else ""
    print(f"  {meaning + at_once + ':':<40} {float(found[1]):8.2f} ms", flush=True)
    if path == "vector" and row["reason"]:
        print(f"  not vectorised: {row['reason']}")
    return float(found[1])


def read_png(data: bytes) -> list[list[Pixel]]:
    """The rows of a PNG of 8-bit RGB whose rows are not filtered, as examples/png.h writes it."""
    at, packed = 8, b""
    width = height = 0
    while at < len(data):
        (length,) = struct.unpack(">I", data[at : at + 4])
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if kind == b"IHDR":
            width, height = struct.unpack(">II", body[:8])
        elif kind == b"IDAT":
            packed += body
        at += length + 12
    raw = zlib.decompress(packed)
    stride = 1 + 3 * width
    rows = (raw[y * stride + 1 : (y + 1) * stride] for y in range(height))
    return [[(row[x], row[x + 1], row[x + 2]) for x in range(0, 3 * width, 3)] for row in rows]


def shrink(rows: list[list[Pixel]], columns: int) -> list[list[Pixel]]:
    """`rows` with `columns` pixels a row, each the mean of a square."""
    step = max(1, len(rows[0]) // max(1, columns))
    small = []
    for top in range(0, len(rows) - step + 1, step):
        line = []
        for left in range(0, len(rows[0]) - step + 1, step):
            square = [p for row in rows[top : top + step] for p in row[left : left + step]]
            red, green, blue = zip(*square, strict=True)
            n = len(square)
            line.append((sum(red) // n, sum(green) // n, sum(blue) // n))
        small.append(line)
    return small


def colour_depth() -> int:
    """Bits of colour that the terminal shows: 24, 8, or 0 if it is none or wants no colour."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ or os.environ.get("TERM") == "dumb":
        return 0
    return 24 if os.environ.get("COLORTERM") in ("truecolor", "24bit") else 8


def drawing(rows: list[list[Pixel]], depth: int) -> str:
    """The picture as text. In colour a character is two pixels, the upper one its upper half."""
    lines = []
    for upper, lower in zip(rows[::2], rows[1::2], strict=False):
        if depth:
            pairs = zip(upper, lower, strict=True)
            cells = (f"{escape(38, a, depth)}{escape(48, b, depth)}\u2580" for a, b in pairs)
            lines.append("".join(cells) + "\033[0m")
        else:
            lines.append("".join(shade(*pair) for pair in zip(upper, lower, strict=True)).rstrip())
    return "\n".join(lines)


def escape(kind: int, colour: Pixel, depth: int) -> str:
    """The control sequence that sets the foreground (38) or background (48)."""
    red, green, blue = colour
    if depth == 24:
        return f"\033[{kind};2;{red};{green};{blue}m"
    cube = 16 + 36 * round(red / 51) + 6 * round(green / 51) + round(blue / 51)
    return f"\033[{kind};5;{cube}m"


def shade(upper: Pixel, lower: Pixel) -> str:
    """A character for two pixels: dense for the set itself (black), and around it by brightness."""
    mean = (sum(upper) + sum(lower)) / 6
    if mean < 8:
        return "@"
    return " .:-=+*#"[min(7, max(0, int((mean - 40) / 20)))]


if __name__ == "__main__":
    sys.exit(main())
