"""What competitors can do: small functions by vocabulary, one file each, found by their names.

An operation gets the worker's `Hands` and named arguments, and returns an `Outcome`; an `OSError` that it lets pass
becomes a refusal. Operations take absolute paths.
"""

from __future__ import annotations

from collections.abc import Callable

from ContentionLibrary.competitors.operations import (
    accounts,
    consuming,
    deleting,
    locking,
    looking,
    permitting,
    reading,
    renaming,
    running,
    sharing,
    swapping,
    writing,
)
from ContentionLibrary.competitors.report import Outcome

Operation = Callable[..., Outcome]

_VOCABULARIES = (
    accounts,
    consuming,
    deleting,
    locking,
    looking,
    permitting,
    reading,
    renaming,
    running,
    sharing,
    swapping,
    writing,
)

OPERATIONS: dict[str, Operation] = {
    operation.__name__: operation for vocabulary in _VOCABULARIES for operation in vocabulary.OPERATIONS
}
"""All operations by name."""
