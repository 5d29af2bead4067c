"""Everything that these tests make lies in a directory of their own, and is looked for afterwards."""

from __future__ import annotations

import tempfile

import pytest

from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.workspace import open_workspace


@pytest.fixture
def root(tmp_path, monkeypatch):
    """Let workspaces and ledgers lie below a directory of the test's own."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.delenv("CONTENTION_LEDGER", raising=False)
    return tmp_path


@pytest.fixture
def starter(root, request):
    """A workspace with a starter of each kind, stopped at the end whatever the test did."""
    workspace, ledger = open_workspace("a scenario")
    starter = Starter(workspace, ledger, ["roles_for_tests"], link=getattr(request, "param", None))
    starter.workspace, starter.ledger = workspace, ledger
    yield starter
    starter.stop(grace=0.1)
