"""All that the copiers of this folder do carefully, so that each can show its one fault and nothing else.

A copy goes through the methods of `Copier` in the order of `copy`; a faulty copier replaces one of them. They must
start fast, since thousands are started: isolated and without site-packages that takes about 10 ms. Hence no pathlib,
no typing, and the bare signal module, whose public one imports enum.
"""
# mypy: disable-error-code="import-not-found"
# ruff: noqa: PTH100, PTH112, PTH116, PTH119, PTH208

import _signal
import fcntl
import os
import stat
import sys

BLOCK = 64 * 1024  # bytes
ENDING = (_signal.SIGHUP, _signal.SIGINT, _signal.SIGTERM)
BUSY = 75  # EX_TEMPFAIL of sysexits.h
USAGE = 64  # EX_USAGE


class RefusedError(Exception):
    """The copy cannot be made; the message says why, `code` is the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class Copier:
    """A careful copy of one file.

    It writes under a hidden name in the destination's folder, syncs, looks at the source again, and renames. The
    hidden name is the same for all and is locked while it is written: a rival is refused, the kernel frees the lock
    of one that was killed, and the next run takes the leftover over. The folder is held open, so that a folder that
    is moved away meanwhile is noticed.
    """

    def __init__(self, source: str, destination: str) -> None:
        self.source, self.destination = source, destination
        self.parent, self.name = os.path.split(os.path.abspath(destination))
        self.temporary = f".{self.name}.part"
        self.count = 0  # bytes copied
        self.mine = False  # whether there is a file that a failure must remove

    def copy(self) -> None:
        """Make the copy, or leave everything as it was."""
        self.open_source()
        self.open_folder()
        try:
            self.open_temporary()
            self.transfer()
            self.check_source()
            self.sync()
            self.commit()
        except BaseException:
            self.clean_up()
            raise
        self.sync_folder()
        self.tell_losses()

    def open_source(self) -> None:
        """Open the source and remember its state."""
        self.reading = os.open(self.source, os.O_RDONLY)
        self.before = os.fstat(self.reading)

    def open_folder(self) -> None:
        """Hold the destination's folder."""
        self.folder = os.open(self.parent, os.O_RDONLY | os.O_DIRECTORY)

    def open_temporary(self) -> None:
        """Make the file to write into; a signal must not fall between its creation and the note that it is ours."""
        _signal.pthread_sigmask(_signal.SIG_BLOCK, ENDING)
        try:
            self.take_temporary()
        finally:
            _signal.pthread_sigmask(_signal.SIG_UNBLOCK, ENDING)

    def take_temporary(self) -> None:
        """Create the hidden file, or take a leftover over, and lock it."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW
        self.writing = os.open(self.temporary, flags, 0o600, dir_fd=self.folder)
        try:
            fcntl.flock(self.writing, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(f"{self.destination}: another copy to it is running", BUSY) from None
        self.mine = True  # before asking: that may fail
        if not self.is_there():
            self.mine = False
            raise RefusedError(f"{self.destination}: another copy to it has just ended", BUSY)
        os.ftruncate(self.writing, 0)

    def is_there(self) -> bool:
        """Tell whether the hidden file is still the one that we have locked.

        A client of a server remembers names for some seconds; opening their folder by its path makes it ask again.
        """
        os.close(os.open(self.parent, os.O_RDONLY | os.O_DIRECTORY))
        return self.is_ours(self.temporary)

    def is_ours(self, name: str) -> bool:
        """Tell whether a name in the folder is the file that we write."""
        try:
            return os.path.samestat(os.stat(name, dir_fd=self.folder), os.fstat(self.writing))
        except FileNotFoundError:
            return False

    def transfer(self) -> None:
        """Copy all bytes."""
        while block := os.read(self.reading, BLOCK):
            self.write(block)

    def write(self, block: bytes) -> None:
        """Write one block, however many calls it takes."""
        self.count += len(block)
        while block:
            block = block[os.write(self.writing, block) :]

    def check_source(self) -> None:
        """See that the source has not changed while it was read; a pipe has no state to compare."""
        now = os.fstat(self.reading)
        if stat.S_ISREG(now.st_mode) and (self.count, now.st_mtime_ns) != (now.st_size, self.before.st_mtime_ns):
            raise RefusedError(f"{self.source}: has changed while it was copied")
        os.fchmod(self.writing, stat.S_IMODE(now.st_mode))

    def sync(self) -> None:
        """Bring the data to the disk."""
        os.fsync(self.writing)

    def commit(self) -> None:
        """Give the new file its final name."""
        if not self.is_ours(self.temporary):
            raise RefusedError(f"{self.destination}: somebody has taken its temporary file away")
        self.check_folder()
        self.place()
        if not self.is_ours(self.name):
            raise RefusedError(f"{self.destination}: somebody has replaced or removed it")
        try:
            self.check_folder()
        except RefusedError:
            os.unlink(self.name, dir_fd=self.folder)
            raise

    def place(self) -> None:
        """Move the new file over whatever has the final name."""
        os.rename(self.temporary, self.name, src_dir_fd=self.folder, dst_dir_fd=self.folder)

    def check_folder(self) -> None:
        """See that the folder is still where it was named."""
        try:
            there = os.path.samestat(os.stat(self.parent), os.fstat(self.folder))
        except (FileNotFoundError, NotADirectoryError):
            there = False
        if not there:
            raise RefusedError(f"{self.parent}: has been moved or replaced")

    def clean_up(self) -> None:
        """Remove the hidden file, if it is still ours."""
        if self.mine and self.is_ours(self.temporary):
            os.unlink(self.temporary, dir_fd=self.folder)

    def sync_folder(self) -> None:
        """Bring the new name to the disk."""
        os.fsync(self.folder)

    def tell_losses(self) -> None:
        """Name what the source holds besides its content; a pipe holds nothing, and not every file system can tell."""
        lost = []
        try:
            lost += [name for name in os.listxattr(self.reading) if name.startswith("user.")]
            lost += [os.fsdecode(name) for name in os.getxattr(self.reading, "ntfs.streams.list").split(b"\0") if name]
        except OSError:  # there are none, or no streams
            pass
        if lost:
            print(f"{self.source}: not copied besides the content: {', '.join(lost)}", file=sys.stderr)


class InPlace(Copier):
    """Writes into the final name itself: the ground for the faults that need it. Rivals in the folder are refused."""

    flags = os.O_WRONLY | os.O_CREAT

    def take_temporary(self) -> None:
        """Lock the folder and open the destination."""
        self.lock_folder()
        self.writing = os.open(self.name, self.flags, 0o666, dir_fd=self.folder)
        self.mine = True

    def lock_folder(self) -> None:
        """Keep rivals out without a lock file."""
        try:
            fcntl.flock(self.folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefusedError(f"{self.parent}: another copy into it is running", BUSY) from None

    def commit(self) -> None:
        """Cut off what a longer old content has left."""
        os.ftruncate(self.writing, self.count)
        self.check_folder()
        if not self.is_ours(self.name):
            raise RefusedError(f"{self.destination}: somebody has replaced or removed it")

    def clean_up(self) -> None:
        """Leave no part behind; what was there before is lost anyway."""
        if self.mine and self.is_ours(self.name):
            os.unlink(self.name, dir_fd=self.folder)


class Each:
    """One copy after the other, each by itself, to as many destinations as are given."""

    def __init__(self, copier: type[Copier], source: str, destinations: list[str]) -> None:
        self.copies = [copier(source, destination) for destination in destinations]

    def copy(self) -> None:
        """Make them until one fails."""
        for one in self.copies:
            one.copy()


class Folder:
    """One copy after the other of all files of a folder, into another one."""

    def __init__(self, copier: type[Copier], source: str, destination: str) -> None:
        self.copies = [copier(f"{source}/{name}", f"{destination}/{name}") for name in sorted(os.listdir(source))]

    def copy(self) -> None:
        """Make them until one fails."""
        for one in self.copies:
            one.copy()
            self.let_go(one)

    def let_go(self, one: Copier) -> None:
        """Close what a copy has opened: a process that copies one file can leave that to the system."""
        for descriptor in (one.reading, one.writing, one.folder):
            os.close(descriptor)


def run(copier: type[Copier], folder: type[Folder] = Folder) -> None:
    """Run one as a program: arguments in, exit code and message out."""
    if len(sys.argv) < 3:
        refuse_usage("SOURCE DESTINATION ...")
    source, *destinations = sys.argv[1:]
    what = f"{source} to {', '.join(destinations)}"
    if os.path.isdir(source):
        finish(folder(copier, source, destinations[0]), what)
    else:
        finish(Each(copier, source, destinations), what)


def refuse_usage(arguments: str) -> None:
    """End for a wrong number of arguments."""
    print(f"usage: {os.path.basename(sys.argv[0])} {arguments}", file=sys.stderr)
    sys.exit(USAGE)


def finish(copier: object, what: str) -> None:
    """Make a copy and end with exit code and message; told to end, it cleans up and exits 128+n."""
    program = os.path.basename(sys.argv[0])
    for number in ENDING:
        _signal.signal(number, _end)
    try:
        copier.copy()  # type: ignore[attr-defined] # a protocol would cost the import of typing
    except RefusedError as error:
        print(f"{program}: {error}", file=sys.stderr)
        sys.exit(error.code)
    except OSError as error:
        print(f"{program}: cannot copy {what}: {error.strerror}", file=sys.stderr)
        sys.exit(1)
    except MemoryError:
        print(f"{program}: cannot copy {what}: no memory is left", file=sys.stderr)
        sys.exit(1)


def _end(number: int, _frame: object) -> None:
    for other in ENDING:  # a second signal must not end the cleaning up after the first one
        _signal.signal(other, _go_on)
    sys.exit(128 + number)


def _go_on(_number: int, _frame: object) -> None:
    """Take no further notice; to ignore the signal would let Python complain of one that has come already."""
