"""The features of a CPU that is known by its name: clang says them in its predefined macros."""

from __future__ import annotations

import functools
import re
import subprocess

from sampan.diagnostics import UsageError
from sampan.frontend.clang import find_clang

# What the vectoriser asks for, and its neighbours. Others follow from the name in LLVM.
_FEATURES = frozenset(
    "sse3 ssse3 sse4.1 sse4.2 popcnt lzcnt bmi bmi2 fma f16c avx avx2 avx512f avx512bw avx512cd "
    "avx512dq avx512vl avx512vbmi avx512vbmi2 avx512vnni avx512bf16 avx512fp16".split()
)


@functools.cache
def features_of(cpu: str) -> str:
    """Of an x86-64 CPU, in LLVM's form: "+avx2,+fma". Raises UsageError for an unknown name."""
    command = [str(find_clang()), f"-march={cpu}", "-E", "-dM", "-x", "c", "/dev/null"]
    done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise UsageError(
            f"there is no CPU called '{cpu}'",
            hint="use a name that clang's -march takes, such as x86-64-v3 or znver4",
        )
    macros = re.findall(r"^#define __(\w+)__ 1$", done.stdout, re.MULTILINE)
    names = {macro.lower().replace("sse4_", "sse4.") for macro in macros}
    return ",".join(f"+{name}" for name in sorted(names & _FEATURES))
