"""The one place where it is chosen how files are delivered on this system.

Both sides offer `Delivery` (open, seal, publish, close), `recover`, and `trouble_with` for a path that the system would take
for something else than the file that it names.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from ContentionLibrary.reference_copier.windows import Delivery, recover
    from ContentionLibrary.reference_copier.windows_names import trouble_with
else:
    from ContentionLibrary.reference_copier.publish import Delivery
    from ContentionLibrary.reference_copier.recovery import recover

    def trouble_with(path: str) -> str:
        """Find nothing: a path is what it says."""
        del path
        return ""


__all__ = ["Delivery", "recover", "trouble_with"]
