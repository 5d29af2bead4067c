"""A starter for all tests of stepping, and a fresh stage for each."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

import pytest
from stage_play import Play

from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import Workspace, open_workspace
from ContentionLibrary.stepping.control import SUPERVISORS

_ROLES = tuple(SUPERVISORS.values())


@pytest.fixture(scope="session")
def workspace_and_starter() -> Iterator[tuple[Workspace, Starter]]:
    workspace, ledger = open_workspace("stepping tests")
    with Starter(workspace, ledger, _ROLES) as starter:
        yield workspace, starter


@pytest.fixture
def make_play(workspace_and_starter: tuple[Workspace, Starter], numbers: Iterator[int]) -> Callable[..., Play]:
    """Return a function that makes a stage of its own, with a source of a given size."""
    workspace, starter = workspace_and_starter

    def make(size: int = 4 << 20, **more: object) -> Play:
        stage = workspace.stage / str(next(numbers))
        stage.mkdir()
        logs = workspace.log / stage.name
        logs.mkdir()
        return Play(starter, stage, logs, size, **more)  # type: ignore[arg-type]

    return make


@pytest.fixture
def play(make_play: Callable[..., Play]) -> Play:
    """A stage with a source of 4 MiB and one destination."""
    return make_play()


@pytest.fixture(scope="session")
def numbers() -> Iterator[int]:
    return itertools.count(1)
