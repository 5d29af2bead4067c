"""Copies a file with a single `write`."""

# Which calls are made is the point:
# ruff: noqa: PTH123

import os
import sys

with open(sys.argv[1], "rb") as source:
    content = source.read()
target = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
done = os.write(target, content)
while done < len(content):
    done += os.write(target, content[done:])
os.close(target)
