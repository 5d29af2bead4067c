"""Where workspaces and ledgers lie; ledgers always in one place, so that cleaning finds them all."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

from ContentionLibrary.errors import SystemTrouble


def owner() -> str:
    """Return what tells this user's directories from those of others: the user id or name."""
    if hasattr(os, "getuid"):
        return str(os.getuid())
    import getpass  # noqa: PLC0415 - only where there is no user id

    return getpass.getuser()


def home(root: Path | None = None) -> Path:
    """Return the directory under which all workspaces of this user lie.

    Args:
        root: where workspaces shall lie; None means the system's directory for temporary files.
    """
    return Path(os.path.realpath(root or tempfile.gettempdir())) / f"contention-{owner()}"


def ledgers() -> Path:
    """Return the directory of all ledgers of this user, wherever their workspaces lie."""
    return home() / "ledgers"


def make_private(directory: Path, mode: int) -> None:
    """Make a directory that belongs to this user alone, or see that it is one.

    Args:
        directory: what to make; its parent must exist.
        mode: its permissions.

    Raises:
        SystemTrouble: somebody else has put something there, or it cannot be made.
    """
    try:
        try:
            directory.mkdir(mode=mode)
            directory.chmod(mode)  # mkdir obeys the umask
        except FileExistsError:
            pass
        found = directory.lstat()
    except FileNotFoundError:
        raise
    except OSError as error:
        raise SystemTrouble(f"Cannot make a directory for our files: {error}. Choose another root.") from error
    if not stat.S_ISDIR(found.st_mode):
        raise SystemTrouble(f"'{directory}' is not a directory. Remove it, or set TMPDIR to another directory.")
    if hasattr(os, "getuid") and (found.st_uid != os.getuid() or found.st_mode & 0o022):
        raise SystemTrouble(
            f"'{directory}' belongs to, or can be written by, somebody else. "
            "Remove it, or set TMPDIR to another directory."
        )


def make_home(root: Path | None = None) -> Path:
    """Make the directory under which all workspaces of this user lie, if it is not there.

    Others may pass through it (scenarios bring in second accounts) but neither list nor change it.

    Raises:
        SystemTrouble: it cannot be made, or belongs to somebody else.
    """
    directory = home(root)
    if not directory.parent.is_dir():
        raise SystemTrouble(f"There is no directory '{directory.parent}' to work in. Make it, or choose another root.")
    make_private(directory, 0o711)
    return directory
