"""Competitors on a stage of their own, under a starter that all tests share."""

from __future__ import annotations

import itertools

import pytest

from ContentionLibrary.competitors.pool import WORKER, Pool
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.words import write_file
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace

OLD, NEW = Version(1, 0), Version(2, 0)
SIZE = 1 << 20


@pytest.fixture(scope="session")
def scenario():
    workspace, ledger = open_workspace("competitor tests")
    with Starter(workspace, ledger, [WORKER]) as starter:
        yield workspace, starter


@pytest.fixture
def pool(scenario):
    with Pool(scenario[1]) as pool:
        yield pool


@pytest.fixture
def competitor(pool):
    return pool.take("competitor")


@pytest.fixture
def other(pool):
    return pool.take("other")


_numbers = itertools.count(1)


@pytest.fixture
def stage(scenario):
    """A directory of the test's own."""
    stage = scenario[0].stage / str(next(_numbers))
    stage.mkdir()
    return stage


@pytest.fixture
def file(stage):
    """A file of 1 MiB of the old version."""
    path = stage / "slide.dat"
    write_file(path, OLD, SIZE)
    return path
