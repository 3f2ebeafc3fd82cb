"""`make test-opencl` collects test_all.py as well."""

import os

collect_ignore = [] if os.environ.get("SAMPAN_TEST_OPENCL") else ["test_all.py"]
