"""What plays a scenario in this very process keeps no baselines of the user."""

import pytest


@pytest.fixture(autouse=True)
def state_of_its_own(tmp_path_factory, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
