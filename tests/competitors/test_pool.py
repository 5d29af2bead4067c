"""Competitors that hang, are lost or are misused: an outcome, an error of ours, or a clear word to the user."""

import os
import signal
import time
from pathlib import Path

import pytest

from ContentionLibrary.competitors.pool import Pool
from ContentionLibrary.errors import HarnessError, UsageError
from ContentionLibrary.history.acts import Answer


def is_gone(pid):
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return True
    return state in "ZX"


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.005)
    return condition()


def test_hanging_is_an_outcome_and_the_competitor_goes_on_with_a_fresh_process(competitor, stage):
    fifo = stage / "fifo"
    os.mkfifo(fifo)
    hanging = competitor.pid
    report = competitor.do("read", timeout=0.2, path=str(fifo))
    assert report.answer is Answer.HUNG
    assert str(fifo) in report.message
    assert report.ended - report.began >= 200_000_000
    assert until(lambda: is_gone(hanging))
    assert competitor.pid != hanging
    assert competitor.do("list_directory", path=str(stage)).outcome.names == ("fifo",)


def test_a_program_that_hangs_ends_with_its_worker(competitor, stage):
    noted = stage / "pid"
    command = ["sh", "-c", f"echo $$ > {noted}; exec sleep 1000"]
    competitor.begin("run_command", command=command, output="/dev/null", errors="/dev/null")
    assert until(lambda: noted.exists() and noted.read_text())
    assert competitor.result(0.05).answer is Answer.HUNG
    assert until(lambda: is_gone(int(noted.read_text())))


def test_what_a_hanging_competitor_held_is_free(competitor, other, file, stage):
    competitor.do("hold_lock", path=str(file), mode="exclusive")
    os.mkfifo(stage / "fifo")
    competitor.do("read", timeout=0.1, path=str(stage / "fifo"))
    assert until(lambda: other.do("try_lock", path=str(file)).answer is Answer.DONE)


def test_a_lost_worker_is_an_error_of_ours_that_says_how_it_ended(competitor, file):
    competitor.begin("loop_reading", path=str(file))
    lost = competitor.pid
    os.kill(lost, signal.SIGKILL)
    with pytest.raises(HarnessError, match=rf"competitor \(process {lost}\).*loop_reading.*signal 9"):
        competitor.result(5)
    assert competitor.do("read", path=str(file)).answer is Answer.DONE


def test_a_wrong_argument_is_an_error_of_ours_and_does_not_last(competitor, file):
    with pytest.raises(HarnessError, match="no_such_argument"):
        competitor.do("read", path=str(file), no_such_argument=1)
    with pytest.raises(HarnessError, match="no open file is kept as 'file'"):
        competitor.do("finish_reading")
    assert competitor.do("read", path=str(file)).answer is Answer.DONE


def test_misuse_is_told_with_the_remedy(competitor, file):
    with pytest.raises(UsageError, match=r"no operation 'reed'; there are.*read"):
        competitor.do("reed", path=str(file))
    with pytest.raises(UsageError, match="begin something first"):
        competitor.result(1)
    competitor.begin("read", path=str(file))
    with pytest.raises(UsageError, match="still busy with 'read'"):
        competitor.begin("read", path=str(file))
    assert competitor.result(5).answer is Answer.DONE


def test_competitors_work_at_the_same_time(competitor, other, file):
    competitor.begin("loop_reading", path=str(file), seconds=0.2)
    other.begin("loop_reading", path=str(file), seconds=0.2)
    one, two = competitor.result(5), other.result(5)
    assert max(one.began, two.began) < min(one.ended, two.ended)


def test_workers_that_were_started_ahead_are_the_ones_that_are_taken_and_all_end(scenario):
    pool = Pool(scenario[1], 3)
    pids = {pool.take(f"competitor {number}").pid for number in range(4)}
    assert len(pids) == 4
    pool.close()
    assert all(is_gone(pid) for pid in pids)
