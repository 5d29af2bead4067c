"""What a file and its alternate data streams promise to two clients: each stream is locked for itself, as on NTFS.

Share modes follow one rule ([MS-FSA] 2.1.5.1.2.2): two may have a stream open at once if neither wants what the other one
does not share. A file and its streams are opened and locked each for itself, and are deleted together.
"""

from __future__ import annotations

from itertools import chain, combinations

from ContentionLibrary.checks.coordination import CLIENT_1, CLIENT_2, NOTHING, Ended, Pair
from ContentionLibrary.history.acts import Answer, OpeningsMet
from ContentionLibrary.history.recording import History

ONE, TWO = ":one", ":two"
"""Two streams of each file."""
THE_FILE, A_STREAM = "the file", "a stream of it"

# -- share modes --------------------------------------------------------------------------------------------------------

_LETTERS = "rwd"
_SHARES = tuple("".join(some) or "-" for some in chain.from_iterable(combinations(_LETTERS, n) for n in range(4)))
WAYS: tuple[str, ...] = tuple(f"{wanted}/{shared}" for wanted in _LETTERS for shared in _SHARES)
"""Ways of opening: what one wants (read, write, delete), and what others may do meanwhile; `r/rw` shares all but deleting."""


def may_meet(one: str, other: str) -> bool:
    """Tell whether two may have a stream open at once, each in its way."""
    (wants, shares), (wanted, shared) = one.split("/"), other.split("/")
    return set(wants) <= set(shared) and set(wanted) <= set(shares)


def refused_beside(held: str) -> tuple[str, ...]:
    """Return the ways of opening that must be refused while somebody has it open in this one."""
    return tuple(way for way in WAYS if not may_meet(held, way))


def surprising_openings(history: History) -> list[str]:
    """Say where two openings did not meet as the rule says; nothing where none have met."""
    met = {(one.what, one.held): one.refused for one in history.of(OpeningsMet)}
    told = []
    for what in (THE_FILE, A_STREAM) if met else ():
        for held in WAYS:
            refused, expected = met.get((what, held)), refused_beside(held)
            if refused is None:
                told.append(f"never seen: {what}, opened by two, first as {held}")
            elif refused != expected:
                wrong = ", ".join(sorted(set(refused) ^ set(expected)))
                told.append(f"{what} was open as {held}, and against the rule of share modes was answered: {wrong}")
    return told


# -- locks, leases, deletions, copies -----------------------------------------------------------------------------------------

FILE_ALONE, STREAM_ALONE = "the file, shared with nobody", "stream one, shared with nobody"
FILE_RANGE, STREAM_RANGE = "byte range of the file", "byte range of stream one"
STREAM_LEASE = "lease on stream one"
FILE_DELETED, STREAM_OF_DELETED = "the file open, and deleted", "stream one open, and the file deleted"
READ_FILE, READ_ONE, READ_TWO = "read the file", "read stream one", "read stream two"
LOCK_FILE, LOCK_ONE, LOCK_TWO = "lock the file", "lock stream one", "lock stream two"
DELETE_FILE, COPY_ALL = "delete the file", "copy the file with its streams"

_ATTEMPTS = (READ_FILE, READ_ONE, READ_TWO, LOCK_FILE, LOCK_ONE, LOCK_TWO, DELETE_FILE, COPY_ALL)
_SHARING, _PENDING = "STATUS_SHARING_VIOLATION", "STATUS_DELETE_PENDING"
_CONFLICT, _NOT_LOCKED = "STATUS_FILE_LOCK_CONFLICT", "STATUS_LOCK_NOT_GRANTED"
_REFUSED: dict[str, dict[str, str]] = {
    NOTHING: {},
    FILE_ALONE: dict.fromkeys((READ_FILE, LOCK_FILE, DELETE_FILE, COPY_ALL), _SHARING),
    STREAM_ALONE: dict.fromkeys((READ_ONE, LOCK_ONE, DELETE_FILE, COPY_ALL), _SHARING),
    FILE_RANGE: {READ_FILE: _CONFLICT, LOCK_FILE: _NOT_LOCKED, COPY_ALL: _CONFLICT},
    STREAM_RANGE: {READ_ONE: _CONFLICT, LOCK_ONE: _NOT_LOCKED, COPY_ALL: _CONFLICT},
    STREAM_LEASE: {},
    FILE_DELETED: dict.fromkeys(_ATTEMPTS, _PENDING),
    STREAM_OF_DELETED: dict.fromkeys(_ATTEMPTS, _PENDING),
}
_WAITS = (READ_ONE, LOCK_ONE, COPY_ALL)
"""What has to wait until the holder of a lease on stream one has agreed; the deletion of the file has not."""


def _promise(held: str, tried: str) -> Ended:
    if code := _REFUSED[held].get(tried, ""):
        return Answer.REFUSED, code
    return (Answer.WAITED if held == STREAM_LEASE and tried in _WAITS else Answer.DONE), ""


STREAMS: dict[Pair, Ended] = {
    (CLIENT_1, held, CLIENT_2, tried): _promise(held, tried) for held in _REFUSED for tried in _ATTEMPTS
}
"""How two clients meet on a file and its streams; where nothing is held nothing is refused."""
