"""Lets the tests import their neighbours (nv_host, nv_reference, …) also when run from the root."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
