"""The Windows side, as far as it can be run elsewhere: its sequence with this system's calls."""

import pytest
from copier_steps import NEW, OLD, names, set_stage

from ContentionLibrary.reference_copier import job, windows
from ContentionLibrary.reference_copier.failures import Refusal
from ContentionLibrary.reference_copier.rules import Rules


@pytest.fixture
def windows_side(monkeypatch):
    monkeypatch.setattr(job, "Delivery", windows.Delivery)
    monkeypatch.setattr(job, "recover", windows.recover)


@pytest.mark.usefixtures("windows_side")
@pytest.mark.parametrize("older", [(False,), (True,), (True, False)], ids=["create", "replace", "several"])
def test_it_copies_and_leaves_nothing(tmp_path, older):
    stage = set_stage(tmp_path / "stage", *older)
    before = names(stage.root) | {str(path.relative_to(stage.root)) for path in stage.destinations}
    job.copy_file(str(stage.source), [str(path) for path in stage.destinations], Rules(), _never, pytest.fail)
    assert stage.state == ["new"] * len(older) and names(stage.root) == before


@pytest.mark.usefixtures("windows_side")
def test_a_file_that_stays_open_elsewhere_is_refused_and_the_others_are_taken_back(tmp_path, monkeypatch):
    stage = set_stage(tmp_path / "stage", True, True)
    original = windows.os.replace

    def replace(source, target):
        if target == str(stage.destinations[1]):
            raise PermissionError(13, "The process cannot access the file because it is being used by another process")
        original(source, target)

    monkeypatch.setattr(windows.os, "replace", replace)
    with pytest.raises(Refusal, match="is open in another process"):
        job.copy_file(str(stage.source), [str(p) for p in stage.destinations], Rules(wait=0.1), _never, pytest.fail)
    assert stage.state == ["old", "old"]
    assert not [name for name in names(stage.root) if "contention-copy" in name]


@pytest.mark.usefixtures("windows_side")
def test_a_rival_that_comes_first_keeps_its_file(tmp_path):
    stage = set_stage(tmp_path / "stage", True)
    calls = []

    def check():
        if not calls:
            stage.destinations[0].write_bytes(NEW + OLD)
        calls.append(1)

    with pytest.raises(Refusal, match="another process changed it"):
        job.copy_file(str(stage.source), [str(stage.destinations[0])], Rules(), check, pytest.fail)
    assert stage.destinations[0].read_bytes() == NEW + OLD


def _never():
    return None
