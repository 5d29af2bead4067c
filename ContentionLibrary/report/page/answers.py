"""The first thing on the page: may this copier be trusted, the guarantee card, and what goes wrong, in plain words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from textwrap import shorten

from ContentionLibrary.checks.judging import most_telling
from ContentionLibrary.checks.meanwhile import meanwhile
from ContentionLibrary.checks.verdict import Finding, Verdict
from ContentionLibrary.report.gathering import CopierRun
from ContentionLibrary.report.guarantees import Proof
from ContentionLibrary.report.page.markup import Html, element, joined
from ContentionLibrary.report.page.places import Place
from ContentionLibrary.report.terminal import count_line
from ContentionLibrary.report.trust import Answer, Trust, answer, answers

_TRUST_CLASS = {Trust.YES: "yes", Trust.WITH_CARE: "care", Trust.NO: "no", Trust.UNKNOWN: None}
_TRUST_SIGN = {Trust.YES: "✓", Trust.WITH_CARE: "!", Trust.NO: "✕", Trust.UNKNOWN: "?"}
_EVIDENCE_SHOWN = 3
_SEEN = 90  # characters
_STEPS_SHOWN = 6
_PLAYS_SHOWN = 3


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


def best_first(runs: Sequence[CopierRun]) -> list[CopierRun]:
    """Order copiers: fewer answers of no come first, then more of yes, then fewer failures."""

    def key(run: CopierRun) -> tuple[int, int, int]:
        trusts = [each.trust for each in answers(run.card)]
        return trusts.count(Trust.NO), -trusts.count(Trust.YES), run.count(Verdict.FAILED)

    return sorted(runs, key=key)


def answer_beside_others(run: CopierRun, catalogue_size: int, name: Html) -> Html:
    """The answer of one of several copiers, as on its own page, with how many scenarios it has passed and failed."""
    counts = element("span", count_line(run.as_outcomes.outcomes), class_="soft")
    return verdict_box(headline(run, catalogue_size), *_jobs(run), counts, name=name)


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
    return joined(*links, f" and {more} more" if more > 0 else None, step, _seen(proofs[0]))


def _seen(proof: Proof) -> Html | None:
    """What was seen: where no step tells the moment, its beginning is there at once."""
    if not proof.seen:
        return None
    title = "what was seen" if proof.step else shorten(proof.seen, _SEEN, placeholder=" ...")
    return element("details", element("summary", title), proof.seen, class_="small")


@dataclass
class _Fault:
    """One meaning, and everything that was seen of it, by how it is mended."""

    meaning: str
    parts: dict[tuple[str, str], list[tuple[Place, Finding]]] = field(default_factory=dict)

    @property
    def anchors(self) -> set[str]:
        """The scenarios that have shown it."""
        return {place.anchor for seen in self.parts.values() for place, _ in seen}


def _faults(found: Iterable[tuple[Place, Finding]]) -> list[_Fault]:
    """Put findings together by what they mean, those first that most scenarios have shown."""
    by_meaning: dict[str, _Fault] = {}
    for place, finding in found:
        fault = by_meaning.setdefault(finding.meaning, _Fault(finding.meaning))
        fault.parts.setdefault((finding.remedy, meanwhile(finding)), []).append((place, finding))
    return sorted(by_meaning.values(), key=lambda fault: -len(fault.anchors))


def faults(places: Iterable[Place]) -> list[_Fault]:
    """What all failed scenarios have found."""
    return _faults(
        (place, finding)
        for place in places
        if (stored := place.told.outcome.stored) and place.told.outcome.verdict is Verdict.FAILED
        for finding in stored.findings
    )


def conceded(run: CopierRun, places: Iterable[Place]) -> list[_Fault]:
    """What goes wrong although the copier keeps what it claims: it claims so little that the answer is no all the same."""
    levels = {each.measured for each in run.card if each.kept and answer(each).trust is Trust.NO}
    return _faults(
        (place, finding)
        for place in places
        if (stored := place.told.outcome.stored)
        for finding in stored.allowed
        if finding.level in levels
    )


def fault_box(fault: _Fault, kind: str = "fault") -> Html:
    """One fault: what it means, and for each way to mend it where and when it was seen."""
    parts = [_part(seen, *mended, alone=len(fault.parts) == 1) for mended, seen in fault.parts.items()]
    return element("article", element("h3", fault.meaning), *parts, class_=kind)


def _part(seen: list[tuple[Place, Finding]], remedy: str, users: str, *, alone: bool) -> Html:
    by_place: dict[str, list[tuple[Place, Finding]]] = {}
    for place, finding in seen:
        by_place.setdefault(place.anchor, []).append((place, finding))
    items = []
    for own in by_place.values():
        place = own[0][0]
        (first,) = most_telling((finding for _, finding in own), 1)
        more = f" (and {len(own) - 1} more like this)" if len(own) > 1 else None
        items.append(
            element("li", element("a", place.told.outcome.id, href=f"#{place.anchor}"), f": {first.seen}", more)
        )
    plays = _some((finding.play for _, finding in seen), _PLAYS_SHOWN, "; ")
    steps = _some((f"'{finding.step}'" for _, finding in seen if finding.step), _STEPS_SHOWN, ", ")
    return joined(
        None if alone or not plays else element("h4", plays[:1].upper() + plays[1:]),
        element("p", element("b", "When: "), f"while the copier stands before {steps}", class_="when small")
        if steps
        else None,
        element("ul", *items),
        *mending(remedy, users),
    )


def _some(texts: Iterable[str], most: int, between: str) -> str:
    """Name some of several texts, each once, and count the others."""
    told = list(dict.fromkeys(text for text in texts if text))
    return between.join(told[:most]) + (f" and {len(told) - most} more" if len(told) > most else "")


def mending(remedy: str, users: str) -> list[Html]:
    """How a fault is mended by the copier's authors, and what its users can do until then."""
    told = [element("p", element("b", "How it is mended: "), remedy, class_="mend")]
    if users:
        told.append(element("p", element("b", "Until then, if you only use it: "), users, class_="mend"))
    return told
