"""A careful copy of one file to several destinations: all new, or all as before when one fails. Nothing survives a kill.

The ground for the faults that need several destinations. A kill between two publications leaves some new and some old
until the same copy is run again.
"""
# mypy: disable-error-code="import-not-found, misc"

import contextlib
import os
import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import Copier, RefusedError, finish, refuse_usage


class Part(Copier):
    """The copy to one of the destinations, which can be taken back after its commit."""

    def __init__(self, source: str, destination: str) -> None:
        super().__init__(source, destination)
        self.aside = f".{self.name}.old"
        self.is_committed = False
        self.has_old = False

    def fill(self) -> None:
        """Make the new file; whatever fails, the message names this destination and no other."""
        try:
            self.make_file()
        except OSError as error:
            raise RefusedError(f"cannot make {self.destination}: {error.strerror}") from error

    def make_file(self) -> None:
        """Make the new file under its hidden name."""
        self.open_temporary()
        self.transfer()
        self.check_source()
        self.sync()

    def place(self) -> None:
        """Keep the old version under a hidden name, and move the new file over it."""
        with contextlib.suppress(FileNotFoundError):
            os.unlink(self.aside, dir_fd=self.folder)  # of a run that was killed
        with contextlib.suppress(FileNotFoundError):
            os.link(self.name, self.aside, src_dir_fd=self.folder, dst_dir_fd=self.folder, follow_symlinks=False)
            self.has_old = True
        super().place()
        self.is_committed = True

    def confirm(self) -> None:
        """See that the new file is there still."""
        if not self.is_ours(self.name):
            raise RefusedError(f"{self.destination}: somebody has replaced or removed it")

    def take_back(self) -> None:
        """Bring the old version back, or remove the new file, unless somebody else's stands there by now."""
        if self.is_committed and self.is_ours(self.name):
            if self.has_old:
                os.rename(self.aside, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)
                self.has_old = False
            else:
                os.unlink(self.name, dir_fd=self.folder)
        self.forget_old()
        self.clean_up()

    def forget_old(self) -> None:
        """Remove the hidden name of the old version."""
        if self.has_old:
            os.unlink(self.aside, dir_fd=self.folder)
            self.has_old = False


class Several:
    """A copy to several destinations."""

    part = Part

    def __init__(self, source: str, destinations: list[str]) -> None:
        self.parts = [self.part(source, destination) for destination in destinations]

    def copy(self) -> None:
        """Make all copies, or leave everything as it was."""
        try:
            self.make_all()
        except BaseException:
            self.take_back()
            raise
        self.forget_old()

    def make_all(self) -> None:
        """Finish every new file before the first of them gets its name."""
        for part in self.parts:
            part.open_source()
            part.open_folder()
        for part in self.parts:
            part.fill()
        for part in self.parts:
            part.commit()
        for part in self.parts:
            part.sync_folder()
        for part in self.parts:
            part.confirm()

    def take_back(self) -> None:
        """Bring everything back, whatever fails on the way."""
        for part in reversed(self.parts):
            with contextlib.suppress(OSError):
                part.take_back()

    def forget_old(self) -> None:
        """Remove what was kept only to be able to go back: the copies are made, so nothing is an error now."""
        for part in self.parts:
            with contextlib.suppress(OSError):
                part.forget_old()


def run_several(copier: type[Several]) -> None:
    """Run one as a program; see `careful.run`."""
    if len(sys.argv) < 3:
        refuse_usage("SOURCE DESTINATION ...")
    source, *destinations = sys.argv[1:]
    finish(copier(source, destinations), f"{source} to {', '.join(destinations)}")
