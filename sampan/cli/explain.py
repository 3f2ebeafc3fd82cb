"""What `--remarks` prints: what became of each kernel, by source line."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from sampan.remarks import Remark


def print_remarks(remarks: Iterable[Remark], form: str) -> None:
    """On standard error, as text with the source line, or (`json`) as one object a line."""
    for remark in remarks:
        text = json.dumps(remark.to_json()) if form == "json" else remark.render()
        print(text, file=sys.stderr)
