"""Copies a file in eight pieces with a rest after each: slowly enough for everybody to see each piece arrive."""

# Which calls are made is the point:
# ruff: noqa: PTH104, PTH123

import os
import sys
import time

REST = 0.15

with open(sys.argv[1], "rb") as source:
    content = source.read()
flags = {"empty": os.O_TRUNC, "over": 0}[sys.argv[3]]
name = sys.argv[2] + sys.argv[4]
target = os.open(name, os.O_WRONLY | os.O_CREAT | flags, 0o644)
if sys.argv[5] == "reserve":
    os.ftruncate(target, len(content))
size = len(content) // 8
for start in range(0, len(content), size):
    os.write(target, content[start : start + size])
    time.sleep(REST)
os.close(target)
os.rename(name, sys.argv[2])
