"""How long equal copiers go on asking: until it is settled, also with the copies that were still at work."""

from pathlib import Path
from types import SimpleNamespace

from ContentionLibrary.history.copies import Ending
from ContentionLibrary.scenario.plays import contesting


class Copier:
    """A copier that has succeeded as soon as anybody looks."""

    channel = None
    time_left = 1.0
    ended = SimpleNamespace(ending=Ending.SUCCESS)

    def next(self, patience):
        return None

    def finish(self):
        pass


class Runs:
    """A run that counts its copies."""

    def __init__(self):
        self.copies = 0
        self.place = SimpleNamespace(destination=Path("destination"), root=Path())
        self.profile = SimpleNamespace(replaces=True)

    def give_source(self, number):
        return Path(f"source {number}")

    def start(self, *_, **__):
        self.copies += 1
        return Copier()


def test_it_goes_on_when_those_at_work_have_unsettled_what_was_settled(monkeypatch):
    monkeypatch.setattr(contesting, "ready", lambda *_: None)
    monkeypatch.setattr(contesting, "command_line", lambda *_: [])
    run = Runs()
    ended = iter(range(1, 1000))

    def settled():
        return (
            next(ended) == 4 or run.copies >= 12
        )  # at the fourth look, with two copies still at work, and not after them

    contesting._Contest(run, 3, own_names=False).hold(settled)
    assert run.copies >= 12
