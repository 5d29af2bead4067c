"""Data that come when a file should be complete: after it has got its name, its length, or as many bytes as the source has."""

from __future__ import annotations

import pytest
from programs import PYTHON
from stage_play import Play

from ContentionLibrary.stepping.control import Controlled, Hold
from ContentionLibrary.stepping.linux.calls import Verb
from ContentionLibrary.stepping.linux.naming import Flow, Namer, marks_of
from ContentionLibrary.stepping.linux.operation import Operation
from ContentionLibrary.stepping.plan import Plan, Stop, Watch

MIB = 1 << 20
ON = "write on into the destination"
HEAD = """
import os, sys
source, target = os.open(sys.argv[1], os.O_RDONLY), sys.argv[2]
data = os.read(source, 1 << 30)
def begin(name):
    return os.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
def feed(fd, until, since=0):
    for at in range(since, until, 4096):
        os.pwrite(fd, data[at:at + 4096], at)
late = len(data) - 4 * 4096
"""
PART = "part = begin(target + '.part'); feed(part, late)\n"
COPIERS = {
    "renamed": (PART + "os.rename(target + '.part', target); feed(part, len(data), late)", ON),
    "renamed and opened again": (
        PART + "os.rename(target + '.part', target); os.close(part)\n"
        "again = os.open(target, os.O_WRONLY); feed(again, len(data), late)",
        ON,
    ),
    "linked": (
        PART + "os.link(target + '.part', target); feed(part, len(data), late); os.unlink(target + '.part')",
        "write on into the temporary file",
    ),
    "unnamed": (
        "part = os.open(os.path.dirname(target), os.O_TMPFILE | os.O_RDWR, 0o644); feed(part, late)\n"
        "os.link(f'/proc/self/fd/{part}', target, src_dir_fd=part); feed(part, len(data), late)",
        "write on into the unnamed temporary file",
    ),
    "in bulk": (
        PART + "os.rename(target + '.part', target); os.lseek(part, late, os.SEEK_SET)\n"
        "os.sendfile(part, source, late, 4096); os.lseek(source, late + 4096, os.SEEK_SET)\n"
        "while os.copy_file_range(source, part, 1 << 30): pass",
        ON,
    ),
    "written over": (
        "part = begin(target + '.part')\n"
        "for at in range(0, len(data), 4096): os.pwrite(part, bytes(4096), at)\n"
        "os.rename(target + '.part', target); feed(part, len(data))",
        ON,
    ),
    "written over in place": (
        "part = begin(target)\n"
        "for at in range(0, len(data), 4096): os.pwrite(part, bytes(4096), at)\n"
        "feed(part, len(data))",
        ON,
    ),
    "lengthened": (
        "part = begin(target); feed(part, late); os.ftruncate(part, len(data)); feed(part, len(data), late)",
        ON,
    ),
    "begun again": (
        "part = begin(target); feed(part, late); os.ftruncate(part, 0); feed(part, len(data))",
        "write the destination from 2/4 on #2",
    ),
}


def run(play: Play, code: str, plan: Plan, at_hold: object = None) -> list[str]:
    ran = play.run(*PYTHON, "-c", HEAD + code, str(play.source), str(play.destination), plan=plan, at_hold=at_hold)
    assert ran.exit.code == 0, ran.errors
    assert ran.limitations == []
    assert play.is_whole()
    return ran.steps


@pytest.mark.parametrize("name", COPIERS)
def test_what_is_written_late_is_a_step(play: Play, name: str) -> None:
    code, late = COPIERS[name]
    seen = []

    def look(_: Controlled, hold: Hold) -> None:
        if hold.step == late:
            seen.append(play.is_whole() if play.destination.exists() else None)

    held = run(play, code, Plan(Stop.EVERYWHERE), look)
    assert late in held
    assert seen == [False]
    play.reset()
    assert run(play, code, Plan(Stop.NAMED, (late,))) == held


def test_what_comes_between_two_late_writes_is_seen(play: Play) -> None:
    """The first of them changes nothing, the second spoils what is complete, and the others mend it."""
    code = (
        "part = begin(target + '.part'); feed(part, len(data)); os.rename(target + '.part', target); feed(part, 4096)\n"
        "os.pwrite(part, bytes(4096), 0)\nfeed(part, 40 * 4096)"
    )
    steps = run(play, code, Plan(Stop.EVERYWHERE))
    assert [step for step in steps if step.startswith(ON)] == [ON, *(f"{ON} #{number}" for number in range(2, 7))]


@pytest.mark.parametrize("verb", ["sendfile", "copy_file_range", "splice"])
def test_a_call_that_finds_the_end_of_the_source_is_none(play: Play, verb: str) -> None:
    loop = {
        "sendfile": "while os.sendfile(part, source, None, 1 << 20): pass",
        "copy_file_range": "while os.copy_file_range(source, part, 1 << 30): pass",
        "splice": "r, w = os.pipe()\nwhile n := os.splice(source, w, 1 << 16):\n os.splice(r, part, 1 << 20)",
    }[verb]
    steps = run(play, f"os.lseek(source, 0, os.SEEK_SET); part = begin(target)\n{loop}", Plan(Stop.EVERYWHERE))
    assert not [step for step in steps if step.startswith("write on")]


def test_a_call_is_quiet_only_if_nothing_can_be_due_late() -> None:
    flow = Flow(marks_of(4 * MIB, "it", "write"), 4 * MIB)
    for number in range(4 * MIB // 4096 * 2):
        if number == 1000:
            flow.settle()
        quiet = flow.is_quiet(4096)
        due = flow.due(4096, whole=True) or (flow.is_late and flow.due_late())
        assert not (quiet and due)
        flow.advance(4096, divided=False)


def test_a_late_step_that_fails_comes_again() -> None:
    namer = Namer(Watch("/s", "/s/in.bin", ("/s/out/copy.bin",), 4 * MIB))
    write = Operation(Verb.WRITE, "write", "/s/out/part", size=MIB)
    for _ in range(2):
        namer.flow(write).due(MIB, whole=True)
        namer.flow(write).advance(MIB, divided=False)
    namer.step(Operation(Verb.RENAME, "rename", "/s/out/part", "/s/out/copy.bin"))
    flow = namer.flow(Operation(Verb.WRITE, "write", "/s/out/copy.bin", size=MIB))
    flow.due(4096, whole=True)  # the mark that lies where the data have come
    passed = flow.passed
    for _ in range(2):
        assert flow.due(4096, whole=True) is None
        assert flow.is_late
        assert flow.due_late()
        flow.fall_back()
        assert flow.passed == passed
