"""The one fault: it removes a lock file that it has found stale without looking whether it still is."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import run
from lock_file import WithLockFile


class BreaksLivingLock(WithLockFile):
    pass  # one who breaks locks must hold a second lock meanwhile, or take the old one by renaming it


if __name__ == "__main__":
    run(BreaksLivingLock)
