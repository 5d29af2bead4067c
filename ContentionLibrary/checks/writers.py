"""Two copiers and one destination: exactly one may win, and the other must be told."""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, runs_of, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.readers import is_whole, what_is_wrong
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.cast import NAMES, RIVAL_SOURCE, SOURCE
from ContentionLibrary.history.events import CopyEnded, StepLeft, StepReached
from ContentionLibrary.history.recording import History

COPIER_A, COPIER_B = "copier A", "copier B"
_OWN = {COPIER_A: SOURCE, COPIER_B: RIVAL_SOURCE}
_LAST_DATA = " the last bytes of "  # part of the name of every step that completes a file's data
_REMEDY = (
    "Create the final name in a way that only one can win (link or O_EXCL), or lock, and check before publishing that nobody has "
    "changed the destination since the copy began; the loser refuses with a clear error."
)


def _step(run: Run) -> str:
    """Return the step before which copier A was held while B ran; none if both were held, only to start together."""
    if _started_together(run):
        return ""
    steps = [event.step for event in run.events.of(StepReached) if event.who == COPIER_A]
    return steps[-1] if steps else ""


def _situation(run: Run) -> str:
    step = _step(run)
    return f"Copier A was held before '{step}' while copier B ran: " if step else "Both copiers ran freely: "


def _came_one_after_another(run: Run) -> bool:
    """Tell whether one copy had not touched the stage, or had its content in place, while the other ran: no race at all."""
    if _started_together(run):
        return not _raced(run)
    after = run.looked("after")
    if after is None or after.destination is None:
        return False
    if after.destination.is_whole(SOURCE, run.size):
        return _rival_was_over_before_first_step(run)
    held = run.looked("held")
    committed = held is not None and held.destination is not None and held.destination.is_whole(SOURCE, run.size)
    return committed and after.destination.is_whole(RIVAL_SOURCE, run.size)


def _started_together(run: Run) -> bool:
    return {COPIER_A, COPIER_B} == {event.who for event in run.events.of(StepReached)}


def _raced(run: Run) -> bool:
    """Tell whether each of two free copiers had begun to work before the other had all its data together.

    On a busy machine one may do its whole copy while the other waits for a processor. Without proof that they met, two
    successes are no finding: the play that holds one at each step shows the same for certain.
    """
    first, rival = run.ended(COPIER_A), run.ended(COPIER_B)
    if first is None or rival is None:
        return False
    return _had_begun_before_last_data(first, rival) and _had_begun_before_last_data(rival, first)


def _had_begun_before_last_data(one: CopyEnded, other: CopyEnded) -> bool:
    last = next((at for step, at in zip(other.steps, other.step_times, strict=False) if _LAST_DATA in step), None)
    return last is not None and len(one.step_times) > 1 and one.step_times[1] < last


def _rival_was_over_before_first_step(run: Run) -> bool:
    """Tell whether copier B ended while copier A stood before its very first step: nobody could have told A of it."""
    first, rival = run.ended(COPIER_A), run.ended(COPIER_B)
    let_go = [event.at for event in run.events.of(StepLeft) if event.who == COPIER_A]
    if first is None or rival is None or not first.steps or not let_go:
        return False
    return _step(run) == first.steps[0] and rival.ended <= let_go[-1]


def one_winner(history: History) -> list[Finding]:
    """Find pairs of copies that did not end with exactly one success and its whole content."""
    found = []
    for run in runs_of(history):
        endings = {who: run.ended(who) for who in _OWN}
        look = run.looked("after")
        if look is None or not all(endings.values()):
            continue
        winners = [who for who, ended in endings.items() if succeeded(ended)]
        sighting = look.destination
        if sighting is not None and not is_whole(sighting, run.size):
            found.append(
                Finding(
                    check="one winner",
                    seen=f"{_situation(run)}the destination ended as {what_is_wrong(sighting)} content: "
                    f"{describe(sighting, NAMES, run.size)}.",
                    step=_step(run),
                    meaning="Two jobs for one file have made a file that neither of them sent.",
                    remedy="Give each copy a temporary file of its own (a random or process-bound name, opened with O_EXCL).",
                    level=Level("W", 0),
                )
            )
            continue
        if len(winners) == 2 and _came_one_after_another(run):
            continue
        if len(winners) == 2:
            version = sighting.single_version if sighting else None
            found.append(
                Finding(
                    check="one winner",
                    seen=f"{_situation(run)}both reported success; the destination is wholly "
                    f"{NAMES.get(version, 'absent') if version else 'absent'}.",
                    step=_step(run),
                    meaning="One of two jobs is told that its file is in place while the other one's content is there.",
                    remedy=_REMEDY,
                    level=Level("W", 1) if version else Level("W", 0),
                )
            )
        elif all(run.kept_its_rule(ended) for ended in endings.values()):
            continue
        elif not winners:
            found.append(
                Finding(
                    check="one winner",
                    seen=f"{_situation(run)}both refused, nobody's content got there.",
                    step=_step(run),
                    meaning="Two jobs block each other and nothing is delivered.",
                    remedy="Let the first one that asked win.",
                )
            )
        elif sighting is None or sighting.single_version != _OWN[winners[0]]:
            there = describe(sighting, NAMES, run.size) if sighting else "no file"
            found.append(
                Finding(
                    check="one winner",
                    seen=f"{_situation(run)}only {winners[0]} reported success, yet the destination holds {there}.",
                    step=_step(run),
                    meaning="The job that was told that it had succeeded has lost its file.",
                    remedy=_REMEDY,
                    level=Level("E", 0),
                )
            )
    return found


ONE_WINNER = Check(
    "one winner",
    "Two overlapping copies end other than with one success, its whole content, and one clear refusal.",
    one_winner,
    "W",
    {"*": "faulty/ignores-rival"},
)
