"""Which file a call is about, by whatever way the program names it."""

from __future__ import annotations

import os
import platform
import struct
import subprocess
from pathlib import Path
from typing import Any

import pytest
from programs import PYTHON
from stage_play import Play, Ran

from ContentionLibrary.stepping.control import Controlled, Hold
from ContentionLibrary.stepping.linux.architecture import this_architecture
from ContentionLibrary.stepping.plan import Plan, Stop

HEAD = "import os, sys\nsource, target = map(os.fsencode, sys.argv[1:3])\n"
MIDDLE = [
    "write the first bytes of the destination",
    "write the destination from 1/4 on",
    "write the destination from 2/4 on",
    "write the destination from 3/4 on",
    "write the last bytes of the destination",
    "close the destination",
]
WHOLE = ["create the destination", *MIDDLE]
FEED = """
def feed(fd):
    with open(source, 'rb', 0) as file:
        while piece := file.read(65536):
            os.write(fd, piece)
    os.close(fd)
"""


def run_code(play: Play, code: str, *more: str, plan: Plan | None = None, **program: Any) -> Ran:
    """Run a small Python program on the stage; it must succeed, and everything must come out alike unheld."""
    command = (*PYTHON, "-c", HEAD + FEED + code, str(play.source), str(play.destination), *more)
    ran = play.run(*command, plan=plan, **program)
    assert ran.exit.code == 0, ran.errors
    return ran


@pytest.mark.parametrize(
    "code",
    [
        "os.chdir(os.path.dirname(target)); feed(os.open('copy.bin', os.O_WRONLY | os.O_CREAT))",
        "feed(os.open('target/../target/./copy.bin', os.O_WRONLY | os.O_CREAT))",
        "there = os.open('target', os.O_RDONLY); feed(os.open('copy.bin', os.O_WRONLY | os.O_CREAT, dir_fd=there))",
        "os.fchdir(os.open('target', os.O_PATH)); feed(os.open(b'./copy.bin', os.O_WRONLY | os.O_CREAT))",
        "feed(os.open('/proc/self/cwd/target/copy.bin', os.O_WRONLY | os.O_CREAT))",
        "there = os.open('target', os.O_RDONLY)\nfeed(os.open(f'/dev/fd/{there}/copy.bin', os.O_WRONLY | os.O_CREAT))",
        "there = os.open('target', os.O_RDONLY)\n"
        "feed(os.open(f'/proc/{os.getpid()}/fd/{there}/copy.bin', os.O_WRONLY | os.O_CREAT))",
        "feed(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_APPEND))",
        "feed(os.dup(os.dup2(os.open(target, os.O_WRONLY | os.O_CREAT), 77)))",
    ],
    ids=["chdir", "dots", "dirfd", "fchdir", "proc-cwd", "dev-fd", "proc-pid-fd", "append", "dup"],
)
def test_finds_the_destination(play: Play, code: str) -> None:
    assert run_code(play, code).steps == WHOLE
    assert play.is_whole()


def test_follows_links_on_the_way(play: Play) -> None:
    (play.stage / "link").symlink_to("target")
    play.destinations = (play.stage / "link" / "copy.bin",)
    ran = run_code(play, "feed(os.open(target, os.O_WRONLY | os.O_CREAT))")
    assert ran.steps == WHOLE
    assert all(hold.path == str(play.stage / "target" / "copy.bin") for hold in ran.holds)


def test_tells_the_data_behind_a_link_by_the_name_of_the_link(play: Play) -> None:
    real = play.stage / "real.bin"
    real.write_bytes(b"")
    play.destination.symlink_to(real)
    ran = run_code(play, "feed(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_TRUNC))")
    assert ran.steps == ["open and empty the destination", *MIDDLE]
    assert ran.holds[0].second == str(real)
    assert play.is_whole(real)


def test_follows_a_link_into_the_stage(play: Play) -> None:
    outside = play.logs / "link"
    outside.symlink_to(play.destination)
    code = "feed(os.open(os.fsencode(sys.argv[3]), os.O_WRONLY | os.O_CREAT))"
    assert run_code(play, code, str(outside)).steps == WHOLE


@pytest.mark.parametrize(
    "name",
    ["with blank", "new\nline", "x" * 200, "\udcff\udcfe raw", "ends (deleted)", "#1", '"quoted"\\', "\u00e4\u00f6"],
    ids=["blank", "newline", "long", "not-utf-8", "deleted", "number", "quotes", "umlauts"],
)
def test_knows_unusual_names(play: Play, name: str) -> None:
    play.destinations = (play.destination.with_name(name),)
    ran = play.run("dd", "bs=64k", f"if={play.source}", f"of={play.destination}")
    assert ran.exit.code == 0, ran.errors
    assert ran.steps == ["create the destination", "close the destination", *MIDDLE[:-1], "close the destination #2"]
    assert {hold.path for hold in ran.holds} == {str(play.destination)}
    assert play.is_whole()


def test_writes_through_standard_output(play: Play) -> None:
    ran = play.run("sh", "-c", f"dd bs=64k if={play.source} of=/dev/stdout > {play.destination}")
    assert play.is_whole()
    assert [step for step in ran.steps if "write" in step] == MIDDLE[:-1]


def test_what_is_not_on_the_stage_is_no_step(play: Play) -> None:
    elsewhere = play.logs / "elsewhere.bin"
    beside = Path(f"{play.stage}-beside")
    for target in (elsewhere, beside):
        ran = play.run("cp", str(play.source), str(target))
        assert (ran.steps, ran.holds) == ([], [])
        assert play.is_whole(target)
        target.unlink()


def test_an_unnamed_file_gets_its_name(play: Play) -> None:
    code = """
fd = os.open(os.path.dirname(target), os.O_TMPFILE | os.O_WRONLY, 0o644)
again = os.dup(fd)
feed(fd)
os.link(f'/proc/self/fd/{again}', target, src_dir_fd=again)  # only so Python asks the kernel to follow the link
os.close(again)
"""
    steps = run_code(play, code).steps
    assert steps[:2] == [
        "create an unnamed temporary file in the destination's directory",
        "write the first bytes of the unnamed temporary file",
    ]
    assert "link the unnamed temporary file as the destination" in steps
    assert play.is_whole()


def test_a_sparse_file(play: Play) -> None:
    holes = play.size // 2
    with play.source.open("r+b") as file:
        file.truncate(holes)
        file.truncate(play.size)
    seen = []
    for stop in (Stop.EVERYWHERE, Stop.NOWHERE):
        play.reset()
        seen.append(play.run("cp", "--sparse=always", str(play.source), str(play.destination), plan=Plan(stop)).steps)
        assert play.is_whole()
    assert seen[0] == seen[1]
    assert "write the destination from 1/4 on" in seen[0]


@pytest.mark.parametrize(
    "change",
    [
        "os.close(fd); fd = os.open(target + b'.2', os.O_WRONLY | os.O_CREAT)",
        "other = os.open(target + b'.2', os.O_WRONLY | os.O_CREAT); os.dup2(other, fd)",
        "other = os.open(target + b'.2', os.O_WRONLY | os.O_CREAT); os.dup2(other, fd, inheritable=False)",
        "os.closerange(fd, fd + 1); fd = os.open(target + b'.2', os.O_WRONLY | os.O_CREAT)",
        "import fcntl; os.close(fd)\n"
        "other = os.open(target + b'.2', os.O_WRONLY | os.O_CREAT); fd = fcntl.fcntl(other, fcntl.F_DUPFD, fd)",
    ],
    ids=["close", "dup2", "dup3", "close-range", "dupfd"],
)
def test_a_number_that_means_another_file(play: Play, change: str) -> None:
    """A descriptor that was written to is used again for something else: each write must be told for its own file."""
    code = f"fd = os.open(target, os.O_WRONLY | os.O_CREAT)\nos.write(fd, b'one')\n{change}\nos.write(fd, b'two')\n"
    holds = [hold for hold in run_code(play, code).holds if hold.call == "write"]
    assert [hold.path for hold in holds] == [str(play.destination), f"{play.destination}.2"]


def test_a_number_that_means_another_file_after_exec(play: Play) -> None:
    code = """
fd = os.open(target, os.O_WRONLY | os.O_CREAT)
os.write(fd, b'one')
again = "import os, sys; fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT); os.write(fd, b'two'); print(fd)"
print(fd, flush=True)
os.execv(sys.executable, [sys.executable, '-I', '-S', '-c', again, target + b'.2'])
"""
    output = play.logs / "numbers"
    holds = [hold for hold in run_code(play, code, output=str(output)).holds if hold.call == "write"]
    assert len(set(output.read_text().split())) == 1, "the test needs the same number twice"
    assert [hold.path for hold in holds] == [str(play.destination), f"{play.destination}.2"]


def test_a_number_that_means_another_file_in_the_child(play: Play) -> None:
    code = """
fd = os.open(target, os.O_WRONLY | os.O_CREAT)
os.write(fd, b'one')
if os.fork() == 0:
    os.close(fd)
    os.write(os.open(target + b'.2', os.O_WRONLY | os.O_CREAT), b'two')
    os._exit(0)
os.wait()
os.write(fd, b'three')
"""
    holds = [hold for hold in run_code(play, code).holds if hold.call == "write"]
    assert [(hold.path, hold.step.split(" the ")[-1]) for hold in holds] == [
        (str(play.destination), "destination"),
        (f"{play.destination}.2", "temporary file"),
    ]


def test_goes_on_in_a_directory_that_was_renamed_meanwhile(play: Play) -> None:
    away = play.stage / "away"

    def move(controlled: Controlled, hold: Hold) -> None:
        if "from 2/4" in hold.step:
            play.destination.parent.rename(away)

    ran = play.run("cp", str(play.source), str(play.destination), at_hold=move)
    assert ran.exit.code == 0
    assert play.is_whole(away / "copy.bin")
    assert "write the destination from 3/4 on" in ran.steps


def test_names_files_alike_after_the_program_has_renamed_them(play: Play) -> None:
    code = """
fd = os.open(target + b'.part', os.O_WRONLY | os.O_CREAT)
os.write(fd, b'1')
os.rename(target + b'.part', target)
os.fsync(fd)
"""
    assert run_code(play, code).steps == [
        "create the temporary file",
        "write the first bytes of the temporary file",
        "rename the temporary file to the destination",
        "flush the destination to disk",
    ]


def test_a_shared_mapping_is_told_as_a_limitation(play: Play) -> None:
    code = """
import mmap
fd = os.open(target, os.O_RDWR | os.O_CREAT)
os.ftruncate(fd, 4096)
mmap.mmap(fd, 4096)[:4] = b'data'
"""
    assert "mapped" in run_code(play, code).limitations[0]
    read_only = "import mmap; mmap.mmap(os.open(source, os.O_RDONLY), 4096, prot=mmap.PROT_READ)"
    assert run_code(play, read_only).limitations == []


@pytest.mark.parametrize(
    ("name", "told"), [("io_uring_setup", "io_uring"), ("io_setup", "asynchronous I/O (io_submit)")]
)
def test_what_would_move_data_unseen_is_refused_and_told(play: Play, name: str, told: str) -> None:
    (number,) = [number for number, call in this_architecture().calls.items() if call.name == name]
    code = f"""
import ctypes, errno
libc = ctypes.CDLL(None, use_errno=True)
for _ in range(2):
    assert libc.syscall({number}, 8, ctypes.create_string_buffer(256)) == -1
    assert ctypes.get_errno() == errno.ENOSYS
"""
    ran = run_code(play, code)
    assert ran.exit.refused == (told,)
    assert ran.limitations == []
    assert run_code(play, "").exit.refused == ()


def test_a_pipe_on_the_stage_keeps_nobody_waiting(play: Play) -> None:
    os.mkfifo(play.stage / "pipe")
    reader = subprocess.Popen(["dd", f"if={play.stage / 'pipe'}", f"of={play.destination}", "bs=64k"], stderr=-3)
    try:
        ran = play.run(
            *PYTHON,
            "-c",
            "import sys; open(sys.argv[2], 'wb', 0).write(open(sys.argv[1], 'rb').read())",
            str(play.source),
            str(play.stage / "pipe"),
        )
        assert ran.exit.code == 0, ran.errors
    finally:
        reader.wait(10)
    assert play.is_whole()


C_32_BIT = r"""
static int call(int number, int a, int b, int c) {
    int result;
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
    return result;
}
void _start(void) {
    int file = call(5, (int)"copy.bin", 0101, 0644);
    call(4, file, (int)"hello\n", 6);
    call(1, 7, 0, 0);
}
"""


def make_32_bit_program(program: Path) -> None:
    """Write the program above in 32 bits; the one for ARM, whose compiler makes none of them, word by word."""
    if platform.machine() == "aarch64":
        begin, head = 0x10000, 84
        words = (0xE28F0028, 0xE3A01041, 0xE3A02F69, 0xE3A07005, 0xEF000000)  # open(path, 0101, 0644)
        words += (0xE28F1020, 0xE3A02006, 0xE3A07004, 0xEF000000)  # write(its result, text, 6)
        words += (0xE3A00007, 0xE3A07001, 0xEF000000)  # exit(7)
        code = struct.pack("<12I", *words) + b"copy.bin\0\0\0\0hello\n"
        kind = struct.pack("<16s2H5I6H", b"\x7fELF\1\1\1", 2, 40, 1, begin + head, 52, 0, 0x5000000, 52, 32, 1, 0, 0, 0)
        size = head + len(code)
        program.write_bytes(kind + struct.pack("<8I", 1, 0, begin, begin, size, size, 5, 4096) + code)
        program.chmod(0o755)
        return
    compiler = ("gcc", "-m32", "-nostdlib", "-static", "-fno-pic", "-no-pie", "-x", "c", "-", "-o", str(program))
    try:
        made = subprocess.run(compiler, input=C_32_BIT.encode(), capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("gcc is not installed")
    if made.returncode:
        pytest.skip(f"gcc cannot make 32-bit programs: {made.stderr.decode()[-200:]}")


def test_a_32_bit_program_runs_and_is_told_as_a_limitation(play: Play) -> None:
    program = play.logs / "program32"
    make_32_bit_program(program)
    try:
        subprocess.run([program], cwd=play.logs, check=False)
    except OSError as error:
        pytest.skip(f"this kernel runs no 32-bit programs: {error}")
    ran = play.run(str(program), directory=str(play.destination.parent))
    assert ran.exit.code == 7
    assert play.destination.read_bytes() == b"hello\n"
    assert "32-bit" in ran.limitations[0]
