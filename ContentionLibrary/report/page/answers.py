"""The first thing on the page: may this copier be trusted, the guarantee card, and what goes wrong, in plain words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ContentionLibrary.checks.judging import most_telling
from ContentionLibrary.checks.verdict import Finding, Verdict
from ContentionLibrary.report.gathering import CopierRun
from ContentionLibrary.report.guarantees import Proof
from ContentionLibrary.report.page.markup import Html, element, joined
from ContentionLibrary.report.page.places import Place
from ContentionLibrary.report.trust import Answer, Trust, answers

_TRUST_CLASS = {Trust.YES: "yes", Trust.WITH_CARE: "care", Trust.NO: "no", Trust.UNKNOWN: None}
_TRUST_SIGN = {Trust.YES: "✓", Trust.WITH_CARE: "!", Trust.NO: "✕", Trust.UNKNOWN: "?"}
_EVIDENCE_SHOWN = 3
_STEPS_SHOWN = 6


@dataclass(frozen=True)
class Headline:
    """The answer to the one question of the page: its kind, a word, and two sentences."""

    kind: str
    word: str
    sentence: str


def headline(run: CopierRun, catalogue_size: int) -> Headline:
    """Answer whether the copier may be trusted, as far as this run can tell."""
    name, tried = run.facts.copier, len(run.scenarios) - run.count(Verdict.SKIPPED)
    failed, broken = run.count(Verdict.FAILED), run.count(Verdict.HARNESS_ERROR, Verdict.SYSTEM_ERROR)
    unproven, open_ones = run.count(Verdict.NOT_PROVEN), max(0, catalogue_size - tried)
    rest = f" {open_ones} of the {catalogue_size} scenarios of the catalogue were not tried." if open_ones else ""
    trusts = [each.trust for each in answers(run.card)]
    refused, granted = trusts.count(Trust.NO), trusts.count(Trust.YES)
    if failed:
        word = "No." if refused >= granted else "Not with everything."
        return Headline("no", word, f"{name} fell short of what is demanded in {failed} of {_scenarios(tried)}.{rest}")
    if broken or unproven:
        parts = [f"{unproven} could not be proven"] * bool(unproven) + [f"{broken} broke"] * bool(broken)
        return Headline("care", "This run cannot tell.", f"Of {_scenarios(tried)}, {' and '.join(parts)}.{rest}")
    if not tried:
        return Headline("", "Nothing is known.", f"No scenario was tried on {name}.{rest}")
    if refused:
        return Headline(
            "care", "Only with what it claims.", f"{name} kept what it claims in {_scenarios(tried)}.{rest}"
        )
    return Headline("yes", "Yes, as far as was tried.", f"{name} kept what is demanded in {_scenarios(tried)}.{rest}")


def _scenarios(count: int) -> str:
    return f"{count} scenario{'' if count == 1 else 's'}"


def headline_box(run: CopierRun, catalogue_size: int) -> Html:
    """The headline as the page shows it, and below it for which jobs the answer is yes and no."""
    return verdict_box(headline(run, catalogue_size), *_jobs(run))


def verdict_box(told: Headline, *below: Html, name: Html | None = None) -> Html:
    """An answer in its colour; `name` is whose it is, where there are several."""
    whose = (name, ": ") if name else ()
    return element(
        "p", *whose, element("strong", told.word), f" {told.sentence}", *below, class_=f"verdict {told.kind}".strip()
    )


def _jobs(run: CopierRun) -> list[Html]:
    """For which jobs the answer is yes and no."""
    lines = []
    words = {Trust.NO: "Not with", Trust.WITH_CARE: "With care with", Trust.YES: "Yes, as far as was tried, with"}
    for trust, begin in words.items():
        jobs = [each.question for each in answers(run.card) if each.trust is trust]
        if jobs:
            lines.append(element("span", element("b", f"{_TRUST_SIGN[trust]} {begin}: "), "; ".join(jobs), "."))
    return lines


def trust_chip(trust: Trust) -> Html:
    """An answer in a word, told by sign and colour."""
    return element(
        "span", f"{_TRUST_SIGN[trust]} {trust}", class_=" ".join(filter(None, ("chip", _TRUST_CLASS[trust])))
    )


def card_table(run: CopierRun, places: dict[str, Place]) -> Html:
    """The guarantee card: a question, its answer, the levels, and the evidence."""
    head = ("May it be trusted with ...", "Answer", "Why", "Measured", "Claimed", "Evidence")
    rows = (_row(each, places) for each in answers(run.card))
    return element(
        "table",
        element("thead", element("tr", *(element("th", name, scope="col") for name in head))),
        element("tbody", *rows),
        class_="card",
    )


def _row(told: Answer, places: dict[str, Place]) -> Html:
    each = told.guarantee
    level = each.measured
    claim = joined(
        element("span", str(each.claimed), class_="level"),
        f" {each.claimed.meaning}" if level is None or each.claimed != level else None,
        "" if level is None or each.kept else ": broken",
    )
    return element(
        "tr",
        element("th", told.question, " ", element("span", each.letter.name, class_="level soft"), scope="row"),
        element("td", trust_chip(told.trust), data_name="Answer"),
        element("td", told.why),
        element(
            "td",
            *((element("span", str(level), class_="level"), f" {level.meaning}") if level else ("not measured",)),
            data_name="Measured",
        ),
        element("td", claim, data_name="Claimed"),
        element("td", _evidence(each.evidence, places), data_name="Evidence"),
    )


def _evidence(proofs: tuple[Proof, ...], places: dict[str, Place]) -> Html:
    if not proofs:
        return Html("-")
    links: list[str] = []
    for proof in proofs[:_EVIDENCE_SHOWN]:
        place = places.get(proof.scenario)
        link = element("a", proof.scenario, href=f"#{place.anchor}") if place else joined(proof.scenario)
        links += [", " if links else "", link]
    more = len(proofs) - _EVIDENCE_SHOWN
    step = f", before '{proofs[0].step}'" if proofs[0].step else ""
    return joined(*links, f" and {more} more" if more > 0 else None, step)


@dataclass
class _Fault:
    """One meaning and remedy, and everything that was seen of it."""

    meaning: str
    remedy: str
    seen: list[tuple[Place, Finding]] = field(default_factory=list)


def faults(places: Iterable[Place]) -> list[_Fault]:
    """Put the findings of all failed scenarios together by what they mean and how they are mended."""
    found: dict[tuple[str, str], _Fault] = {}
    for place in places:
        outcome = place.told.outcome
        if outcome.stored is None or outcome.verdict is not Verdict.FAILED:
            continue
        for finding in outcome.stored.findings:
            fault = found.setdefault((finding.meaning, finding.remedy), _Fault(finding.meaning, finding.remedy))
            fault.seen.append((place, finding))
    return sorted(found.values(), key=lambda fault: -len({place.anchor for place, _ in fault.seen}))


def fault_box(fault: _Fault) -> Html:
    """One fault: what it means, where and when it was seen, and how it is mended."""
    by_place: dict[str, list[tuple[Place, Finding]]] = {}
    for place, finding in fault.seen:
        by_place.setdefault(place.anchor, []).append((place, finding))
    items = []
    for seen in by_place.values():
        place = seen[0][0]
        (first,) = most_telling((finding for _, finding in seen), 1)
        more = f" (and {len(seen) - 1} more like this)" if len(seen) > 1 else None
        items.append(
            element("li", element("a", place.told.outcome.id, href=f"#{place.anchor}"), f": {first.seen}", more)
        )
    steps = list(dict.fromkeys(finding.step for _, finding in fault.seen if finding.step))
    told = ", ".join(f"'{step}'" for step in steps[:_STEPS_SHOWN]) + (
        f" and {len(steps) - _STEPS_SHOWN} more" if len(steps) > _STEPS_SHOWN else ""
    )
    return element(
        "article",
        element("h3", fault.meaning),
        element("p", element("b", "When: "), f"while the copier stands before {told}", class_="when small")
        if steps
        else None,
        element("ul", *items),
        element("p", element("b", "How it is mended: "), fault.remedy, class_="mend"),
        class_="fault",
    )
