"""What is known of a campaign beside its verdicts, noted before it begins and once more when it has ended."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ContentionLibrary import copiers
from ContentionLibrary.cli.subjects import Subject
from ContentionLibrary.cli.suites import SuiteTest
from ContentionLibrary.cli.system import peak_memory_of_children, platform_name
from ContentionLibrary.report.facts import KnownFailure, PlannedTest, RunFacts, load_facts, store_facts
from ContentionLibrary.report.gathering import in_utc
from ContentionLibrary.report.identity import tagged


def note_begin(subject: Subject, tests: Sequence[SuiteTest], directory: Path) -> RunFacts:
    """Store what is known before anything is run, so that a run that is stopped can be reported too."""
    profile = subject.profile
    facts = RunFacts(
        copier=subject.name,
        description=profile.description,
        version=copiers.version(profile),
        claims=profile.claims,
        notes=profile.notes,
        platform=f"{platform_name()}, Python {platform.python_version()}",
        began=in_utc(datetime.now(UTC)),
        ended="",
        peak_memory=None,
        tests=tuple(_planned(test) for test in tests),
        known_failures=known_failures(subject),
    )
    store_facts(facts, directory)
    return facts


def note_stop(cause: str, directory: Path) -> None:
    """Add that a run was stopped, so that its report says why scenarios are missing."""
    store_facts(replace(load_facts(directory), stopped=cause), directory)


def known_failures(subject: Subject) -> tuple[KnownFailure, ...]:
    """What the copier's profile knows to fail."""
    return tuple(KnownFailure(name, reason) for name, reason in subject.profile.known_failures)


def note_end(facts: RunFacts, directory: Path) -> None:
    """Add what is known only now."""
    store_facts(replace(facts, ended=in_utc(datetime.now(UTC)), peak_memory=peak_memory_of_children()), directory)


def _planned(test: SuiteTest) -> PlannedTest:
    return PlannedTest(
        name=test.name,
        file=str(test.source),
        id=test.id,
        title=test.title,
        category=test.category,
        priority=tagged(test.tags, "priority"),
    )
