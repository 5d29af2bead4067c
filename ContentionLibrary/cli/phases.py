"""How selected tests are run: which beside each other, which alone, and with which command lines.

What measures time, memory or the machine's limits is tagged `pabot:exclusive` and must not have company. So there are
two phases: pabot with everything else, then one Robot with these. Where pabot would have a single suite file to run,
one Robot runs everything, because pabot's start costs more than it gains.
"""

from __future__ import annotations

import glob
import site
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import ContentionLibrary
from ContentionLibrary.cli.suites import SuiteTest
from ContentionLibrary.cli.system import write_launcher
from ContentionLibrary.report.progress import LISTENER

OUTPUT = "output.xml"
_PYTHON = (sys.executable, "-P", "-m")  # -P: a file robot.py in the user's folder must not be taken for Robot


@dataclass(frozen=True)
class Phase:
    """Tests that one robot or one pabot runs.

    Args:
        name: also the name of its folder.
        tests: what is run.
        processes: how many suites at once; with 1 it is one Robot.
    """

    name: str
    tests: tuple[SuiteTest, ...]
    processes: int

    @property
    def by_pabot(self) -> bool:
        """Whether pabot runs it."""
        return self.processes > 1

    @property
    def roots(self) -> tuple[Path, ...]:
        """What is given to Robot as data sources."""
        return tuple(dict.fromkeys(test.root for test in self.tests))


def plan(tests: Sequence[SuiteTest], processes: int) -> tuple[Phase, ...]:
    """Divide tests into one or two phases.

    Args:
        tests: all that are to be run, at least one.
        processes: how many suites may run beside each other.
    """
    shared = tuple(test for test in tests if not test.exclusive)
    if processes == 1 or len(_files(shared)) < 2:
        return (Phase("alone", tuple(tests), 1),)
    alone = tuple(test for test in tests if test.exclusive)
    side_by_side = Phase("side-by-side", shared, processes)
    return (side_by_side, Phase("alone", alone, 1)) if alone else (side_by_side,)


def phase_command(phase: Phase, folder: Path, settings: Path) -> list[str]:
    """The command line that runs a phase.

    Args:
        phase: what is run.
        folder: the phase's own output directory.
        settings: file of variables for Robot.
    """
    options = [
        *("--outputdir", str(folder), "--output", OUTPUT, "--log", "NONE", "--report", "NONE"),
        *("--variablefile", str(settings), "--listener", LISTENER, "--consolecolors", "off", "--maxerrorlines", "none"),
        *_python_path(),
        *_selection(phase.tests),
    ]
    if len(phase.roots) > 1:
        options += ["--name", "Suites"]
    roots = [str(root) for root in phase.roots]
    if not phase.by_pabot:
        return [*_PYTHON, "robot", *options, *roots]
    launcher = write_launcher(folder, sys.executable, Path.cwd())
    pabot = ["--no-pabotlib", "--processes", str(phase.processes), "--command", *launcher, "--end-command"]
    return [*_PYTHON, "pabot.pabot", *pabot, *options, *roots]


def _selection(tests: Sequence[SuiteTest]) -> list[str]:
    """Name the files to be read, and in them the tests.

    The folders' own `__init__` files count this way; they would not if the files were given to Robot by themselves.
    The end of a test's long name is enough, since nothing but the wanted files is read.
    """
    files = [word for file in _files(tests) for word in ("--parseinclude", glob.escape(str(file)))]
    names = [f"*{glob.escape(f'{test.suite}.{test.name}')}" for test in tests]
    return files + [word for name in names for word in ("--test", name)]


def _files(tests: Iterable[SuiteTest]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(test.source for test in tests))


def _python_path() -> list[str]:
    """Let Robot find this very package where it is not installed but used from a checkout."""
    parent = Path(ContentionLibrary.__file__).resolve().parent.parent
    installed = [*site.getsitepackages(), site.getusersitepackages()]
    return [] if str(parent) in installed else ["--pythonpath", str(parent)]
