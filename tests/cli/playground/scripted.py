"""Stands in for the library: leaves the verdict that a test asks for, and ends in Robot as it asks for."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from robot.api import Failure, SkipExecution
from robot.api.deco import keyword, library
from robot.libraries.BuiltIn import BuiltIn

import ContentionLibrary
from ContentionLibrary.checks.levels import parse_level
from ContentionLibrary.checks.verdict import Finding, ScenarioVerdict, Verdict
from ContentionLibrary.report.identity import identity, tagged
from ContentionLibrary.report.stored import store_verdict

FINDING = Finding(
    check="readers",
    seen="the reader at step 'copy 2/4' got 2 MiB of zeros",
    step="copy 2/4 of the content into the destination",
    meaning="whoever reads the file meanwhile gets a torn file",
    remedy="write under another name and rename",
    level=parse_level("R0"),
)


@library(scope="TEST", listener="SELF")
class scripted:  # noqa: N801 - Robot looks for a class with the name of the file
    def __init__(self) -> None:
        self._late = ""

    @keyword
    def leave_verdict(self, word: str) -> None:
        verdict = Verdict(word)
        failed = verdict is Verdict.FAILED
        name = str(BuiltIn().get_variable_value("${TEST NAME}"))
        tags = BuiltIn().get_variable_value("@{TEST TAGS}")
        scenario = identity(tagged(tags, "id"), name, Path(str(BuiltIn().get_variable_value("${SUITE SOURCE}"))))
        stored = ScenarioVerdict(
            id=scenario,
            title=name.removeprefix(scenario).strip(),
            category="FileBlocking",
            copier="scripted",
            verdict=verdict,
            reason="" if verdict is Verdict.PASSED else f"scripted: {word}",
            way="exact",
            stage="directory",
            size=4096,
            runs=3,
            steps=("create", "rename"),
            findings=(FINDING,) if failed else (),
            allowed=(),
            measured=(parse_level("R0" if failed else "R1"), parse_level("W2")),
            claims=(parse_level("R1"),),
            controls=(),
            limitations=(),
            seconds=0.5,
        )
        store_verdict(stored, self._output() / "contention" / scenario)

    @keyword
    def leave_verdict_late(self, word: str) -> None:
        """Write it as the library does: when the test is over and all listeners have been told so."""
        self._late = word

    def end_test(self, data: object, result: object) -> None:
        if self._late:
            time.sleep(1)
            self.leave_verdict(self._late)

    @keyword
    def leave_broken_verdict(self, scenario: str) -> None:
        folder = self._output() / "contention" / scenario
        folder.mkdir(parents=True)
        (folder / "verdict.json").write_text("{}")

    @keyword
    def fail_for(self, copier: str, message: str) -> None:
        """Leave a verdict that one copier fails and every other passes."""
        if BuiltIn().get_variable_value("${COPIER}") != copier:
            self.leave_verdict("passed")
            return
        self.leave_verdict("failed")
        raise Failure(message)

    @keyword
    def fail_with(self, message: str) -> None:
        raise Failure(message)

    @keyword
    def skip_with(self, message: str) -> None:
        raise SkipExecution(message)

    @keyword
    def die(self) -> None:
        os._exit(7)

    @keyword
    def tell(self, path: str, *names: str) -> None:
        lines = [f"{name}={BuiltIn().get_variable_value('${' + name + '}')}" for name in names]
        Path(path).write_text("\n".join([*lines, f"cwd={Path.cwd()}"]), encoding="utf-8")

    @keyword
    def tell_origin(self, path: str) -> None:
        Path(path).write_text(f"{sys.executable}\n{Path(ContentionLibrary.__file__).parent.parent}\n", encoding="utf-8")

    @keyword
    def wait_for_ever(self, mark: str) -> None:
        child = subprocess.Popen(
            ["sleep", "1000"], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        Path(mark).write_text(str(child.pid))
        try:
            while True:
                time.sleep(0.05)
        finally:
            Path(f"{mark}.ended-well").touch()
            child.kill()
            child.wait()

    @keyword
    def ignore_signals(self, mark: str) -> None:
        def note(signum: int, frame: object) -> None:
            Path(mark).write_text("interrupted")

        for signum in (signal.SIGINT, signal.SIGTERM):
            signal.signal(signum, note)
        Path(mark).touch()
        while True:
            time.sleep(0.05)

    def _output(self) -> Path:
        return Path(str(BuiltIn().get_variable_value("${OUTPUT DIR}")))
