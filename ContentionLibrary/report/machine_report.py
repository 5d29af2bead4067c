"""A run as `contention.json`, for programs. Its form is published as `contention.schema.json` beside this file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import mean, median
from typing import Any

from ContentionLibrary.checks.meanwhile import meanwhile
from ContentionLibrary.checks.verdict import Control, Finding, Verdict
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.cast import UNDER_TEST
from ContentionLibrary.history.recording import History
from ContentionLibrary.report.comparing import Compared, Scenario, compare
from ContentionLibrary.report.gathering import CopierRun, Told
from ContentionLibrary.report.known import fixed, known_reason
from ContentionLibrary.report.measurements import Figures, figures, is_skew, most_descriptors, peak_memory
from ContentionLibrary.report.story import replay_command
from ContentionLibrary.report.trust import Answer, answers

Plain = dict[str, Any]  # what JSON knows
Catalogue = Mapping[str, Mapping[str, str]]
"""By category, the ids of the catalogue, and the title of each; it is empty where there is no suite yet."""

TITLE = "Enterprise Contention Resilience"
_NAMES = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.NOT_PROVEN: "notProven",
    Verdict.SKIPPED: "skipped",
    Verdict.HARNESS_ERROR: "harnessErrors",
    Verdict.SYSTEM_ERROR: "systemErrors",
}
_CRITICAL = "critical"


def machine_report(runs: Sequence[CopierRun], catalogue: Catalogue) -> Plain:
    """Put a run into plain values.

    Args:
        runs: one or several copiers of one run.
        catalogue: the known ids, to name those that were not run.

    Returns:
        For one copier its report; for several, sums and the report of each.
    """
    if len(runs) == 1:
        return _one(runs[0], catalogue)
    parts = [_one(run, catalogue) for run in runs]
    return {
        "testSuite": TITLE,
        "executionStart": min(run.facts.began for run in runs),
        "executionEnd": max(run.facts.ended for run in runs) if all(run.facts.ended for run in runs) else None,
        "platform": runs[0].facts.platform,
        "summary": _summary(told for run in runs for told in run.scenarios),
        "comparison": _comparison(runs),
        "copiers": parts,
    }


def _comparison(runs: Sequence[CopierRun]) -> Plain:
    told = compare([run.as_outcomes for run in runs])
    return {
        "guarantees": [_letter(each) for each in told.letters],
        "scenarios": [_compared(each) for each in told.scenarios],
    }


def _letter(compared: Compared) -> Plain:
    return {
        "letter": compared.letter.name,
        "differs": compared.differs,
        "copiers": [
            {
                "copier": side.copier,
                "measured": str(side.level) if side.level else None,
                "claimed": str(side.guarantee.claimed),
                "scenario": side.proof.scenario if side.proof else None,
                "step": side.proof.step if side.proof else "",
                "seen": side.proof.seen if side.proof else "",
            }
            for side in compared.sides
        ],
    }


def _compared(scenario: Scenario) -> Plain:
    return {
        "id": scenario.id,
        "differs": scenario.differs,
        "copiers": [
            {
                "copier": end.copier,
                "verdict": str(end.outcome.verdict),
                "level": str(end.level) if end.level else None,
                "step": end.step,
                "why": end.why,
            }
            for end in scenario.ends
        ],
    }


def _one(run: CopierRun, catalogue: Catalogue) -> Plain:
    facts = run.facts
    histories = [_history_of(told) for told in run.scenarios]
    own = [history for history in histories if history]
    return {
        "testSuite": TITLE,
        "executionStart": facts.began,
        "executionEnd": facts.ended or None,
        "platform": facts.platform,
        "copier": {
            "name": facts.copier,
            "description": facts.description,
            "version": facts.version,
            "claims": [str(level) for level in facts.claims],
        },
        "summary": _summary(run.scenarios),
        "guaranteeCard": {told.guarantee.letter.name: _guarantee(told) for told in answers(run.card)},
        "categoryResults": _categories(run, histories),
        "notRun": _not_run(run, catalogue),
        "failureAnalysis": _failures(run),
        "changes": _changes(run),
        "systemMetrics": _metrics(run, own),
    }


def _history_of(told: Told) -> History | None:
    try:
        whole = told.history
    except UsageError:  # the page says why; the verdict stands without it
        return None
    return whole.about(UNDER_TEST) if whole else None


def _summary(scenarios: Iterable[Told]) -> Plain:
    told = list(scenarios)
    counts = {name: sum(one.outcome.verdict is verdict for one in told) for verdict, name in _NAMES.items()}
    tried = len(told) - counts["skipped"]
    return {
        "totalTests": len(told),
        **counts,
        "successRate": f"{100 * counts['passed'] / tried:.1f}%" if tried else None,
    }


def _categories(run: CopierRun, histories: Sequence[History | None]) -> Plain:
    by_category: dict[str, list[tuple[Told, History | None]]] = {}
    for told, history in zip(run.scenarios, histories, strict=True):
        by_category.setdefault(told.category, []).append((told, history))
    return {
        name: {
            "tests": len(told),
            **{key: value for key, value in _summary(one for one, _ in told).items() if key != "totalTests"},
            "details": [_scenario(one, history, run) for one, history in told],
        }
        for name, told in by_category.items()
    }


def _scenario(told: Told, history: History | None, run: CopierRun) -> Plain:
    outcome, verdict = told.outcome, told.outcome.stored
    evidence = outcome.folder.relative_to(run.directory).as_posix() if outcome.folder else None
    plain = {
        "id": outcome.id,
        "title": outcome.title,
        "priority": told.priority,
        "verdict": str(outcome.verdict),
        "reason": outcome.reason,
        "knownFailure": known_reason(run.as_outcomes, outcome) or None,
        "evidence": evidence,
    }
    if verdict is None:
        return plain
    return plain | {
        "control": verdict.way,
        "stage": verdict.stage,
        "fileSize": verdict.size,
        "runs": verdict.runs,
        "steps": list(verdict.steps),
        "duration": verdict.seconds,
        "measured": [str(level) for level in verdict.measured],
        "claimed": [str(level) for level in verdict.claims],
        "findings": [_finding(one) for one in verdict.findings],
        "allowed": [_finding(one) for one in verdict.allowed],
        "positiveControls": [_control(one) for one in verdict.controls],
        "limitations": list(verdict.limitations),
        "measurements": [_figures(one) for one in figures(history or ())],
    }


def _finding(one: Finding) -> Plain:
    return {
        "check": one.check,
        "level": str(one.level) if one.level else None,
        "play": one.play,
        "step": one.step,
        "seen": one.seen,
        "count": one.count,
        "meaning": one.meaning,
        "remedy": one.remedy,
        "meanwhile": meanwhile(one),
        "run": one.run,
        "key": one.key,
        "replay": replay_command(one),
    }


def _control(one: Control) -> Plain:
    return {"check": one.check, "copier": one.copier, "seen": one.seen, "finding": one.finding}


def _figures(one: Figures) -> Plain:
    return {
        "name": one.name,
        "unit": one.unit,
        "count": len(one.values),
        "smallest": min(one.values),
        "median": one.middle,
        "largest": max(one.values),
    }


def _guarantee(told: Answer) -> Plain:
    each = told.guarantee
    return {
        "subject": each.letter.subject,
        "measured": str(each.measured) if each.measured else None,
        "meaning": each.measured.meaning if each.measured else None,
        "claimed": str(each.claimed),
        "kept": each.kept if each.measured else None,
        "trustedWith": told.question,
        "trust": str(told.trust),
        "why": told.why,
        "evidence": [{"scenario": one.scenario, "step": one.step, "seen": one.seen} for one in each.evidence],
    }


def _not_run(run: CopierRun, catalogue: Catalogue) -> list[str]:
    ran = {told.outcome.id for told in run.scenarios}
    return [each for ids in catalogue.values() for each in ids if each not in ran]


def unstable(scenarios: Iterable[Told]) -> list[str]:
    """The scenarios that have both passed and failed in one run, by the same name."""
    verdicts: dict[tuple[str, str], set[Verdict]] = {}
    for told in scenarios:
        verdicts.setdefault((told.outcome.id, told.outcome.title), set()).add(told.outcome.verdict)
    return sorted({name for (name, _), seen in verdicts.items() if {Verdict.PASSED, Verdict.FAILED} <= seen})


def _failures(run: CopierRun) -> Plain:
    scenarios = run.scenarios
    failed = [told for told in scenarios if told.outcome.verdict is Verdict.FAILED]
    named = {
        "criticalFailures": [told.outcome.id for told in failed if told.priority == _CRITICAL],
        "infrastructureFailures": _ids_of(scenarios, Verdict.HARNESS_ERROR),
        "systemFailures": _ids_of(scenarios, Verdict.SYSTEM_ERROR),
        "flakyTests": unstable(scenarios),
        "knownFailures": [told.outcome.id for told in failed if known_reason(run.as_outcomes, told.outcome)],
        "fixedKnownFailures": list(fixed(run.as_outcomes)),
    }
    return {name: len(ids) for name, ids in named.items()} | {"scenarios": named}


def _changes(run: CopierRun) -> Plain | None:
    if run.changes is None:
        return None
    found = [{"id": one.id, "kind": str(one.kind), "told": one.told} for one in run.changes.found]
    return {"against": run.changes.against, "found": found}


def _ids_of(scenarios: Iterable[Told], verdict: Verdict) -> list[str]:
    return [told.outcome.id for told in scenarios if told.outcome.verdict is verdict]


def _metrics(run: CopierRun, own: Sequence[History]) -> Plain:
    all_figures = [one for history in own for one in figures(history)]
    skews = [value for one in all_figures if is_skew(one) for value in one.values]
    seconds = [told.outcome.stored.seconds for told in run.scenarios if told.outcome.stored]
    return {
        "peakMemoryUsage": run.facts.peak_memory,
        "copierPeakMemory": max((peak for history in own if (peak := peak_memory(history)) is not None), default=None),
        "maxFileHandles": most_descriptors(all_figures),
        "averageTestDuration": round(mean(seconds), 3) if seconds else None,
        "startSkew": {
            "count": len(skews),
            "median": round(median(skews), 1) if skews else None,
            "largest": round(max(skews), 1) if skews else None,
            "unit": "µs",
        },
    }
