"""The sampled way: what it sees, what it cannot see and says so, and that it never claims to be exact."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from programs import COPIERS, PYTHON, Copier, each_copier
from stage_play import LIMIT, Play, wait_until
from test_stepping_ends import descendants, ended, held_at, is_alive

from ContentionLibrary.errors import NotPossibleHere, UsageError
from ContentionLibrary.history.copies import Way
from ContentionLibrary.stepping.control import Controlled, Exit, Hold
from ContentionLibrary.stepping.plan import Plan, Scope, Stop, Watch
from ContentionLibrary.stepping.sampled.growth import Growth
from ContentionLibrary.stepping.sampled.supervisor import MARKS

MIB = 1 << 20


@pytest.fixture
def sampled(make_play: Callable[..., Play]) -> Play:
    return make_play(8 * MIB, way=Way.SAMPLED)


def slow(play: Play, *, over: bool = False, part: str = "", reserve: bool = False) -> tuple[str, ...]:
    manner = ("over" if over else "empty", part, "reserve" if reserve else "")
    return (*PYTHON, str(COPIERS / "slow.py"), str(play.source), str(play.destination), *manner)


@pytest.mark.parametrize("part", ["", ".part"], ids=["in-place", "renamed"])
def test_a_slow_program_is_held_behind_each_mark(sampled: Play, part: str) -> None:
    ran = sampled.run(*slow(sampled, part=part))
    assert [hold.step for hold in ran.holds] == list(MARKS) == ran.steps
    assert [hold.written for hold in ran.holds] == [1 * MIB, 2 * MIB, 4 * MIB, 6 * MIB, 8 * MIB]
    assert {hold.call for hold in ran.holds} == {"sampled"}
    assert all(hold.settled for hold in ran.holds)
    assert ran.exit.code == 0
    assert sampled.is_whole()


def test_an_emptied_destination_is_seen_to_grow_again(sampled: Play) -> None:
    sampled.destination.write_bytes(b"o" * sampled.size)
    ran = sampled.run(*slow(sampled))
    assert [hold.step for hold in ran.holds] == list(MARKS)
    assert sampled.is_whole()


def test_a_length_that_was_reserved_is_not_taken_for_data(sampled: Play) -> None:
    ran = sampled.run(*slow(sampled, reserve=True))
    assert [hold.written for hold in ran.holds] == [1 * MIB, 2 * MIB, 4 * MIB, 6 * MIB, 8 * MIB]


def test_data_written_over_old_data_is_seen_to_begin_and_no_more(sampled: Play) -> None:
    sampled.destination.write_bytes(b"o" * sampled.size)
    with sampled.running(*slow(sampled, over=True)) as controlled:
        hold = held_at(controlled)
        assert hold.step == "first bytes are there"
        controlled.release(hold)
        assert ended(controlled).code == 0
        assert [one.step for one in controlled.missed] == list(MARKS[1:])
        assert all("written over in place" in one.reason for one in controlled.missed)
        controlled.finish()


def test_a_program_that_is_too_quick_is_told_as_missed(make_play: Callable[..., Play]) -> None:
    """A rename puts all the data there at once: no mark but the last can ever be held."""
    play = make_play(64 * 1024, way=Way.SAMPLED)
    ready = play.stage / "ready.bin"
    ready.write_bytes(play.source.read_bytes())
    with play.running("mv", str(ready), str(play.destination)) as controlled:
        happened = controlled.wait(LIMIT)
        if isinstance(happened, Hold):
            assert happened.step == "last bytes are there"
            controlled.release(happened)
            happened = ended(controlled)
        assert isinstance(happened, Exit)
        assert happened.steps == MARKS
        assert [one.step for one in controlled.missed][:4] == list(MARKS[:4])
        controlled.finish()


@each_copier("cp", "dd", "rsync")
def test_real_programs_are_held_or_told_as_missed(make_play: Callable[..., Play], copier: Copier) -> None:
    play = make_play(64 * MIB, way=Way.SAMPLED)
    command = copier.command_for(play.source, play.destination)
    written = []
    with play.running(*command) as controlled:
        while isinstance(happened := controlled.wait(LIMIT), Hold):
            written.append((happened.step, happened.written))
            controlled.release(happened)
        assert isinstance(happened, Exit)
        assert happened.code == 0
        missed = [one.step for one in controlled.missed]
        controlled.finish()
    assert sorted([*missed, *(step for step, _ in written)]) == sorted(MARKS)
    for step, there in written:
        assert there >= play.size * MARKS.index(step) // 4
    assert play.is_whole()


def test_nothing_grows_during_a_hold(sampled: Play) -> None:
    def look(controlled: Controlled, hold: Hold) -> None:
        assert controlled.wait(0.3) is None
        assert sampled.destination.stat().st_size == hold.written

    sampled.run(*slow(sampled), plan=Plan(Stop.NAMED, (MARKS[2],)), at_hold=look)


@pytest.mark.parametrize(
    ("plan", "steps"),
    [
        (Plan(), []),
        (Plan(Stop.FIRST), [MARKS[0]]),
        (Plan(Stop.NAMED, (MARKS[3], MARKS[4])), [MARKS[3], MARKS[4]]),
    ],
)
def test_is_held_only_where_the_plan_says(sampled: Play, plan: Plan, steps: list[str]) -> None:
    ran = sampled.run(*slow(sampled), plan=plan)
    assert [hold.step for hold in ran.holds] == steps
    assert ran.steps == list(MARKS)


@pytest.mark.parametrize("scope", Scope)
def test_dies_in_a_hold(sampled: Play, scope: Scope) -> None:
    with sampled.running(*slow(sampled)) as controlled:
        held_at(controlled, MARKS[1])
        controlled.kill(scope)
        happened = ended(controlled)
        assert happened.signal == signal.SIGKILL
        assert controlled.finish() == ()
    assert sampled.destination.stat().st_size == 2 * MIB


@pytest.mark.skipif(os.name != "posix", reason="POSIX signals")
def test_a_signal_that_came_in_a_hold_ends_the_program_after_it(sampled: Play) -> None:
    with sampled.running(*slow(sampled)) as controlled:
        hold = held_at(controlled, MARKS[1])
        controlled.kill(Scope.MAIN, signal.SIGTERM)
        controlled.release(hold)
        assert ended(controlled).signal == signal.SIGTERM
        controlled.finish()


def test_a_whole_family_is_suspended_and_killed(sampled: Play) -> None:
    command = ("sh", "-c", " ".join(f"'{word}'" for word in slow(sampled)) + " & wait")
    with sampled.running(*command) as controlled:
        held_at(controlled, MARKS[1])
        assert sampled.child is not None
        processes = descendants(sampled.child.pid)
        controlled.kill(Scope.TREE)
        assert ended(controlled).signal == signal.SIGKILL
        assert controlled.finish() == ()
        assert wait_until(lambda: not any(map(is_alive, processes)))


@pytest.mark.parametrize("how", ["short", "child", "session"])
def test_survivors_are_suspended_named_and_ended(sampled: Play, how: str) -> None:
    late = Path(f"{sampled.destination}.late")
    with sampled.running(
        *PYTHON, str(COPIERS / "lingering.py"), str(sampled.source), str(sampled.destination), how, plan=Plan()
    ) as controlled:
        happened = ended(controlled)
        assert len(happened.survivors) == 1
        assert not wait_until(late.exists, within=0.2)
        assert controlled.finish() == (() if how == "short" else happened.survivors)
        assert late.exists() == (how == "short")
        assert not is_alive(int(happened.survivors[0].split()[0]))


@pytest.mark.parametrize("victim", ["supervisor", "guard", "scenario"])
def test_nothing_survives_the_supervisor(sampled: Play, victim: str) -> None:
    with sampled.running(*slow(sampled)) as controlled:
        held_at(controlled, MARKS[1])
        assert sampled.child is not None
        guard = sampled.child.pid
        supervisor, *program = descendants(guard)
        if victim == "scenario":
            controlled.abandon()
        else:
            os.kill({"supervisor": supervisor, "guard": guard}[victim], signal.SIGKILL)
        assert wait_until(lambda: not any(map(is_alive, [supervisor, *program])))


def test_an_error_cannot_be_injected(sampled: Play) -> None:
    with sampled.running(*slow(sampled)) as controlled:
        hold = held_at(controlled)
        with pytest.raises(NotPossibleHere, match="cannot be made to fail"):
            controlled.release(hold, errno.ENOSPC)


@pytest.mark.parametrize(
    ("command", "more", "words"),
    [
        (["no-such-program-anywhere"], {}, "give a program"),
        (["cp"], {"directory": "/no/such/directory"}, "give a working directory"),
        (["cp"], {"output": "/no/such/file"}, "give files for its output"),
    ],
)
def test_tells_why_a_program_cannot_be_started(
    sampled: Play, command: list[str], more: dict[str, Any], words: str
) -> None:
    with sampled.running(*command, **more) as controlled, pytest.raises(UsageError, match=words):
        controlled.wait(LIMIT)


def test_the_stage_is_seen_at_each_mark(sampled: Play) -> None:
    with sampled.running(*slow(sampled, part=".part"), plan=Plan(observe=True)) as controlled:
        assert ended(controlled).code == 0
        sizes = [
            (look.step, entry.size)
            for look in controlled.sightings
            for entry in look.entries
            if entry.path.startswith("target/copy.bin")
        ]
        controlled.finish()
    assert sizes == [*zip(MARKS, [1 * MIB, 2 * MIB, 4 * MIB, 6 * MIB, 8 * MIB], strict=True), ("", 8 * MIB)]


def test_growth_counts_what_is_new(tmp_path: Path) -> None:
    source, old, fresh = tmp_path / "in", tmp_path / "out" / "old", tmp_path / "out" / "fresh"
    old.parent.mkdir()
    source.write_bytes(b"x" * 100_000)
    old.write_bytes(b"x" * 50_000)
    growth = Growth(Watch(str(tmp_path), str(source), (str(fresh),), 100_000))
    assert growth.bytes_there() == 0
    fresh.write_bytes(b"y" * 1000)
    assert growth.bytes_there() == 1000
    fresh.rename(fresh.with_name("final"))
    assert growth.bytes_there() == 1000
    old.write_bytes(b"z" * 10_000)
    assert growth.bytes_there() == 11_000
    assert growth.blind == ""


def test_a_directory_that_is_not_there_yet_is_no_trouble(tmp_path: Path) -> None:
    growth = Growth(Watch(str(tmp_path), str(tmp_path / "in"), (str(tmp_path / "later" / "out"),), 10))
    assert growth.bytes_there() == 0
    (tmp_path / "later").mkdir()
    (tmp_path / "later" / "out").write_bytes(b"12345")
    assert growth.bytes_there() == 5


def test_only_the_sampled_way_needs_psutil() -> None:
    code = (
        "import sys; import ContentionLibrary.stepping.control, ContentionLibrary.stepping.ways, "
        "ContentionLibrary.stepping.linux.supervisor; sys.exit('psutil' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
