"""Copies a file and leaves a process behind that goes on for a while, or for ever."""

# Which calls are made is the point:
# ruff: noqa: PTH123

import os
import sys
import time

parent = os.getpid()
if os.fork() == 0:
    if sys.argv[3] == "session":
        os.setsid()
    while sys.argv[3] != "short" or os.getppid() == parent:
        time.sleep(0.01)
    time.sleep(0.3)
    with open(sys.argv[2] + ".late", "wb") as late:
        late.write(b"late")
    os._exit(0)
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as target:
    target.write(source.read())
