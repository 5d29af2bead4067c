"""How a copier must end when it gets a signal, and that being stopped for a while must change nothing.

What it leaves then is judged by the checks of every scenario, and by `failures.WHOLE_AFTER_SIGNAL`.
"""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, how_it_ended, last_words, runs_of, succeeded
from ContentionLibrary.checks.signal_names import signal_name, signal_number
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.content.wording import describe
from ContentionLibrary.history.acts import Signalled, StoodStill
from ContentionLibrary.history.cast import NAMES, SOURCE
from ContentionLibrary.history.copies import CopyEnded, Ending
from ContentionLibrary.history.recording import History

GET_A_SIGNAL, STOP_AND_CONTINUE = "get a signal", "stop and continue"
"""What the plays are called where a check chooses its control."""

_EXIT_OF_SIGNAL = 128
_MOVES_DATA = ("write ", "clone ")
_NO_ORDERS = (signal_number("SIGPIPE"), signal_number("SIGXFSZ"))
"""Signals by which the system tells of a call that cannot succeed: whoever ignores them gets the error of that call, so
many programs do. Nobody sends them to end a program."""


def _names(numbers: tuple[int, ...]) -> str:
    return ", ".join(signal_name(number) or f"signal {number}" for number in numbers)


def _goes_on_rightly(sent: Signalled, ended: CopyEnded) -> bool:
    """Tell whether a copier may come to its end by itself: it ignores this signal, or it had moved all data already."""
    if all(number in (*_NO_ORDERS, *sent.ignored) for number in sent.signals):
        return True
    after = ended.steps[ended.steps.index(sent.step) :] if sent.step in ended.steps else ()
    return not any(step.startswith(_MOVES_DATA) for step in after)


def _is_right(run: Run, sent: Signalled, ended: CopyEnded) -> bool:
    if ended.ending is Ending.HUNG:
        return True  # that is the finding of bounded time
    if ended.ending is Ending.KILLED:
        return ended.signal in sent.signals
    if ended.exit_code in (*(_EXIT_OF_SIGNAL + number for number in sent.signals), *sent.codes):
        return True
    return (succeeded(ended) or run.kept_its_rule(ended)) and _goes_on_rightly(sent, ended)


def wrong_ends(history: History) -> list[Finding]:
    """Find copiers that a signal did not end as it should.

    Right are: by the signal itself, with 128 and its number, with a code that the profile names, and success if there was
    no more data to be moved, if the profile says that this signal is ignored, or if it is no order to end (PIPE, XFSZ).
    Who never replaces a file comes to its end over an older version with a refusal.
    """
    found = []
    for run in runs_of(history):
        ended, signals = run.ended(), run.events.of(Signalled)
        if ended is None or not signals or _is_right(run, signals[0], ended):
            continue
        sent = signals[0]
        code = _EXIT_OF_SIGNAL + sent.signals[-1]
        what = (
            "went on to move data, and ended with success"
            if succeeded(ended)
            else f"ended with {how_it_ended(ended)}{f': {last_words(ended)}' if last_words(ended) else ''}"
        )
        found.append(
            Finding(
                check="ends as told",
                seen=f"The copier got {_names(sent.signals)} while it was held before '{sent.step}' ({run.where}) and {what}.",
                step=sent.step,
                meaning="Whoever cancels a copy waits for it in vain, and has to kill it."
                if succeeded(ended)
                else "Whoever has cancelled a copy cannot tell that from a copy that has failed.",
                remedy=f"End by the signal itself or with 128 and its number ({code}); or say in the profile's on_signal how "
                "it ends.",
            )
        )
    return found


def changed_by_a_stop(history: History) -> list[Finding]:
    """Find copies that did not end as if nothing had happened after they were stopped and continued."""
    found = []
    for run in runs_of(history):
        ended, look, stood = run.ended(), run.looked("after"), run.events.of(StoodStill)
        if ended is None or look is None or not stood or ended.ending is Ending.HUNG or run.kept_its_rule(ended):
            continue
        if not succeeded(ended):
            what = f"ended with {how_it_ended(ended)}{f': {last_words(ended)}' if last_words(ended) else ''}"
        elif look.destination is None or not look.destination.is_whole(SOURCE, run.size):
            there = describe(look.destination, NAMES, run.size) if look.destination is not None else "no file"
            what = f"reported success, and the destination holds {there}"
        else:
            continue
        found.append(
            Finding(
                check="stopping changes nothing",
                seen=f"The copier was stopped before its step '{stood[0].step}' and continued ({run.where}), and {what}.",
                step=stood[0].step,
                meaning="A copy that is suspended, by a shell, a debugger or a frozen container, is lost or spoilt.",
                remedy="Do again what a signal has interrupted (EINTR), and measure time limits so that a stop does not count.",
            )
        )
    return found


ENDS_AS_TOLD = Check(
    "ends as told",
    "A signal ends a copier in a way that is neither the usual one nor the one of its profile, or not at all.",
    wrong_ends,
    None,
    {GET_A_SIGNAL: "faulty/hides-its-signal"},
)
STOPPING_CHANGES_NOTHING = Check(
    "stopping changes nothing",
    "A copy that is stopped for a while and continued fails, or comes out wrong.",
    changed_by_a_stop,
    None,
    {STOP_AND_CONTINUE: "faulty/gives-up-when-continued"},
)
