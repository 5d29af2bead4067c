"""Robot Framework library that shows how any file copier behaves when others want the same file.

Importing this package is cheap on purpose: the processes that compete with a copier import it thousands
of times and must never pay for Robot Framework. The library class is loaded when it is first asked for.
"""

from __future__ import annotations

TYPE_CHECKING = False  # importing typing only for this would cost each of those processes some milliseconds
if TYPE_CHECKING:
    from typing import Any

    from ContentionLibrary.library import ContentionLibrary

__version__ = "0.1.0"
__all__ = ["ContentionLibrary", "__version__"]


def __getattr__(name: str) -> Any:  # noqa: ANN401 - PEP 562 gives no narrower type
    if name == "ContentionLibrary":
        from ContentionLibrary.library import ContentionLibrary  # noqa: PLC0415

        return ContentionLibrary
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
