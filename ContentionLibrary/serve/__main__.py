"""Lets `python -m ContentionLibrary.serve` be the same program as `contention-serve`."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from ContentionLibrary.serve.command import main

    sys.exit(main())
