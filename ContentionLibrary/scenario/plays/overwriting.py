"""Plays in which a reader stands in the middle of a file that is replaced, or deleted and copied again."""

from __future__ import annotations

from functools import partial

from ContentionLibrary.checks.readers import OPEN_HALF, READ, READ_ON
from ContentionLibrary.checks.truth import DELETE
from ContentionLibrary.scenario.lane import Lane
from ContentionLibrary.scenario.play import Enough, Play
from ContentionLibrary.stepping.plan import Plan, Stop


def _overwrite_under_reader(delete_first: bool, lane: Lane, enough: Enough) -> None:
    """One run, held at each step: the reader that has read the first half of the old file looks at the second half.

    Looking again through the same open file at each step is as good as one reader for each step.
    """
    reader, watcher = lane.competitor("reader"), lane.competitor("watcher")
    with lane.run() as run:
        path = str(run.place.destination)
        run.act(reader, "open_half", OPEN_HALF, path=path)
        if delete_first:
            run.act(lane.competitor("deleter"), "delete", DELETE, path=path)
        copier = run.start(Plan(Stop.EVERYWHERE))
        while (hold := copier.next()) is not None:
            run.look("held", hold.step)
            run.act(reader, "read_rest_again", READ_ON, hold.step)
            run.act(watcher, "read", READ, hold.step, path=path)
            if enough():
                copier.free()
            copier.release(hold)
        run.act(reader, "finish_reading", READ_ON)
        reader.do("close_file")


def overwrite_under_reader() -> Play:
    """WDR-001: a reader is in the middle of the destination when the copier overwrites it."""
    title = "copy over an older version that a reader has half read"
    return Play(title, "overwrite under a reader", title, partial(_overwrite_under_reader, False), older=True)


def copy_to_deleted_name() -> Play:
    """DDO-002: the file is deleted under its reader, then copied to that name again."""
    title = "copy to the name of a file that was deleted under its reader"
    return Play(title, "copy to the name of a deleted file", title, partial(_overwrite_under_reader, True), older=True)
