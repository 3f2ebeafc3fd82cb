"""`make test-targets` collects test_programs.py as well."""

import os

collect_ignore = [] if os.environ.get("SAMPAN_TEST_TARGETS") else ["test_programs.py"]
