"""How the system's refusal becomes an outcome whose words name the file."""

from __future__ import annotations

import errno

from ContentionLibrary.competitors.report import Outcome
from ContentionLibrary.history.acts import Answer


def refusal(error: OSError, target: str) -> Outcome:
    """Turn an error of the system into an outcome.

    Args:
        error: what the system said.
        target: what the operation was about; it is added where the error does not name a file.
    """
    answer = Answer.ABSENT if error.errno == errno.ENOENT else Answer.REFUSED
    names = [name for name in (error.filename, error.filename2) if name is not None] or [target]
    message = f"{error.strerror or error}: {' -> '.join(map(repr, names))}"
    return Outcome(answer, message, errno.errorcode.get(error.errno or 0, ""))
