"""The locks of a server's processes and of its clients: what is promised, and that anything else is told."""

import pytest
from tale import Tale

from ContentionLibrary.checks import coordination
from ContentionLibrary.checks.coordination import (
    CLIENT_1,
    CLIENT_2,
    FLOCK,
    LEASE,
    POSIX,
    PROMISED,
    RANGE,
    READ,
    SERVER,
    SHARES_NOTHING,
    surprises,
)
from ContentionLibrary.checks.judging import unproven
from ContentionLibrary.history.events import Answer, LockMet
from ContentionLibrary.report.story import play_story


def met(changed=None, without=()):
    tale = Tale(stepped=False, interferes=False)
    for pair, told in PROMISED.items():
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
    assert PROMISED[pair] == told


def test_a_server_that_keeps_all_promises():
    assert surprises(met()) == []


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
    assert story.count("as promised") == len(PROMISED)
    assert "OTHERWISE" not in story
