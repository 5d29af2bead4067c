"""The best way of control is found by trying, and a worse one always comes with its reason."""

from __future__ import annotations

import builtins
import sys
from typing import Any

import psutil  # noqa: F401 - before a test pretends to be on another system: it is another module there
import pytest

from ContentionLibrary.history.copies import Way
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import Workspace
from ContentionLibrary.stepping import ways
from ContentionLibrary.stepping.control import SUPERVISORS


@pytest.fixture
def starter(workspace_and_starter: tuple[Workspace, Starter]) -> Starter:
    return workspace_and_starter[1]


def test_exact_stepping_works_here(starter: Starter) -> None:
    assert ways.best_way(starter) == (Way.EXACT, "")


def test_other_systems_are_sampled(starter: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert ways.best_way(starter) == (Way.SAMPLED, "exact stepping needs Linux, this is darwin")


@pytest.mark.parametrize(
    ("role", "reason"),
    [("refusing_supervisor", "a container or policy forbids it"), ("blind_supervisor", "went wrong")],
)
def test_what_does_not_work_is_not_claimed(
    starter: Starter, monkeypatch: pytest.MonkeyPatch, role: str, reason: str
) -> None:
    monkeypatch.setitem(SUPERVISORS, Way.EXACT, role)
    way, why = ways.best_way(starter)
    assert way is Way.SAMPLED
    assert reason in why


def test_without_psutil_only_the_barrier_is_left(starter: Starter, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(name: str, *more: Any) -> Any:
        if name == "psutil":
            raise ImportError(name)
        return real(name, *more)

    real = builtins.__import__
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.delitem(sys.modules, "psutil", raising=False)
    monkeypatch.setattr(builtins, "__import__", refuse)
    way, why = ways.best_way(starter)
    assert way is Way.TIMED
    assert "psutil" in why
