"""Leaves in a folder what a run leaves there: Robot's results, verdicts, histories, and the facts of the run."""

from __future__ import annotations

from html import escape

from ContentionLibrary.checks.levels import parse_level
from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.report.facts import PlannedTest, RunFacts, store_facts
from ContentionLibrary.report.stored import store_verdict

_STATUS = {Verdict.PASSED: "PASS", Verdict.SKIPPED: "SKIP"}
CATALOGUE = {"FileBlocking": {"RDW-001": "Reader Opens", "RDW-002": ""}, "RaceConditions": {"SAP-001": "Five Create"}}


def leave_run(
    folder, verdicts, histories=None, *, copier="cp", robot=None, facts=True, ended="2026-01-31T12:30:00Z", known=()
):
    """Leave a run of one copier.

    Args:
        folder: the output directory.
        verdicts: one for each test; a string is the id of a test that left none.
        histories: by id.
        robot: what Robot says where it is not what the verdict says: by id, status and message.
        facts: whether the facts of the run were stored, as `contention run` does and robot does not.
        ended: when; empty for a run that was stopped.
        known: the failures that the profile knows.
    """
    folder.mkdir(parents=True, exist_ok=True)
    suite = folder / "a suite.robot"
    tests, planned = [], []
    for number, verdict in enumerate(verdicts, 1):
        name = verdict if isinstance(verdict, str) else verdict.id
        title = "Says Nothing" if isinstance(verdict, str) else verdict.title
        status, message = "FAIL", ""
        if not isinstance(verdict, str):
            store_verdict(verdict, folder / "contention" / name)
            status, message = _STATUS.get(verdict.verdict, "FAIL"), verdict.reason
        status, message = (robot or {}).get(name, (status, message))
        tests.append(
            f'<test id="s1-t{number}" name="{escape(f"{name} {title}")}"><tag>id:{name}</tag><tag>priority:critical</tag>'
            f'<tag>category:FileBlocking</tag><status status="{status}" start="2026-01-31T12:00:{number:02}" elapsed="0.5">'
            f"{escape(message.encode(errors='backslashreplace').decode())}</status></test>"
        )
        planned.append(PlannedTest(f"{name} {title}", str(suite), name, title, "FileBlocking", "critical"))
    for name, history in (histories or {}).items():
        history.store(folder / "contention" / name / "history.jsonl")
    (folder / "output.xml").write_text(
        '<robot generator="Robot 7.4" generated="2026-01-31T12:00:00" rpa="false" schemaversion="5">'
        f'<suite id="s1" name="S" source="{escape(str(suite))}">{"".join(tests)}'
        '<status status="FAIL" start="2026-01-31T12:00:00" elapsed="9"/></suite></robot>'
    )
    if facts:
        stored = RunFacts(
            copier=copier,
            description="copies <files>",
            version="cp 9.1",
            claims=(parse_level("R1"),),
            notes="It claims little.",
            platform="Linux 6.1 x86_64, Python 3.11",
            began="2026-01-31T12:00:00Z",
            ended=ended,
            peak_memory=64 << 20,
            tests=tuple(planned),
            known_failures=known,
        )
        store_facts(stored, folder)
    return folder
