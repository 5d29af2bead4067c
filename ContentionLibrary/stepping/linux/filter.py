"""The filter program: which system calls are reported to us. Everything else runs at full speed and unseen.

The kernel evaluates it at each call (classic BPF on `struct seccomp_data`, linux/seccomp.h): calls that cannot change a
file, such as an open for reading, are sorted out here, because a report costs some ten microseconds.
"""

from __future__ import annotations

from ContentionLibrary.stepping.linux.architecture import Architecture
from ContentionLibrary.stepping.linux.calls import DATA_VERBS, Call, Verb

Instruction = tuple[int, int, int, int]

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _JUMP, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x05, 0x06
_ALLOW, _REPORT = 0x7FFF0000, 0x7FC00000
_NUMBER_AT, _ARCHITECTURE_AT, _ARGUMENTS_AT = 0, 4, 16
_X32_CALLS = 0x40000000

_O_ACCMODE, _O_CREAT, _O_TRUNC, _O_TMPFILE = 0o3, 0o100, 0o1000, 0o20000000
OPENS_FOR_CHANGE = _O_ACCMODE | _O_CREAT | _O_TRUNC | _O_TMPFILE
_MAP_SHARED, _MAP_ANONYMOUS = 1, 0x20
LOCKING_COMMANDS = (6, 7, 37, 38)  # F_SETLK, F_SETLKW, F_OFD_SETLK, F_OFD_SETLKW
FICLONE, FICLONERANGE = 0x40049409, 0x4020940D

_REPORTED: Instruction = (_RETURN, 0, 0, _REPORT)
_ALLOWED: Instruction = (_RETURN, 0, 0, _ALLOW)


def _load_argument(index: int) -> Instruction:
    return (_LOAD, 0, 0, _ARGUMENTS_AT + 8 * index)


def _condition(call: Call, with_reads: bool) -> list[Instruction] | None:
    """Return a block that ends in a return and decides by the arguments; None: report the call always."""
    if call.verb is Verb.OPEN and call.flags is not None and not with_reads:
        return [_load_argument(call.flags), (_ANY_BIT, 0, 1, OPENS_FOR_CHANGE), _REPORTED, _ALLOWED]
    if call.verb is Verb.MAP and with_reads:
        return [_load_argument(3), (_ANY_BIT, 1, 0, _MAP_ANONYMOUS), _REPORTED, _ALLOWED]
    if call.verb is Verb.MAP:
        return [
            _load_argument(3),
            (_ANY_BIT, 2, 0, _MAP_ANONYMOUS),
            (_ANY_BIT, 0, 1, _MAP_SHARED),
            _REPORTED,
            _ALLOWED,
        ]
    if call.verb in (Verb.FCNTL, Verb.CONTROL):
        values = LOCKING_COMMANDS if call.verb is Verb.FCNTL else (FICLONE, FICLONERANGE)
        tests: list[Instruction] = [(_EQUAL, len(values) - position, 0, value) for position, value in enumerate(values)]
        return [_load_argument(1), *tests, _ALLOWED, _REPORTED]
    return None


def build(architecture: Architecture, *, with_reads: bool = False, with_data: bool = True) -> list[Instruction]:
    """Build the filter for one architecture.

    Args:
        architecture: whose numbers to use. Calls of any other architecture (a 32-bit program) are all reported, so
            that the supervisor can say that it cannot step them.
        with_reads: report reads, mappings and opens for reading too; needed only where the source is interfered with.
        with_data: report the calls that move data into a file; not needed where nobody is stopped at its data.

    Returns:
        Instructions as (code, jump if true, jump if false, operand).
    """
    program: list[Instruction] = [
        (_LOAD, 0, 0, _ARCHITECTURE_AT),
        (_EQUAL, 1, 0, architecture.audit),
        _REPORTED,
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 0, 1, _X32_CALLS),
        _REPORTED,
    ]
    for number, call in sorted(architecture.calls.items()):
        if (call.verb is Verb.READ and not with_reads) or (call.verb in DATA_VERBS and not with_data):
            continue
        block = _condition(call, with_reads) or [_REPORTED]
        program += [(_EQUAL, 0, len(block), number), *block]
    return [*program, _ALLOWED]
