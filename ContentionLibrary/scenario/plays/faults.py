"""Which system errors each kind of failure gives to which calls, and for how long.

A fault is emulated: the call of a held step is answered with an errno that it can really give, and never reaches the file
system. So any file system and any user will do, and each step has its turn.

Which call can give what follows the manual pages, and the file systems of Linux where those are silent:

* Space and quota run out where something is written or a name is made: data, reserved space, a new name, a link, a
  rename into a directory that has to grow, and, where space is found late (NFS, delayed allocation), the flush, and the
  close of a file that was written. Deleting, cutting, permissions and times need no space.
* Access is denied where a name is looked up or changed, and never to a file that is open already.
* A file system that has become read-only (ext4 does so after an error) refuses every change, also to open files.
* A broken disk can fail anywhere. Locks are left out: they touch no disk.
* A cut network fails every call that goes to the server, with the error that its client has for that: NFS gives ESTALE,
  ETIMEDOUT or EIO, FUSE ENOTCONN, SMB EHOSTDOWN. Each step gets one of them in turn.

How long it lasts decides what a copier can be blamed for. A full disk stays full, but names can still be deleted and put
back, so cleaning up stays possible. A read-only file system and a cut network take no change at all any more: what
remains then is judged after the next copy. A denied call, a disk error and a stumble of the network are single events.
"""

from __future__ import annotations

import errno
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ContentionLibrary.stepping.control import Hold
from ContentionLibrary.stepping.linux.calls import CALLS, Verb

_VERBS = {call.name: call.verb for call in CALLS}

_DATA = frozenset({Verb.WRITE, Verb.BULK, Verb.SPLICE, Verb.CONTROL})
_NEW_NAMES = frozenset({Verb.LINK, Verb.SYMLINK, Verb.MKDIR})
_OLD_NAMES = frozenset({Verb.UNLINK, Verb.RMDIR})
_TAKES_SPACE = _DATA | _NEW_NAMES | {Verb.ALLOCATE, Verb.SYNC, Verb.XATTR}
_ABOUT_FILES = frozenset({Verb.TRUNCATE, Verb.MODE, Verb.OWNER, Verb.TIMES})
_CHANGES = _TAKES_SPACE | _OLD_NAMES | _ABOUT_FILES | {Verb.RENAME}
_CREATES = ("create ", "open and empty ")
_OPENS_TO_WRITE = (*_CREATES, "open ")


def verb_of(hold: Hold) -> Verb:
    """Return what the held call does."""
    return _VERBS[hold.call]


def first_and_last_of_each_verb(holds: Sequence[Hold]) -> list[Hold]:
    """Choose the holds that stand for the others where each step of a kind of call meets the same fate."""
    firsts: dict[Verb, Hold] = {}
    for hold in holds:
        firsts.setdefault(verb_of(hold), hold)
    lasts = {verb_of(hold): hold for hold in holds}
    wanted = {hold.step for hold in (*firsts.values(), *lasts.values())}
    return [hold for hold in holds if hold.step in wanted]


def _opens(hold: Hold, *beginnings: str) -> bool:
    return verb_of(hold) is Verb.OPEN and hold.step.startswith(beginnings) and not hold.step.endswith("for reading")


def _closes_written_file(hold: Hold) -> bool:
    return verb_of(hold) is Verb.CLOSE and hold.written > 0


def _needs_space(hold: Hold) -> bool:
    return verb_of(hold) in _TAKES_SPACE or _opens(hold, "create ") or _closes_written_file(hold)


def _needs_space_or_room_for_a_name(hold: Hold) -> bool:
    return _needs_space(hold) or verb_of(hold) is Verb.RENAME


def _looks_up_a_name(hold: Hold) -> bool:
    return verb_of(hold) in _NEW_NAMES | _OLD_NAMES | {Verb.RENAME} or _opens(hold, *_OPENS_TO_WRITE)


def _changes_something(hold: Hold) -> bool:
    return verb_of(hold) in _CHANGES or _opens(hold, *_OPENS_TO_WRITE)


def _touches_the_disk(hold: Hold) -> bool:
    return _changes_something(hold) or _closes_written_file(hold)


def _reads_the_source(hold: Hold) -> bool:
    return verb_of(hold) is Verb.READ or (verb_of(hold) is Verb.OPEN and hold.step.endswith("for reading"))


def _never(_hold: Hold) -> bool:
    return False


@dataclass(frozen=True)
class Fault:
    """One kind of failure that the system itself causes.

    Args:
        who: what is at fault, for messages.
        errors: the errnos that it gives; the steps get them in turn.
        hits: tells whether it can hit the call of a held step.
        stays: tells whether a later step fails as well, once it has begun.
        bars: whether nothing can be cleaned up any more once it has begun.
        about_source: it is the source that fails, not the destination's side.
        everywhere: each step has its turn; else the first and the last one of each kind of call.
    """

    who: str
    errors: tuple[int, ...]
    hits: Callable[[Hold], bool]
    stays: Callable[[Hold], bool] = _never
    bars: bool = False
    about_source: bool = False
    everywhere: bool = True

    def visits(self, holds: Sequence[Hold], source: str) -> list[str]:
        """Choose the steps at which it is tried, from those of an undisturbed copy."""
        hit = [hold for hold in holds if self.hits(hold) and self.about_source == (hold.path == source)]
        return [hold.step for hold in (hit if self.everywhere else first_and_last_of_each_verb(hit))]

    def lasts_to(self, hold: Hold, source: str) -> bool:
        """Tell whether a later step fails as well."""
        return self.stays(hold) and self.about_source == (hold.path == source)


_NETWORK = (errno.ENOTCONN, errno.ESTALE, errno.ETIMEDOUT, errno.EIO, errno.EHOSTDOWN)

FAULTS: dict[str, Fault] = {
    "a full disk": Fault("the disk", (errno.ENOSPC,), _needs_space_or_room_for_a_name, _needs_space),
    "a quota that is used up": Fault(
        "the quota", (errno.EDQUOT,), _needs_space_or_room_for_a_name, _needs_space, everywhere=False
    ),
    "denied access": Fault("the system", (errno.EACCES,), _looks_up_a_name),
    "a file system that has become read-only": Fault(
        "the file system", (errno.EROFS,), _changes_something, _changes_something, bars=True, everywhere=False
    ),
    "a source that cannot be read": Fault("the source's disk", (errno.EIO,), _reads_the_source, about_source=True),
    "a network that is cut": Fault("the network", _NETWORK, _touches_the_disk, _touches_the_disk, bars=True),
    "a network that stumbles": Fault("the network", _NETWORK, _touches_the_disk),
    "a disk with errors": Fault("the disk", (errno.EIO,), _touches_the_disk),
}
"""Every kind of failure that is an answer of the system, by its name in the suites."""
