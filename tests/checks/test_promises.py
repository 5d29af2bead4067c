"""Locks, paths and streams of a file server: what is promised of them, and that anything else is told."""

import pytest
from tale import Tale

from ContentionLibrary.checks import coordination
from ContentionLibrary.checks.coordination import (
    CLIENT_1,
    CLIENT_2,
    FLOCK,
    LEASE,
    LOCKS,
    PATHS,
    POSIX,
    RANGE,
    READ,
    SERVER,
    SHARES_NOTHING,
)
from ContentionLibrary.checks.judging import unproven
from ContentionLibrary.checks.promises import PROMISED, surprises
from ContentionLibrary.checks.streams import A_STREAM, STREAM_RANGE, STREAMS, THE_FILE, WAYS, may_meet, refused_beside
from ContentionLibrary.history.acts import Answer, LockMet, OpeningsMet
from ContentionLibrary.report.story import play_story


def met(changed=None, without=(), table=LOCKS):
    tale = Tale(stepped=False, interferes=False)
    for pair, told in table.items():
        if pair not in without:
            holder, held, who, tried = pair
            answer, code = (changed or {}).get(pair, told)
            tale._note(LockMet, holder=holder, held=held, who=who, tried=tried, answer=answer, code=code)
    return tale.history


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        ((SERVER, FLOCK, CLIENT_1, RANGE), (Answer.DONE, "")),
        ((SERVER, POSIX, CLIENT_1, READ), (Answer.REFUSED, "STATUS_FILE_LOCK_CONFLICT")),
        ((CLIENT_1, RANGE, SERVER, POSIX), (Answer.REFUSED, "EAGAIN")),
        ((CLIENT_1, SHARES_NOTHING, SERVER, READ), (Answer.DONE, "")),
        ((CLIENT_1, SHARES_NOTHING, CLIENT_2, READ), (Answer.REFUSED, "STATUS_SHARING_VIOLATION")),
        ((CLIENT_1, LEASE, CLIENT_2, READ), (Answer.WAITED, "")),
        ((CLIENT_1, LEASE, SERVER, READ), (Answer.DONE, "")),
    ],
)
def test_what_is_promised(pair, told):
    assert LOCKS[pair] == told


@pytest.mark.parametrize("table", PROMISED)
def test_a_server_that_keeps_all_promises(table):
    assert surprises(met(table=table)) == []


@pytest.mark.parametrize("table", PROMISED)
def test_every_single_answer_counts(table):
    for pair in table:
        (told,) = surprises(met({pair: (Answer.HUNG, "")}, table=table))
        assert all(part in told for part in pair)
        (told,) = surprises(met(without=[pair], table=table))
        assert told.startswith("never seen: ")


def test_every_path_is_tried_with_every_path():
    ways = len(coordination.SPELLINGS)
    assert len(PATHS) == ways**2 + ways  # and each while nothing is held


def test_where_no_locks_were_tried_nothing_is_surprising():
    assert surprises(Tale().ended().history) == []


def test_a_server_that_answers_otherwise_proves_nothing():
    pair = (CLIENT_1, RANGE, SERVER, POSIX)
    history = met({pair: (Answer.DONE, "")})
    told = (
        "client 1 held 'exclusive byte range' and server process tried 'POSIX lock': done, "
        "while this server is known for: refused (EAGAIN)"
    )
    assert surprises(history) == [told]
    assert unproven(history, ()) == [told]
    assert "OTHERWISE: refused (EAGAIN)" in play_story(history)


def test_a_pair_that_was_never_seen():
    pair = (SERVER, FLOCK, CLIENT_1, READ)
    assert surprises(met(without=[pair])) == ["never seen: server process held 'flock' and client 1 tried 'read'"]


def test_the_table_names_every_pair():
    story = play_story(met())
    assert coordination.UNSEEN.split(",")[0] in story.replace("&#x27;", "'")
    assert story.count("as promised") == len(LOCKS)
    assert "OTHERWISE" not in story
    assert "Samba" not in play_story(met(table=PATHS))


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("r/r", "r/r", True),
        ("r/-", "r/rwd", False),
        ("r/rwd", "r/-", False),
        ("r/rw", "d/rwd", False),
        ("w/r", "r/w", True),
        ("w/r", "r/r", False),
        ("d/rwd", "d/rwd", True),
    ],
)
def test_the_rule_of_share_modes(one, other, may):
    assert may_meet(one, other) is may
    assert (other in refused_beside(one)) is not may


def openings(changed=None, without=()):
    tale = Tale(stepped=False, interferes=False)
    for what in (THE_FILE, A_STREAM):
        for held in WAYS:
            if (what, held) not in without:
                refused = (changed or {}).get((what, held), refused_beside(held))
                tale._note(OpeningsMet, what=what, held=held, refused=refused)
    return tale.history


def test_openings_by_the_rule():
    assert len(WAYS) == 24
    assert surprises(openings()) == []
    assert play_story(openings()).count("as promised") == 2 * len(WAYS)


def test_an_opening_against_the_rule_proves_nothing():
    (told,) = surprises(openings({(A_STREAM, "r/-"): ("r/rwd",)}))
    assert told.startswith("a stream of it was open as r/-, and against the rule of share modes was answered: d/-, d/d")
    assert "OTHERWISE" in play_story(openings({(A_STREAM, "r/-"): ()}))


def test_a_way_that_was_never_seen():
    assert surprises(openings(without=[(THE_FILE, "w/r")])) == ["never seen: the file, opened by two, first as w/r"]


def test_each_stream_is_locked_for_itself():
    held = {tried: code for (_, what, _, tried), (_, code) in STREAMS.items() if what == STREAM_RANGE and code}
    assert held == {
        "read stream one": "STATUS_FILE_LOCK_CONFLICT",
        "lock stream one": "STATUS_LOCK_NOT_GRANTED",
        "copy the file with its streams": "STATUS_FILE_LOCK_CONFLICT",
    }
