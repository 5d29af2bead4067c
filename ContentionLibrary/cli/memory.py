"""Earlier runs of each copier on this machine, remembered in the user's state directory.

    $XDG_STATE_HOME/contention/<machine>/<copier>-<size>.json     (XDG_STATE_HOME is ~/.local/state by default)

A file holds the last runs only, and of each only what later ones are compared with, so that it stays small. Runs of
other sizes take other times and show other things, so each size has a memory of its own.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from filelock import FileLock

from ContentionLibrary.cli.subjects import Subject
from ContentionLibrary.errors import UsageError
from ContentionLibrary.locations import state_folder
from ContentionLibrary.report.changes import Past, Record, record_all
from ContentionLibrary.report.gathering import CopierRun, gather_all
from ContentionLibrary.report.stored import Mismatch, typed

_KEPT = 50  # runs
_DIGITS = 8


def _machine() -> Path:
    """A home may be shared by several machines; what is slow on one is not on the other."""
    try:
        state = state_folder()
    except RuntimeError as trouble:
        raise UsageError(f"there is no place for them ({trouble}): set XDG_STATE_HOME to a directory") from trouble
    return state / (re.sub(r"[^\w.-]", "_", platform.node()) or "machine")


def memory_of(subject: Subject, size: str) -> Path:
    """The file that remembers a copier; copiers of the user's own are told apart by their path or command too.

    Raises:
        UsageError: there is no place for it.
    """
    name = subject.folder
    own = subject.command or (subject.copier if subject.copier != subject.name else "")
    if own:
        name += f"-{hashlib.sha256(os.fsencode(own)).hexdigest()[:_DIGITS]}"
    return _machine() / f"{name}-{size or 'standard'}.json"


def remembered(names: Sequence[str]) -> list[Path]:
    """The files of all copiers of this machine, or of some of these names.

    Raises:
        UsageError: there is no place for them, or it cannot be read.
    """
    machine = _machine()
    try:
        found = sorted(path for path in machine.iterdir() if path.suffix == ".json")
    except FileNotFoundError:
        return []
    except OSError as trouble:
        raise UsageError(
            f"{machine} cannot be read: {trouble.strerror}; set XDG_STATE_HOME to a directory"
        ) from trouble
    return [path for path in found if not names or any(re.fullmatch(_file_name(name), path.stem) for name in names)]


def _file_name(name: str) -> str:
    return rf"{re.escape(name)}(-[0-9a-f]{{{_DIGITS}}})?-(quick|standard|full)"


def recall(path: Path) -> tuple[Past, ...]:
    """Read the remembered runs, oldest first; none where there is no memory.

    Raises:
        UsageError: the file is not one of ours, or cannot be read.
    """
    try:
        content = json.loads(path.read_text(encoding="ascii"))
        if not isinstance(content, list):
            raise Mismatch("it is no list")
        return tuple(_past(run) for run in content)
    except FileNotFoundError:
        return ()
    except OSError as trouble:
        raise UsageError(f"{path} cannot be read: {trouble.strerror}; set XDG_STATE_HOME to a directory") from trouble
    except (ValueError, TypeError, KeyError, Mismatch) as trouble:
        raise UsageError(f"{path} does not hold remembered runs: {trouble}; remove it") from trouble


def remember(path: Path, run: Past) -> None:
    """Add a run to the remembered ones, and forget the oldest.

    Raises:
        OSError: it cannot be written.
        UsageError: the file is not one of ours.
    """
    if not run.scenarios:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_suffix(".lock")):  # two runs that end at one moment are both remembered
        runs = [*recall(path), run][-_KEPT:]
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            draft.write_text(json.dumps([dataclasses.asdict(one) for one in runs], indent=1) + "\n", encoding="ascii")
            draft.replace(path)  # whoever reads it meanwhile sees the old one or the new one
        finally:
            draft.unlink(missing_ok=True)


def _past(content: dict[str, object]) -> Past:
    scenarios = content["scenarios"]
    if not isinstance(scenarios, dict):
        raise Mismatch("'scenarios' is no object")
    records = {}
    for name, value in scenarios.items():
        record = typed(Record, value, name)
        assert isinstance(record, Record)
        records[name] = record
    return Past(str(content["began"]), str(content["version"]), records)


def past_of(run: CopierRun) -> Past:
    """What is remembered of a run."""
    return Past(run.facts.began, run.facts.version, record_all([told.outcome for told in run.scenarios]))


def from_directory(directory: Path, copier: str) -> tuple[Past, ...]:
    """The run in an output directory.

    Raises:
        UsageError: there is none, or none of this copier.
        HarnessError: what is there cannot be read.
    """
    runs: Sequence[CopierRun] = gather_all(directory)
    found = tuple(past_of(run) for run in runs if run.facts.copier == copier)
    if not found:
        names = ", ".join(run.facts.copier for run in runs)
        raise UsageError(f"--against {directory} is a run of {names}, not of {copier}")
    return found
