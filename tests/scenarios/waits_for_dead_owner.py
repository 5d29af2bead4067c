"""A copier that waits for the owner of a lock file without asking whether that one still lives, and then takes it over."""

import select
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "ContentionLibrary" / "faulty_copiers"))

from breaks_living_lock import BreaksLivingLock
from careful import run

WAIT = 4_000  # milliseconds


class WaitsForDeadOwner(BreaksLivingLock):
    def left_by_the_dead(self) -> None:
        select.poll().poll(WAIT)
        super().left_by_the_dead()


if __name__ == "__main__":
    run(WaitsForDeadOwner)
