"""Copies a file with four threads that write wherever there is something to write."""

# Which calls are made is the point:
# ruff: noqa: PTH104

import os
import queue
import sys
import threading

PIECE = 64 * 1024

source = os.open(sys.argv[1], os.O_RDONLY)
target = os.open(sys.argv[2] + ".part", os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
pieces = queue.SimpleQueue()
for position in range(0, os.fstat(source).st_size, PIECE):
    pieces.put(position)


def work():
    while True:
        try:
            position = pieces.get_nowait()
        except queue.Empty:
            return
        os.pwrite(target, os.pread(source, PIECE, position), position)


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
os.fsync(target)
os.close(target)
os.rename(sys.argv[2] + ".part", sys.argv[2])
