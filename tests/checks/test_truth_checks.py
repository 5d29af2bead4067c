"""Success means a whole file, an error leaves whole what was there, says why, and comes in bounded time."""

import pytest
from tale import MIB, RENAME, SIZE, Tale, cut, says, spans, whole

from ContentionLibrary.checks import truth
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.writers import COPIER_B
from ContentionLibrary.content.sighting import Kind
from ContentionLibrary.history.acts import Answer
from ContentionLibrary.history.cast import AGAIN, CHANGED_SOURCE, OLDER, SOURCE
from ContentionLibrary.history.copies import Ending

E0, S0, T0 = Level("E", 0), Level("S", 0), Level("T", 0)
WRITE = "write the temporary file from 2/4 on"


def deleted(ending, after, *, older=False, saw=None, answer=Answer.DONE, message="slide.bin: gone"):
    """The copier is held, a reader looks, the destination is deleted, the copier goes on."""
    tale = Tale("deleted", older=older).held(RENAME).read(saw, step=RENAME)
    tale.act(truth.DELETE, "deleter", step=RENAME, answer=answer)
    return tale.ended(ending, "" if ending is Ending.SUCCESS else message).looked("after", after)


def changed(operation, ending, after, *, answer=Answer.DONE):
    """The copier is held, its source is changed, it goes on."""
    tale = Tale("changed").held(WRITE).act(operation, "changer", step=WRITE, answer=answer, target="the source")
    return tale.ended(ending, "" if ending is Ending.SUCCESS else "slide.bin has changed").looked("after", after)


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (None, "there is no file at the destination"),
        (cut(SOURCE, MIB), "the destination holds PARTIAL content: 1 of 4 MiB of the source, cut off"),
        (cut(SOURCE, 0), "the destination holds PARTIAL content: nothing (empty, not 4 MiB)"),
        (
            spans((MIB, SOURCE), (SIZE, OLDER)),
            "the destination holds MIXED content: 0-1 MiB of the source, the rest (3 MiB) of the older version",
        ),
        (spans((SIZE, Kind.ZERO)), "the destination holds PARTIAL content: all 4 MiB zero bytes"),
        (whole(OLDER), "the destination still holds the older version"),
    ],
)
def test_a_lie(after, words):
    (found,) = truth.lies(deleted(Ending.SUCCESS, after, older=True, saw=whole(OLDER)).history)
    assert says(found, f"'{RENAME}'", "deleter's act 'delete the destination'", "reported success", "(deleted)", words)
    assert (found.step, found.level) == (RENAME, E0)


def test_a_lie_that_nobody_provoked_names_no_step():
    (found,) = truth.lies(Tale().read(None, step="x").ended().looked("after", None).history)
    assert found.seen.startswith("The copier reported success (a play), yet there is no file")


def test_a_lie_of_a_copier_whose_helper_is_not_done_says_so():
    tale = Tale().read(None, step="x").ended(survivors=["17 cp"]).looked("after", None)
    (found,) = truth.lies(tale.history)
    assert found.seen.endswith(
        "yet there is no file at the destination; processes that it has started were still at work."
    )
    assert "contention-serve" in found.remedy
    (alone,) = truth.lies(Tale().read(None, step="x").ended().looked("after", None).history)
    assert "contention-serve" not in alone.remedy


def test_reading_is_no_interference():
    tale = Tale(older=True).opened_half(OLDER).held(WRITE).read_on(whole(OLDER, start=2 * MIB), step=WRITE)
    (found,) = truth.lies(tale.read(whole(OLDER), step=WRITE).ended().looked("after", whole(OLDER)).history)
    assert found.seen.startswith("The copier reported success (a play), yet ")


def test_a_file_that_is_deleted_after_its_commit_was_no_lie():
    assert truth.lies(deleted(Ending.SUCCESS, None, saw=whole(SOURCE)).history) == []


@pytest.mark.parametrize("saw", [None, cut(SOURCE, MIB), whole(OLDER)])
def test_a_file_that_is_deleted_before_its_commit_is_a_lie(saw):
    assert len(truth.lies(deleted(Ending.SUCCESS, None, older=True, saw=saw).history)) == 1


def test_a_refused_deletion_excuses_nothing():
    tale = deleted(Ending.SUCCESS, None, saw=whole(SOURCE), answer=Answer.REFUSED)
    assert len(truth.lies(tale.history)) == 1


@pytest.mark.parametrize("ending", [Ending.ERROR, Ending.BUSY, Ending.KILLED, Ending.HUNG])
def test_who_reports_no_success_does_not_lie(ending):
    assert truth.lies(deleted(ending, None).history) == []


@pytest.mark.parametrize(
    ("operation", "after"),
    [
        (truth.TAKE_AWAY, whole(SOURCE)),
        (truth.CUT, whole(SOURCE)),
        (truth.CUT, whole(SOURCE, SIZE // 2)),
        (truth.REPLACE, whole(SOURCE)),
        (truth.REPLACE, whole(CHANGED_SOURCE)),
        (truth.REWRITE, whole(SOURCE)),
        (truth.REWRITE, whole(CHANGED_SOURCE)),
    ],
)
def test_any_version_that_the_source_had_is_true(operation, after):
    assert truth.lies(changed(operation, Ending.SUCCESS, after).history) == []


@pytest.mark.parametrize(
    ("operation", "after", "words"),
    [
        (truth.CUT, cut(SOURCE, 3 * MIB), "PARTIAL content: 3 of 4 MiB of the source, cut off"),
        (truth.TAKE_AWAY, whole(SOURCE, SIZE // 2), "PARTIAL content: 2 of 4 MiB of the source, cut off"),
        (truth.TAKE_AWAY, whole(CHANGED_SOURCE), "all 4 MiB of the changed source"),
        (
            truth.REWRITE,
            spans((MIB, SOURCE), (SIZE, CHANGED_SOURCE)),
            "MIXED content: 0-1 MiB of the source, the rest (3 MiB) of the changed source",
        ),
        (
            truth.REPLACE,
            spans((MIB, SOURCE), (SIZE, CHANGED_SOURCE)),
            "MIXED content: 0-1 MiB of the source, the rest (3 MiB) of the changed source",
        ),
    ],
)
def test_other_content_of_a_changed_source_is_a_lie(operation, after, words):
    (found,) = truth.lies(changed(operation, Ending.SUCCESS, after).history)
    assert says(found, f"'{WRITE}'", f"changer's act '{operation}'", "reported success", words)
    assert (found.step, found.level) == (WRITE, E0)


def test_a_change_that_was_refused_makes_no_version():
    tale = changed(truth.REPLACE, Ending.SUCCESS, whole(CHANGED_SOURCE), answer=Answer.REFUSED)
    assert len(truth.lies(tale.history)) == 1


@pytest.mark.parametrize(
    ("ending", "after", "words"),
    [
        (Ending.ERROR, cut(SOURCE, MIB), "left PARTIAL content at the destination: 1 of 4 MiB of the source, cut off"),
        (Ending.BUSY, spans((MIB, SOURCE), (SIZE, OLDER)), "left MIXED content at the destination: 0-1 MiB of the source"),
        (Ending.ERROR, None, "deleted the older version"),
    ],
)  # fmt: skip
def test_torn_after_an_error(ending, after, words):
    tale = Tale("changed", older=True).act(truth.TAKE_AWAY, "changer", step=WRITE, target="the source")
    (found,) = truth.torn_after_error(tale.ended(ending, "x").looked("after", after).history)
    assert says(found, f"'{WRITE}'", "changer's act 'delete the source'", "failed", words)
    assert (found.step, found.level) == (WRITE, S0)


@pytest.mark.parametrize("after", [whole(OLDER), whole(SOURCE), whole(CHANGED_SOURCE)])
def test_whole_after_an_error(after):
    assert truth.torn_after_error(Tale(older=True).ended(Ending.ERROR, "x").looked("after", after).history) == []


def test_nothing_after_an_error_where_nothing_was_or_somebody_else_deleted_it():
    empty = Tale().ended(Ending.ERROR, "x").looked("after", None)
    other = deleted(Ending.ERROR, None, older=True, saw=whole(OLDER))
    assert truth.torn_after_error(empty.history) == truth.torn_after_error(other.history) == []
    refused = deleted(Ending.ERROR, None, older=True, saw=whole(OLDER), answer=Answer.REFUSED)
    assert len(truth.torn_after_error(refused.history)) == 1


@pytest.mark.parametrize("message", ["", "  \n", "error", "failed: code 7", "copy aborted", "1"])
@pytest.mark.parametrize("ending", [Ending.ERROR, Ending.BUSY])
def test_an_unclear_refusal(message, ending):
    tale = Tale().act(truth.DELETE, "deleter", step=RENAME).ended(ending, message)
    (found,) = truth.unclear_refusals(tale.history)
    said = "said nothing" if not message.strip() else f"said only: {message.strip()!r}"
    code = 75 if ending is Ending.BUSY else 1
    assert says(found, f"'{RENAME}'", "deleter's act 'delete the destination'", f"exit code {code}", said)
    assert (found.step, found.level) == (RENAME, None)


@pytest.mark.parametrize(
    "message",
    [
        "cp: cannot create 'slide.bin'",
        "SLIDE.BIN?",
        "cannot write: No space left on device",
        "mycopy: permission denied",
        "the file exists already",
        "another copy is running",
        "somebody holds a lock",
        "the source has changed",
        "client_loop: send disconnect: Broken pipe\r\nscp: Connection closed",
        "Connection reset by 127.0.0.1 port 45423\r\nscp: Connection closed",
        "Connection reset by 127.0.0.1 port 45423",
        "Timeout, server 127.0.0.1 not responding.\r\nlost connection",
    ],
)
def test_a_clear_refusal(message):
    assert truth.unclear_refusals(Tale().ended(Ending.ERROR, message).history) == []


@pytest.mark.parametrize("ending", [Ending.SUCCESS, Ending.KILLED, Ending.HUNG])
def test_only_who_refuses_must_say_why(ending):
    assert truth.unclear_refusals(Tale().ended(ending).history) == []


def test_each_copier_of_a_run_must_say_why():
    tale = Tale().ended(Ending.BUSY, who=COPIER_B).ended(Ending.ERROR, who=AGAIN)
    rival, again = truth.unclear_refusals(tale.history)
    assert says(rival, "opier B ", "exit code 75")
    assert says(again, "copier, again ", "exit code 1")


def test_a_hang():
    tale = Tale().act(truth.DELETE, "deleter", step=RENAME).ended(Ending.HUNG, took=20.04)
    (found,) = truth.hangs(tale.history)
    assert says(found, f"'{RENAME}'", "deleter's act 'delete the destination'", "copier still ran after 20.0 s")
    assert (found.step, found.level) == (RENAME, T0)


@pytest.mark.parametrize("ending", [ending for ending in Ending if ending is not Ending.HUNG])
def test_no_hang(ending):
    assert truth.hangs(Tale().ended(ending, "x", took=500.0).history) == []
