"""Suites that use the library like those of its users."""

import os
import stat
import sys

import pytest
from running_suites import CHECKOUT, run_suites


@pytest.fixture(scope="session")
def commands(tmp_path_factory):
    """Put the command `contention` on the path, as an installation does."""
    folder = tmp_path_factory.mktemp("bin")
    command = folder / "contention"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m ContentionLibrary "$@"\n')
    command.chmod(command.stat().st_mode | stat.S_IXUSR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        patch.setenv("PYTHONPATH", str(CHECKOUT))
        yield folder


@pytest.fixture
def run_text(tmp_path, commands):
    """Run a suite that is given as text."""

    def run_it(text, **options):
        suite = tmp_path / "by_hand.robot"
        suite.write_text("*** Settings ***\nLibrary    ContentionLibrary\n\n" + text)
        return run_suites(suite, output=tmp_path / "output", **options)

    return run_it
