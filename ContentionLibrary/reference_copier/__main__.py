"""Lets `python -m ContentionLibrary.reference_copier` be the same program as `contention-copy`."""

from __future__ import annotations

import gc
import os

if __name__ == "__main__":
    gc.disable()  # nothing here makes garbage in circles; looking for it costs a twentieth of a small copy

    from ContentionLibrary.reference_copier.command import main

    # All is written and closed: taking the interpreter apart would only add to the time of a small copy.
    os._exit(main())
