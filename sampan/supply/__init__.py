"""Chips as data: their figures, what the export rule says of them, and who may receive them.

The package stands alone: the compiler does not import it, and of the rest of Sampan it uses only
the errors (`sampan.diagnostics`), the terminal-independent exit codes, and nothing else. Its
commands are in `sampan.supply.commands`; docs/supply.md is the guide. It is a tool for compliance,
and nothing it prints is legal advice.
"""

from __future__ import annotations

NOT_LEGAL_ADVICE = (
    "This is arithmetic over published figures and a reading of public rules, not legal advice."
)
