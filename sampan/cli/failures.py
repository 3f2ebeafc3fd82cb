"""What goes wrong while compiling, as the errors that the command line reports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sampan.cli.hints import missing_feature
from sampan.diagnostics import CompileError, MissingToolError


@contextmanager
def foreseen() -> Iterator[None]:
    """Compiles in its body; failures that are nobody's bug leave it as SampanErrors with hints."""
    from sampan.frontend.clang import FrontendError, find_clang

    try:
        find_clang()
    except FrontendError as error:
        raise MissingToolError(str(error), hint="`make setup` installs one") from None
    try:
        yield
    except CompileError as error:
        error.hint = error.hint or missing_feature(error.output)
        raise
    except OSError as error:
        raise MissingToolError(
            f"the compilation could not write its files: {error.strerror or error}"
            + (f": {error.filename}" if error.filename else ""),
            hint="is the disk full? TMPDIR names another directory for temporary files",
        ) from error
