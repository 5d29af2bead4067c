"""Which locks of a server's processes and of its clients see each other: what is promised, and what was met instead.

Promised by the protocol ([MS-FSA] 2.1.5.1.2 share modes, 2.1.5.8 byte ranges, [MS-SMB2] 3.3.4.7 leases) is what clients
do to each other. Between clients and the server's own processes it promises nothing; there it is smb.conf(5) of Samba:
`posix locking` maps byte ranges to POSIX locks, `strict locking` lets reads and writes of clients ask for them, and share
modes, leases (without `kernel oplocks`) and flock stay on their own side. A server that answers otherwise is another
one than we know: then nothing that was seen on its share tells anything of a copier.
"""

from __future__ import annotations

from ContentionLibrary.history.acts import Answer, LockMet

KIND = "locks meet"
SERVER, CLIENT_1, CLIENT_2 = "server process", "client 1", "client 2"
FLOCK, POSIX, OFD = "flock", "POSIX lock", "OFD lock"
SHARES_NOTHING, SHARES_READING = "open, shared with nobody", "open, shared with readers"
RANGE, SHARED_RANGE = "exclusive byte range", "shared byte range"
LEASE = "lease"
LEASES = (LEASE, "lease on stream one")
"""Whatever is kept only until its holder has agreed to give it up."""
NOTHING = "nothing"
READ, WRITE, REPLACE, DELETE = "read", "write in place", "rename another file over it", "delete"
UNSEEN = (
    "By Samba's design, flock on the server's side and share modes and leases of clients are not seen from the other side; "
    "POSIX and OFD locks and byte ranges are."
)

_SHARING, _CONFLICT, _NOT_LOCKED = "STATUS_SHARING_VIOLATION", "STATUS_FILE_LOCK_CONFLICT", "STATUS_LOCK_NOT_GRANTED"
_TRIED_BY_CLIENT = (READ, WRITE, RANGE, SHARES_NOTHING, DELETE)
_TRIED_BY_SERVER = (READ, WRITE, FLOCK, POSIX, OFD, REPLACE, DELETE)
_HELD_BY_SERVER = (FLOCK, POSIX, OFD)
_HELD_BY_CLIENT = (SHARES_NOTHING, SHARES_READING, RANGE, SHARED_RANGE, LEASE)

_REFUSED: dict[tuple[str, str], dict[str, str]] = {
    (POSIX, CLIENT_1): {READ: _CONFLICT, WRITE: _CONFLICT, RANGE: _NOT_LOCKED},
    (OFD, CLIENT_1): {READ: _CONFLICT, WRITE: _CONFLICT, RANGE: _NOT_LOCKED},
    (SHARES_NOTHING, CLIENT_2): dict.fromkeys(_TRIED_BY_CLIENT, _SHARING),
    (SHARES_READING, CLIENT_2): dict.fromkeys((WRITE, RANGE, SHARES_NOTHING, DELETE), _SHARING),
    (RANGE, CLIENT_2): {READ: _CONFLICT, WRITE: _CONFLICT, RANGE: _NOT_LOCKED, SHARES_NOTHING: _SHARING},
    (RANGE, SERVER): {POSIX: "EAGAIN", OFD: "EAGAIN"},
    (SHARED_RANGE, CLIENT_2): {WRITE: _CONFLICT, RANGE: _NOT_LOCKED, SHARES_NOTHING: _SHARING},
    (SHARED_RANGE, SERVER): {POSIX: "EAGAIN", OFD: "EAGAIN"},
    (LEASE, CLIENT_2): {SHARES_NOTHING: _SHARING},
}
"""What is refused while somebody holds something; by what is held, and who tries."""


def _promise(held: str, who: str, tried: str) -> tuple[Answer, str]:
    code = _REFUSED.get((held, who), {}).get(tried, "")
    if code:
        return Answer.REFUSED, code
    return (Answer.WAITED if (held, who) == (LEASE, CLIENT_2) else Answer.DONE), ""


Pair = tuple[str, str, str, str]
"""Who holds, what is held, who tries, and what is tried."""
Ended = tuple[Answer, str]
"""How an attempt ended, and the code of a refusal."""

LOCKS: dict[Pair, Ended] = {
    (holder, held, who, tried): _promise(held, who, tried)
    for holder, kinds, who, attempts in (
        (SERVER, (NOTHING, *_HELD_BY_SERVER), CLIENT_1, _TRIED_BY_CLIENT),
        (CLIENT_1, (NOTHING, *_HELD_BY_CLIENT), SERVER, _TRIED_BY_SERVER),
        (CLIENT_1, (NOTHING, *_HELD_BY_CLIENT), CLIENT_2, _TRIED_BY_CLIENT),
    )
    for held in kinds
    for tried in attempts
}
"""How the locks of both sides meet on one file; where nothing is held nothing is refused."""

SPELLINGS = (
    r"\\127.0.0.1\share\...",
    r"\\localhost\share\...",
    r"\\LOCALHOST\SHARE\...",
    r"\\127.0.0.1\Share\... IN CAPITALS",
)
"""Ways in which clients may write the path of one file."""
PATHS: dict[Pair, Ended] = {(CLIENT_1, NOTHING, CLIENT_2, f"open {one}"): (Answer.DONE, "") for one in SPELLINGS} | {
    (CLIENT_1, f"{one}, {SHARES_NOTHING}", CLIENT_2, f"open {other}"): (Answer.REFUSED, _SHARING)
    for one in SPELLINGS
    for other in SPELLINGS
}
"""Whoever has a file open for himself alone has it, whichever way others write its path."""


def pair_of(one: LockMet) -> Pair:
    """Return what an event is about."""
    return one.holder, one.held, one.who, one.tried


def outcome(answer: Answer, code: str) -> str:
    """Say how an attempt ended, in a few words."""
    return f"{answer.value} ({code})" if code else answer.value
