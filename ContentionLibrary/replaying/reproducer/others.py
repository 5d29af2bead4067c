"""The part of a script that does what others do to the files, and sees what they see."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import struct
from typing import Any, BinaryIO

STORY: dict[str, Any] = json.loads("{}")

LETTERS = {
    "N": "the source",
    "O": "the older version",
    "R": "the rival's source",
    "C": "the changed source",
    "\0": "zeros",
}


def content(data: bytes, start: int = 0) -> list[list[Any]]:
    """Say what bytes are, as ranges: whose, from, to."""
    found, at = [], 0
    while at < len(data):
        letter = data[at : at + 1]
        end = len(data) - len(data[at:].lstrip(letter))
        found.append([chr(letter[0]), start + at, start + end])
        at = end
    return found


def words(seen: Any) -> str:
    """Say the same for people."""
    if not isinstance(seen, list):
        return "no file" if seen is None else str(seen)
    return ", ".join(f"bytes {a} to {b} of {LETTERS.get(who, 'somebody')}" for who, a, b in seen) or "an empty file"


def words_of_names(names: list[list[Any]]) -> str:
    """Say the same of names, those of a copier's own as `*`."""
    return ", ".join(path + (f" ({words(held)})" if held is not None else "") for path, held in names)


def shown(path: str) -> str:
    """Return a path as it can be compared with that of another run: names of a copier's own differ from run to run."""
    known = {"source", "rival source 1", "destination", "elsewhere", "moved", "decoy", "slide.bin"}
    return "/".join(part if part in known else "*" for part in path.split("/"))


def write(path: str, letter: str) -> None:
    """Make a file that holds nothing but one letter."""
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(letter.encode() * STORY["size"])


class Others:
    """What others do to the files, and what they see."""

    def __init__(self, place: str) -> None:
        self.files: dict[str, BinaryIO] = {}
        self.place, self.directory, self.aside = place, f"{place}/destination", f"{place}/elsewhere/moved"
        self.destination, self.source = f"{place}/destination/slide.bin", f"{place}/source/slide.bin"

    def lock(self, who: str, kind: str, mode: int) -> None:
        """Take a shared lock of one kind on the whole file that somebody has open, or give it back."""
        file = self.files[who]
        if kind == "flock":
            fcntl.flock(file, mode)
        elif kind == "posix":
            fcntl.lockf(file, mode)
        else:
            code = fcntl.F_RDLCK if mode == fcntl.LOCK_SH else fcntl.F_UNLCK
            fcntl.fcntl(file, 37, struct.pack("hhqqi4x", code, 0, 0, 0, 0))  # F_OFD_SETLK

    def act(self, who: str, what: str, target: str = "", start: int = 0) -> Any:
        """Do it; return what was seen, None for no file, or 'done'."""
        try:
            if what == "read":
                with open(self.destination, "rb") as file:
                    return content(file.read())
            if what == "open and read the first half":
                self.files[who] = open(self.destination, "rb")
                return content(self.files[who].read(os.path.getsize(self.destination) // 2))
            if what == "read the second half":
                self.files[who].seek(start)
                return content(self.files[who].read(), start)
            if what in {"lock", "unlock"}:
                self.lock(who, target.split(" ", maxsplit=1)[0], fcntl.LOCK_SH if what == "lock" else fcntl.LOCK_UN)
            elif what == "delete the destination":
                os.unlink(self.destination)
            elif what == "delete the source":
                os.unlink(self.source)
            elif what == "cut the source to half":
                os.truncate(self.source, STORY["size"] // 2)
            elif what == "replace the source by another file":
                write(self.source + ".new", "C")
                os.replace(self.source + ".new", self.source)
            elif what == "rewrite the source in place":
                with open(self.source, "r+b") as file:
                    file.write(b"C" * STORY["size"])
            else:
                self.rearrange(what)
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        except OSError:
            return "refused"
        return "done"

    def restore(self) -> None:
        """Make the source what it was, for one more copy."""
        if os.path.exists(self.source):
            with open(self.source, "rb") as file:
                if file.read() == b"N" * STORY["size"]:
                    return
        write(self.source, "N")

    def rearrange(self, what: str) -> None:
        """Move or remove the directory of the destination, and perhaps put something in its place."""
        if what in {"remove the directory with its content", "remove the directory and make a new one"}:
            shutil.rmtree(self.directory)
        elif what == "remove the directory if it is empty":
            os.rmdir(self.directory)
        else:
            os.rename(self.directory, self.aside)
        if what.endswith("make a new one"):
            os.mkdir(self.directory)
        elif what == "replace the directory by a link":
            os.symlink(f"{self.place}/elsewhere/decoy", self.directory)
        elif what == "replace the directory by a file":
            with open(self.directory, "x"):
                pass

    def look(self, with_contents: bool) -> list[list[Any]]:
        """List every name; also what the files hold, except those that are there to be copied, if wanted."""
        found = []
        for directory, names, files in os.walk(self.place):
            for name in names + files:
                path = os.path.join(directory, name)
                told = os.path.relpath(path, self.place)
                held = None
                if with_contents and os.path.isfile(path) and not os.path.islink(path) and "source" not in told:
                    with open(path, "rb") as file:
                        held = content(file.read())
                found.append([shown(told), held])
        return sorted(found, key=repr)

    def close(self) -> None:
        """Close what they have open."""
        for file in self.files.values():
            file.close()
