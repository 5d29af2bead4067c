"""Which names mean something else on Windows than the file that their user has in mind."""

from __future__ import annotations

import ntpath

_DEVICES = {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} | {
    f"{port}{number}" for port in ("COM", "LPT") for number in "123456789\u00b9\u00b2\u00b3"
}
_FORBIDDEN = '<>"|?*'
_LITERAL, _DEVICE = "\\\\?\\", "\\\\.\\"


def trouble_with(path: str) -> str:
    r"""Say why Windows would take a path for something else; empty if it means the file that it names.

    Args:
        path: as the user wrote it; one that begins with `\\\\?\\` is taken as it is.
    """
    if path.startswith(_LITERAL):
        return ""
    if path.startswith(_DEVICE):
        return "names a device"
    _, way = ntpath.splitdrive(path)
    if ":" in way:
        return "names a stream inside a file"
    name = ntpath.basename(way)
    if name.strip(".") and name[-1:] in (".", " "):
        return "ends with a dot or a blank, which Windows takes away"
    if name.partition(".")[0].rstrip(" ").upper() in _DEVICES:
        return "names a device"
    wrong = sorted({letter for letter in name if letter in _FORBIDDEN or ord(letter) < 32})
    return f"holds {' '.join(map(repr, wrong))}, which no name on Windows may hold" if wrong else ""
