"""The contenders of the bench, and the peers' set-up.

Intel's OpenCL runtime and LLVM's OpenMP library come from PyPI into build/bench; PoCL is the
system's. Each OpenCL runtime runs in a process of its own that sees only its own driver.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from suite import Kernel

ROOT = Path(__file__).resolve().parent.parent
HERE = Path(__file__).resolve().parent
FOLDER = ROOT / "build" / "bench"
PYTHON = FOLDER / "venv" / "bin" / "python"
CLANG = ROOT / ".venv" / "bin" / "clang++"
SYSTEM_PACKAGES = ("pocl-opencl-icd", "ocl-icd-libopencl1")
LEVELS = ("native", "avx2")


@dataclass(frozen=True)
class Contender:
    """`command(kernel, plan)` is what to run, None where the contender has no such kernel."""

    name: str
    title: str
    command: Callable[[Kernel, Path], list[str] | None]
    environment: dict[str, str]


def contenders(level: str, wanted: list[str], threads: int) -> tuple[list[Contender], list[str]]:
    """Sampan and the peers named in `wanted` that work here; what to say about the others."""
    remarks: list[str] = []
    found = [sampan(level, threads)]
    if wanted:
        set_up()
    makers = {"intel": _intel, "pocl": _pocl, "openmp": _openmp, "openblas": _openblas}
    for name in wanted:
        peer = makers[name](level, threads)
        if isinstance(peer, str):
            remarks.append(f"{name}: {peer}")
        else:
            found.append(peer)
    return found, remarks


def set_up() -> None:
    requirements = HERE / "requirements.txt"
    stamp = FOLDER / "requirements.txt"
    if stamp.exists() and stamp.read_text() == requirements.read_text() and PYTHON.exists():
        return
    print("setting up the peers in build/bench", file=sys.stderr)
    venv.create(FOLDER / "venv", with_pip=True)
    subprocess.run([PYTHON, "-m", "pip", "-q", "install", "-r", requirements], check=True)
    stamp.write_text(requirements.read_text())


def sampan(level: str, threads: int) -> Contender:
    def command(kernel: Kernel, plan: Path) -> list[str]:
        run = [sys.executable, "-m", "sampan", "run", f"--json={plan.parent / 'sampan.json'}"]
        return [*run, "--threads", str(threads), str(kernel.cuda), "--", str(plan)]

    environment = {"PYTHONPATH": str(ROOT)}
    if level == "avx2":
        environment["SAMPAN_CPU"] = "x86-64-v3"
    return Contender("sampan", "Sampan", command, environment)


def _opencl(kernel: Kernel, plan: Path) -> list[str]:
    return [str(PYTHON), str(HERE / "hosts" / "opencl_host.py"), str(kernel.opencl), str(plan)]


def _driver(name: str, library: Path) -> dict[str, str]:
    vendors = FOLDER / f"{name}-vendors"
    vendors.mkdir(parents=True, exist_ok=True)
    (vendors / f"{name}.icd").write_text(f"{library}\n")
    # pyopencl's cache of binaries does not know for which instructions they were made.
    return {"OCL_ICD_VENDORS": str(vendors), "PYOPENCL_NO_CACHE": "1"}


def _intel(level: str, threads: int) -> Contender | str:
    library = FOLDER / "venv" / "lib" / "libintelocl.so"
    if not library.exists():
        return "Intel's OpenCL runtime was not installed"
    environment = _driver("intel", library) | {
        "LD_LIBRARY_PATH": str(library.parent),
        "CL_CONFIG_CPU_TBB_NUM_WORKERS": str(threads),
    }
    if level == "avx2":
        environment["CL_CONFIG_CPU_TARGET_ARCH"] = "core-avx2"
    return Contender("intel", "Intel OpenCL", _opencl, environment)


def _pocl(level: str, threads: int) -> Contender | str:
    library = _libpocl()
    if library is None and os.geteuid() == 0 and Path("/usr/bin/apt-get").exists():
        subprocess.run(["apt-get", "-q", "update"], capture_output=True)
        subprocess.run(["apt-get", "-qy", "install", *SYSTEM_PACKAGES], capture_output=True)
        library = _libpocl()
    if library is None:
        return f"missing: apt-get install {' '.join(SYSTEM_PACKAGES)}"
    environment = _driver("pocl", library) | {
        "POCL_CACHE_DIR": str(FOLDER / f"pocl-cache-{level}"),
        "POCL_MAX_PTHREAD_COUNT": str(threads),
    }
    if level == "avx2":
        environment["POCL_LLVM_CPU_NAME"] = "haswell"
    return Contender("pocl", "PoCL", _opencl, environment)


def _libpocl() -> Path | None:
    folders = [Path("/usr/lib"), *Path("/usr/lib").glob("*-linux-gnu")]
    return next((lib for folder in folders for lib in folder.glob("libpocl.so.*")), None)


def compile_cxx(source: Path, program: Path, level: str) -> None:
    """Builds a C++ program with OpenMP, as well as clang can. Raises CalledProcessError."""
    libraries = next((FOLDER / "venv" / "lib").glob("python*/site-packages/cmeel.prefix/lib"))
    march = "native" if level == "native" else "x86-64-v3"
    command = [CLANG, "-std=c++17", "-O3", f"-march={march}", "-fopenmp=libomp", "-fno-math-errno"]
    command += ["-Wno-pass-failed"]  # clang vectorizes no loops with breaks
    # Vector versions of the C library's functions, as far as it has them.
    command += ["-fveclib=libmvec", "-I", HERE / "hosts", source, "-o", program]
    command += ["-stdlib=libstdc++", "--rtlib=libgcc", "--unwindlib=libgcc"]
    command += ["-L", libraries, f"-Wl,-rpath,{libraries}", "-lmvec", "-lm"]
    subprocess.run(command, check=True)


def _openmp(level: str, threads: int) -> Contender | str:
    def command(kernel: Kernel, plan: Path) -> list[str] | None:
        if kernel.openmp is None:
            return None
        program = plan.parent / "openmp"
        compile_cxx(kernel.openmp, program, level)
        return [str(program), str(plan)]

    # Idle threads must not spin while others are measured.
    environment = {"OMP_NUM_THREADS": str(threads), "KMP_BLOCKTIME": "1"}
    return Contender("openmp", "OpenMP C++", command, environment)


def _openblas(level: str, threads: int) -> Contender | str:
    def command(kernel: Kernel, plan: Path) -> list[str] | None:
        if not kernel.case.blas:
            return None
        return [str(PYTHON), str(HERE / "hosts" / "blas_host.py"), str(plan)]

    environment = {"OPENBLAS_NUM_THREADS": str(threads), "OPENBLAS_THREAD_TIMEOUT": "15"}
    if level == "avx2":
        environment["OPENBLAS_CORETYPE"] = "Haswell"
    return Contender("openblas", "OpenBLAS", command, environment)
