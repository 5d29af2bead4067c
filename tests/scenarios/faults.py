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
        play: what the title of the play says that is enough to catch it; empty for all plays of the scenario.
    """

    scenario: str
    by: str
    step: str
    says: tuple[str, ...]
    claims: tuple[str, ...] = ()
    play: str = ""


_QUARTER = "write the {} from 1/4 on"
_LAST = "write the last bytes of the {}"
_PART, _FINAL = "temporary file", "destination"

CAUGHT: dict[str, Caught] = {
    # a reader sees what is not whole
    "truncates-in-place": Caught(
        "RDW-001", "torn reads", _QUARTER.format(_FINAL), ("reader", "PARTIAL", "1 of 4 MiB of the source, cut off")
    ),
    "writes-while-held": Caught(
        "RDW-002",
        "readers disagree",
        "*",
        ("5 readers", "different contents"),
        play="copy over an older version, read by 5 at every step",
    ),
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
        "WDR-002", "one winner", _QUARTER.format(_PART), ("both reported success", "holds only the source of copier A")
    ),
    "mixes-rivals": Caught(
        "WDR-002",
        "one winner",
        _QUARTER.format(_FINAL),
        ("MIXED", "of the source of copier A", "of the source of copier B"),
    ),
    "fixed-temporary-name": Caught(
        "WDR-002",
        "one winner",
        _QUARTER.format(_PART),
        ("MIXED", "0-1 MiB of the source of copier B", "(3 MiB) of the source of copier A"),
    ),
    "looks-then-creates": Caught(
        "SAP-001",
        "one winner",
        "rename the temporary file to the destination",
        ("both reported success", "holds only the source of copier A"),
        play="two copies of another source of equal size and time stamp into an empty place, one held at every step",
    ),
    "loser-removes-winner": Caught(
        "SAP-001",
        "one winner",
        "link the temporary file as the destination",
        ("only copier B reported success", "no file"),
        play="two copies of another source of equal size and time stamp into an empty place, one held at every step",
    ),
    # files of others in the same directory
    "sweeps-neighbours": Caught(
        "SAP-002",
        "renames in some order",
        "*",
        ("neighbour.part holds no file, not the content of the second neighbour",),
        play="copy into an empty place, a neighbour renamed onto the destination at every step",
    ),
    "restores-over-others": Caught(
        "SAP-002",
        "renames in some order",
        "link the temporary file as the destination",
        (
            "renamed neighbour.bin to slide.bin",
            "slide.bin holds the content of the older version, not the content of the first neighbour",
        ),
        play="copy over an older version, a neighbour renamed onto the destination at every step",
    ),
    # success that is none
    "claims-success-after-loss": Caught(
        "DDO-001", "success is true", _LAST.format(_FINAL), ("deleter", "there is no file at the destination")
    ),
    "reports-before-done": Caught(
        "RDW-001", "success is true", "*", ("reported success", "no file at the destination")
    ),
    "short-copy-success": Caught(
        "DDO-003",
        "success is true",
        "*",
        ("changer", "cut the source", "PARTIAL", "of the source"),
        play="copy while its source is cut to half at every step",
    ),
    "follows-changing-source": Caught(
        "DDO-003",
        "success is true",
        "*",
        ("changer", "MIXED", "of the changed source"),
        play="copy while its source is rewritten at every step",
    ),
    # the directory is swapped
    "publishes-into-moved-directory": Caught(
        "SAP-003",
        "lands where it was named",
        "rename the temporary file to the destination",
        (
            "rename the directory away",
            "elsewhere/moved/slide.bin holds all 4 MiB of the source",
            "no file at destination",
        ),
        play="copy into an empty place, directory renamed away at every step",
    ),
    "follows-swapped-link": Caught(
        "SAP-003",
        "lands where it was named",
        "rename the temporary file to the destination",
        ("elsewhere/decoy/slide.bin holds all 4 MiB of the source", "followed destination"),
        play="copy into an empty place, directory replaced by a link at every step",
    ),
    "loses-temporary-file": Caught(
        "SAP-003",
        "lands where it was named",
        _QUARTER.format(_PART),
        ("copier failed", "elsewhere/moved/.slide.bin.part holds all 4 MiB of the source"),
        play="copy over an older version, directory renamed away at every step",
    ),
    # the directory is watched
    "visible-temporary-name": Caught(
        "AOV-001", "names", "create the temporary file", ("the system told of a second name: slide.bin.part",)
    ),
    "flashes-visible-name": Caught(
        "AOV-001", "names", "rename the temporary file to temporary file 2", ("second name: slide.bin.done",)
    ),
    "closes-half-way": Caught(
        "AOV-001",
        "consumers get whole files",
        "open the destination for writing",
        ("consumer by event", "closed after writing", "2 of 4 MiB of the source, cut off"),
        play="copy into an empty place, its directory watched at every step",
    ),
    # errors: what they leave and what they say
    "leaves-partial-on-error": Caught(
        "DDO-003",
        "clean after an error",
        "*",
        ("changer", "PARTIAL", "of the source"),
        play="copy while its source is cut to half at every step",
    ),
    "fails-leaving-part": Caught(
        "WDR-001",
        "clean after an error",
        "*",
        ("copier failed", "MIXED", "0-2 MiB of the source", "of the older version"),
    ),
    "leaves-temporary-file-on-error": Caught(
        "DDO-003",
        "nothing left behind",
        "*",
        ("destination/.slide.bin.part",),
        play="copy while its source is cut to half at every step",
    ),
    "leaves-lock-file": Caught("RDW-001", "nothing left behind", "*", ("destination/.slide.bin.lock (0 bytes)",)),
    "leaves-process": Caught("WDR-001", "nothing left behind", "*", ("Processes of the copier still ran",)),
    "empty-error": Caught(
        "DDO-003",
        "refusals are clear",
        "*",
        ("exit code 1", "said nothing"),
        play="copy while its source is cut to half at every step",
    ),
    "fails-without-a-word": Caught("DDO-002", "refusals are clear", "*", ("exit code 1", "said nothing")),
    "breaks-every-promise": Caught("DDO-002", "refusals are clear", "*", ("exit code 1", "said nothing")),
    # several destinations
    "publishes-one-by-one": Caught(
        "AOV-002",
        "all or none",
        "rename temporary file 2 to destination 2",
        (
            "(destination 2)",
            "exit code 1",
            "destination 1: new; destination 2: as the competitor has left it (a directory); destination 3: as before",
        ),
        play="copy to 3 destinations into empty places, one in trouble at every step",
    ),
    "success-with-one-missing": Caught(
        "AOV-002",
        "all or none",
        "write the first bytes of the temporary file",
        ("No space left", "exit code 0", "destination 1: as before (absent); destination 2: new; destination 3: new"),
        play="copy to 3 destinations into empty places, one in trouble at every step",
    ),
    "stale-intent-blocks": Caught(
        "AOV-002",
        "all or none",
        "rename temporary file 3 to destination 2",
        ("killed (tree)", "then the next run ended with exit code 75", "destination 1: new; destination 2: as before"),
        play="copy to 3 destinations over older versions, killed at every step",
    ),
    # failures of the system, and signals
    "leaves-journal-on-error": Caught(
        "CV-001",
        "nothing left behind",
        _QUARTER.format(_PART),
        ("destination/.slide.bin.journal (0 bytes)", "a full disk"),
        play="over an older version that meets a full disk",
    ),
    "swallows-failed-flush": Caught(
        "CV-001",
        "errors are told",
        "flush the temporary file to disk",
        ("reported success", "failed with Input/output error"),
        play="a disk with errors",
    ),
    "waits-for-space": Caught(
        "CV-001",
        "bounded time",
        "flush the temporary file to disk",
        ("copier still ran after", "fail the step: No space left on device"),
        play="empty place that meets a full disk",
    ),
    "leaves-temporary-file-on-signal": Caught(
        "CV-001",
        "nothing left behind",
        _QUARTER.format(_PART),
        ("SIGTERM", "destination/.slide.bin.part (1 MiB)"),
        play="SIGTERM to its main process",
    ),
    "leaves-partial-on-signal": Caught(
        "CV-001",
        "whole after a signal",
        _QUARTER.format(_FINAL),
        ("signal 1 (SIGHUP)", "1 of 4 MiB of the source, cut off"),
        claims=("S1",),
        play="SIGHUP to all its processes",
    ),
    "forgets-killed-runs": Caught(
        "CV-001",
        "gone after the next copy",
        _LAST.format(_PART),
        ("no chance to clean up", "the next copy to the same place has not removed", ".part"),
        play="SIGKILL to all its processes",
    ),
    "hides-its-signal": Caught(
        "LSS-003",
        "ends as told",
        _LAST.format(_PART),
        ("got SIGTERM", "ended with exit code 1"),
        play="gets SIGTERM",
    ),
    "second-signal-leaves-file": Caught(
        "LSS-003",
        "nothing left behind",
        _QUARTER.format(_PART),
        ("gets a burst of signals; the copier: killed", "destination/.slide.bin.part"),
        play="a burst of signals",
    ),
    "gives-up-when-continued": Caught(
        "LSS-003",
        "stopping changes nothing",
        "rename the temporary file to the destination",
        ("was stopped before", "exit code 1", "interrupted system call"),
        play="stopped and continued",
    ),
    # one file system and the next
    "clones-or-fails": Caught(
        "LSS-001",
        "works on each file system",
        "",
        ("Nobody disturbed the copier", "on tmpfs", "Operation not supported"),
        play="undisturbed copy",
    ),
    "drops-streams-silently": Caught(
        "CPS-002",
        "losses are told",
        "",
        ("its stream 'contention-note' (35 bytes) was lost", "said nothing of it", "from NTFS"),
        play="files with all that a file can have",
    ),
    # space that runs out
    "swallows-full-disk": Caught(
        "DSC-002",
        "success is true",
        "",
        ("a real tmpfs had room for nothing", "reported success", "nothing (empty, not 4 MiB)"),
        play="empty place on a tmpfs that runs full",
    ),
    "leaves-part-on-full-disk": Caught(
        "DSC-002",
        "nothing left behind",
        "",
        ("destination/.slide.bin.part (1 MiB)", "a real ext4 had room for a quarter of the file"),
        play="older version on an ext4 that runs full",
    ),
    "waits-for-room": Caught(
        "DSC-002",
        "bounded time",
        "",
        ("copier still ran after", "a real tmpfs had room for nothing"),
        play="empty place on a tmpfs that runs full",
    ),
    "keeps-space": Caught(
        "DSC-002",
        "space is given back",
        "",
        (" and 1 file of a real xfs", "of its processes still ran"),
        play="empty place on an xfs that runs full",
    ),
    "hides-full-disk": Caught(
        "DSC-002",
        "a full disk is named",
        "flush the temporary file to disk",
        ("exit code 1", "said only", "the copy could not be made"),
        play="a quota that is used up",
    ),
    "names-every-target": Caught(
        "DSC-001",
        "the full target is named",
        "",
        ("The file system of destination 1/slide.bin ran full", "names this destination alone", "No space left"),
    ),
    "stops-at-full-target": Caught(
        "DSC-001",
        "all or none",
        "",
        ("destination 1: new; destination 2: as before (absent)", "a real tmpfs at destination 2 had room for half"),
    ),
    # servers that are lost
    "ignores-failed-close": Caught(
        "NIS-001",
        "success is true",
        _LAST.format(_FINAL),
        ("let the server be silent until its client gives up", "4,032 of 4,096 KiB of the source, cut off"),
        play="an empty place on a server that is lost for a while",
    ),
    "looks-after-failed-rename": Caught(
        "NIS-001",
        "success is true",
        "rename the temporary file to the destination",
        ("the server's disk's act 'fail all that is written'", "still holds the older version"),
        play="older version on a server of a mount whose disk fails",
    ),
    "leaves-spool-file": Caught(
        "NIS-001",
        "clean on this side",
        _QUARTER.format(_PART),
        ("source/.slide.bin.spool (4 MiB)", "lost for good"),
        play="older version on a server that is lost for good",
    ),
    "spools-for-its-server": Caught(
        "NIS-001",
        "clean on this side",
        "",
        ("The link to the server was lost (", "after 1/4 of the bytes", "source/slide.bin.spool (4 MiB)"),
        play="an empty place on a server that is lost for good",
    ),
    "forgets-lost-parts": Caught(
        "NIS-001",
        "gone after the next copy",
        "",
        ("no chance to clean up (", "has not removed: destination/slide.bin."),
        play="an empty place on a server that is lost for good",
    ),
    "retries-for-ever": Caught(
        "NIS-002",
        "bounded time",
        "",
        ("copier still ran after", "each connection after 256 KiB, again and again"),
        play="an empty place over a link in bad weather",
    ),
    "resumes-blindly": Caught(
        "NIS-002",
        "success is true",
        "",
        ("reported success", "the network's act 'reset the connection", "zero bytes"),
        play="an empty place over a link in bad weather",
    ),
    # power losses
    "no-fsync": Caught(
        "FRS-002",
        "power loss (model)",
        "",
        (
            "after success had been reported",
            "nothing (empty, not 4 MiB)",
            "the rename had reached the disk, the file's data",
        ),
        play="power lost at every step of a copy over an older version, by the model",
    ),
    "syncs-file-only": Caught(
        "FRS-002",
        "power loss (model)",
        "",
        ("after success had been reported", "the older version", "the rename had not reached the disk"),
        play="power lost at every step of a copy over an older version, by the model",
    ),
    "syncs-after-rename": Caught(
        "FRS-002",
        "power loss (model)",
        "flush the destination to disk",
        ("nothing (empty, not 4 MiB)", "the rename had reached the disk, the file's data had not"),
        play="power lost at every step of a copy into an empty place, by the model",
    ),
    "syncs-in-place": Caught(
        "FRS-002",
        "power loss (model)",
        _QUARTER.format(_FINAL),
        ("may show", "nothing (empty, not 4 MiB)"),
        play="power lost at every step of a copy into an empty place, by the model",
    ),
    # two accounts
    "takes-over-as-it-is": Caught(
        "WSS-002",
        "whose file it is",
        _QUARTER.format(_PART),
        ("interactive process was killed", "holds the file of the service", "0660", "nobody disturbs", "0600"),
        play="the interactive process killed",
    ),
    "seals-its-directory": Caught(
        "WSS-002",
        "nobody in the way",
        _QUARTER.format(_PART),
        ("service was killed", "cannot be removed by the interactive process", ".slide.bin.room"),
        play="the service killed",
    ),
    # two mounts
    "trusts-remembered-names": Caught(
        "LSS-002",
        "one winner",
        "lock the temporary file",
        ("only copier B reported success", "of the source"),
        play="two copies",
    ),
    # limits, and many copies
    "silent-at-limit": Caught("FHL-001", "refusals are clear", "*", ("exit code 1", "said nothing")),
    "partial-at-limit": Caught(
        "FHL-001", "clean after an error", "*", ("copier failed", "MIXED", "of the source, the rest")
    ),
    "crashes-at-limit": Caught(
        "FHL-001",
        "no crash at a limit",
        "*",
        ("SIGABRT", "descriptors"),
        play="copies with fewer and fewer descriptors, beside one that has enough",
    ),
    "takes-refusal-for-end": Caught(
        "FHL-001", "success is true", "open the source for reading", ("allow no more memory", "PARTIAL"), play="memory"
    ),
    "leaks-descriptor": Caught(
        "FHL-002",
        "nothing grows",
        "",
        ("number of descriptors grew by 16", "each MiB"),
        play="one copy, counted at every quarter of its data",
    ),
    "leaks-for-each-file": Caught(
        "FHL-002",
        "nothing grows",
        "",
        ("number of descriptors grew by 3 ", "each file"),
        play="many files copied by one process, counted at some of them",
    ),
    "leaves-lock": Caught(
        "FHL-002",
        "nothing grows",
        "",
        ("number of locks grew by 1 ", "outlived their copy"),
        play="many copies one after another, each read at one of its steps",
    ),
    "own-temporary-name": Caught(
        "FHL-002",
        "nothing grows",
        "",
        ("names on the stage", "copies that are killed"),
        play="many copies that are killed, each at one of its steps",
    ),
    # speed, memory, fairness
    "reads-whole-file": Caught(
        "TDA-002",
        "memory and size",
        "",
        ("peak memory of all processes of the copy grew by", "for each MiB of the file"),
        play="copies of files of several sizes, measured at every step",
    ),
    "remembers-rivals": Caught(
        "TDA-002",
        "memory and competitors",
        "",
        ("memory of each copier grew by", "competitor"),
        play="a copy with more and more rivals for its destination",
    ),
    "sleeps-for-lock": Caught(
        "TDA-001",
        "keeps its throughput",
        "",
        ("the work per second was", "demanded is 0.5", "pairs)"),
        play="copies beside others",
    ),
    "reads-again-for-rivals": Caught(
        "TDA-001",
        "no work twice",
        "",
        ("With 1 competitor each copier has read", "16.1 MiB without any"),
        play="copies with rivals",
    ),
    "spares-fresh-files": Caught(
        "FST-001", "fair shares", "", ("Jain's index is 0.3", "demanded is 0.9"), play="one destination"
    ),
    "backs-off-further": Caught(
        "FST-001",
        "nobody starves",
        "",
        ("copier B waited for copier A", "5 copiers that had begun later succeeded before it"),
        play="another one waits",
    ),
    "starves-readers": Caught(
        "FST-001",
        "readers come to their lock",
        _QUARTER.format(_PART),
        ("reader was refused a shared flock lock", _LAST.format(_PART)),
        play="a reader asks",
    ),
    # clients of a file server
    "asks-for-flock-only": Caught(
        "RLB-001",
        "reader's lock ignored",
        "",
        ("reported success while client 4 still held it (byte range, shared)",),
        play="keep to themselves",
    ),
    "trusts-flock": Caught(
        "CPS-001",
        "one whole file",
        _QUARTER.format(_FINAL),
        ("client that copies copied another file", "MIXED", "of the rival's source, the rest", "of the source"),
        play="over an older version, and one from its other side",
    ),
    # time, and the next copy
    "hangs": Caught("DDO-002", "bounded time", "*", ("copier still ran after",)),
    "waits-for-ever": Caught("RDW-003", "bounded time", "", ("copier still ran after",)),
    "fails-every-time": Caught("DDO-002", "recovers", "*", ("run again without contention", "no file")),
    "publishes-after-death": Caught(
        "FRS-001",
        "clean after a kill",
        _QUARTER.format(_PART),
        ("main process killed", "PARTIAL", "of the source, cut off", "at the moment of the kill", "has gone on"),
    ),
    "deletes-source-first": Caught(
        "FRS-001",
        "source is kept",
        "rename the temporary file to the destination",
        ("killed before its step", "the source is gone while no destination holds it whole"),
        play="copy into an empty place, all processes killed at every step",
    ),
    "forgets-temporary-file": Caught(
        "FRS-001",
        "clean after a kill",
        _LAST.format(_PART),
        ("all processes killed", "after the next run there was"),
        play="copy into an empty place, all processes killed at every step",
    ),
    "stale-lock-blocks": Caught(
        "CV-002",
        "stale locks",
        "write the last bytes of temporary file 2",
        ("the next copy did not succeed", "exit code 75"),
        play="copy over an older version, killed at every step, and its locks looked for",
    ),
    "helper-keeps-lock": Caught(
        "CV-002",
        "stale locks",
        _LAST.format(_PART),
        ("FLOCK WRITE on destination/.slide.bin.part", "live on", "python"),
        play="copy over an older version, killed at every step, and its locks looked for",
    ),
    "breaks-living-lock": Caught(
        "CV-002",
        "one winner",
        "delete the temporary file",
        ("both reported success", "holds only the source of copier A"),
    ),
    "second-run-fails": Caught(
        "DDO-003",
        "recovers",
        "*",
        ("run again without contention", "slide.bin"),
        play="copy while its source is deleted at every step",
    ),
}

ELSEWHERE: tuple[tuple[str, Caught], ...] = (
    (
        "ignores-readers-lock",
        Caught(
            "WSS-001",
            "changed under a reader",
            "*",
            ("client that reads slowly", "half of the older version", "a client keeps a stream locked"),
            play="keeps a stream locked",
        ),
    ),
    (
        "trusts-flock",
        Caught(
            "WSS-003",
            "one whole file",
            _QUARTER.format(_FINAL),
            ("client by name copied another file", "by different paths", "MIXED", "of the rival's source, the rest"),
        ),
    ),
)
"""Copiers of the table above, as further scenarios catch them."""

OTHERS: dict[str, str] = {
    "sleeps-between-blocks": "slower than a baseline, which it has to have first: the control of TDA-001",
}
"""Copiers whose faults show only under what other categories do to them."""
