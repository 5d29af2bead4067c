"""Copies a file by letting a process of its own write it; gives the file its name itself."""

# Which calls are made is the point:
# ruff: noqa: PTH108, PTH123

import os
import sys

helper = os.fork()
if helper == 0:
    target = os.open(sys.argv[2] + ".part", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    with open(sys.argv[1], "rb") as source:
        while piece := source.read(100_000):
            os.write(target, piece)
    os.close(target)
    os._exit(0)
_, status = os.waitpid(helper, 0)
if status:
    sys.exit(f"the helper failed: {status}")
os.link(sys.argv[2] + ".part", sys.argv[2])
os.unlink(sys.argv[2] + ".part")
