"""What holds for all tests."""

import os
import sys

# The tests start Python thousands of times: it may keep what it has compiled, or each start would compile it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_xdist_auto_num_workers() -> int:
    """Return how many workers go side by side: more than processors, because a test waits for others a third of its time."""
    return 3 * (os.cpu_count() or 1) // 2 or 1
