"""Memory that a program cannot do without is told apart from pages of files, and no peak of it is missed."""

import subprocess
import sys

import pytest

if not sys.platform.startswith("linux"):
    pytest.skip("only Linux tells kinds of memory", allow_module_level=True)

from ContentionLibrary.monitor.linux import LinuxReader
from ContentionLibrary.monitor.surroundings import Surroundings

MIB = 1 << 20
TAKES = """
import mmap, os, sys
size = 16 << 20
with open(sys.argv[1], "wb") as file:
    file.write(bytes(size))
reading = os.open(sys.argv[1], os.O_RDONLY)
taken = []

def maps():
    taken.append(mmap.mmap(reading, size, prot=mmap.PROT_READ))
    for place in range(0, size, 4096):
        taken[0][place]

def unmaps():
    taken.pop().close()

def keeps():
    taken.append(b"x" * size)

def has_had():
    b"x" * size

def fills_memfd():
    taken.append(os.memfd_create("all"))
    for _ in range(0, size, 1 << 20):
        os.write(taken[0], bytes(1 << 20))

def maps_memfd():
    fills_memfd()
    taken.append(mmap.mmap(taken[0], size))
    for place in range(0, size, 4096):
        taken[1][place]

print("ready", flush=True)
for line in sys.stdin:
    globals()[line.strip()]()
    print("done", flush=True)
"""


@pytest.mark.parametrize(
    ("deeds", "own"),
    [
        (["maps"], 0),
        (["maps", "unmaps"], 0),
        (["keeps"], 16),
        (["has_had"], 16),
        (["maps", "has_had"], 16),
        (["has_had", "fills_memfd"], 32),
        (["fills_memfd"], 16),
        (["maps_memfd"], 16),
    ],
)
def test_what_counts(deeds, own, tmp_path):
    # Below a process that has no other programs: this one may have browsers and Robots of other tests.
    command = ["sh", "-c", 'setsid "$@"; :', "sh", sys.executable, "-I", "-S", "-c", TAKES, str(tmp_path / "file")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "bufsize": 1}
    with subprocess.Popen(command, **pipes) as program:
        reader = LinuxReader(program.pid, Surroundings(str(tmp_path)))
        assert program.stdout.readline() == "ready\n"
        looks = [reader.read(thoroughly=True)]
        for deed in deeds:
            print(deed, file=program.stdin)
            assert program.stdout.readline() == "done\n"
            looks.append(reader.read(thoroughly=True))
        program.stdin.close()
    reader.close()
    assert (looks[-1]["peak memory of all"] - looks[0]["peak memory of all"]) / MIB == pytest.approx(own, abs=2)
    mapped = max(look["mapped pages of files"] for look in looks) - looks[0]["mapped pages of files"]
    assert mapped / MIB == pytest.approx(16 if "maps" in deeds else 0, abs=1)
