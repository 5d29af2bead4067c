"""`python -m ContentionLibrary` is the same as the command `contention`."""

from __future__ import annotations

import sys

from ContentionLibrary.cli import main

if __name__ == "__main__":
    sys.exit(main())
