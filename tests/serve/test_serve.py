"""A service that watches a folder becomes a command that makes one copy and ends, and tells what became of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

SERVICE = """
import ctypes, os, shutil, signal, sys, time

watched, target, manner = sys.argv[1:]

def copy():
    for name in os.listdir(watched):
        shutil.copyfile(f"{watched}/{name}", f"{target}/.{name}.part")
        os.rename(f"{target}/.{name}.part", f"{target}/{name}")
        say(f"copied {name}")

def say(words):
    print(words, flush=True)
    if manner.startswith("logs"):
        with open(f"{watched}/../service.log", "w" if manner == "logs afresh" and "process" in words else "a") as log:
            log.write(f"logged: {words}\\n")

say(f"process {os.getpid()}")
if manner == "cannot":
    say("cannot copy: the disk is full")
elif manner == "ends":
    sys.exit("no configuration")
elif manner == "ends in peace":
    sys.exit()
elif manner == "is ended":
    os.kill(os.getpid(), signal.SIGKILL)
elif manner == "when told":
    library = ctypes.CDLL(None)
    events = library.inotify_init()
    library.inotify_add_watch(events, watched.encode(), 8)  # IN_CLOSE_WRITE
    say("watching")
    os.read(events, 4096)
    copy()
elif manner == "obeys":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(7))
    say("watching")
elif manner == "stays":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    copy()
elif manner in ("copies", "logs", "logs afresh", "logs and ends"):
    copy()
    if manner == "logs and ends":
        sys.exit()
elif manner == "copies and ends":
    copy()
    sys.exit()
time.sleep(600)
"""


class Serving:
    """The command, with a service that behaves in some manner."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.source, self.destination = home / "watched" / "slide.bin", home / "target" / "slide.bin"
        self.source.parent.mkdir()
        self.destination.parent.mkdir()
        self.source.write_bytes(b"content")

    def start(self, manner: str, *options: str, program: str = sys.executable) -> subprocess.Popen[str]:
        folders = str(self.source.parent), str(self.destination.parent)
        words = [*options, str(self.source), str(self.destination), "--", program, "-c", SERVICE, *folders, manner]
        return subprocess.Popen(
            [sys.executable, "-m", "ContentionLibrary.serve", "--done=copied slide.bin", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, manner: str, *options: str, program: str = sys.executable) -> tuple[int, str, str]:
        with self.start(manner, *options, program=program) as serving:
            said, complained = serving.communicate(timeout=60)
        return serving.returncode, said, complained

    def run_changed(self, change: str, manner: str) -> subprocess.CompletedProcess[str]:
        """Run the command with something in it changed."""
        program = (
            f"import sys; from ContentionLibrary.serve import service, command\n{change}\nsys.exit(command.main())"
        )
        folders = str(self.source.parent), str(self.destination.parent)
        words = ["--done=copied", str(self.source), str(self.destination), "--", sys.executable, "-c", SERVICE]
        return subprocess.run(
            [sys.executable, "-c", program, *words, *folders, manner],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def serving(tmp_path):
    return Serving(tmp_path)


def service_of(said: str) -> int:
    return int(said.split("process ")[1].split(maxsplit=1)[0])


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_it_copies_and_the_service_ends(serving):
    code, said, complained = serving.run("copies")
    assert (code, complained) == (0, "")
    assert serving.destination.read_bytes() == b"content"
    assert "copied slide.bin\n" in said
    assert not is_there(service_of(said))


@pytest.mark.parametrize("manner", ["logs", "logs afresh", "logs and ends"])
def test_what_it_writes_into_a_log_is_heard(serving, manner):
    log = serving.home / "service.log"
    log.write_bytes(b"logged: copied slide.bin\n" * (100 if manner == "logs afresh" else 1))
    code, said, complained = serving.run(manner, "--done=logged: copied slide.bin", f"--log={log}")
    assert (code, complained) == (0, "")
    assert serving.destination.read_bytes() == b"content"
    assert said.count("logged: copied slide.bin\n") == 1


def test_what_has_been_in_the_log_before_is_not_heard(serving):
    log = serving.home / "service.log"
    log.write_bytes(b"logged: copied slide.bin\n")
    code, said, complained = serving.run("obeys", "--done=logged: copied slide.bin", f"--log={log}", "--within=1")
    assert code == 1 and "did not say 'logged: copied slide.bin' in time" in complained
    assert "logged" not in said


@pytest.mark.skipif(sys.platform != "linux", reason="the service waits for an event of Linux")
def test_a_service_that_waits_for_an_event_gets_it(serving):
    assert serving.run("when told", "--ready=watching", "--announce")[0] == 0
    assert serving.source.read_bytes() == serving.destination.read_bytes() == b"content"


@pytest.mark.skipif(sys.platform != "linux", reason="the service waits for an event of Linux")
def test_a_service_that_says_nothing_in_time_has_not_copied(serving):
    code, said, complained = serving.run("when told", "--ready=watching", "--within=1")
    assert code == 1
    assert "contention-serve: the service did not say 'copied slide.bin' in time" in complained
    assert str(serving.source) in complained and str(serving.destination) in complained
    assert not is_there(service_of(said))


def test_what_it_says_when_it_has_failed_is_told(serving):
    code, said, complained = serving.run("cannot", "--failed=cannot copy")
    assert code == 1
    assert "the service said: cannot copy: the disk is full" in complained
    assert not is_there(service_of(said))


@pytest.mark.parametrize(
    ("manner", "code", "words"),
    [
        ("ends", 1, "the service ended with exit code 1; it said last: no configuration"),
        ("ends in peace", 1, "the service ended with exit code 0; it said last: process"),
        ("is ended", -signal.SIGKILL, "the service was ended by signal 9; it said last: process"),
    ],
)
def test_it_ends_as_a_service_does_that_has_not_copied(serving, manner, code, words):
    ended, _, complained = serving.run(manner)
    assert ended == code
    assert words in complained


def test_signals_are_passed_on(serving):
    with serving.start("obeys") as command:
        assert command.stdout is not None
        while "watching" not in command.stdout.readline():
            pass
        command.send_signal(signal.SIGTERM)
        assert command.wait(30) == 7


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_who_kills_it_kills_the_service(serving):
    with serving.start("obeys") as command:
        assert command.stdout is not None
        service = service_of(command.stdout.readline())
        command.kill()
        command.wait(30)
        deadline = time.monotonic() + 30
        while is_there(service):
            assert time.monotonic() < deadline
            time.sleep(0.01)


SLOW_TO_READ = """
import time
read = service.Service._read
service.Service._read = lambda self, output: (time.sleep(0.5), read(self, output))
"""


def test_what_a_service_has_said_before_it_ended_is_heard(serving):
    ended = serving.run_changed(SLOW_TO_READ, "copies and ends")
    assert (ended.returncode, ended.stderr) == (0, "")


def test_a_service_that_does_not_end_is_killed_and_told(serving):
    ended = serving.run_changed("service._ENDS_WITHIN = 0.3", "stays")
    assert ended.returncode == 1
    assert "the service did not end within 0.3 s after it was asked to" in ended.stderr
    assert not is_there(service_of(ended.stdout))


@pytest.mark.parametrize(
    ("options", "program", "code", "words"),
    [
        (["--failed=("], sys.executable, 2, "'(' is no regular expression"),
        (["--within=soon"], sys.executable, 2, "invalid float value: 'soon'"),
        ([], "/no/such/service", 1, "the service '/no/such/service' cannot be started: No such file or directory"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(serving, options, program, code, words):
    ended, _, complained = serving.run("copies", *options, program=program)
    assert ended == code
    assert words in complained
    assert "Traceback" not in complained
