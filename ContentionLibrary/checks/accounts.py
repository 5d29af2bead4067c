"""Two accounts, one destination: the file belongs to the one that has won, and neither stands in the other's way for good.

What a copier makes of owner and permissions is its own choice, so the measure is what the same copier leaves when the
same account copies and nobody disturbs it.
"""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, how_it_ended, last_words, runs_of, succeeded
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import NAMES, SENT
from ContentionLibrary.history.copies import KILLED, CopyEnded, StartedAs, StepLeft, StepReached
from ContentionLibrary.history.looks import OwnerSeen
from ContentionLibrary.history.recording import History

ALONE, AFTER = "alone", "after"
REMOVE_LEFTOVER = "remove what the other account has left"
B_AGAIN = "copier B, again"
"""The copy of the second account once more, when it has removed by hand what was left."""


def _step(run: Run) -> str:
    return next((event.step for event in run.events.of(StepReached) if event.who == COPIER_A), "")


def _parties(run: Run) -> dict[str, str]:
    return {event.who: event.party for event in run.events.of(StartedAs)}


def _situation(run: Run, first: str, second: str) -> str:
    killed = any(left.how.startswith(KILLED) for left in run.events.of(StepLeft))
    how = "was killed" if killed else "was held"
    then = "and then" if killed else "while"
    return f"{first[:1].upper()}{first[1:]} {how} before its step '{_step(run)}', {then} {second} copied"


def _winner(run: Run) -> str | None:
    """Return the copier whose content is there in the end, all of it."""
    look = run.looked(AFTER)
    if look is None or look.destination is None:
        return None
    there = look.destination
    return next((who for who in (COPIER_A, COPIER_B) if there.is_whole(SENT[who], run.size)), None)


def others_files(history: History) -> list[Finding]:
    """Find destinations whose owner or permissions are not what the winner alone would have left."""
    found = []
    for run in runs_of(history):
        parties, winner = _parties(run), _winner(run)
        if winner not in parties or not succeeded(run.ended(winner)):
            continue
        seen = {event.moment + event.party: event for event in run.events.of(OwnerSeen)}
        alone, after = seen.get(ALONE + parties[winner]), seen.get(AFTER)
        if alone is None or after is None or (alone.user, alone.mode) == (after.user, after.mode):
            continue
        other = next((party for who, party in parties.items() if who != winner), "the other account")
        found.append(
            Finding(
                check="whose file it is",
                seen=f"{_situation(run, parties.get(COPIER_A, ''), parties.get(COPIER_B, ''))}; the destination holds the file of "
                f"{parties[winner]}, yet belongs to {_owner(after)}; when nobody disturbs its copy, to {_owner(alone)}.",
                step=_step(run),
                meaning=f"What is meant for one account lies in a file that {other} owns, or may read or change.",
                remedy="Write into a file that this very run has created (O_EXCL, or O_TMPFILE), never into one that was there.",
            )
        )
    return found


def _owner(seen: OwnerSeen) -> str:
    return f"user {seen.user} with permissions {seen.mode}"


def in_the_way(history: History) -> list[Finding]:
    """Find killed copies after which the other account cannot copy, not even when it has removed by hand what it may."""
    found = []
    for run in runs_of(history):
        parties = _parties(run)
        if COPIER_A not in parties or COPIER_B not in parties or not run.was_killed:
            continue
        refused = [act for act in run.acted(REMOVE_LEFTOVER) if act.answer is not Answer.DONE]
        if refused:
            found.append(_stays(run, parties, refused))
        again = run.ended(B_AGAIN)
        if again is not None and not succeeded(again):
            found.append(_blocked(run, parties, again))
    return found


def _stays(run: Run, parties: dict[str, str], refused: list[Acted]) -> Finding:
    told = ", ".join(f"{act.target} ({act.error})" for act in refused)
    return Finding(
        check="nobody in the way",
        seen=f"{_situation(run, parties[COPIER_A], parties[COPIER_B])}; what was left cannot be removed by {parties[COPIER_B]}, to "
        f"whom the directory belongs as well: {told}.",
        step=_step(run),
        meaning="Ruins stay in a directory that two accounts share until somebody with more rights comes.",
        remedy="Keep temporary files in the destination's directory itself, or in one that all may change who may change that.",
    )


def _blocked(run: Run, parties: dict[str, str], again: CopyEnded) -> Finding:
    look = run.looked("recovered")
    there = describe(look.destination, NAMES, run.size) if look is not None and look.destination else "no file"
    return Finding(
        check="nobody in the way",
        seen=f"{_situation(run, parties[COPIER_A], parties[COPIER_B])}; {parties[COPIER_B]} could not copy, nor when it had "
        f"removed what was left: {how_it_ended(again)}, the destination holds {there}. It said: {last_words(again)!r}",
        step=_step(run),
        meaning="One killed copy of one account keeps another account from its work.",
        remedy="Tell leftovers of a dead run from a living rival, also where they belong to somebody else.",
    )


WHOSE_FILE_IT_IS = Check(
    "whose file it is",
    "The destination belongs to another account than the winner's, or others may do more with it than after a copy alone.",
    others_files,
    None,
    {"*": "faulty/takes-over-as-it-is"},
)
NOBODY_IN_THE_WAY = Check(
    "nobody in the way",
    "After a killed copy of one account, another one cannot copy to the same place, or cannot remove what was left.",
    in_the_way,
    None,
    {"*": "faulty/seals-its-directory"},
)
