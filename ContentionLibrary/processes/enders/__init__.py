"""How each kind of resource is ended: one module a kind, with a function `end(facts, token) -> list[Ended]`.

A further kind is a module of this package with the same function; the ledger names it. `end` must be able to
run at any time, also before the resource was made and after it was removed, and must see for itself that what
it removes is ours: the ledger's token stands in the marker file of every directory that we made.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping

from ContentionLibrary.processes.enders.ended import Ended

__all__ = ["End", "Ended", "ender"]

End = Callable[[Mapping[str, str], str], list[Ended]]

_PACKAGE = "ContentionLibrary."


def ender(name: str) -> End:
    """Return the function that ends one kind of resource.

    Args:
        name: dotted name of its module.

    Raises:
        ValueError: there is no such module in this package; a ledger can never make us run anything else.
    """
    if not name.startswith(_PACKAGE):
        raise ValueError(f"'{name}' is no part of {_PACKAGE[:-1]}")
    try:
        end: End = importlib.import_module(name).end
    except (ImportError, AttributeError) as error:
        raise ValueError(f"'{name}' cannot end anything: {error}") from error
    return end
