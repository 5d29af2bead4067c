"""What the page says, without a browser: the text is all there without any script."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from ContentionLibrary.checks.levels import parse_level
from ContentionLibrary.checks.verdict import Verdict
from ContentionLibrary.history.cast import SOURCE
from ContentionLibrary.history.figures import Job, Timed
from ContentionLibrary.report.making import make_report
from tests.checks.tale import Tale, cut, whole
from tests.report.stored_runs import CATALOGUE, leave_run


class Page(HTMLParser):
    """The text of a page, the addresses in it, and whether its elements are closed in order."""

    _EMPTY = frozenset({"meta", "link", "br", "input"})

    def __init__(self, path):
        super().__init__()
        self.text, self.addresses, self.ids, self._open, self.headings = "", [], [], [], []
        self.feed(path.read_text(encoding="utf-8"))
        assert self._open == []

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.addresses += [found[name] for name in ("href", "src") if found.get(name)]
        self.ids += [found["id"]] if "id" in found else []
        if tag not in self._EMPTY:
            self._open.append(tag)
        if re.fullmatch(r"h\d", tag):
            self.headings.append(tag)

    def handle_endtag(self, tag):
        assert self._open.pop() == tag

    def handle_data(self, data):
        if self._open and self._open[-1] not in ("script", "style"):
            self.text += data


def page_of(folder):
    make_report(folder, CATALOGUE)
    return Page(folder / "contention.html")


@pytest.fixture
def passed(verdict):
    return lambda **more: verdict(verdict=Verdict.PASSED, reason="", findings=(), allowed=(), **more)


def test_the_answer_comes_first_then_card_faults_and_all_scenarios(verdict, tmp_path):
    page = page_of(leave_run(tmp_path / "run", [verdict()]))
    order = [
        "May cp be trusted",
        "No. cp fell short of what is demanded in 1 of 1 scenario.",
        "Not with: files that others read at any time; a folder that is watched for new files.",
        "Guarantee card",
        "What goes wrong, when, and how it is mended",
        "a torn file",
        "the reader got 2 MiB of zeros",
        "How it is mended: write under another name and rename",
        "All scenarios",
        "Scenarios step by step",
    ]
    body = page.text[page.text.index("May cp be trusted with") :]  # after the names of the page's parts
    for words in order:
        before, found, body = body.partition(words)
        assert found, f"not below what is above it: {words}; {before}"


def test_what_was_seen_after_the_end_is_evidence_too_and_a_no_that_is_claimed_is_still_told(passed, verdict, tmp_path):
    lost = dataclasses.replace(
        verdict().findings[0],
        check="power loss (model)",
        seen="If the power is lost after success, nothing is there",
        step="",
        meaning="a file of nothing",
        level=parse_level("D0"),
    )
    claimed = dataclasses.replace(passed(measured=(lost.level,), claims=(lost.level,)), allowed=(lost,))
    text = page_of(leave_run(tmp_path / "run", [claimed])).text
    card = text[text.index("Guarantee card") : text.index("What goes wrong, when")]
    assert lost.seen in card
    wrong = text[text.index("What goes wrong, when") : text.index("Scenarios step by step")]
    assert "What goes wrong as it claims" in wrong and "a file of nothing" in wrong
    assert "Until then, if you only use it: Let it copy to a temporary name" in wrong


def test_faults_of_one_meaning_share_a_heading_and_are_told_apart_by_their_plays(verdict, tmp_path):
    first = dataclasses.replace(verdict().findings[0], play="a copy, by the model")
    other = dataclasses.replace(first, play="a copy, on a real ext4", remedy="flush it")
    page = page_of(leave_run(tmp_path / "run", [verdict(findings=(first, other), allowed=())]))
    told = page.text[page.text.index("What goes wrong, when") :]
    told = told[: told.index("Scenarios step by step")]
    assert told.count("a torn file") == 1
    assert "A copy, by the model" in told and "A copy, on a real ext4" in told


def test_all_of_the_catalogue_is_shown_also_what_was_not_run(verdict, tmp_path):
    skipped = verdict(id="RDW-002", verdict=Verdict.SKIPPED, reason="no such mount here: apt install it", findings=())
    page = page_of(leave_run(tmp_path / "run", [verdict(), skipped]))
    assert "no such mount here: apt install it" in page.text
    assert re.search(r"SAP-001\s*not run\s*Five Create", page.text)
    assert re.search(r"RaceConditions\s+none was run", page.text)


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        (Verdict.NOT_PROVEN, "This run cannot tell. Of 1 scenario, 1 could not be proven."),
        (Verdict.HARNESS_ERROR, "This run cannot tell. Of 1 scenario, 1 broke."),
        (Verdict.SYSTEM_ERROR, "This run cannot tell. Of 1 scenario, 1 broke."),
        (Verdict.SKIPPED, "Nothing is known. No scenario was tried on cp."),
    ],
)
def test_what_is_not_known_is_not_answered_with_yes(verdict, tmp_path, word, answer):
    page = page_of(leave_run(tmp_path / "run", [verdict(verdict=word, findings=(), allowed=())]))
    assert answer in page.text
    assert "Yes, as far as was tried." not in page.text


def test_a_copier_that_kept_its_word_may_be_trusted_as_far_as_was_tried(passed, tmp_path):
    page = page_of(leave_run(tmp_path / "run", [passed(measured=(parse_level("R2"),))]))
    assert "Yes, as far as was tried. cp kept what is demanded in 1 scenario. 2 of the 3" in page.text


def test_one_file_that_asks_nobody_and_links_what_lies_beside_it(verdict, tmp_path):
    folder = leave_run(tmp_path / "a run", [verdict()], {"RDW-001": Tale().began().ended().history})
    page = page_of(folder)
    beside = [address for address in page.addresses if not address.startswith(("#", "data:"))]
    assert beside == ["contention/RDW-001/history.jsonl", "contention/RDW-001/verdict.json"]
    assert all((folder / address).is_file() for address in beside)
    anchors = {address[1:] for address in page.addresses if address.startswith("#")}
    assert anchors <= set(page.ids) and len(page.ids) == len(set(page.ids))
    assert page.headings[0] == "h1" and page.headings.count("h1") == 1


def test_of_timed_copies_it_is_told_how_much_of_their_work_per_second_was_kept(passed, tmp_path):
    tale = Tale("copies beside writers").began().ended()
    for number in range(1, 6):
        for competitors, seconds in ((0, 0.1), (1, 0.125)):
            job = Job(0.1, seconds, True, 0.0, 4 << 20, 4 << 20)
            facts = {"others": 0.0, "together": 0.0, "demanded": 0.5}
            tale._note(Timed, round=number, competitors=competitors, jobs=(job,), **facts)
    tale._note(Timed, round=6, competitors=0, jobs=(Job(0.1, 0.1, True, 0.0, 4 << 20, 4 << 20),), **facts)
    text = page_of(leave_run(tmp_path / "run", [passed()], {"RDW-001": tale.history})).text
    told = text[text.index("How much of the work per second was kept") :]
    for words in (
        "copies beside writers, with 1 competitor",
        "0.8 times",
        "0.8 and 0.8 times",
        "at least 0.5",
        "5 pairs",
    ):
        assert words in told


def test_nothing_that_a_copier_says_becomes_markup(verdict, tmp_path):
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(1)>\udcff"
    seen = dataclasses.replace(verdict().findings[0], seen=evil, step=evil, meaning=evil, remedy=evil, play=evil)
    text = evil.removesuffix("\udcff")
    tale = Tale(text).began().held(text).let_go(text).ended(message=text)
    worst = verdict(title=text, findings=(seen,), limitations=(evil,), stage=evil, reason=text)
    folder = leave_run(tmp_path / "run", [worst], {"RDW-001": tale.history}, copier=evil)
    make_report(folder, CATALOGUE)
    page = (folder / "contention.html").read_text(encoding="utf-8")
    assert "<img" not in page and "alert(1)</script>" not in page
    assert page.count("</script>") == 2, "the packed timeline and the page's own"


def test_several_copiers_stand_side_by_side_on_one_page(verdict, passed, tmp_path):
    leave_run(tmp_path / "cp", [verdict()])
    leave_run(tmp_path / "rsync", [passed()], copier="rsync")
    (tmp_path / "copiers.json").write_text('["cp", "rsync"]')
    page = page_of(tmp_path)
    assert "cp, rsync: which may be trusted" in page.text
    assert {"copier-cp-RDW-001", "copier-rsync-RDW-001"} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids)) and page.headings.count("h1") == 1


def test_of_several_copiers_the_best_comes_first_with_its_answers_and_counts(verdict, passed, tmp_path):
    leave_run(tmp_path / "cp", [verdict()])
    leave_run(tmp_path / "rsync", [passed(measured=(parse_level("R2"),))], copier="rsync")
    (tmp_path / "copiers.json").write_text('["cp", "rsync"]')
    text = page_of(tmp_path).text
    top = text[text.index("Best first") : text.index("Guarantees side by side")]
    assert top.index("rsync: Yes, as far as was tried.") < top.index("cp: No.")
    assert "Yes, as far as was tried, with: files that others read at any time." in top
    assert "1 scenario: 1 passed" in top and "1 scenario: 1 failed" in top


def test_a_copier_that_a_stopped_run_never_came_to_is_left_out(verdict, tmp_path):
    leave_run(tmp_path / "cp", [verdict()])
    (tmp_path / "rsync").mkdir()
    (tmp_path / "copiers.json").write_text('["cp", "rsync"]')
    assert "May cp be trusted" in page_of(tmp_path).text


def big_history(events):
    """A history with about so many events, as of five readers in a free loop."""
    tale = Tale().looked("before").began().held("create the file").let_go("create the file")
    for number in range(events):
        tale.read(whole(SOURCE) if number % 3 else cut(SOURCE, 8 * (number + 1)), f"reader {number % 5}")
    return tale.ended().looked("after", whole(SOURCE)).history


def test_a_full_run_makes_a_page_of_less_than_5_mb(verdict, tmp_path):
    names = [f"AAA-{number:03}" for number in range(35)]
    history = big_history(1000)
    findings = tuple(dataclasses.replace(verdict().findings[0], step=f"step {number}") for number in range(20))
    folder = leave_run(
        tmp_path / "run", [verdict(id=name, findings=findings) for name in names], dict.fromkeys(names, history)
    )
    make_report(folder, CATALOGUE)
    assert (folder / "contention.html").stat().st_size < 5_000_000
