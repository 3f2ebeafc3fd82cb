"""Compiles a snippet of CUDA as a user's source would be, and hands back the IR of both halves."""

from __future__ import annotations

import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from sampan.frontend.clang import ClangOptions, compile_both


@dataclass(frozen=True)
class Halves:
    device: str
    host: str
    warnings: tuple[str, ...]

    def body(self, function: str) -> str:
        """The device IR of the function whose mangled name contains `function`."""
        pattern = rf"^define [^\n]*@[\w.$]*{re.escape(function)}[\w.$]*\(.*?^}}"
        found = re.search(pattern, self.device, re.MULTILINE | re.DOTALL)
        assert found, f"no function like '{function}' in the device IR"
        return found[0]


def compile_snippet(text: str, options: ClangOptions | None = None) -> Halves:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "snippet.cu"
        source.write_text(text)
        blob = folder / "blob"
        blob.write_text("0123456789abcdef")
        device, host = folder / "device.ll", folder / "host.ll"
        result = compile_both(source, options or ClangOptions(), blob, device, host)
        warnings = tuple(one.text for one in result.diagnostics)
        return Halves(device.read_text(), host.read_text(), warnings)


def compile_all(*variants: tuple[str, ClangOptions]) -> list[Halves]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(lambda one: compile_snippet(*one), variants))
