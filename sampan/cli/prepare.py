"""Builds the runtime and the device library, so that the first program need not wait for them.

Part of `make setup`: `python -m sampan.cli.prepare`.
"""

from __future__ import annotations

import sys

from sampan import support
from sampan.diagnostics import SampanError


def main() -> int:
    try:
        support.runtime_library()
        support.device_library()
    except SampanError as error:
        print(error.render(), file=sys.stderr)
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main())
