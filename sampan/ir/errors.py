"""The error that every part of the IR raises."""

from __future__ import annotations


class IRError(Exception):
    """Malformed IR text, or IR that breaks a rule of its level. The message names the place."""
