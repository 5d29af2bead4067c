"""The one place where it is chosen how files are delivered on this system.

Both sides offer `Delivery` (open, seal, publish, close) and `recover`.
"""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from ContentionLibrary.reference_copier.windows import Delivery, recover
else:
    from ContentionLibrary.reference_copier.publish import Delivery
    from ContentionLibrary.reference_copier.recovery import recover

__all__ = ["Delivery", "recover"]
