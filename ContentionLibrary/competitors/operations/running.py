"""Those who run a program, never by way of a shell."""

from __future__ import annotations

import contextlib
import os
import subprocess

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome
from ContentionLibrary.content.judge import judge_file
from ContentionLibrary.history.acts import Answer

_LAST_WORDS = 1000
"""Bytes of a program's standard error that become the message of a refusal."""


def run_command(
    hands: Hands,
    command: list[str],
    output: str,
    errors: str,
    directory: str | None = None,
    *,
    environment: dict[str, str] | None = None,
    result: str | None = None,
) -> Outcome:
    """Run a program to its end.

    Args:
        hands: the worker's.
        command: program and arguments.
        output: file for its standard output; what it holds already is lost.
        errors: file for its standard error, likewise.
        directory: where it runs; None is where the worker is.
        environment: its whole environment; None is the worker's own.
        result: a file that is read and judged as soon as the program has ended.

    Returns:
        Done if its exit code is 0, else refused with the end of its standard error; the sighting is of the result,
        None if there is no such file. A command that does not end belongs to the worker's process group and ends
        with it.
    """
    with open(output, "wb") as out, open(errors, "wb") as err:  # noqa: PTH123
        status = subprocess.call(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, cwd=directory, env=environment
        )
    sighting = None
    if result is not None:
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            sighting = judge_file(result)
    if status == 0:
        return Outcome(exit_code=0, sighting=sighting)
    with open(errors, "rb") as err:  # noqa: PTH123
        err.seek(max(0, os.fstat(err.fileno()).st_size - _LAST_WORDS))
        words = err.read().decode(errors="replace").strip()
    ending = f"exit code {status}" if status > 0 else f"ended by signal {-status}"
    message = f"{ending}: {words}" if words else f"{ending}, without a word"
    return Outcome(Answer.REFUSED, message, exit_code=status, sighting=sighting)


OPERATIONS = (run_command,)
