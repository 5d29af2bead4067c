"""Copies a file while another thread never rests: it computes, or writes somewhere else."""

# Which calls are made is the point:
# ruff: noqa: PTH123

import os
import sys
import threading


def compute():
    while not done:
        pass


def write():
    null = os.open(os.devnull, os.O_WRONLY)
    while not done:
        os.write(null, b"x")


done = False
busy = threading.Thread(target={"computes": compute, "writes": write}[sys.argv[3]])
busy.start()
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as target:
    target.write(source.read())
done = True
busy.join()
