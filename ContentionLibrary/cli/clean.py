"""`contention clean`: removes what scenarios left behind whose processes are all gone."""

from __future__ import annotations

import argparse

from ContentionLibrary.processes.clean import clean_abandoned


def configure(parser: argparse.ArgumentParser) -> None:
    """The command has no arguments."""


def run(arguments: argparse.Namespace) -> int:
    """Clean, and tell each thing that was done.

    Returns:
        The exit code.
    """
    told = clean_abandoned()
    print(*(told or ["nothing was left behind"]), sep="\n")
    return 0
