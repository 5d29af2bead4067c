"""Lets `python -m ContentionLibrary.reference_copier` be the same program as `contention-copy`."""

from __future__ import annotations

import sys

from ContentionLibrary.reference_copier.command import main

if __name__ == "__main__":
    sys.exit(main())
