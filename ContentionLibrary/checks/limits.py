"""Whether a copier that gets less than it needs refuses like a grown-up: no crash, and no harm to a copy beside it."""

from __future__ import annotations

from ContentionLibrary.checks.check import Check, Run, crashed, how_it_ended, last_words, runs_of, succeeded
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.history.acts import Acted
from ContentionLibrary.history.cast import THE_COPIER
from ContentionLibrary.history.recording import History

FEW_DESCRIPTORS = "few descriptors"
SMALL_FILES = "a limit of the file size"
NO_MORE_MEMORY = "no more memory"
NO_MORE_PROCESSES = "no more processes"
OPENING_REFUSED = "refuse each opening call"

THE_SYSTEM = "the system"
ALLOW = "allow"
ALLOW_NO_MORE = "allow no more"
"""How the operation of a system is called that lets a running copier keep what it has; of what follows."""
REFUSE = "refuse"


def _what_it_got(run: Run) -> str:
    acts = [act for act in run.events.of(Acted) if act.who == THE_SYSTEM]
    if not acts:
        return "beside copies with fewer means"
    act = acts[-1]
    if act.operation.startswith(ALLOW_NO_MORE):
        return f"when it got no more{act.operation.removeprefix(ALLOW_NO_MORE)} from its step '{act.step}' on"
    return f"with {act.target}" if act.operation == ALLOW else f"when {act.target} was refused"


def _was_limited(run: Run) -> bool:
    return run.acted_first(ALLOW) is not None


def crashes(history: History) -> list[Finding]:
    """Find copies that were ended by a signal of the system instead of an error of their own."""
    found = []
    for run in runs_of(history):
        for ended in run.disturbed_ends():
            if not crashed(ended):
                continue
            said = f"It said: {last_words(ended)}" if ended.message.strip() else "It said nothing."
            acts = [act.step or "" for act in run.events.of(Acted) if act.who == THE_SYSTEM]
            found.append(
                Finding(
                    check="no crash at a limit",
                    seen=f"{ended.who[:1].upper()}{ended.who[1:]} crashed with {how_it_ended(ended)} {_what_it_got(run)} "
                    f"({run.where}). {said}",
                    step=acts[-1] if acts else "",
                    meaning="Nobody is told which file was not copied; what the copier had begun is left as it was.",
                    remedy="Look at the result of every call, and end with an error; ignore SIGXFSZ, so that a write "
                    "beyond the limit of the file size fails with EFBIG.",
                    level=Level("S", 0),
                )
            )
    return found


def suffered(history: History) -> list[Finding]:
    """Find copies with all means that did not succeed because others beside them had few."""
    runs = runs_of(history)
    if not any(_was_limited(run) for run in runs):
        return []
    found = []
    for run in runs:
        ended = run.ended(THE_COPIER)
        if _was_limited(run) or ended is None or succeeded(ended):
            continue
        found.append(
            Finding(
                check="others go on",
                seen=f"A copy that was running with all it needs ended with {how_it_ended(ended)} when others beside it had "
                f"fewer means ({run.where}). It said: {last_words(ended) or 'nothing'}",
                step="",
                meaning="One job that meets a limit takes others with it.",
                remedy="Let copies share nothing that a failing one can spoil.",
            )
        )
    return found


NO_CRASH = Check(
    "no crash at a limit",
    "A copier is ended by the system when it meets a limit.",
    crashes,
    "S",
    {"*": "faulty/crashes-at-limit"},
)
OTHERS_GO_ON = Check(
    "others go on",
    "A copy with all means fails because another one beside it has few.",
    suffered,
    None,
    {FEW_DESCRIPTORS: "faulty/fails-every-time"},
)
