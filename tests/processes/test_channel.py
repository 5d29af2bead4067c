"""Messages arrive whole, in order, and none is forgotten by those who wait with poll."""

import socket
import threading

import pytest

from ContentionLibrary.processes.channel import Channel, ChannelClosed, ready


@pytest.fixture
def ends():
    ours, theirs = socket.socketpair()
    first, second = Channel(ours), Channel(theirs)
    yield first, second, theirs
    first.close()
    second.close()


def test_a_message_arrives_as_it_was_sent(ends):
    one, other, _ = ends
    message = {"text": "bytes that are no text: \udcff", "numbers": [1, 2.5], "nothing": None}
    one.send(message)
    assert other.receive(1) == message


def test_two_messages_in_one_packet_are_both_seen_by_those_who_wait(ends):
    one, other, raw = ends
    raw.sendall(b'{"n":1}\n{"n":2}\n')
    assert one.receive(1) == {"n": 1}
    assert one.pending
    assert ready([one, other], 0) == [one]
    assert one.receive(0) == {"n": 2}
    assert not one.pending
    assert ready([one, other], 0) == []


def test_a_message_in_pieces_is_put_together(ends):
    one, _, raw = ends
    for piece in (b'{"n"', b":", b'1}\n{"n":', b"2}"):
        raw.sendall(piece)
    assert one.receive(1) == {"n": 1}
    assert one.receive(0) is None
    raw.sendall(b"\n")
    assert one.receive(1) == {"n": 2}


def test_a_message_of_megabytes_arrives(ends):
    one, other, _ = ends
    message = {"text": "x" * 5_000_000}
    sender = threading.Thread(target=one.send, args=(message,))
    sender.start()
    assert other.receive(10) == message
    sender.join()


def test_what_was_sent_before_the_end_is_still_received(ends):
    one, other, _ = ends
    one.send({"last": True})
    one.close()
    assert not other.lost
    assert other.receive(1) == {"last": True}
    assert other.lost
    with pytest.raises(ChannelClosed):
        other.receive(1)
    with pytest.raises(ChannelClosed):
        other.send({"too": "late"})


def test_looking_for_the_end_takes_no_message_away(ends):
    one, other, _ = ends
    assert not other.lost
    one.send({"n": 1})
    assert not other.lost
    assert other.receive(0) == {"n": 1}
