"""All leave together, and say when; a barrier that breaks names who did not come."""

import os
import signal

import pytest

from ContentionLibrary.competitors.barrier import Barrier
from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.history.acts import Answer


@pytest.fixture
def run(scenario):
    return scenario[0].run


def members(pool, count):
    return [pool.take(f"member {number}") for number in range(1, count + 1)]


def arm_all(barrier, everybody, stage):
    for member in everybody:
        barrier.arm(member, "list_directory", path=str(stage))


@pytest.mark.parametrize(("count", "rounds"), [(2, 20), (5, 20), (50, 3)])
def test_all_leave_together_and_their_reports_begin_when_they_left(pool, stage, run, count, rounds):
    everybody = members(pool, count)
    skews = []
    with Barrier(run, everybody) as barrier:
        for _ in range(rounds):
            arm_all(barrier, everybody, stage)
            departure = barrier.release()
            reports = [member.result(10) for member in everybody]
            assert all(report.answer is Answer.DONE for report in reports)
            assert tuple(report.began for report in reports) == departure.starts
            assert departure.skew == max(departure.starts) - min(departure.starts)
            skews.append(departure.skew)
    # The best round shows that they meet; what the others show is how busy this machine is.
    assert min(skews) < 1_000_000 * count
    assert not list(run.glob("barrier-*"))


def test_nobody_leaves_before_the_last_has_come(pool, stage, run):
    everybody = members(pool, 3)
    with Barrier(run, everybody) as barrier:
        for member in everybody[:2]:
            barrier.arm(member, "create", path=str(stage / member.name), writer=1, generation=0, size=8)
        assert list(stage.iterdir()) == []
        barrier.arm(everybody[2], "create", path=str(stage / "last"), writer=1, generation=0, size=8)
        barrier.release()
        assert [member.result(5).answer for member in everybody] == [Answer.DONE] * 3


def test_more_rounds_than_a_byte_can_count(pool, stage, run):
    everybody = members(pool, 2)
    with Barrier(run, everybody) as barrier:
        for _ in range(260):
            arm_all(barrier, everybody, stage)
            barrier.release()
            assert [member.result(5).answer for member in everybody] == [Answer.DONE] * 2


def test_a_member_that_died_is_named_and_the_barrier_can_be_used_again(pool, stage, run):
    everybody = members(pool, 3)
    with Barrier(run, everybody) as barrier:
        arm_all(barrier, everybody, stage)
        os.kill(everybody[1].pid, signal.SIGKILL)
        with pytest.raises(HarnessError, match="2 of 3 members came: member 2 was lost"):
            barrier.release()
        arm_all(barrier, everybody, stage)
        barrier.release()
        assert [member.result(5).answer for member in everybody] == [Answer.DONE] * 3


def test_a_member_that_stands_still_is_named_in_time(pool, stage, run):
    everybody = members(pool, 3)
    with Barrier(run, everybody) as barrier:
        arm_all(barrier, everybody, stage)
        barrier.release()
        for member in everybody:
            member.result(5)
        os.kill(everybody[2].pid, signal.SIGSTOP)
        arm_all(barrier, everybody, stage)
        with pytest.raises(HarnessError, match="2 of 3 members came: member 3 did not come in time"):
            barrier.release(timeout=0.3)


def test_a_member_that_was_told_nothing_is_named(pool, stage, run):
    everybody = members(pool, 2)
    with Barrier(run, everybody) as barrier:
        barrier.arm(everybody[0], "list_directory", path=str(stage))
        with pytest.raises(HarnessError, match="member 2 was not told what to do"):
            barrier.release()


def test_misuse_is_told(pool, stage, run):
    with pytest.raises(UsageError, match="1 to 250"):
        Barrier(run, [])
    stranger = pool.take("stranger")
    with Barrier(run, members(pool, 1)) as barrier, pytest.raises(UsageError, match="stranger is no member"):
        barrier.arm(stranger, "list_directory", path=str(stage))
