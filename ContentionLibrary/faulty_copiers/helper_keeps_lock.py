"""The one fault: a helper has inherited its lock, and keeps it when the main process is killed."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import os
import select
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

import _signal

from careful import Copier, run

LIFETIME = 30_000  # milliseconds


class HelperKeepsLock(Copier):
    helper = 0

    def take_temporary(self) -> None:
        super().take_temporary()
        self.helper = os.fork()
        if not self.helper:
            for number in (_signal.SIGHUP, _signal.SIGINT, _signal.SIGTERM):
                _signal.signal(number, _signal.SIG_DFL)
            _signal.pthread_sigmask(_signal.SIG_SETMASK, ())
            select.poll().poll(LIFETIME)
            os._exit(0)

    def copy(self) -> None:
        try:
            super().copy()
        finally:
            if self.helper:
                os.kill(self.helper, _signal.SIGTERM)
                os.waitpid(self.helper, 0)


if __name__ == "__main__":
    run(HelperKeepsLock)
