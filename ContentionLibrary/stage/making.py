"""Makes the stages that this system has; what another system lacks is said there, with the reason."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.processes.ledger import Ledger

if TYPE_CHECKING:
    from ContentionLibrary.stage.image import Image


def make_image(kind: str, directory: Path, ledger: Ledger, room: int) -> Image:
    """Make a file system in a file, whose power can be cut; see `image.Image`.

    Raises:
        NotPossibleHere: this system, or this user, cannot.
    """
    if sys.platform != "linux":
        raise NotPossibleHere("only Linux has file systems whose power can be cut: run there, as root")
    from ContentionLibrary.stage.image import Image  # noqa: PLC0415 - calls of the kernel that others have not

    return Image(kind, directory, ledger, room)
