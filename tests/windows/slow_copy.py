"""Copies a file in eight pieces with a rest after each, in place or by another name, and may leave a helper behind."""

import subprocess
import sys
import time
from pathlib import Path

source, target, ending, manner = sys.argv[1:]
content = Path(source).read_bytes()
if manner == "by a child":
    sys.exit(subprocess.run([sys.executable, __file__, source, target, ending, "alone"], check=False).returncode)
with open(target + ending, "wb", buffering=0) as file:  # noqa: PTH123 - a name may end in a dot
    size = len(content) // 8
    for start in range(0, len(content), size):
        file.write(content[start : start + size])
        time.sleep(0.25)
if ending:
    Path(target + ending).replace(target)
