"""The filter that runs in the kernel, run here: which calls are reported on which architecture; and the call numbers."""

from __future__ import annotations

import platform
import re
import struct
from pathlib import Path

import pytest

from ContentionLibrary.errors import NotPossibleHere
from ContentionLibrary.stepping.linux import architecture as architectures
from ContentionLibrary.stepping.linux.architecture import ARCHITECTURES, Architecture
from ContentionLibrary.stepping.linux.calls import CALLS, Call, Verb
from ContentionLibrary.stepping.linux.filter import FICLONE, FICLONERANGE, LOCKING_COMMANDS, Instruction, build

ALLOW, REPORT = 0x7FFF0000, 0x7FC00000
HEADERS = {
    "x86_64": [
        "/usr/include/x86_64-linux-gnu/asm/unistd_64.h",
        "/usr/include/asm/unistd_64.h",
        "/usr/x86_64-linux-gnu/include/asm/unistd_64.h",
    ],
    "aarch64": ["/usr/include/asm-generic/unistd.h", "/usr/aarch64-linux-gnu/include/asm-generic/unistd.h"],
}
both = pytest.mark.parametrize("machine", ["x86_64", "aarch64"])


def decide(program: list[Instruction], number: int, audit: int, *arguments: int) -> int:
    """Run a filter as the kernel does (classic BPF with 32-bit words on `struct seccomp_data`)."""
    data = struct.pack("<IIQ6Q", number, audit, 0, *(*arguments, *(0,) * (6 - len(arguments))))
    accumulator = position = 0
    for _ in range(len(program) + 1):
        code, if_true, if_false, operand = program[position]
        position += 1
        if code == 0x20:
            assert operand % 4 == 0
            assert operand < len(data)
            (accumulator,) = struct.unpack_from("<I", data, operand)
        elif code == 0x06:
            return operand
        else:
            test = {0x15: accumulator == operand, 0x35: accumulator >= operand, 0x45: bool(accumulator & operand)}[code]
            position += if_true if test else if_false
    raise AssertionError("the filter does not end")


def asked(machine: str, name: str, *arguments: int, with_reads: bool = False, with_data: bool = True) -> bool:
    """Tell whether a call is reported."""
    architecture = ARCHITECTURES[machine]
    (number,) = [number for number, call in architecture.calls.items() if call.name == name]
    verdict = decide(
        build(architecture, with_reads=with_reads, with_data=with_data), number, architecture.audit, *arguments
    )
    assert verdict in (ALLOW, REPORT)
    return verdict == REPORT


@both
def test_every_call_is_reported_unless_its_arguments_or_the_plan_say_otherwise(machine: str) -> None:
    by_arguments = (Verb.MAP, Verb.FCNTL, Verb.CONTROL, Verb.READ)
    for call in ARCHITECTURES[machine].calls.values():
        writing = [0] * 6
        if call.verb is Verb.OPEN and call.flags is not None:
            writing[call.flags] = 0o101
        if call.verb not in by_arguments:
            assert asked(machine, call.name, *writing), call.name


@both
def test_everything_else_runs_unseen(machine: str) -> None:
    architecture = ARCHITECTURES[machine]
    program = build(architecture)
    for number in range(600):
        if number not in architecture.calls:
            assert decide(program, number, architecture.audit, 1, 2, 3, 4, 5, 6) == ALLOW


@both
def test_reads_are_reported_only_where_the_plan_asks(machine: str) -> None:
    for name in ("read", "pread64", "readv", "preadv", "preadv2"):
        assert not asked(machine, name, 3)
        assert asked(machine, name, 3, with_reads=True)
    assert not asked(machine, "openat", 0, 0, 0o2000000)
    assert asked(machine, "openat", 0, 0, 0o2000000, with_reads=True)


@both
def test_data_is_reported_unless_the_plan_does_without(machine: str) -> None:
    for name in ("write", "pwrite64", "writev", "pwritev", "sendfile", "copy_file_range", "splice"):
        assert asked(machine, name, 3)
        assert not asked(machine, name, 3, with_data=False)
    for name, *arguments in (("openat", 0, 0, 0o101), ("ftruncate", 3), ("fsync", 3), ("renameat2",), ("close", 3)):
        assert asked(machine, name, *arguments, with_data=False)


@both
@pytest.mark.parametrize("flags", [0o1, 0o2, 0o100, 0o1000, 0o20000000, 0o2001 | 0o100])
def test_opens_that_may_change_something_are_reported(machine: str, flags: int) -> None:
    assert asked(machine, "openat", 0, 0, flags)


@both
def test_mappings_are_reported_if_they_share_a_file(machine: str) -> None:
    shared, private, anonymous, validate = 1, 2, 0x20, 3
    assert asked(machine, "mmap", 0, 4096, 3, shared, 5)
    assert asked(machine, "mmap", 0, 4096, 3, validate, 5)
    assert asked(machine, "mmap", 0, 4096, 1, shared, 5)  # it may be made writable later
    assert not asked(machine, "mmap", 0, 4096, 3, private, 5)
    assert not asked(machine, "mmap", 0, 4096, 3, shared | anonymous, 5)
    assert not asked(machine, "mmap", 0, 4096, 3, private | anonymous, 5)


@both
def test_only_locking_and_cloning_commands_are_reported(machine: str) -> None:
    for command in range(2000):
        assert asked(machine, "fcntl", 3, command) == (command in LOCKING_COMMANDS)
    assert asked(machine, "ioctl", 3, FICLONE)
    assert asked(machine, "ioctl", 3, FICLONERANGE)
    assert not asked(machine, "ioctl", 3, 0x5401)


@both
def test_foreign_programs_are_reported_whatever_they_call(machine: str) -> None:
    program = build(ARCHITECTURES[machine])
    for number in (0, 4, 59, 500):
        assert decide(program, number, 0x40000003) == REPORT  # i386
    assert decide(program, 0x40000000 + 1, ARCHITECTURES[machine].audit) == REPORT  # x32


@both
def test_a_filter_is_short_enough_and_jumps_only_forward_inside(machine: str) -> None:
    for with_reads in (False, True):
        program = build(ARCHITECTURES[machine], with_reads=with_reads)
        assert len(program) <= 4096
        for position, (code, if_true, if_false, _) in enumerate(program):
            assert 0 <= if_true <= 255 and 0 <= if_false <= 255
            if code != 0x06:
                assert position + 1 + max(if_true, if_false) < len(program)
        assert program[-1] == (0x06, 0, 0, ALLOW)


def numbers_of(header: str) -> dict[str, int]:
    found = {}
    for name, number in re.findall(r"^#define\s+__NR(?:3264)?_(\w+)\s+(\d+)\s*$", header, re.MULTILINE):
        found[name] = int(number)
    return found


def expected(call: Call, machine: str) -> int | None:
    return call.x86_64 if machine == "x86_64" else call.aarch64


@both
def test_numbers_are_those_of_the_kernel(machine: str) -> None:
    header = next((Path(path) for path in HEADERS[machine] if Path(path).exists()), None)
    if header is None:
        pytest.skip(f"the kernel's headers for {machine} are not installed (linux-libc-dev)")
    known = numbers_of(header.read_text())
    assert len(known) > 200
    newer = {"fchmodat2", "close_range", "openat2"}  # an old header may not know them yet
    for call in CALLS:
        if call.name in known or call.name not in newer:
            assert expected(call, machine) == known.get(call.name), call.name


def test_no_number_and_no_name_is_there_twice() -> None:
    for machine in ("x86_64", "aarch64"):
        numbers = [expected(call, machine) for call in CALLS if expected(call, machine) is not None]
        assert len(numbers) == len(set(numbers))
    assert len({call.name for call in CALLS}) == len(CALLS)


def test_each_call_says_which_file_it_is_about() -> None:
    about_none = {"sync", "close_range", "dup2", "dup3", "execve", "execveat", "io_uring_setup", "io_setup"}
    for call in CALLS:
        assert (call.descriptor is None and call.path is None) == (call.name in about_none), call.name


def test_an_unknown_processor_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(NotPossibleHere, match="riscv64"):
        architectures.this_architecture()
    monkeypatch.setattr(platform, "machine", lambda: "arm64")
    assert isinstance(architectures.this_architecture(), Architecture)
