"""Shows a fault of a file copier. It needs Python 3.9 or newer on Linux, and the copier; nothing else.

It starts the copier under ptrace(2), stops it just before one system call, does there what another program on the same
machine may do at any moment, or kills it, sends it a signal, or lets the call fail as the system may, lets the copier go
on, and compares what came of it with what was seen before. A system call that moves more data than wanted is asked for less,
which the kernel may do as well. All files are in a temporary directory.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from typing import Any

from ContentionLibrary.replaying.reproducer.copier import Copier
from ContentionLibrary.replaying.reproducer.others import STORY, Others, words, words_of_names, write

PATIENCE = 60  # seconds for one round


class Player:
    """Plays the story once.

    Args:
        place: an empty directory.
        tell: prints a line.
    """

    def __init__(self, place: str, tell: Callable[[str], None]) -> None:
        self.place, self.tell = place, tell
        self.others = Others(place)
        self.copiers: dict[str, Copier] = {}
        self.same = True

    def prepare(self) -> None:
        """Make the files that are there before."""
        write(self.others.source, "N")
        for name in STORY["directories"]:
            os.makedirs(f"{self.place}/{name}", exist_ok=True)
            if name.startswith("rival source"):
                write(f"{self.place}/{name}/slide.bin", "R")
        if STORY["older"]:
            write(self.others.destination, "O")
            earlier = os.stat(self.others.source).st_mtime - 36000
            os.utime(self.others.destination, (earlier, earlier))

    def play(self) -> bool:
        """Do all that is told; tell whether everything was seen as it was before."""
        self.prepare()
        signal.alarm(PATIENCE)
        try:
            for one in STORY["actions"]:
                getattr(self, f"do_{one['do']}")(one, one["who"])
                if not self.same and one["do"] == "reach":
                    break
        except TimeoutError:
            self.tell(f"  not over after {PATIENCE} s")
            self.same = False
        finally:
            signal.alarm(0)
            for copier in self.copiers.values():
                copier.kill()
        self.others.close()
        return self.same

    def compare(self, what: str, seen: Any, before: Any, say: Callable[[Any], str] = words) -> None:
        """Tell what is seen, and notice when it is not what was seen before."""
        self.tell(f"  {what}: {say(seen)}" + ("" if seen == before else f"   (before: {say(before)})"))
        self.same = self.same and seen == before

    def do_start(self, one: dict[str, Any], who: str) -> None:
        """Start a copier; one that is alone finds its source whole again."""
        command = [word.replace("{place}", self.place) for word in one["command"]]
        environment = {**os.environ, "LC_ALL": "C.UTF-8", **STORY["environment"]}
        self.tell(f"  start {who}: {' '.join(command)}")
        if one["alone"]:
            self.others.restore()
        self.copiers[who] = Copier(command, environment, one["wanted"], self.place)

    def do_reach(self, one: dict[str, Any], who: str) -> None:
        """Wait until a copier stands at its next step."""
        there = self.copiers[who].reach()
        self.tell(f"  {who} {'stands before its step' if there else 'never came to its step'} '{one['step']}'")
        self.same = self.same and there

    def do_leave(self, _one: dict[str, Any], who: str) -> None:
        """Let it go on."""
        self.copiers[who].leave()

    def do_fail(self, one: dict[str, Any], who: str) -> None:
        """Let the call fail at which it stands."""
        self.tell(f"  the call fails: {os.strerror(one['error'])}")
        self.copiers[who].fail(one["error"])

    def do_send(self, one: dict[str, Any], who: str) -> None:
        """Send it a signal where it stands."""
        whom = "all processes" if one["to_all"] else "the main process"
        self.tell(f"  {signal.Signals(one['signal']).name} is sent to {whom} of {who}")
        self.copiers[who].send(one["signal"], one["to_all"])

    def do_kill(self, one: dict[str, Any], who: str) -> None:
        """Kill it where it stands."""
        whom = "all processes" if one["all"] else "the main process"
        self.tell(f"  {whom} of {who} {'are' if one['all'] else 'is'} killed")
        self.copiers[who].be_killed(one["all"])

    def do_act(self, one: dict[str, Any], who: str) -> None:
        """Do what somebody else does."""
        seen = self.others.act(who, one["what"], one["target"], one["start"])
        self.compare(f"{who}: {one['what']}", seen, one["seen"])

    def do_end(self, one: dict[str, Any], who: str) -> None:
        """Wait for the end of a copier."""
        self.compare(f"exit code of {who}", self.copiers[who].end(), one["code"])

    def do_look(self, one: dict[str, Any], who: str) -> None:
        """Look at what there is."""
        self.compare(f"the destination {one['when']}", self.others.act(who, "read"), one["seen"])
        names = self.others.look(one["contents"])
        self.compare(f"all names {one['when']}", names, one["names"], words_of_names)


def give_up(*_: object) -> None:
    """End a round that takes too long."""
    raise TimeoutError


def main() -> int:
    """Play the story ten times, or as often as the first argument says."""
    if sys.platform != "linux" or os.uname().machine != STORY["machine"]:
        print(f"This script knows Linux on {STORY['machine']} only: programs make other system calls elsewhere.")
        return 2
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    print(STORY["title"], "", STORY["seen"], "", f"It means: {STORY['meaning']}", "", sep="\n")
    signal.signal(signal.SIGALRM, give_up)
    hits = 0
    for number in range(times):
        with tempfile.TemporaryDirectory(prefix="reproduce-") as place:
            hits += Player(os.path.realpath(place), print if number == 0 else lambda line: None).play()
    print(f"REPRODUCED in {hits} of {times}")
    return 0 if hits == times else 1


if __name__ == "__main__":
    sys.exit(main())
