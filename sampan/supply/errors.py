"""Failures of this package: files whose content makes no sense, and where."""

from __future__ import annotations

from sampan.diagnostics import ExitCode, SampanError


class DataError(SampanError):
    """A file that the user gave, or one of the package's own, is missing or malformed.

    Its exit code is that of a source that does not compile (docs/cli.md): the command line was
    understood, what it names was not.
    """

    exit_code = ExitCode.COMPILE
