"""Looking at the stage at each step, or at each call, without holding the program for anybody else."""

from __future__ import annotations

import re
from pathlib import Path

from programs import Copier, each_copier
from stage_play import LIMIT, Play

from ContentionLibrary.stepping.control import Exit, Look
from ContentionLibrary.stepping.looking import Observer, view_of
from ContentionLibrary.stepping.plan import NO_NAMES, Plan, Stop


def observed(play: Play, command: list[str], plan: Plan) -> tuple[Exit, list[Look]]:
    with play.running(*command, plan=plan) as controlled:
        happened = controlled.wait(LIMIT)
        assert isinstance(happened, Exit), happened
        assert happened.code == 0
        controlled.finish()
        return happened, controlled.sightings


def sizes(looks: list[Look], name: str) -> list[int | None]:
    return [next((entry.size for entry in look.entries if entry.path == name), None) for look in looks]


@each_copier("cp", "rsync", "threads", "one write")
def test_sees_each_step_and_the_end(play: Play, copier: Copier) -> None:
    command = copier.command_for(play.source, play.destination)
    rehearsed = play.run(*command, plan=Plan()).steps
    play.reset()
    happened, looks = observed(play, command, Plan(observe=True))
    assert list(happened.steps) == rehearsed
    assert [look.step for look in looks] == [*rehearsed, ""]
    assert looks[-1].call == "the end"
    assert play.is_whole()
    assert [look.at for look in looks] == sorted(look.at for look in looks)


def test_sees_the_exact_state_before_each_step(play: Play) -> None:
    _, looks = observed(play, ["cp", str(play.source), str(play.destination)], Plan(observe=True))
    seen = dict(zip((look.step for look in looks), sizes(looks, "target/copy.bin"), strict=True))
    assert seen["create the destination"] is None
    assert seen["write the first bytes of the destination"] == 0
    assert seen["write the destination from 2/4 on"] == play.size // 2
    assert seen["close the destination"] == seen[""] == play.size


def test_sees_every_state_between_two_calls(play: Play) -> None:
    command = ["dd", "bs=64k", "status=none", f"if={play.source}", f"of={play.destination}"]
    _, looks = observed(play, command, Plan(observe_all=True))
    seen = [size for size in sizes(looks, "target/copy.bin") if size is not None]
    assert sorted(set(seen)) == list(range(0, play.size + 1, 65536))
    assert seen == sorted(seen)
    assert {look.call for look in looks} >= {"openat", "write", "close", "the end"}


def test_looks_and_holds_together(play: Play) -> None:
    ran = play.run("cp", str(play.source), str(play.destination), plan=Plan(Stop.EVERYWHERE, observe=True))
    assert [hold.step for hold in ran.holds] == ran.steps


def test_sees_names_that_are_there_for_a_moment_only(play: Play) -> None:
    _, looks = observed(play, ["sh", "-c", f"echo > {play.stage}/flash; rm {play.stage}/flash"], Plan(observe_all=True))
    assert {entry.path for look in looks for entry in look.entries} >= {"flash"}
    assert not (play.stage / "flash").exists()


def test_a_view_names_every_kind(tmp_path: Path) -> None:
    (tmp_path / "directory" / "deep").mkdir(parents=True)
    (tmp_path / "directory" / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("nowhere")
    (tmp_path / "directory" / "own.log").touch()
    (tmp_path / "own.d").mkdir()
    (tmp_path / "own.d" / "file").touch()
    own_names = re.compile(r".*\.log\Z|own\.d\Z")
    seen = [(path, kind, size) for path, kind, size, _ in view_of(str(tmp_path), own_names)]
    assert seen == [
        ("directory", "directory", 0),
        ("directory/deep", "directory", 0),
        ("directory/file", "file", 5),
        ("link", "symlink", 0),
    ]
    assert view_of(str(tmp_path / "absent"), own_names) == ()


def test_equal_states_are_kept_once(tmp_path: Path) -> None:
    observer = Observer(str(tmp_path), NO_NAMES)
    observer.look("one", "call")
    observer.look("two", "call")
    (tmp_path / "new").touch()
    observer.look("three", "call")
    batch = observer.batch()
    assert len(batch["views"]) == 2
    assert [number for *_, number in batch["looks"]] == [0, 0, 1]
