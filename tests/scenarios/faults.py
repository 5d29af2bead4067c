"""Which scenario must catch which faulty copier, by which check, and in which words: one row for each copier."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Caught:
    """How a faulty copier is caught.

    Args:
        by: the check that must find it.
        step: the copier's step at which it must be found; empty where the finding is about no step, `*` for any.
        says: what the finding must say: bytes, owners, names.
        claims: what the copier must claim to be at fault; its profile's own claims if none.
    """

    scenario: str
    by: str
    step: str
    says: tuple[str, ...]
    claims: tuple[str, ...] = ()


_QUARTER = "write the {} from 1/4 on"
_LAST = "write the last bytes of the {}"
_PART, _FINAL = "temporary file", "destination"

CAUGHT: dict[str, Caught] = {
    # a reader sees what is not whole
    "truncates-in-place": Caught(
        "RDW-001", "torn reads", _QUARTER.format(_FINAL), ("reader", "PARTIAL", "1 of 4 MiB of the source, cut off")
    ),
    "writes-while-held": Caught("RDW-002", "readers disagree", "*", ("5 readers", "different contents")),
    "unlink-then-rename": Caught(
        "RDW-001",
        "gap for readers",
        "rename the temporary file to the destination",
        ("reader found no file", "older version"),
        claims=("R2",),
    ),
    "ignores-readers-lock": Caught(
        "RDW-003", "changed under a reader", "", ("reader with flock lock", "the older version", "2 MiB of the source")
    ),
    "writes-through-deleted": Caught(
        "DDO-002", "changed under a reader", "*", ("half of the older version", "of the source")
    ),
    "fails-when-read": Caught("WDR-001", "disturbed by readers", "", ("because its destination was read",)),
    # two copiers, one destination
    "ignores-rival": Caught(
        "WDR-002", "one winner", _QUARTER.format(_PART), ("both reported success", "wholly the source")
    ),
    "mixes-rivals": Caught(
        "WDR-002", "one winner", _QUARTER.format(_FINAL), ("MIXED", "of the source", "of the rival's source")
    ),
    "fixed-temporary-name": Caught(
        "WDR-002",
        "one winner",
        _QUARTER.format(_PART),
        ("MIXED", "0-1 MiB of the rival's source", "(3 MiB) of the source"),
    ),
    # success that is none
    "claims-success-after-loss": Caught(
        "DDO-001", "success is true", _LAST.format(_FINAL), ("deleter", "there is no file at the destination")
    ),
    "reports-before-done": Caught(
        "RDW-001", "success is true", "*", ("reported success", "no file at the destination")
    ),
    "short-copy-success": Caught(
        "DDO-003", "success is true", "*", ("changer", "cut the source", "PARTIAL", "of the source")
    ),
    "follows-changing-source": Caught("DDO-003", "success is true", "*", ("changer", "MIXED", "of the changed source")),
    # errors: what they leave and what they say
    "leaves-partial-on-error": Caught("DDO-003", "clean after an error", "*", ("changer", "PARTIAL", "of the source")),
    "fails-leaving-part": Caught(
        "WDR-001",
        "clean after an error",
        "*",
        ("copier failed", "MIXED", "0-2 MiB of the source", "of the older version"),
    ),
    "leaves-temporary-file-on-error": Caught("DDO-003", "nothing left behind", "*", ("destination/.slide.bin.part",)),
    "leaves-lock-file": Caught("RDW-001", "nothing left behind", "*", ("destination/.slide.bin.lock (0 bytes)",)),
    "leaves-process": Caught("WDR-001", "nothing left behind", "*", ("Processes of the copier still ran",)),
    "empty-error": Caught("DDO-003", "refusals are clear", "*", ("exit code 1", "said nothing")),
    "fails-without-a-word": Caught("DDO-002", "refusals are clear", "*", ("exit code 1", "said nothing")),
    # limits, and many copies
    "silent-at-limit": Caught("FHL-001", "refusals are clear", "*", ("exit code 1", "said nothing")),
    "partial-at-limit": Caught(
        "FHL-001", "clean after an error", "*", ("copier failed", "MIXED", "of the source, the rest")
    ),
    "crashes-at-limit": Caught("FHL-001", "no crash at a limit", "*", ("SIGABRT", "descriptors")),
    "leaks-descriptor": Caught("FHL-002", "nothing grows", "", ("number of descriptors grew by 16", "each MiB")),
    "leaves-lock": Caught("FHL-002", "nothing grows", "", ("number of locks grew by 1 ", "outlived their copy")),
    "own-temporary-name": Caught("FHL-002", "nothing grows", "", ("names on the stage", "copies that are killed")),
    # time, and the next copy
    "hangs": Caught("DDO-002", "bounded time", "*", ("copier still ran after",)),
    "waits-for-ever": Caught("RDW-003", "bounded time", "", ("copier still ran after",)),
    "fails-every-time": Caught("DDO-002", "recovers", "*", ("run again without contention", "no file")),
    "second-run-fails": Caught("DDO-003", "recovers", "*", ("run again without contention", "slide.bin")),
}

OTHERS: dict[str, str] = {
    "no-fsync": "power loss: FRS-002",
    "stale-lock-blocks": "a kill: FRS-001, CV-002",
    "starves-readers": "readers that ask for a lock: FST-001",
    "visible-temporary-name": "a watched directory: AOV-001",
}
"""Copiers whose faults show only under what other categories do to them."""
