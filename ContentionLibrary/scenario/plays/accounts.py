"""Plays in which a service and an interactive process copy to one place: each is held, and killed, at each of its steps."""

from __future__ import annotations

from functools import partial

from ContentionLibrary.checks.accounts import AFTER, ALONE, B_AGAIN, REMOVE_LEFTOVER
from ContentionLibrary.checks.kills import state_left
from ContentionLibrary.checks.writers import COPIER_A, COPIER_B
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import AGAIN, NAMES, SENT
from ContentionLibrary.history.copies import CopyEnded, Ending
from ContentionLibrary.history.looks import Entry
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.parties import (
    INTERACTIVE,
    ONE_ACCOUNT,
    SERVICE,
    Owner,
    Party,
    Seen,
    accounts,
    furnish,
    look_at,
    note_owner,
    note_stood,
    open_up,
    owner_of,
    parties,
)
from ContentionLibrary.scenario.performance import Performance
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.scenario.plays.killing import kill_before
from ContentionLibrary.scenario.plays.rivalry import patience_for
from ContentionLibrary.scenario.run import Run
from ContentionLibrary.stepping.plan import Plan, Scope, Stop


class _Pair:
    """The two parties of a play: the first one is held or killed, the second one comes meanwhile or after it.

    Args:
        lane: the play's first lane.
        first: the name of the first party.
    """

    def __init__(self, lane: Lane, first: str) -> None:
        self._names = first, INTERACTIVE if first == SERVICE else SERVICE
        self._lane = lane
        self._seen: dict[str, Seen] = {}
        self._owners: dict[str, Owner | None] = {}
        if accounts() is None:
            lane.limit(ONE_ACCOUNT)
        self._may_copy = False
        self.alone = self._copy_alone(COPIER_A)
        self._may_copy = self.alone.ending is Ending.SUCCESS
        self._copy_alone(COPIER_B)

    def begin(self, lane: Lane, number: int | None = None) -> Run:
        """Begin a run in a place that both may use; enter it, then `furnish` it."""
        return lane.run(number=number, own_source=True, rivals=1, stage=lane.common_ground())

    def furnish(self, run: Run) -> dict[str, Party]:
        """Give the place to both; returns the parties by the names of their copiers."""
        both = parties(run)
        first, second = (both[name] for name in self._names)
        furnish(run, first, second)
        for who, party in ((COPIER_A, first), (COPIER_B, second)):
            if party.name in self._seen:
                note_stood(run, who, party, self._seen[party.name])
        run.cast({COPIER_A: first.standing, AGAIN: first.standing})
        run.cast({COPIER_B: second.standing, B_AGAIN: second.standing})
        for name in self._names:
            if name in self._owners:
                note_owner(run, ALONE, name, self._owners[name])
        return {COPIER_A: first, COPIER_B: second}

    def _copy_alone(self, who: str) -> CopyEnded:
        """Let one copy and nobody else: so it is known which steps it takes, and whose the file is then."""
        with self.begin(self._lane) as run:
            party = self.furnish(run)[who]
            copier = _start(run, who, Plan(Stop.FIRST))
            hold = copier.next()
            if hold is not None:
                assert copier.pid is not None  # known since it has come to a step
                self._seen[party.name] = look_at(party, copier.pid)
                copier.release(hold)
            ended = copier.run_to_end()
            self._owners[party.name] = owner_of(run)
            self.end(run, ended)
        if ended.ending is not Ending.SUCCESS and not run.play.older:
            told = ended.message.strip()[-300:]
            self._lane.limit(f"alone, the copier does not copy as {party.name}: {told}", blind=True)
        return ended

    def end(self, run: Run, *ends: CopyEnded) -> None:
        """Look at what is left; if a copy has failed, let the first party make it again, when nothing forbids it any more.

        A file of the other account at the destination may forbid it: nothing was there before, so it is removed. Where
        the system keeps the first party from its copy from the beginning, it does so afterwards too.
        """
        look = run.look_after()
        new = run.second_try.is_first_from(state_left(look))
        if not new or all(ended.ending is Ending.SUCCESS for ended in ends):
            return
        if not run.play.older:
            run.place.destination.unlink(missing_ok=True)
        elif not self._may_copy:
            return
        run.second_try.copy()


def _start(run: Run, who: str, plan: Plan) -> Performance:
    if who == COPIER_A:
        return run.start(plan, COPIER_A)
    return run.start(plan, who, run.place.rival_source(), NAMES[SENT[COPIER_B]])


def _hold(first: str, lane: Lane, enough: Enough) -> None:
    """For each step of the first party: hold it there, let the second one copy, let the first one go.

    One that waits for the held one would wait for ever, so it gets a bounded time before the held one is let go.
    """
    pair = _Pair(lane, first)
    patience = patience_for(pair.alone)

    def one(lane: Lane, number: int, step: str) -> None:
        with pair.begin(lane, number) as run:
            both = pair.furnish(run)
            held = _start(run, COPIER_A, Plan(Stop.NAMED, (step,), observe=True))
            hold = held.next()
            if hold is None:
                held.miss(step, f"{both[COPIER_A].name} ended before it, although it came to it when alone")
                return
            run.look("held", hold.step, content=True)
            rival = _start(run, COPIER_B, Plan(Stop.NOWHERE, observe=True))
            rival.next(patience=patience)
            held.release(hold)
            ends = held.run_to_end(), rival.run_to_end()
            note_owner(run, AFTER, "", owner_of(run))
            pair.end(run, *ends)

    lane.side_by_side(pair.alone.steps, one, enough)


def _kill(first: str, lane: Lane, enough: Enough) -> None:
    """For each step of the first party: kill it there; the second one copies, and removes what the first one has left."""
    pair = _Pair(lane, first)

    def one(lane: Lane, number: int, step: str) -> None:
        with pair.begin(lane, number) as run:
            both = pair.furnish(run)
            before = {entry.path for entry in run.place.entries()}
            copier = _start(run, COPIER_A, Plan(Stop.NAMED, (step,)))
            if not kill_before(copier, step, Scope.TREE):
                return
            copier.finish()
            run.look("killed", step, content=True)
            ended = _start(run, COPIER_B, Plan(Stop.NOWHERE)).run_to_end()
            note_owner(run, AFTER, "", owner_of(run))
            look = run.look_after()
            left = [one for one in run.place.entries() if one.path not in before | {run.play.destination}]
            if run.second_try.is_first_from(state_left(look)):
                removed = _remove_by_hand(lane, run, both[COPIER_B], left, step)
                if ended.ending is not Ending.SUCCESS and removed:
                    _start(run, B_AGAIN, Plan(Stop.NOWHERE)).run_to_end()
                    run.look("recovered", content=True)
            open_up(run, [one.path for one in left])

    lane.side_by_side(pair.alone.steps, one, enough)


def _remove_by_hand(lane: Lane, run: Run, party: Party, left: list[Entry], step: str) -> bool:
    """Let somebody with the party's rights remove what is there and was not before; returns whether all is gone."""
    hands, account = lane.competitor(f"somebody with the rights of {party.name}"), party.standing.account
    if account is not None:
        became = hands.do("become", user=account.user, group=account.group, groups=list(account.groups))
        if became.answer is not Answer.DONE:
            raise NotPossibleHere(f"a process of ours cannot become user {account.user}: {became.message}")
    answers = []
    for entry in left:
        path = run.place.root / entry.path
        if any(entry.path.startswith(f"{other.path}/") for other in left):
            continue  # goes with its directory
        verb = "remove_tree" if entry.kind == "directory" else "delete"
        answers.append(run.act(hands, verb, REMOVE_LEFTOVER, step, target=entry.path, path=str(path)).answer)
    return all(answer is Answer.DONE for answer in answers)


def _title(what: str, *, older: bool) -> str:
    return f"{what}, {'over an older version' if older else 'into an empty place'}"


def hold(first: str, *, older: bool) -> Play:
    """WSS-002: one of the two is held at each of its steps while the other one copies."""
    other = INTERACTIVE if first == SERVICE else SERVICE
    title = _title(f"{first} held at every step, {other} copies meanwhile", older=older)
    return Play(title, "two accounts", title, partial(_hold, first), older, interferes=False, fresh=True)


def kill(first: str) -> Play:
    """WSS-002: one of the two is killed at each of its steps, and the other one copies next."""
    other = INTERACTIVE if first == SERVICE else SERVICE
    title = _title(f"{first} killed at every step, {other} copies next", older=True)
    kind = "two accounts, one killed"
    return Play(title, kind, title, partial(_kill, first), older=True, interferes=False, fresh=True)
