"""Where the speeds of a copier on this machine are kept, to tell later whether it has become slower.

One file for each machine, file system, size, copier and command, below `baselines` in the user's state directory
(`locations`). It is made once and never changed: whoever wants a new one removes it.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import re
from collections.abc import Sequence
from pathlib import Path

from ContentionLibrary.copiers.profile import Profile
from ContentionLibrary.errors import SystemTrouble, UsageError
from ContentionLibrary.locations import state_folder


def baseline_path(profile: Profile, size: str, file_system: str) -> Path:
    """Return the file of a copier's baseline.

    Args:
        profile: the copier; another command is another copier.
        size: how large the test files are.
        file_system: what they lie on.

    Raises:
        SystemTrouble: this user has no home.
    """
    try:
        state = state_folder()
    except RuntimeError as error:
        raise SystemTrouble(f"no place for a baseline: {error}; set XDG_STATE_HOME to a directory") from error
    command = hashlib.sha256("\0".join(profile.command).encode()).hexdigest()[:8]
    words = (
        platform.node(),
        platform.machine(),
        f"{os.cpu_count()} processors",
        file_system,
        size,
        profile.name,
        command,
    )
    name = re.sub(r"[^A-Za-z0-9.]+", "-", " ".join(words))
    return state / "baselines" / f"{name}.json"


def read_baseline(path: Path) -> tuple[float, ...]:
    """Return the speeds of a baseline; empty if there is none.

    Raises:
        UsageError: the file does not hold a baseline.
    """
    try:
        speeds = json.loads(path.read_text(encoding="utf-8"))["speeds"]
        return tuple(float(speed) for speed in speeds)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"the baseline {path} cannot be read ({error}): remove it, and the next run makes a new one"
        ) from error


def write_baseline(path: Path, speeds: Sequence[float]) -> None:
    """Make a baseline, whole or not at all.

    Raises:
        SystemTrouble: it cannot be written.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_text(json.dumps({"unit": "times the yardstick", "speeds": list(speeds)}) + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise SystemTrouble(f"the baseline {path} cannot be written: {error.strerror}") from error
    finally:
        draft.unlink(missing_ok=True)
