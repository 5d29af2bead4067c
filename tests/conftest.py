"""What holds for all tests."""

import os
import sys

# The tests start Python thousands of times: it may keep what it has compiled, or each start would compile it again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
