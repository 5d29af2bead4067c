"""Failures that a profile knows of, with the reason: they do not count as long as they fail, and alarm when they do not.

A list of known failures that nobody has to mend becomes a list of lies: so whoever mends one is told to strike it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.outcomes import CopierOutcomes, ExitCode, Outcome, exit_code


def known_reason(of: CopierOutcomes, outcome: Outcome) -> str:
    """Why this failure is known; an empty text if it is not, or is none."""
    if outcome.verdict is not Verdict.FAILED:
        return ""
    return next((known.reason for known in of.known if known.id == outcome.id), "")


def fixed(of: CopierOutcomes) -> dict[str, str]:
    """The known failures that have passed, by id, with the reason that the profile still gives."""
    return {
        known.id: known.reason
        for known in of.known
        if (own := [each.verdict for each in of.outcomes if each.id == known.id])
        and all(verdict is Verdict.PASSED for verdict in own)
    }


def alarms(of: CopierOutcomes) -> list[str]:
    """One sentence for each known failure that is fixed."""
    return [
        f"FIXED: {name} passes, yet {of.copier}'s profile lists it as a known failure ({reason}): "
        f"strike {name} from its known_failures"
        for name, reason in fixed(of).items()
    ]


def nothing_proven(of: CopierOutcomes) -> str:
    """Say that every scenario was skipped, so that nothing is known of a copier; an empty text if one was not."""
    if not of.outcomes or any(outcome.verdict is not Verdict.SKIPPED for outcome in of.outcomes):
        return ""
    return f"NOTHING PROVEN: every scenario was skipped, so this run says nothing of {of.copier} (exit code 1)"


def exit_code_of(runs: Iterable[CopierOutcomes]) -> ExitCode:
    """The worst of all outcomes; known failures do not count, one that is fixed does, and so does a copier not tried at all."""
    code = ExitCode.PASSED
    for of in runs:
        code = max(code, exit_code(each for each in of.outcomes if not known_reason(of, each)))
        if fixed(of) or nothing_proven(of):
            code = max(code, ExitCode.COPIER_AT_FAULT)
    return code
