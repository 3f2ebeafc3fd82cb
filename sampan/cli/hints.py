"""Says of a failed compilation when its cause is a part of CUDA that Sampan does not have yet."""

from __future__ import annotations

import re

# What the compiler or the linker misses -> what that belongs to.
MISSING = [
    (r"cooperative_groups", "this part of cooperative groups"),
    (r"cublas", "cuBLAS"),
    (r"cufft", "cuFFT"),
    (r"curand", "cuRAND"),
    (r"cusparse", "cuSPARSE"),
    (r"cusolver", "cuSOLVER"),
    (r"cudnn", "cuDNN"),
    (r"nccl", "NCCL"),
    (r"nvrtc", "NVRTC"),
    (r"thrust/", "Thrust"),
    (r"cub/", "CUB"),
    (r"'cuda/", "this part of libcu++"),
    (r"cuda\w*Graph|cudaUserObject", "this function of CUDA graphs"),
    (r"symbol: cu[A-Z]", "this function of the driver API"),
    (r"cudaLaunchDevice", "launches from kernels (dynamic parallelism)"),
]
_SAYS_MISSING = re.compile(
    r"file not found|undeclared identifier|undefined symbol|unable to find library"
    r"|no template named|unknown type name|no member named"
)


# A header of the C or the C++ library, which the system has to have.
_SYSTEM_HEADER = re.compile(
    r"'(?:new|iostream|string|vector|algorithm|utility|c?math(?:\.h)?|c?std\w+(?:\.h)?|c?limits"
    r"|type_traits|bits/\S+)' file not found"
)
_OTHER_HEADER = re.compile(r"'[^']+' file not found")


def missing_feature(output: str) -> str:
    """A hint for the user, or nothing, from what the compiler and the linker said."""
    if _SYSTEM_HEADER.search(output):
        return "the system's C++ library is missing: on Debian and Ubuntu `apt install g++`"
    complaints = "\n".join(line for line in output.splitlines() if _SAYS_MISSING.search(line))
    for pattern, feature in MISSING:
        if re.search(pattern, complaints):
            return f"{feature}: not supported by Sampan yet"
    if _OTHER_HEADER.search(complaints):
        return "-I adds the folder that holds a header"
    return ""
