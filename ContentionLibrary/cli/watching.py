"""Tells on the terminal what a run is at: a line for each scenario that has ended, and what is running now."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.cli.suites import SuiteTest
from ContentionLibrary.report.evidence import Unreadable, read_evidence, verdict_files
from ContentionLibrary.report.outcomes import Outcome, id_of, outcome_of, plain_outcome, promises_verdict
from ContentionLibrary.report.progress import ProgressReader, TestMoment
from ContentionLibrary.report.terminal import plain

_QUIET = 30.0  # seconds without a line after which a plain file of output is told that we still live


@dataclass
class Standing:
    """How far a run has come, as far as it was told.

    Args:
        finished: the outcomes so far, before Robot's results are known.
        running: the ids, or names, of the scenarios that have begun and not ended.
    """

    finished: list[Outcome] = field(default_factory=list)
    running: dict[str, float] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many scenarios have ended; the rows of a table are one scenario."""
        return len({outcome.id for outcome in self.finished})


class Watch:
    """Follows one phase by the files that its Robots write.

    Args:
        folder: the phase's output directory.
        tests: what is run, in this and the other phases.
        standing: kept up to date.
        console: the file with Robot's own output, to be shown line by line, or None.
        stream: where the lines go.
    """

    def __init__(
        self,
        folder: Path,
        tests: Sequence[SuiteTest],
        standing: Standing,
        *,
        console: Path | None = None,
        stream: TextIO | None = None,
    ) -> None:
        self._folder = folder
        self._tests = {(str(test.source), test.name): test for test in tests}
        self._total = len({id_of(test) for test in tests})
        self._standing = standing
        self._console = console
        self._shown = 0
        self._stream = stream or sys.stdout
        self._live = self._stream.isatty()
        self._progress = ProgressReader(folder)
        self._ended: dict[Path, TestMoment] = {}
        self._seen: set[Path] = set()
        self._last_line = time.monotonic()
        self._status = ""

    def look(self) -> None:
        """Tell what is new since the last look."""
        # The library may write a verdict after our listener has heard of the test's end, but before Robot goes on: only
        # when the same Robot has begun another test is it sure that there will be none.
        over = [moment for robot, news in self._progress.news() if (moment := self._note(robot, news))]
        self._show_console()
        self._tell_verdicts()
        for moment in over:
            self._tell_end_without_verdict(moment)
        self._show_status()

    def close(self) -> None:
        """Tell the last news, now that no Robot runs any more, and leave a clean line."""
        self.look()
        for moment in self._ended.values():
            self._tell_end_without_verdict(moment)
        self._erase()

    def _note(self, robot: Path, news: TestMoment) -> TestMoment | None:
        """Take in what a Robot tells; give the end of its test before, if it has begun another one."""
        if news.status:
            self._standing.running.pop(self._name(news), None)
            self._ended[robot] = news
            return None
        self._standing.running[self._name(news)] = news.at
        return self._ended.pop(robot, None)

    def _tell_verdicts(self) -> None:
        for path in verdict_files(self._folder):
            if path not in self._seen:
                self._seen.add(path)
                self._tell_verdict(path)

    def _name(self, moment: TestMoment) -> str:
        test = self._tests.get((moment.source, moment.name))
        return id_of(test) if test else moment.name

    def _tell_verdict(self, path: Path) -> None:
        evidence = read_evidence(path)
        if isinstance(evidence, Unreadable):
            name = evidence.folder.name
            self._tell(Outcome(name, "", Verdict.HARNESS_ERROR, evidence.why, folder=evidence.folder))
        else:
            self._tell(outcome_of(evidence))

    def _tell_end_without_verdict(self, moment: TestMoment) -> None:
        test = self._tests.get((moment.source, moment.name))
        name = self._name(moment)
        if any(outcome.id == name or outcome.title == moment.name for outcome in self._standing.finished):
            return
        if test and not promises_verdict(test, moment.status, moment.message):
            self._tell(plain_outcome(test, moment.status, moment.message))
            return
        why = f"no verdict; Robot: {moment.status} {moment.message}".rstrip()
        self._tell(Outcome(name, test.title if test else moment.name, Verdict.HARNESS_ERROR, why))

    def _tell(self, outcome: Outcome) -> None:
        self._standing.finished.append(outcome)
        place = f"[{self._standing.count:>{len(str(self._total))}}/{self._total}]"
        self._line(f"{place} {_sentence(outcome)}")

    def _line(self, text: str) -> None:
        self._erase()
        print(" ".join(plain(part) for part in text.splitlines()), file=self._stream, flush=True)
        self._last_line = time.monotonic()

    def _show_console(self) -> None:
        if self._console is None or not self._console.exists():
            return
        with self._console.open("rb") as file:
            file.seek(self._shown)
            news = file.read()
        whole = news[: news.rfind(b"\n") + 1]
        self._shown += len(whole)
        for line in whole.decode(errors="backslashreplace").splitlines():
            self._line(f"  | {line}")

    def _show_status(self) -> None:
        now = time.time()
        status = ", ".join(f"{name} ({now - since:.0f} s)" for name, since in self._standing.running.items())
        if self._live:
            width = shutil.get_terminal_size().columns - 1
            text = plain(f"running: {status}" if status else "waiting for Robot ...")[:width]
            if text != self._status:
                self._erase()
                self._stream.write(text)
                self._stream.flush()
                self._status = text
        elif status and time.monotonic() - self._last_line > _QUIET:
            self._line(f"still running: {status}")

    def _erase(self) -> None:
        if self._status:
            self._stream.write(f"\r{' ' * len(self._status)}\r")
            self._status = ""


def _sentence(outcome: Outcome) -> str:
    finding = outcome.first_finding
    why = finding.seen if finding else ("" if outcome.verdict is Verdict.PASSED else outcome.reason)
    seconds = f" in {outcome.stored.seconds:.1f} s" if outcome.stored else ""
    sentence = f"{outcome.id} {outcome.verdict}{seconds}: {outcome.title}"
    return f"{sentence} - {why}" if why else sentence
