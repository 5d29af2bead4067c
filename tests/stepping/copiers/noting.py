"""Copies by way of a temporary file, and notes each SIGTERM in a file of its own at the very moment."""

# Which calls are made is the point:
# ruff: noqa: PTH104, PTH123

import os
import signal
import sys

source, destination = sys.argv[1:]
notes = os.open(f"{destination}.notes", os.O_WRONLY | os.O_CREAT | os.O_NONBLOCK)
signal.set_wakeup_fd(notes)  # written to by the handler itself; what Python calls comes later
signal.signal(signal.SIGTERM, lambda number, frame: None)
with open(source, "rb") as original, open(f"{destination}.part", "wb") as copy:
    copy.write(original.read())
os.rename(f"{destination}.part", destination)
