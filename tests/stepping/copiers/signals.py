"""Copies a file in pieces and counts how often a signal was handled; the count is its standard output."""

# Which calls are made is the point:
# ruff: noqa: PTH104, PTH123

import os
import signal
import sys

PIECE = 256 * 1024

counted, counting = os.pipe()
os.set_blocking(counting, False)
os.set_blocking(counted, False)
signal.set_wakeup_fd(counting)  # written to at the very moment, unlike handlers, which Python calls later
signal.signal(signal.SIGALRM, lambda number, frame: None)
signal.siginterrupt(signal.SIGALRM, False)  # the kernel shall repeat what a signal interrupts
with open(sys.argv[1], "rb") as source:
    target = os.open(sys.argv[2] + ".part", os.O_WRONLY | os.O_CREAT)
    while piece := source.read(PIECE):
        os.write(target, piece)
    os.close(target)
os.rename(sys.argv[2] + ".part", sys.argv[2])
print(len(os.read(counted, 1000)))
