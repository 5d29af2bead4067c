"""The checks of power losses and shutdowns, on histories that are told by hand."""

import pytest
from disk_tale import FOLDER, NEW, OLD, Run
from tale import SIZE, Tale, cut, says, spans, whole

from ContentionLibrary.checks.power_loss import MODEL, REAL, modelled, power_outcomes
from ContentionLibrary.checks.power_loss import cut as cut_findings
from ContentionLibrary.checks.shutdown import ORDERLY_SHUTDOWN, torn_by_shutdown
from ContentionLibrary.content.sighting import Kind
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.history.cast import OLDER, SOURCE
from ContentionLibrary.history.copies import Ending


def told(run, ending=Ending.SUCCESS, *, older=False):
    return Tale(older=older).began().recorded(**run.facts).ended(ending).history


def levels(findings):
    return {(finding.step, str(finding.level)) for finding in findings}


@pytest.mark.parametrize("older", [False, True])
def test_a_careful_copy_survives(older):
    run = Run(older=older).creates().writes().syncs(NEW).renames().syncs(FOLDER)
    assert modelled(told(run, older=older)) == []


def test_no_flush_at_all_is_torn_after_success():
    findings = modelled(told(Run(older=True).creates().writes().renames(), older=True))
    assert levels(findings) == {("", "D0"), ("", "D1")}
    assert says(
        findings[0], "after success", "nothing (empty, not 4 MiB)", "rename had reached the disk", "data had not"
    )
    assert "fsync" in findings[0].remedy and "directory" in findings[1].remedy


def test_a_name_that_is_not_flushed_is_lost_after_success_only():
    run = Run(older=True).creates().writes().syncs(NEW).renames().does("close", NEW)
    findings = modelled(told(run, older=True))
    assert levels(findings) == {("", "D1")}
    assert says(findings[0], "the older version", "the rename had not reached the disk")


def test_a_flush_after_the_rename_comes_too_late():
    run = Run().creates().writes().renames().syncs(NEW, step="flush").syncs(FOLDER)
    assert levels(modelled(told(run))) == {("flush", "D0")}


def test_an_older_version_must_not_vanish():
    run = Run(older=True).creates().writes().syncs(NEW).does("unlink", OLD).shows(final=None)
    run.does("rename", NEW, step="rename").shows(part=None, final=NEW).syncs(FOLDER)
    findings = modelled(told(run, older=True))
    assert ("rename", "D0") in levels(findings)
    assert says(findings[0], "the older version is lost")


def test_what_nobody_has_seen_is_no_finding():
    history = told(Run().does("rename").shows(final=NEW).syncs(FOLDER))
    assert modelled(history) == []
    assert [one.word for one in power_outcomes(history)] == ["old or new", "not known", "not known"]


def test_a_copy_that_has_failed_may_leave_nothing_new():
    assert modelled(told(Run().creates(), Ending.ERROR)) == []


def test_a_real_file_system_is_judged_by_what_it_shows():
    def seen(step, sighting, *, older=True, ending=Ending.SUCCESS):
        tale = Tale(older=older).began()
        tale = tale.ended(ending) if not step else tale
        return cut_findings(tale.power_lost(step).looked("restarted", sighting).history)

    assert seen("rename", whole(OLDER)) == seen("rename", whole(SOURCE)) == seen("", whole(SOURCE)) == []
    assert seen("rename", None, older=False) == []
    assert levels(seen("rename", cut(SOURCE, 0))) == {("rename", "D0")}
    assert levels(seen("rename", None)) == {("rename", "D0")}
    assert levels(seen("", whole(OLDER))) == levels(seen("", None, older=False)) == {("", "D1")}
    assert seen("", whole(OLDER), ending=Ending.ERROR) == []
    zeros = seen("", spans((SIZE, Kind.ZERO)))
    assert levels(zeros) == {("", "D0")}
    assert says(zeros[0], "a real ext4", "at once", "zero bytes")


def test_the_table_sets_the_model_beside_what_was_seen():
    run = Run(older=True).creates().writes().renames()
    tale = Tale(older=True).began().recorded(**run.facts).ended().run(2).began().ended()
    outcomes = power_outcomes(tale.power_lost("", flushed=True).looked("restarted", whole(SOURCE)).history)
    end = {one.where: (one.rank, one.word) for one in outcomes if not one.step}
    assert end == {"model": (0, "torn or still old"), "a real ext4, after a neighbour's flush": (2, "new")}


def test_an_orderly_shutdown_leaves_old_or_new():
    def seen(sighting, ending=Ending.KILLED, *, older=True):
        return torn_by_shutdown(
            Tale(older=older).began().told_to_end("write").ended(ending).looked("after", sighting).history
        )

    assert seen(whole(OLDER)) == seen(whole(SOURCE), Ending.SUCCESS) == seen(None, older=False) == []
    assert [finding.step for finding in seen(cut(SOURCE, SIZE // 2))] == ["write"]
    assert says(seen(None)[0], "SIGTERM", "the older version is lost")


@pytest.mark.parametrize("check", [MODEL, REAL, ORDERLY_SHUTDOWN], ids=lambda check: check.name)
def test_each_check_has_a_control_for_its_own_plays_only(check):
    assert all(load(name) for name in check.control.values())
    assert check.control_for("read at every step") is None
