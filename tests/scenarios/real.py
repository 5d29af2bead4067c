"""What real copiers do, as the scenarios must tell it: one row for each copier and scenario that is worth one."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

STEPPED = Path(__file__).resolve().parents[1] / "stepping" / "copiers"

WITHOUT_PIPEFAIL = 'tar -C "${{1%/*}}" -cf - "${{1##*/}}" | tar -C "${{2%/*}}" -xf -'
MAPPED = """
import mmap, sys
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as target:
    mapped = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
    for position in range(0, len(mapped), 65536):
        target.write(mapped[position : position + 65536])
"""
ONE_WRITE = "import sys; from pathlib import Path; Path(sys.argv[2]).write_bytes(Path(sys.argv[1]).read_bytes())"


def command(*words: str) -> str:
    """Write a command line as a user does."""
    return " ".join([*map(shlex.quote, words), "{source}", "{destination}"])


COMMANDS: dict[str, tuple[str, str]] = {
    "busybox cp": (command("busybox", "cp"), "busybox"),
    "cp --update": (command("cp", "--update"), "cp"),
    "cat": (command("sh", "-c", 'cat "$1" > "$2"', "sh"), "sh"),
    "tar | tar": (command("sh", "-c", WITHOUT_PIPEFAIL, "sh"), "tar"),
    "write_bytes": (command(sys.executable, "-c", ONE_WRITE), sys.executable),
    "mmap": (command(sys.executable, "-c", MAPPED), sys.executable),
    "threads": (command(sys.executable, str(STEPPED / "threads.py")), sys.executable),
}
"""Copiers that have no profile: their command, and the program that they need."""


@dataclass(frozen=True)
class Row:
    """What one scenario must say of one copier.

    Args:
        copier: name of a profile, or of one of the commands.
        scenario: id.
        found: every check that must find something, in the order of the suite's sentences; empty for a pass.
        says: what the reason of the verdict must say.
        why: what the copier does, so that this is right.
        play: what the titles of the plays say that are enough; empty for all plays of the scenario.
    """

    copier: str
    scenario: str
    found: tuple[str, ...]
    says: str
    why: str
    play: str = ""

    def __str__(self) -> str:
        return f"{self.copier} {self.scenario} {self.play}".strip()


TORN, CHANGED, TRUE = "torn reads", "changed under a reader", "success is true"
KILLED = "clean after a kill"
CLEAN, CLEAR, WINNER = "clean after an error", "refusals are clear", "one winner"
RENAMES = "renames in some order"
SIGNAL, LEFT = "whole after a signal", "nothing left behind"
LANDS, CONSUMERS, NAMES = "lands where it was named", "consumers get whole files", "names"
MODEL, REAL, SHUTDOWN = "power loss (model)", "power loss (real)", "orderly shutdown"
SPACE, ALL = "space is given back", "all or none"
CRASH = "no crash at a limit"
LOSSES = "losses are told"
OWNER = "whose file it is"
NOTHING, NO_FILE = "nothing forbidden was seen", "there is no file at the destination"

ROWS: tuple[Row, ...] = (
    Row("lsyncd", "RDW-001", (), NOTHING, "is a service, and its rsync renames a complete hidden file"),
    Row("lsyncd", "DDO-003", (TRUE,), NO_FILE, "says finished when its rsync has found nothing", "source is deleted"),
    Row("cp", "RDW-001", (TORN, CHANGED), "nothing (empty, not 4 MiB)", "empties the destination, then fills it"),
    Row("cp", "DDO-001", (TRUE,), NO_FILE, "goes on writing into the deleted file"),
    Row("cp", "DDO-003", (TRUE,), "3 of 4 MiB of the source, cut off", "takes the end of a cut source for its end"),
    Row("cp", "WDR-002", (WINNER,), "MIXED content: 0-1 MiB of the source of copier B", "two write into one file"),
    Row("cp --update", "WDR-001", (CHANGED, TORN), "had read half", "copies, because what is there is older"),
    Row("install", "RDW-003", (), NOTHING, "deletes the old file, which its reader keeps"),
    Row(
        "install", "WDR-001", (TORN,), "watcher read", "the old file is kept by its reader; the new one grows in sight"
    ),
    Row("install", "DDO-001", (), NOTHING, "sets the mode through the name at the end, and fails"),
    Row("install", "WDR-002", (WINNER,), "holds only the source of copier B", "each deletes what the other has begun"),
    Row("dd", "DDO-003", (TRUE,), "2,112 of 4,096 KiB", "has read one block more than was left"),
    Row("rsync", "RDW-001", (), NOTHING, "renames a complete hidden file"),
    Row("rsync", "WDR-002", (), NOTHING, "the last rename wins, as it claims"),
    Row("rsync", "DDO-001", (), NOTHING, "renames, whether there is a file or not"),
    Row("rsync", "DDO-003", (TRUE,), "MIXED content: 0-256 KiB of the source", "its checksum is of the mixture too"),
    Row("rsync-inplace", "WDR-001", (CHANGED, TORN), "2-3 MiB of the source, the rest", "writes over the old content"),
    Row("rsync-inplace", "DDO-001", (), NOTHING, "looks at the destination by name once more"),
    Row("shutil", "DDO-001", (TRUE,), NO_FILE, "goes on writing into the deleted file"),
    Row("rclone", "DDO-001", (), NOTHING, "cannot set the time of a deleted file, and tries again"),
    Row("rclone", "DDO-003", (), NOTHING, "sees that size or time have changed, and tries again"),
    Row("rclone", "WDR-002", (WINNER,), "MIXED content", "its checksum is of what it has sent, not of what is there"),
    Row("mv", "DDO-001", (TRUE,), "removed the source too, so the file is lost", "never looks again before it deletes"),
    Row("mv", "WDR-001", (TORN,), "watcher read", "deletes the old file, then fills a new one in sight"),
    Row(
        "cp",
        "SAP-001",
        (WINNER,),
        "2 of 4 MiB of the source of copier B, cut off",
        "the name of a killed copy's part is taken",
    ),
    Row(
        "mv",
        "SAP-001",
        (WINNER,),
        "2 of 4 MiB of the source of copier B, cut off",
        "the name of a killed copy's part is taken",
        "one killed while the other is held",
    ),
    Row(
        "rsync-delay-updates",
        "SAP-001",
        (WINNER,),
        "MIXED content",
        "writes over what it finds in .~tmp~, also another one's finished file",
        "one killed while the other is held",
    ),
    Row("cp", "SAP-002", (), NOTHING, "fills the file that it has opened, whatever its name is by now"),
    Row(
        "rsync",
        "SAP-002",
        (RENAMES,),
        "holds the content of the first neighbour, not the content of the source",
        "renames whatever has its hidden name",
    ),
    Row("cp", "CV-001", (CLEAN,), "PARTIAL content", "writes in place", "older version that meets a full disk"),
    Row("cp", "CV-001", (SIGNAL,), "signal 15 (SIGTERM)", "has no handlers", "SIGTERM to its main process"),
    Row("cp", "CV-001", (TRUE,), NO_FILE, "never looks at the name again", "a target directory that is removed"),
    Row("cp", "CV-001", (), NOTHING, "opens the source before the destination", "a source that is deleted"),
    Row("install", "CV-001", (CLEAN,), "deleted the older version", "deletes first", "a source that is deleted"),
    Row("dd", "CV-001", (CLEAN,), "PARTIAL content", "writes in place", "a source that cannot be read"),
    Row("rsync", "CV-001", (LEFT,), "gets SIGTERM", "waits for none of its processes", "SIGTERM to its main process"),
    Row("rsync", "CV-001", (), NOTHING, "leaves its hidden file, as it claims", "SIGKILL to all its processes"),
    Row("rsync", "CV-001", (), NOTHING, "gives up before the rename", "a network that is cut"),
    Row(
        "rsync-partial",
        "CV-001",
        (),
        NOTHING,
        "gives its part the final name, as it claims",
        "version that meets a full disk",
    ),
    Row(
        "rsync-delay-updates",
        "CV-001",
        (TRUE, LEFT),
        "yet there is no file at the destination",
        "discards the file when it cannot make its directory, and says so, but not by its exit code",
        "empty place that meets a full disk",
    ),
    Row("rsync-inplace", "CV-001", (CLEAN,), "MIXED content", "writes over the old content", "become read-only"),
    Row("rclone", "CV-001", (CLEAN,), "PARTIAL content", "gives up in the end", "older version that meets a full disk"),
    Row("rclone", "CV-001", (), NOTHING, "tries again, and succeeds", "a disk with errors"),
    Row("mv", "CV-001", (TRUE,), "removed the source too", "never looks again", "a target directory that is removed"),
    Row("shutil", "CV-001", (CLEAN,), "PARTIAL content", "writes in place", "empty place that meets a full disk"),
    Row(
        "cp",
        "DSC-002",
        (SPACE, CLEAN),
        "kept 1 file of a real tmpfs: destination/slide.bin (0 bytes)",
        "leaves what has fitted",
        "empty place on a tmpfs that runs full",
    ),
    Row("cp", "DSC-002", (), NOTHING, "has the older one's room", "older version on a tmpfs that runs full"),
    Row("cp", "DSC-002", (), NOTHING, "creates nothing without a name", "empty place on a tmpfs that takes no further"),
    Row("rsync", "DSC-002", (), NOTHING, "makes no hidden file", "older version on a tmpfs that takes no further name"),
    Row(
        "rclone",
        "DSC-002",
        (SPACE, CLEAN),
        "destination/slide.bin (0 bytes)",
        "has emptied it before it asks for room",
        "empty place on a tmpfs that runs full",
    ),
    Row(
        "install",
        "DSC-002",
        (CLEAN,),
        "deleted the older version",
        "deletes first",
        "older version that meets a quota that is used up",
    ),
    Row("cp-each", "DSC-001", (ALL, SPACE), "512 of 1,024 KiB of the source, cut off", "copies one by one"),
    Row(
        "cp", "SAP-003", (LANDS, TRUE, LEFT), "elsewhere/moved/slide.bin", "never looks where its open file has gone to"
    ),
    Row("cp", "AOV-001", (CONSUMERS,), "nothing (empty, not 4 MiB)", "fills the final name in sight"),
    Row(
        "install",
        "SAP-003",
        (LANDS, LEFT),
        "elsewhere/moved/slide.bin",
        "notices at the end, by path, and leaves its file",
    ),
    Row("install", "AOV-001", (CONSUMERS,), "consumer by name picked up", "fills the final name in sight"),
    Row(
        "dd", "SAP-003", (LANDS, TRUE, LEFT), "elsewhere/moved/slide.bin", "never looks where its open file has gone to"
    ),
    Row("rsync", "SAP-003", (LANDS, TRUE, LEFT), "elsewhere/moved/slide.bin", "works from within the directory"),
    Row("rsync", "AOV-001", (), NOTHING, "uses one hidden name, as it claims"),
    Row(
        "rsync-inplace", "SAP-003", (LANDS, TRUE, LEFT), "elsewhere/moved/slide.bin", "works from within the directory"
    ),
    Row("rsync-inplace", "AOV-001", (CONSUMERS,), "consumer by name picked up", "fills the final name in sight"),
    Row(
        "shutil",
        "SAP-003",
        (LANDS, TRUE, LEFT),
        "elsewhere/moved/slide.bin",
        "never looks where its open file has gone to",
    ),
    Row(
        "rclone",
        "SAP-003",
        (LANDS, LEFT),
        "elsewhere/moved/slide.bin",
        "tries again by path, and forgets the first attempt",
        "renamed away and made anew",
    ),
    Row(
        "rclone-newest",
        "AOV-001",
        (CONSUMERS, NAMES),
        ".partial",
        "its temporary name is not hidden",
        "empty place, its directory watched at every step",
    ),
    Row("rclone", "AOV-001", (CONSUMERS,), "consumer by name picked up", "fills the final name in sight"),
    Row(
        "mv", "SAP-003", (LANDS, TRUE, LEFT), "elsewhere/moved/slide.bin", "never looks where its open file has gone to"
    ),
    Row("cp", "FRS-002", (MODEL, REAL, SHUTDOWN), "nothing (empty, not 4 MiB)", "flushes nothing, and writes in place"),
    Row("rsync", "FRS-002", (LEFT,), "slide.bin.", "told to end, it forgets a file that it has just made", "shutdown"),
    Row(
        "rsync-inplace",
        "FRS-002",
        (MODEL, REAL, SHUTDOWN, CLEAN),
        "write the destination from 1/4 on",
        "flushes nothing, and mixes old and new",
        "over an older version",
    ),
    Row(
        "mv",
        "FRS-002",
        (MODEL, REAL, SHUTDOWN),
        "nothing (empty, not 4 MiB)",
        "removes the source before all is flushed",
    ),
    Row("cp", "LSS-003", (SIGNAL,), "signal 2 (SIGINT)", "has no handlers", "older version that gets SIGINT"),
    Row("cp", "LSS-003", (CLEAN,), "SIGXFSZ to its main process", "has no handlers", "place that gets SIGXFSZ"),
    Row("cp", "LSS-003", (), NOTHING, "is one process that waits for nothing", "stopped and continued"),
    Row("rsync", "LSS-003", (), NOTHING, "its processes wait for each other, however long", "stopped and continued"),
    Row(
        "cp",
        "LSS-001",
        (TORN, CHANGED),
        "nothing (empty, not 4 MiB)",
        "fills the file in sight",
        "every step, on tmpfs",
    ),
    Row("rsync", "LSS-001", (), NOTHING, "needs nothing that only some file systems can", "undisturbed copy"),
    Row("cp", "CPS-002", (LOSSES,), "stream 'contention-note'", "copies the content alone", "can have, from NTFS"),
    Row(
        "rsync",
        "CPS-002",
        (LOSSES,),
        "attribute 'user.contention-note'",
        "takes attributes only if told to",
        "can have, to NTFS",
    ),
    Row("cp", "CPS-002", (), NOTHING, "says Invalid argument, and makes nothing", "names that cannot be, to NTFS"),
    Row("cp", "TDA-002", (), NOTHING, "the kernel copies, with one buffer of its own"),
    Row("busybox cp", "RDW-001", (TORN, CHANGED), "nothing (empty, not 4 MiB)", "a static program, by sendfile"),
    Row("cat", "DDO-003", (TRUE, CLEAN), "cut off", "the shell has emptied the destination before cat sees the source"),
    Row("tar | tar", "DDO-003", (TRUE,), NO_FILE, "nobody asks how the first program of a pipe has ended"),
    Row("write_bytes", "DDO-003", (TRUE,), "of the source, cut off", "one read of the whole file is not one moment"),
    Row("mmap", "DDO-003", (TRUE, CLEAN, CLEAR), "MIXED content", "SIGBUS when the mapped source is cut"),
    Row("cp", "FHL-001", (CRASH, CLEAN, CLEAR), "SIGXFSZ", "does not ignore the signal, and leaves the part"),
    Row("cp", "FHL-002", (), NOTHING, "one process that opens two files, and cleans up by ending"),
    Row("rclone", "FHL-002", (), NOTHING, "four files at a time, and never more", "many files copied by one process"),
    Row("rsync", "FHL-002", (), NOTHING, "leaves a hidden file for each kill, as it claims", "copies that are killed"),
    Row("threads", "RDW-001", (), NOTHING, "four threads fill a file that is renamed when it is complete"),
    Row("cp", "FRS-001", (KILLED,), "PARTIAL content: nothing (empty, not 4 MiB)", "fills the destination in sight"),
    Row("mv", "FRS-001", (KILLED,), "PARTIAL content: nothing (empty, not 4 MiB)", "the same, across file systems"),
    Row("rsync", "FRS-001", (), NOTHING, "its hidden temporary file stays for ever, as it claims"),
    Row("rsync", "CV-002", (), NOTHING, "has no locks; of two the last rename wins, as it claims"),
    Row(
        "install",
        "CV-002",
        (WINNER,),
        "holds only the source of copier B",
        "has no locks, but deletes what the other has begun",
    ),
    Row(
        "cp",
        "WSS-002",
        (WINNER, OWNER),
        "both reported success",
        "fills a file of the other account where it may",
        play="the interactive process held at every step, the service copies meanwhile, into",
    ),
    Row(
        "install",
        "WSS-002",
        (),
        NOTHING,
        "may not set the mode of the other account's file, and fails",
        play="the service held at every step",
    ),
    Row("threads", "DDO-003", (TRUE,), "of the source", "never asks whether a read has given all"),
    Row(
        "cp",
        "NIS-001",
        (CLEAN,),
        "1 of 4 MiB of the source, cut off",
        "writes in place",
        "empty place on a server that is lost for good",
    ),
    Row(
        "cp",
        "NIS-001",
        (CLEAN,),
        "the server's disk's act 'fail all that is written'",
        "writes in place, and says that closing has failed",
        "older version on a server of a mount whose disk fails",
    ),
    Row(
        "faulty/ignores-failed-close",
        "NIS-001",
        (TRUE, CLEAN),
        "(an SMB mount that gives up on a server that lets it in no more)",
        "never asks whether its data have arrived, and is told by SMB when it closes the file, and by NFS before",
        "older version on the server of a mount that is lost for good",
    ),
    Row(
        "rsync",
        "NIS-001",
        (),
        NOTHING,
        "leaves its hidden file, as it claims",
        "a server that is lost for good",
    ),
    Row(
        "rclone",
        "NIS-001",
        (TRUE,),
        "yet the destination holds PARTIAL content",
        "tries again, makes the directory anew below the bare mount point, and copies there",
        "empty place on a server that is lost for good",
    ),
    Row(
        "scp",
        "NIS-001",
        (CLEAN,),
        "KiB of the source, the rest (",
        "writes into the file itself, in pieces of 255 KiB",
        "older version on a server that is lost for a while",
    ),
    Row(
        "rsync-ssh",
        "NIS-001",
        (),
        NOTHING,
        "the server's side removes its hidden file",
        "older version on a server that is lost for good",
    ),
    Row(
        "rclone-sftp",
        "NIS-002",
        (CLEAN,),
        "deleted the older version",
        "removes its part after each attempt, and has emptied what was there",
        "older version over a link in bad weather",
    ),
    Row("dd", "NIS-002", (CLEAN,), "PARTIAL content", "writes in place", "empty place over a link in bad weather"),
    Row("cp", "RLB-001", (TORN, CHANGED, TRUE), "client that", "writes in place; clients see what is there so far"),
    Row("rsync", "CPS-001", (), NOTHING, "puts a file of its own in place, whoever has the other one open"),
)
