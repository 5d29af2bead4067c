"""Records of runs, written down operation by operation, as a supervisor would send them."""

from __future__ import annotations

from tale import DESTINATION, SIZE, SOURCE_FILE, SUBJECT

from ContentionLibrary.history.cast import THE_COPIER
from ContentionLibrary.history.disks import DiskOperation, Name, Recorded

ROOT, FOLDER, SOURCE_INODE, OLD, NEW = 1, 2, 4, 5, 6
PART = "destination/.slide.bin.part"
WORK = "destination/.work"  # a folder
ALL = SIZE


class Run:
    """One run: names are changed by `shows`, which comes after the operation that has changed them."""

    def __init__(self, *, older=False):
        self.views = []
        self.operations = []
        self._names = {"destination": FOLDER, "source": 3, SOURCE_FILE: SOURCE_INODE}
        if older:
            self._names[DESTINATION] = OLD
        self.shows()

    def shows(self, *, folder=FOLDER, **changed):
        """Names in the destination's folder change: `part`, `final`, `work`; None takes one away."""
        for name, inode in changed.items():
            path = {"part": PART, "final": DESTINATION, "work": WORK}[name]
            self._names = {key: value for key, value in self._names.items() if key != path}
            if inode is not None:
                self._names[path] = inode
        kinds = {path: "file" if "." in path and path != WORK else "directory" for path in self._names}
        self.views.append(tuple(Name(path, kinds[path], self._names[path]) for path in sorted(self._names)))
        return self

    def does(self, verb, inode=0, amount=0, *, step="", call="", synchronous=False, back=0):
        view = len(self.views) - 1
        self.operations.append(DiskOperation(step or verb, verb, call or verb, inode, amount, synchronous, view, back))
        return self

    def creates(self, inode=NEW):
        return self.does("create").shows(part=inode)

    def writes(self, amount=ALL, inode=NEW, **more):
        return self.does("write", inode, amount, **more)

    def syncs(self, inode, **more):
        return self.does("sync", inode, call=more.pop("call", "fsync"), **more)

    def renames(self, inode=NEW):
        return self.does("rename", inode).shows(part=None, final=inode)

    @property
    def facts(self):
        return {"views": tuple(self.views), "operations": tuple(self.operations), "end": len(self.views) - 1}

    def recorded(self):
        same = {"at": 0.0, "subject": SUBJECT, "play": "a play", "run": 1, "who": THE_COPIER}
        return Recorded(**same, root=ROOT, **self.facts)
