"""What the command line does differently on different systems: starting, stopping, ending and measuring its Robots, and its name."""

from __future__ import annotations

import sys

if sys.platform == "win32":
    from ContentionLibrary.cli.system.windows import (
        SESSION,
        STOP_SIGNALS,
        freeze,
        interrupt,
        peak_memory_of_children,
        platform_name,
        write_launcher,
    )
else:
    from ContentionLibrary.cli.system.posix import (
        SESSION,
        STOP_SIGNALS,
        freeze,
        interrupt,
        peak_memory_of_children,
        platform_name,
        write_launcher,
    )

__all__ = [
    "SESSION",
    "STOP_SIGNALS",
    "freeze",
    "interrupt",
    "peak_memory_of_children",
    "platform_name",
    "write_launcher",
]
