from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from ContentionLibrary.cli.suites import read_tests
from ContentionLibrary.doctor.outlook import outlook, uses
from ContentionLibrary.doctor.probe import Answer
from ContentionLibrary.doctor.probes import PROBES
from ContentionLibrary.errors import UsageError

SUITES = Path(__file__).resolve().parents[2] / "suites"


@dataclass(frozen=True)
class Planned:
    tags: tuple[str, ...] = ()
    id: str = "AAA-001"
    title: str = "A Title"


def machine(*lacking):
    return {
        probe.name: Answer(False, f"no {probe.name}", f"get {probe.name}")
        if probe.name in lacking
        else Answer(True, "")
        for probe in PROBES
    }


def test_a_machine_that_lacks_nothing_plays_exactly_and_on_real_stages():
    told = outlook(Planned(("needs:own-limits", "real-or-modelled:ext4")), machine())
    assert (told.control, told.missing, told.why, told.remedy) == ("exact, real ext4", (), "", "")


def test_a_scenario_that_cannot_be_played_is_skipped_with_the_reason_and_the_remedy():
    told = outlook(Planned(("needs:own-limits", "real-or-modelled:ext4")), machine("own-limits", "ext4"))
    assert told.skipped
    assert (told.control, told.missing) == ("skipped", ("own-limits",))
    assert (told.why, told.remedy) == ("no own-limits", "get own-limits")


def test_a_stage_that_cannot_be_made_is_modelled():
    told = outlook(Planned(("real-or-modelled:ext4", "real-or-modelled:xfs")), machine("xfs"))
    assert (told.control, told.missing, told.remedy) == ("exact, real ext4, modelled xfs", ("xfs",), "get xfs")


@pytest.mark.parametrize(
    ("lacking", "way"), [(("exact-stepping",), "sampled"), (("exact-stepping", "sampling"), "timed")]
)
def test_without_exact_stepping_every_scenario_gets_the_next_best_way(lacking, way):
    told = outlook(Planned(), machine(*lacking))
    assert (told.control, told.missing, told.remedy) == (way, ("exact-stepping",), "get exact-stepping")


def test_a_tag_that_names_nothing_is_a_mistake():
    with pytest.raises(UsageError, match="AAA-001: the tag needs:magic names nothing that is probed; there are exact"):
        outlook(Planned(("needs:magic",)), machine())


def test_every_shipped_suite_names_abilities_that_are_probed():
    used = uses(read_tests(SUITES), machine())
    assert "CV-001" in used["exact-stepping"]
    assert "FRS-002" in used["ext4"] and "FRS-002" in used["xfs"]
