"""How long the report of a full run takes: 35 scenarios with 20 findings and a thousand events each."""

from __future__ import annotations

import dataclasses
import tempfile
import time
from pathlib import Path

from ContentionLibrary.report.making import make_report
from tests.benchmarks.rows import Row, row
from tests.report.browser import Browser, binary
from tests.report.conftest import FINDING, whole_verdict
from tests.report.stored_runs import CATALOGUE, leave_run
from tests.report.test_page import big_history
from tests.report.test_page_in_browser import ZOOM_IN

SCENARIOS, FINDINGS, EVENTS = 35, 20, 1000


def measure() -> list[Row]:
    """Make the page, the JSON and the badge of a made run."""
    names = [f"AAA-{number:03}" for number in range(SCENARIOS)]
    findings = tuple(dataclasses.replace(FINDING, step=f"step {number}") for number in range(FINDINGS))
    verdicts = [dataclasses.replace(whole_verdict(), id=name, findings=findings) for name in names]
    with tempfile.TemporaryDirectory(prefix="contention-bench-") as directory:
        folder = leave_run(Path(directory) / "run", verdicts, dict.fromkeys(names, big_history(EVENTS)))
        began = time.perf_counter()
        make_report(folder, CATALOGUE)
        took = time.perf_counter() - began
        size = (folder / "contention.html").stat().st_size
    return [
        row("report of a full run", took, "s", at_most=3.0),
        row("page of a full run", size / 1e6, "MB", at_most=5.0),
        *([_zoom()] if binary() else []),
    ]


def _zoom() -> Row:
    """Zoom into 5,000 events, in the time of the browser's own thread: what else the machine is at does not count."""
    with tempfile.TemporaryDirectory(prefix="contention-bench-") as directory, Browser() as browser:
        folder = leave_run(Path(directory) / "run", [whole_verdict()], {"RDW-001": big_history(5000)})
        make_report(folder, CATALOGUE)
        browser.open(folder / "contention.html", "#RDW-001")
        browser.wait_for("document.querySelector('.timeline svg[role=img] rect[data-at]') !== null")
        browser.tell("Performance.enable", timeDomain="threadTicks")
        before = browser.busy()
        browser.ask(ZOOM_IN)
        return row("zoom into 5,000 events", browser.busy() - before, "s", at_most=1.0)
