"""The end of a run as text for a terminal: the table of verdicts and, below it, what there is to know of each.

Everything here turns outcomes into lines; nothing prints.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Sequence

from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.meanwhile import meanwhile
from ContentionLibrary.checks.verdict import Finding, ScenarioVerdict, Verdict
from ContentionLibrary.report.guarantees import Guarantee, guarantee_card, measured_levels
from ContentionLibrary.report.known import alarms, known_reason
from ContentionLibrary.report.outcomes import CopierOutcomes, Outcome
from ContentionLibrary.report.story import replay_command

_MINIMUM_TITLE = 20
_ELLIPSIS = "..."


def plain(text: str) -> str:
    """Make a text harmless for a terminal: file names may hold line ends, escapes and bytes that are no characters."""
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)


def table(heading: Sequence[str], rows: Sequence[Sequence[str]], *, numeric: frozenset[str] = frozenset()) -> list[str]:
    """Align rows under a heading, two blanks between columns.

    Args:
        heading: names of the columns.
        rows: their texts.
        numeric: the columns to be aligned to the right.
    """
    widths = [max(map(len, column)) for column in zip(heading, *rows, strict=True)]

    def line(cells: Sequence[str]) -> str:
        padded = (
            cell.rjust(width) if name in numeric else cell.ljust(width)
            for name, cell, width in zip(heading, cells, widths, strict=True)
        )
        return "  ".join(padded).rstrip()

    return [line(heading), "  ".join("-" * width for width in widths), *map(line, rows)]


_HEADING = ("ID", "TITLE", "VERDICT", "WAY", "STEPS", "RUNS", "SECONDS")


def verdict_table(outcomes: Sequence[Outcome], width: int) -> list[str]:
    """The table of verdicts.

    Args:
        outcomes: one row each.
        width: of the terminal in characters; titles are shortened to fit, nothing else is.
    """
    rows = [_row(outcome) for outcome in outcomes]
    others = len(table(_HEADING, [(row[0], "", *row[2:]) for row in rows])[1]) - len(_HEADING[1])
    room = max(width - others, _MINIMUM_TITLE)
    rows = [(row[0], textwrap.shorten(row[1], room, placeholder=_ELLIPSIS), *row[2:]) for row in rows]
    return table(_HEADING, rows, numeric=frozenset({"STEPS", "RUNS", "SECONDS"}))


def _row(outcome: Outcome) -> tuple[str, ...]:
    verdict = outcome.stored
    figures = (
        (
            (verdict.way if verdict.runs else "") or "-",
            str(len(verdict.steps)),
            str(verdict.runs),
            f"{verdict.seconds:.1f}",
        )
        if verdict
        else ("-", "-", "-", "-")
    )
    return (plain(outcome.id), plain(outcome.title), str(outcome.verdict), *figures)


def remarks(outcome: Outcome, width: int) -> list[str]:
    """What there is to know of an outcome beyond its row: why it is no pass, or what its pass needed.

    Args:
        outcome: any outcome.
        width: of the terminal in characters.

    Returns:
        Lines; none for a pass that needed no allowance and had no limits.
    """
    lines = [f"{plain(outcome.id)} {outcome.verdict}: {plain(outcome.title)}"]
    if outcome.verdict is Verdict.PASSED:
        noted = _allowances(outcome.stored, width) if outcome.stored else []
        return lines + noted if noted else []
    finding = outcome.first_finding
    if finding and outcome.verdict is not Verdict.HARNESS_ERROR:
        lines += finding_lines(finding, width)
        lines += unbroken("replay", replay_command(finding))
        more = len(outcome.stored.findings) - 1 if outcome.stored else 0
        if more:
            lines += item("more", f"{more} more finding{'s' if more > 1 else ''} in the log", width)
    else:
        lines += item("why", outcome.reason or "no reason was given", width)
    if outcome.folder:
        lines += unbroken("history", str(outcome.folder))
    return lines


def _allowances(verdict: ScenarioVerdict, width: int) -> list[str]:
    """What a pass needed: for each level one example, the rest is in the log."""
    lines: list[str] = []
    by_level: dict[Level | None, list[Finding]] = {}
    for finding in verdict.allowed:
        by_level.setdefault(finding.level, []).append(finding)
    for level, findings in by_level.items():
        meaning = f" ({level}: {level.meaning})" if level else ""
        more = f" (and {len(findings) - 1} more in the log)" if len(findings) > 1 else ""
        lines += item("allowed", f"within its claim{meaning}: {findings[0].seen}{more}", width)
    for limitation in verdict.limitations:
        lines += item("limit", limitation, width)
    return lines


def finding_lines(finding: Finding, width: int) -> list[str]:
    """Say what was found: where, what, what it means, how it is mended, and what users do until then."""
    times = f" ({finding.count} times)" if finding.count > 1 else ""
    return [
        *item("step", finding.step, width),
        *item("seen", finding.seen + times, width),
        *item("means", finding.meaning, width),
        *item("mend", finding.remedy, width),
        *item("until", meanwhile(finding), width),
    ]


def item(label: str, text: str, width: int) -> list[str]:
    """One labelled text, wrapped; a path or another long word is never broken, so that it can be copied."""
    if not text:
        return []
    return textwrap.wrap(
        " ".join(plain(line) for line in text.splitlines()),
        max(width, 40),
        initial_indent=f"    {label + ':':<9}",
        subsequent_indent=" " * 13,
        break_long_words=False,
        break_on_hyphens=False,
    )


def unbroken(label: str, text: str) -> list[str]:
    """One labelled text that is there to be copied, a command or a path: the terminal itself may break it."""
    return [f"    {label + ':':<9}{plain(text)}"] if text else []


def count_line(outcomes: Iterable[Outcome]) -> str:
    """How many of each verdict there are, such as `8 scenarios: 6 passed, 1 failed, 1 skipped`."""
    counts = Counter(outcome.verdict for outcome in outcomes)
    total = counts.total()
    parts = ", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict])
    return f"{total} scenario{'' if total == 1 else 's'}: {parts}" if total else "no scenario was finished"


def card_table(card: Sequence[Guarantee], width: int) -> list[str]:
    """The guarantee card: for each letter the measured level, the claim, and the evidence.

    Args:
        card: the ten letters.
        width: of the terminal in characters; the evidence is shortened to fit, nothing else is.
    """
    rows = [_guarantee(each) for each in card]
    others = len(table(_CARD, [(*row[:3], "") for row in rows])[1]) - len(_CARD[3])
    room = max(width - others, _MINIMUM_TITLE)
    return table(_CARD, [(*row[:3], textwrap.shorten(row[3], room, placeholder=_ELLIPSIS)) for row in rows])


_CARD = ("GUARANTEE", "MEASURED", "CLAIM", "EVIDENCE")


def _guarantee(each: Guarantee) -> tuple[str, str, str, str]:
    name = f"{each.letter.name} {each.letter.subject}"
    if each.measured is None:
        return name, "not measured", str(each.claimed), ""
    proofs = [f"{one.scenario} before '{one.step}'" if one.step else one.scenario for one in each.evidence]
    claim = f"{each.claimed} {'kept' if each.kept else 'BROKEN'}"
    return name, f"{each.measured} {each.measured.meaning}", claim, plain(", ".join(proofs))


def run_report(of: CopierOutcomes, width: int) -> list[str]:
    """Everything that is said at the end of one copier's run, except where the files are."""
    lines = [f"Copier: {plain(of.copier)}", "", *verdict_table(of.outcomes, width)]
    for outcome in of.outcomes:
        if told := remarks(outcome, width):
            lines += ["", *told, *item("known", known_reason(of, outcome), width)]
    if advice := whose_lack(of.outcomes):
        lines += ["", *advice]
    card = guarantee_card(of.outcomes)
    if measured_levels(card):
        lines += ["", *card_table(card, width)]
    known = [outcome.id for outcome in of.outcomes if known_reason(of, outcome)]
    count = count_line(of.outcomes) + (f"; known failures: {plain(', '.join(dict.fromkeys(known)))}" if known else "")
    return [*lines, "", count, *map(plain, alarms(of))]


def cut_off_lines(outcomes: Iterable[Outcome]) -> list[str]:
    """Which scenarios a run did not come to before its end, and in the middle of which it was."""
    ids: dict[str, list[str]] = {}
    for outcome in outcomes:
        if outcome.cut_off:
            ids.setdefault(outcome.reason.replace(": ", ", because ", 1), []).append(outcome.id)
    return [f"{reason}: {', '.join(names)}" for reason, names in ids.items()]


_THE_COPIERS = "The copier "
"""How every reason begins for which a scenario is not played because of what the copier is, not of what the machine lacks."""


def whose_lack(outcomes: Iterable[Outcome]) -> list[str]:
    """Say what was not played whole: because of the copier, and because of the machine, with where to learn more of that."""
    copiers: list[str] = []
    machines: list[str] = []
    for each in outcomes:
        if each.cut_off:  # a run that was stopped says nothing of either
            continue
        reasons = [each.reason] if each.verdict is Verdict.SKIPPED else []
        reasons += each.stored.limitations if each.stored else ()
        if reasons:
            of_copier = all(reason.startswith(_THE_COPIERS) for reason in reasons)
            (copiers if of_copier else machines).append(plain(each.id))
    told = []
    if copiers:
        told.append(f"skipped or limited because of the copier: {', '.join(dict.fromkeys(copiers))}; each says why")
    if machines:
        ids = ", ".join(dict.fromkeys(machines))
        told.append(f"skipped or limited: {ids}; each says why, and `contention doctor` what this machine lacks")
    return told
