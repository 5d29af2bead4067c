"""Writers: new files, whole new versions by rename or in place, shorter files."""

from __future__ import annotations

import os

from ContentionLibrary.competitors.hands import Hands
from ContentionLibrary.competitors.report import Outcome
from ContentionLibrary.content.sighting import Version
from ContentionLibrary.content.words import blocks, write_file


def create(hands: Hands, path: str, writer: int, generation: int, size: int) -> Outcome:
    """Write a new file of one version; refused when the name is taken."""
    write_file(path, Version(writer, generation), size, exclusive=True)
    return Outcome()


def replace(hands: Hands, path: str, writer: int, generation: int, size: int, *, durable: bool = False) -> Outcome:
    """Write another version beside a file, under a hidden name, and rename it over the file.

    Args:
        hands: the worker's.
        path: the file.
        writer: who writes it.
        generation: which version of that writer.
        size: its bytes.
        durable: bring the bytes to the disk before they get their name.
    """
    folder, name = os.path.split(path)
    beside = os.path.join(folder, f".{name}.{os.getpid()}")  # noqa: PTH118 - no need to import more
    try:
        write_file(beside, Version(writer, generation), size, exclusive=True)
        if durable:
            _flush(beside)
        os.replace(beside, path)  # noqa: PTH105
    except OSError:
        if os.path.lexists(beside):
            os.unlink(beside)  # noqa: PTH108
        raise
    return Outcome()


def _flush(path: str) -> None:
    descriptor = os.open(path, os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def rewrite(hands: Hands, path: str, writer: int, generation: int, size: int) -> Outcome:
    """Write another version over the bytes of a file that is there, in place, and cut it to the new size at the end."""
    descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
    try:
        for block in blocks(Version(writer, generation), size):
            rest = block
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        os.ftruncate(descriptor, size)
    finally:
        os.close(descriptor)
    return Outcome()


def truncate(hands: Hands, path: str, size: int = 0) -> Outcome:
    """Cut a file to so many bytes."""
    os.truncate(path, size)
    return Outcome()


OPERATIONS = (create, replace, rewrite, truncate)
