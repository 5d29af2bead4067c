"""What is said of a test in which no sentence has played anything: it counts as Robot says, in the words of verdicts.

Robot knows only that a test has failed. Whose fault that was is told by the message: the library begins it with the word
for an error of ours or for what is not proven, and Robot has words of its own for a suite that it cannot run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ContentionLibrary.checks.verdict import Verdict

_UNPROVEN = "NOT PROVEN: "
_STATUS = {"PASS": Verdict.PASSED, "SKIP": Verdict.SKIPPED}
_OURS = (Verdict.HARNESS_ERROR, Verdict.SYSTEM_ERROR)
_WHERE = re.compile(r"(?:(?:Parent suite|Suite|Test)? ?(?:setup|teardown) failed:\s*)+", re.IGNORECASE)
_WRONG_SUITE = re.compile(
    r"No keyword with name '|Multiple keywords with name '|Keyword '[^']*' (?:expected|got|missing) |"
    r"Variable '[^']*' not found|Resolving variable '|Invalid syntax|Test (?:contains no keywords|cannot be empty)|"
    r"Keyword name cannot be empty|ValueError: Argument '[^']*' got value .* cannot be converted to ",
    re.DOTALL,
)


def suites_fault(message: str, troubles: Sequence[str] = ()) -> str:
    """Say that the suite itself is wrong, as with a misspelt keyword; empty if that is not what a message says.

    Args:
        message: Robot's, of a test that has failed.
        troubles: what Robot said of the suite file itself, such as a library that is not there.
    """
    if not _WRONG_SUITE.match(_WHERE.sub("", message, 1)):
        return ""
    more = f" ({'; '.join(troubles)})" if troubles else ""
    return f"the suite is at fault, so nothing was proven: {message}{more}"


def verdict_by_robot(status: str, message: str, troubles: Sequence[str] = ()) -> tuple[Verdict, str]:
    """Return what a plain test has come to, and why.

    Args:
        status: PASS, FAIL or SKIP.
        message: Robot's.
        troubles: what Robot said of the suite file itself.
    """
    if status in _STATUS:
        return _STATUS[status], message or "a plain test: it has passed, and nothing was played in it"
    if fault := suites_fault(message, troubles):
        return Verdict.NOT_PROVEN, fault
    told = _WHERE.sub("", message, 1)
    for verdict in _OURS:
        if told.startswith(f"{verdict}: "):
            return verdict, message.replace(f"{verdict}: ", "", 1)
    if told.startswith(_UNPROVEN):
        return Verdict.NOT_PROVEN, message.replace(_UNPROVEN, "", 1)
    return Verdict.FAILED, message or "a plain test: it has failed without a message"
