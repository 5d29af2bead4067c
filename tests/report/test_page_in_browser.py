"""The page as a person has it: opened from the disk in a real browser, which must have nothing to complain of."""

from __future__ import annotations

import dataclasses

import pytest

from ContentionLibrary.checks.readers import LOCK
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import OLDER, SOURCE
from ContentionLibrary.history.copies import Ending
from ContentionLibrary.report.making import make_report
from tests.checks.tale import RENAME, Tale, cut, whole
from tests.report.browser import Browser, binary
from tests.report.stored_runs import CATALOGUE, leave_run
from tests.report.test_page import big_history

pytestmark = pytest.mark.skipif(binary() is None, reason="there is no browser: apt install chromium")
SVG = "document.querySelector('#RDW-001 .timeline svg[role=img]')"


@pytest.fixture(scope="module")
def browser():
    with Browser() as one:
        yield one


ZOOM_IN = "document.querySelector('[aria-label=\"Zoom in\"]').click(); document.body.offsetWidth"
"""Zooms, and waits until the page is laid out again."""


@pytest.fixture
def opened(browser, verdict, tmp_path):
    """A page with one failed scenario of two runs, opened at that scenario."""

    def open_page(history=None, *, width=1200, dark=False, seen="a torn <file>"):
        if history is None:
            tale = (
                Tale("read", older=True).looked("before", whole(OLDER)).began().held("create").read(None, step="create")
            )
            tale.let_go("create").ended().run(2).looked("before", whole(OLDER)).began().held(RENAME)
            tale.act(LOCK, "locker", target="flock lock").read(cut(SOURCE, 8), step=RENAME)
            tale.act("read", "other", step=RENAME, answer=Answer.REFUSED).let_go(RENAME)
            history = tale.ended(Ending.ERROR, "no <room>").looked("after", whole(SOURCE)).history
        finding = dataclasses.replace(verdict().findings[0], step=RENAME, play="read", seen=seen, run=2)
        folder = leave_run(tmp_path / "a run", [verdict(findings=(finding,))], {"RDW-001": history})
        make_report(folder, CATALOGUE)
        browser.complaints.clear()
        browser.asked_for.clear()
        browser.look_like(width, 900, dark=dark, mobile=width < 500)
        browser.open(folder / "contention.html", "#RDW-001")
        browser.wait_for(f"{SVG} !== null")
        return browser

    return open_page


def press(browser, key):
    browser.tell("Input.dispatchKeyEvent", type="keyDown", key=key)


def words(browser, selector):
    return browser.ask(f"[...document.querySelectorAll('{selector}')].map(one => one.textContent)")


def test_it_opens_offline_and_the_browser_has_nothing_to_complain_of(opened):
    browser = opened()
    assert browser.complaints == []
    assert {address.split(":")[0] for address in browser.asked_for} <= {"file", "data", "about"}


def test_the_timeline_begins_at_the_run_and_step_of_the_finding(opened):
    browser = opened()
    assert words(browser, ".stage .names > div:not(.axis)") == [
        *("the copier", "locker", "reader", "other", "destination/slide.bin")
    ]
    assert words(browser, ".steps li") == ["create", f"✕ {RENAME}"]
    assert browser.ask(f"{SVG}.querySelectorAll('rect.hold.bad').length") == 1
    assert "✕2" in words(browser, "#RDW-001 svg text")
    assert browser.ask(f"{SVG}.querySelectorAll('rect.lock').length") == 1


def test_a_run_that_only_learned_the_steps_is_not_marked(opened):
    tale = Tale("read").began().held("create").let_go("create").held(RENAME).let_go(RENAME).ended()
    browser = opened(tale.run(2).began().held(RENAME).let_go(RENAME).ended().history)
    assert words(browser, ".timeline select:last-of-type option") == [
        *("✕ read (2 runs)", "1", f"✕ 2: held before {RENAME}")
    ]


def test_a_person_may_choose_another_run_by_its_step(opened):
    browser = opened()
    browser.ask("document.querySelector('.steps button').click()")
    assert browser.ask(f"{SVG}.querySelectorAll('rect.hold.bad').length") == 0
    assert browser.ask(f"{SVG}.querySelectorAll('rect.hold').length") == 1


def test_pointing_at_a_bar_tells_what_happened(opened):
    browser = opened()
    place = browser.ask(
        f"(() => {{ const r = {SVG}.querySelector('rect.hold.bad').getBoundingClientRect();"
        " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
    )
    browser.tell("Input.dispatchMouseEvent", type="mouseMoved", x=place[0], y=place[1])
    browser.wait_for("document.querySelector('.detail').textContent.includes(' ms')")
    (told,) = words(browser, ".detail")
    assert f"the copier held before: {RENAME}" in told and "✕ a torn <file>" in told


def test_the_keyboard_goes_from_event_to_event(opened):
    browser = opened()
    browser.ask(f"{SVG}.focus()")
    seen = []
    for _ in range(3):
        press(browser, "ArrowRight")
        seen.append(browser.ask("document.querySelector('.detail').textContent"))
    assert len(set(seen)) == 3 and all(" ms" in one for one in seen)
    press(browser, "Home")
    assert words(browser, ".detail") == seen[:1]
    press(browser, "End")
    (last,) = words(browser, ".detail")
    assert last not in seen


def test_the_keyboard_zooms_and_goes_to_the_table(opened):
    browser = opened()
    wide = f"Number({SVG}.getAttribute('width'))"
    before = browser.ask(wide)
    browser.ask(f"{SVG}.focus()")
    press(browser, "End")
    told = words(browser, ".detail")
    press(browser, "+")
    assert browser.ask(wide) == pytest.approx(1.6 * before, rel=0.01)
    press(browser, "-")
    assert browser.ask(wide) == pytest.approx(before, rel=0.01)
    assert words(browser, ".detail") == told, "what was chosen stays chosen"
    press(browser, "Enter")
    assert browser.ask("document.activeElement.lastChild.textContent") in told[0]


def test_zoom_makes_it_wider_and_back(opened):
    browser = opened()
    wide = f"Number({SVG}.getAttribute('width'))"
    before = browser.ask(wide)
    browser.ask("document.querySelector('[aria-label=\"Zoom in\"]').click()")
    assert browser.ask(wide) == pytest.approx(1.6 * before, rel=0.01)
    browser.ask("document.querySelector('[aria-label=\"Show the whole run\"]').click()")
    assert browser.ask(wide) == pytest.approx(before, rel=0.01)


def test_true_time_keeps_the_order(opened):
    browser = opened()
    places = f"[...{SVG}.querySelectorAll('rect.act')].map(one => Number(one.getAttribute('x')))"
    one_after_another = browser.ask(places)
    browser.ask(
        "[...document.querySelectorAll('.timeline button')].find(one => one.textContent === 'True time').click()"
    )
    true = browser.ask(places)
    assert true != one_after_another and sorted(true) == true and sorted(one_after_another) == one_after_another


def test_the_same_is_there_as_a_table(opened):
    browser = opened()
    browser.ask("document.querySelector('.timeline details').open = true")
    browser.wait_for("document.querySelector('.timeline details table') !== null")
    rows = browser.ask("document.querySelectorAll('.timeline details tbody tr').length")
    assert rows == browser.ask(f"{SVG}.querySelectorAll('rect[data-at]').length")
    assert any("no <room>" in text for text in words(browser, ".timeline details td"))


LONG = "adviseReadCloser.Read(" + "x" * 300


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1200, False)])
def test_nothing_sticks_out_whatever_a_copier_says(opened, width, dark):
    tale = Tale("read").began().held(RENAME).read(cut(SOURCE, 8), step=RENAME).let_go(RENAME)
    browser = opened(tale.ended(Ending.ERROR, LONG).history, width=width, dark=dark, seen=LONG)
    browser.ask("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    browser.wait_for("document.querySelector('.timeline details table') !== null")
    assert browser.ask("document.documentElement.scrollWidth") == width
    assert browser.ask("document.querySelector('nav').scrollWidth <= document.querySelector('nav').clientWidth")
    assert browser.complaints == []


def test_of_several_copiers_each_is_folded_and_opens_for_whoever_follows_a_link(browser, verdict, tmp_path):
    for copier in ("cp", "rsync"):
        leave_run(tmp_path / copier, [verdict()], {"RDW-001": Tale().began().ended().history}, copier=copier)
    (tmp_path / "copiers.json").write_text('["cp", "rsync"]')
    make_report(tmp_path, CATALOGUE)
    browser.open(tmp_path / "contention.html", "#copier-rsync-RDW-001")
    browser.wait_for("document.querySelector('#copier-rsync-RDW-001 .timeline svg[role=img]') !== null")
    assert browser.ask("[...document.querySelectorAll('details.copier')].map((one) => one.open)") == [False, True]


def contrast(one, other):
    def light(colour):
        parts = [int(part) / 255 for part in colour.strip("rgb()").split(",")]
        parts = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    dim, bright = sorted([light(one), light(other)])
    return (bright + 0.05) / (dim + 0.05)


@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read_in_light_and_dark(opened, dark):
    browser = opened(dark=dark)
    for selector in (".chip.no", ".chip:not(.no)", ".soft", "nav a", ".verdict", "tbody td"):
        text, paper = browser.ask(
            f"(() => {{ let at = document.querySelector('{selector}'); const text = getComputedStyle(at).color;"
            " while (at && getComputedStyle(at).backgroundColor === 'rgba(0, 0, 0, 0)') at = at.parentElement;"
            " return [text, getComputedStyle(at ?? document.body).backgroundColor]; })()"
        )
        assert contrast(text, paper) >= 4.5, (selector, text, paper)


def test_5000_events_are_drawn_and_zoomed_without_a_complaint(opened):
    browser = opened(big_history(5000))
    assert browser.ask(f"{SVG}.querySelectorAll('rect[data-at]').length") > 5000
    assert browser.ask(ZOOM_IN) > 0
    assert browser.complaints == []
