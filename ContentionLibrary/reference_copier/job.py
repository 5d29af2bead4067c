"""The sequence of one copy: note, recover, open, copy, verify, finish, publish."""

from __future__ import annotations

import os

from ContentionLibrary.reference_copier.besides import besides
from ContentionLibrary.reference_copier.failures import NOTHING_CHANGED, ExitCode, Refusal, Warn, close_quietly
from ContentionLibrary.reference_copier.identity import Destination, Identity, note
from ContentionLibrary.reference_copier.rules import Rules
from ContentionLibrary.reference_copier.system import Delivery, recover, trouble_with
from ContentionLibrary.reference_copier.transfer import Source, copy, open_source, verify
from ContentionLibrary.reference_copier.waiting import Check, Patience

TYPE_CHECKING = False  # importing typing only for this would cost each copy some milliseconds
if TYPE_CHECKING:
    from collections.abc import Sequence


def copy_file(source: str, destinations: Sequence[str], rules: Rules, check: Check, warn: Warn) -> None:
    """Copy one file to all destinations, or to none.

    Args:
        source: path of a regular file.
        destinations: paths of the files to be made or replaced.
        rules: the manner.
        check: raises `Stopped` when the copy is to be given up; only called where everything can be taken back.
        warn: is told, in one sentence, what else deserves to be known.

    Raises:
        Refusal: the copy was not made.
        Stopped: `check` has raised it.
    """
    # Before anything is opened: from this moment on, whoever changes a destination is noticed.
    noted = _note_all(destinations)
    _demand_different(noted)
    # Also if the source is gone by now: what a killed run has left half done must not wait for it to come back.
    ready = recover(noted, Patience(rules.wait, check), rules.durable).destinations
    opened = open_source(source)
    delivery = Delivery(ready, rules, check, warn)
    try:
        _demand_not_itself(opened, ready)
        outlets = delivery.open()
        copy(opened, outlets, check)
        verify(opened, outlets, check)
        delivery.seal(opened)
        check()
        left = besides(opened.descriptor)
        delivery.publish()
        if left:
            warn(f"{source}: the content was copied, and nothing else that the file holds: {', '.join(left)}")
    finally:
        close_quietly(opened.descriptor)
        delivery.close()


def recover_files(destinations: Sequence[str], rules: Rules, check: Check) -> tuple[str, ...]:
    """Finish or take back what killed runs have left at some destinations.

    Returns:
        What was done, one sentence for each; nothing when there was nothing to do.

    Raises:
        Refusal: others are at work there, or the system failed.
        Stopped: `check` has raised it.
    """
    noted = _note_all(destinations)
    return recover(noted, Patience(rules.wait, check), rules.durable, thorough=True).actions


def _note_all(destinations: Sequence[str]) -> list[Destination]:
    for destination in destinations:
        trouble = trouble_with(destination)
        if trouble:
            raise Refusal(ExitCode.FAILED, destination, trouble, f"name a plain file, {NOTHING_CHANGED}")
    return [note(destination) for destination in destinations]


def _demand_different(noted: Sequence[Destination]) -> None:
    known: dict[tuple[int, int, str], str] = {}
    for destination in noted:
        # On Windows names that differ in case only are one.
        key = (destination.home.device, destination.home.inode, os.path.normcase(destination.name))
        if key in known:
            what = f"is the same file as {known[key]}"
            raise Refusal(ExitCode.USAGE, destination.given, what, f"name each destination once, {NOTHING_CHANGED}")
        known[key] = destination.given


def _demand_not_itself(source: Source, noted: Sequence[Destination]) -> None:
    itself = Identity.of(source.status)
    for destination in noted:
        if itself.is_same_file(destination.found):
            raise Refusal(ExitCode.FAILED, destination.given, "is the source itself")
