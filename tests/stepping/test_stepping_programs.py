"""Real programs: the same steps each time, held or not, and the same file in the end."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from programs import ALL, COPIERS, PYTHON, Copier, each_copier
from stage_play import Play

from ContentionLibrary.stepping.control import Controlled, Hold
from ContentionLibrary.stepping.plan import Plan, Stop

QUARTERS = ["from 1/4 on", "from 2/4 on", "from 3/4 on"]


@each_copier()
def test_has_the_same_steps_in_each_of_20_runs(play: Play, copier: Copier) -> None:
    seen = []
    for run in range(20):
        play.reset()
        held = run % 2 == 0
        plan = Plan(Stop.EVERYWHERE if held else Stop.NOWHERE)
        ran = play.run(*copier.command_for(play.source, play.destination), plan=plan)
        assert ran.exit.code == 0, ran.errors
        assert play.is_whole()
        assert ran.gone == ()
        assert ran.limitations == []
        if held:
            assert [hold.step for hold in ran.holds] == ran.steps
            assert all(hold.settled for hold in ran.holds)
        seen.append(ran.steps)
    assert seen == [seen[0]] * 20
    for quarter in QUARTERS:
        assert sum(quarter in step for step in seen[0]) == 1
    assert len(set(seen[0])) == len(seen[0])


@each_copier()
def test_can_be_held_at_each_named_step_alone(play: Play, copier: Copier) -> None:
    command = copier.command_for(play.source, play.destination)
    rehearsed = play.run(*command, plan=Plan()).steps
    for step in rehearsed:
        play.reset()
        ran = play.run(*command, plan=Plan(Stop.NAMED, (step,)))
        assert [hold.step for hold in ran.holds] == [step]
        assert ran.steps == rehearsed
        assert play.is_whole()


@each_copier("cp", "dd", "one write", "rsync in place", "busybox")
def test_stands_at_the_exact_byte(play: Play, copier: Copier) -> None:
    sizes = {}

    def look(_: Controlled, hold: Hold) -> None:
        sizes[hold.step] = (hold.written, play.destination.stat().st_size if play.destination.exists() else None)

    play.run(*copier.command_for(play.source, play.destination), at_hold=look)
    for quarter in (1, 2, 3):
        at = play.size * quarter // 4
        assert sizes[f"write the destination from {quarter}/4 on"] == (at, at)
    if copier.name != "rsync in place":  # it writes 256 KiB at a time, which is not divided
        last = play.size - 64 * 1024
        assert sizes["write the last bytes of the destination"] == (last, last)
    assert sizes["write the first bytes of the destination"] == (0, 0)


def test_moves_across_file_systems(play: Play) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == play.stage.stat().st_dev:
        pytest.skip("needs a second file system at /dev/shm")
    away = other / f"contention-test-{os.getpid()}.bin"
    seen = []
    try:
        for stop in (Stop.EVERYWHERE, Stop.NOWHERE) * 5:
            play.reset()
            shutil.copy(play.source, away)
            ran = play.run("mv", str(away), str(play.destination), plan=Plan(stop))
            assert ran.exit.code == 0, ran.errors
            assert play.is_whole()
            assert not away.exists()
            seen.append(ran.steps)
    finally:
        away.unlink(missing_ok=True)
    assert seen == [seen[0]] * 10
    for quarter in QUARTERS:
        assert sum(quarter in step for step in seen[0]) == 1


@each_copier("cp", "dd", "rsync in place", "busybox", "shutil")
def test_overwrites_in_steps_of_its_own(play: Play, copier: Copier) -> None:
    play.destination.write_bytes(b"old" * (play.size // 3))
    ran = play.run(*copier.command_for(play.source, play.destination))
    assert play.is_whole()
    assert not any(step.startswith("create") for step in ran.steps)
    assert ran.steps[0] in ("open and empty the destination", "open the destination for writing")


def test_counts_reads_of_the_source_where_the_plan_asks(play: Play) -> None:
    ran = play.run(
        "dd", "bs=64k", f"if={play.source}", f"of={play.destination}", plan=Plan(Stop.EVERYWHERE, with_reads=True)
    )
    assert "open the source for reading" in ran.steps
    assert "read the source from 2/4 on" in ran.steps
    assert "read the last bytes of the source" in ran.steps
    assert play.is_whole()


def test_waits_at_the_first_step_only(play: Play) -> None:
    ran = play.run("cp", str(play.source), str(play.destination), plan=Plan(Stop.FIRST))
    assert [hold.step for hold in ran.holds] == ["create the destination"]


@each_copier()
def test_moves_its_data_unseen_where_the_plan_says_so(play: Play, copier: Copier) -> None:
    command = copier.command_for(play.source, play.destination)
    first = play.run(*command, plan=Plan(Stop.FIRST))
    play.reset()
    ran = play.run(*command, plan=Plan(Stop.FIRST, with_data=False))
    assert [hold.step for hold in ran.holds] == [hold.step for hold in first.holds]
    assert not any(step.startswith("write ") for step in ran.steps)
    assert set(ran.steps) <= set(first.steps)
    assert play.is_whole()


@pytest.mark.parametrize(
    "more", [{"stop": Stop.EVERYWHERE}, {"with_reads": True}, {"observe_all": True}, {"record": True}]
)
def test_what_is_about_data_must_see_it(more: dict[str, Any]) -> None:
    with pytest.raises(AssertionError):
        Plan(**more, with_data=False)


def test_can_be_stopped_elsewhere_while_it_runs(play: Play) -> None:
    def change(controlled: Controlled, hold: Hold) -> None:
        if hold.step == "create the destination":
            controlled.stop_at(Stop.NAMED, "write the destination from 2/4 on")
        else:
            controlled.stop_at(Stop.NOWHERE)

    ran = play.run("cp", str(play.source), str(play.destination), plan=Plan(Stop.FIRST), at_hold=change)
    assert [hold.step for hold in ran.holds] == ["create the destination", "write the destination from 2/4 on"]


@pytest.mark.parametrize("size", [0, 1, 4095, 65536, 65537, 1_000_003])
@each_copier("cp", "one write", "shutil")
def test_copies_files_of_odd_sizes(make_play: Callable[..., Play], copier: Copier, size: int) -> None:
    play = make_play(size)
    command = copier.command_for(play.source, play.destination)
    held = play.run(*command)
    assert held.exit.code == 0
    assert play.is_whole()
    play.reset()
    assert play.run(*command, plan=Plan()).steps == held.steps


@pytest.mark.parametrize("how", ["computes", "writes"])
def test_a_hold_beside_a_busy_thread_is_told_as_unsettled(play: Play, how: str) -> None:
    command = (*PYTHON, str(COPIERS / "busy_thread.py"), str(play.source), str(play.destination), how)
    ran = play.run(*command, plan=Plan(Stop.FIRST))
    assert [hold.settled for hold in ran.holds] == [False]
    assert play.is_whole()


def test_only_one_thread_is_held_at_a_time(play: Play) -> None:
    """What another thread wants to change on the stage waits until the hold is released: the stage stands still."""
    command = next(one for one in ALL if one.name == "threads").command_for(play.source, play.destination)
    part = play.destination.with_name("copy.bin.part")

    def look(controlled: Controlled, hold: Hold) -> None:
        before = part.stat().st_blocks if part.exists() else 0
        assert controlled.wait(0.02) is None
        assert before == (part.stat().st_blocks if part.exists() else 0)

    assert len(play.run(*command, at_hold=look).holds) > 5
    assert play.is_whole()
