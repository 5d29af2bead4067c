"""Lets `python -m ContentionLibrary.reference_copier` be the same program as `contention-copy`."""

from __future__ import annotations

import os

from ContentionLibrary.reference_copier.command import main

if __name__ == "__main__":
    # All is written and closed: taking the interpreter apart would only add to the time of a small copy.
    os._exit(main())
