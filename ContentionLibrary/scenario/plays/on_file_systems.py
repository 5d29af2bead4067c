"""Plays that are done on file systems of several kinds, each on one that was made for it, or that is there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from ContentionLibrary.checks.file_systems import COPY_UNDISTURBED, UNDISTURBED
from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.history.disks import Ability, OnFileSystem
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.stage.making import LOCAL, features_of
from ContentionLibrary.stepping.plan import Plan, Stop

_MOST = 4 << 20
"""Bytes of a file: what a file system does to those who meet on a file does not depend on its size."""

Act = Callable[[Lane, Enough], None]


def _on(kind: str, act: Act, lane: Lane, enough: Enough) -> None:
    try:
        stage = lane.local_stage(kind)
    except NotPossibleHere as reason:
        if lane.has_none_of(LOCAL):
            raise NotPossibleHere(f"there is none of {', '.join(LOCAL)} here; {kind}: {reason}") from reason
        lane.limit(f"nothing was shown on {kind} ({reason})")
        return
    features = features_of(stage.root) if act is _undisturbed else ()
    abilities = tuple(Ability(one.name, one.able, one.told) for one in features)
    lane.note(OnFileSystem, file_system=kind, name=stage.name, reality=stage.reality.value, abilities=abilities)
    act(lane.on(stage), enough)


def _undisturbed(lane: Lane, enough: Enough) -> None:
    with lane.run() as run:
        run.start(Plan(Stop.NOWHERE)).run_to_end()


def on_each(play: Play) -> list[Play]:
    """Make the same play for each kind of file system, one after the other."""
    return [
        replace(
            play,
            name=f"{play.name}, on {kind}",
            title=f"{play.title}, on {kind}",
            act=partial(_on, kind, play.act),
            at_most=_MOST,
            repeats=kind != LOCAL[0],
        )
        for kind in LOCAL
    ]


def copy_undisturbed() -> Play:
    """LSS-001: a copy over an older version, with nobody else there."""
    title = f"{UNDISTURBED} over an older version"
    return Play(title, COPY_UNDISTURBED, title, _undisturbed, older=True, stepped=False, interferes=False)
