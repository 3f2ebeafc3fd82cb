"""`make demo`: compiles examples/mandelbrot.cu, renders it on both paths, names the picture.

The two pictures must be the same to the byte; the times are the kernel's own, measured with events.
"""

from __future__ import annotations

import json
import re
import struct
import subprocess
import sys
import zlib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "examples" / "mandelbrot.cu"
OUT = ROOT / "build" / "demo"
SIZE, ITERATIONS = 1024, 256


def main() -> int:
    OUT.mkdir(parents=True, exist_ok=True)
    print(f"examples/{SOURCE.name}: {SIZE}x{SIZE} pixels, blocks of 32x8 threads")
    fibre = render("fibre", "one thread at a time")
    vector = render("vector", "as vector code")
    if picture("fibre").read_bytes() != picture("vector").read_bytes():
        sys.exit("the two paths drew different pictures")
    print(f"both pictures are the same; vector code is {fibre / vector:.1f} times as fast")
    png = OUT / "mandelbrot.png"
    png.write_bytes(png_of_ppm(picture("vector").read_bytes()))
    print(f"picture: {png.relative_to(ROOT)}")
    return 0


def picture(path: str) -> Path:
    return OUT / f"mandelbrot-{path}.ppm"


def render(path: str, meaning: str) -> float:
    """Draws the picture on one path, says how that went, and returns the kernel's milliseconds."""
    report = OUT / f"{path}.json"
    command = [sys.executable, "-m", "sampan", "run", "--path", path, f"--json={report}"]
    command += [str(SOURCE), "--", str(picture(path)), str(SIZE), str(ITERATIONS)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"the {path} path failed with exit code {done.returncode}")
    found = re.search(r"([\d.]+) ms", done.stdout)
    assert found is not None, done.stdout
    kernels = json.loads(report.read_text())["kernels"]
    row = next(kernel for kernel in kernels if kernel["name"].startswith("mandelbrot("))
    taken = row["path"] + (f", {row['width']} threads at once" if row["width"] > 1 else "")
    print(f"  {path:<6} path ({meaning}): {float(found[1]):8.2f} ms   [{taken}]")
    if path == "vector" and row["reason"]:
        print(f"         not vectorised: {row['reason']}")
    return float(found[1])


def png_of_ppm(ppm: bytes) -> bytes:
    """The picture as PNG, which any viewer shows. `ppm` is a binary PPM of 8 bits a colour."""
    _, size, _, pixels = ppm.split(b"\n", 3)
    width, height = map(int, size.split())
    rows = (pixels[y * width * 3 : (y + 1) * width * 3] for y in range(height))
    raw = b"".join(b"\0" + row for row in rows)  # each row unfiltered
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(raw, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


if __name__ == "__main__":
    sys.exit(main())
