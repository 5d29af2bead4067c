"""The rooms of the house import each other downwards only, and each keeps what belongs to it alone."""

import ast
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGE = CHECKOUT / "ContentionLibrary"

MAY_IMPORT = {
    # From the ground up: each room, and the rooms that it may import from. `errors` and `locations` are open to all.
    "errors": set(),
    "locations": set(),
    "content": set(),
    "processes": set(),
    "history": {"content"},
    "checks": {"content", "history"},
    "copiers": {"checks"},
    "competitors": {"content", "history", "processes"},
    "stepping": {"history", "processes"},
    "stage": {"processes"},
    "monitor": {"processes"},
    "scenario": {"checks", "competitors", "content", "copiers", "history", "monitor", "processes", "stage", "stepping"},
    "doctor": {"competitors", "history", "processes", "scenario", "stage", "stepping"},
    "report": {"checks", "content", "history"},
    "keywords": {"checks", "competitors", "content", "copiers", "history", "monitor", "report", "scenario", "stepping"},
    "library": {"keywords", "scenario"},
    "replaying": {"checks", "content", "history", "scenario"},
    "cli": {
        *("checks", "competitors", "content", "copiers", "doctor", "keywords", "processes", "replaying", "report"),
        *("scenario", "stepping"),
    },
    "reference_copier": set(),
    "serve": set(),
    "faulty_copiers": set(),
    "dialect_copiers": set(),
}
OPEN_TO_ALL = {"errors", "locations"}
KNOW_ROBOT = {"keywords", "library", "report"}
READ_SUITES = {"cli/suites.py", "cli/selection.py"}
"""The command line lists and selects tests before any Robot runs, so it reads suites with Robot's own parser."""

PURE = {"checks", "history", "content"}
IMPURE_MODULES = {
    *("asyncio", "fcntl", "multiprocessing", "platform", "psutil", "resource", "select", "selectors", "shutil"),
    *("signal", "socket", "subprocess", "tempfile", "threading", "time", "datetime", "random", "glob", "mmap"),
}


@dataclass(frozen=True)
class Import:
    """One import statement: which file, on which line, of which module and name."""

    file: str
    line: int
    module: str
    name: str = ""

    def __str__(self):
        return f"{self.file}:{self.line}: {self.module}{' ' + self.name if self.name else ''}"

    @property
    def room(self):
        return room_of(self.file)


def room_of(path):
    return path.partition("/")[0].removesuffix(".py")


@cache
def imports():
    """Return every import in the package, those inside functions too."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found += [Import(file, node.lineno, alias.name) for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{file}:{node.lineno}: a relative import hides which room is meant"
                found += [Import(file, node.lineno, node.module or "", alias.name) for alias in node.names]
    return tuple(found)


def own_imports():
    """Return imports from this package, each with the room that is imported from."""
    for one in imports():
        if one.module.split(".")[0] == "ContentionLibrary":
            path = f"{one.module}.{one.name}".split(".")[1:]
            yield one, path[0]


def test_every_room_is_known():
    rooms = {room_of(path.relative_to(PACKAGE).as_posix()) for path in PACKAGE.rglob("*.py")}
    assert rooms - {"__init__", "__main__"} == set(MAY_IMPORT)


def test_rooms_import_downwards_only():
    wrong = [
        str(one)
        for one, target in own_imports()
        if one.room in MAY_IMPORT
        and target in MAY_IMPORT
        and target not in MAY_IMPORT[one.room] | OPEN_TO_ALL | {one.room}
    ]
    assert wrong == []


def test_the_allowed_arrows_have_no_circle():
    above: dict[str, set[str]] = {}
    for room, others in MAY_IMPORT.items():  # each room stands after all that it imports from
        assert others <= set(above), f"{room} imports from a room above it"
        above[room] = others


def test_the_door_opens_into_the_library_only():
    assert {target for one, target in own_imports() if one.file == "__init__.py"} == {"library"}
    assert {target for one, target in own_imports() if one.file == "__main__.py"} == {"cli"}


def test_only_three_rooms_know_robot():
    wrong = [
        str(one)
        for one in imports()
        if one.module.split(".")[0] in ("robot", "pabot") and one.room not in KNOW_ROBOT and one.file not in READ_SUITES
    ]
    assert wrong == []


def test_private_names_stay_at_home():
    wrong = [
        str(one)
        for one, target in own_imports()
        if any(part.startswith("_") and not part.startswith("__") for part in [*one.module.split("."), one.name])
        and target != one.room
    ]
    assert wrong == []


def test_nobody_reaches_into_the_private_names_of_another_rooms_module():
    wrong = []
    for path in sorted(PACKAGE.rglob("*.py")):
        file = path.relative_to(PACKAGE).as_posix()
        strangers = {one.name for one, target in own_imports() if one.file == file and target != one.room}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Attribute)
                and node.attr.startswith("_")
                and not node.attr.startswith("__")
                and isinstance(node.value, ast.Name)
                and node.value.id in strangers
            ):
                wrong.append(f"{file}:{node.lineno}: {node.value.id}.{node.attr}")
    assert wrong == []


def test_checks_touch_no_process_file_or_clock():
    wrong = [str(one) for one in imports() if one.room == "checks" and one.module.split(".")[0] in IMPURE_MODULES]
    # Words for error and signal numbers are facts, not acts.
    wrong = [line for line in wrong if not line.endswith(": signal")]
    assert wrong == []
    for path in (PACKAGE / "checks").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {
            f"{node.func.value.id}.{node.func.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        } | {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        assert not called & {"open", "print", "input"}, path.name
        assert {name for name in called if name.startswith(("os.", "signal."))} <= {"os.strerror", "signal.Signals"}
        assert not any(isinstance(node, ast.Name) and node.id == "Path" for node in ast.walk(tree)), path.name


POSIX_ONLY = [
    pytest.param(module, marks=pytest.mark.skipif(sys.platform == "win32", reason="this module is of POSIX systems"))
    for module in ("ContentionLibrary.stepping.linux.supervisor", "ContentionLibrary.processes.starter_posix")
]
WORKER_SIDE = [
    *POSIX_ONLY,
    "ContentionLibrary",
    "ContentionLibrary.competitors.worker",
    "ContentionLibrary.competitors.operations",
    "ContentionLibrary.competitors.foreign",
    "ContentionLibrary.monitor.sampler",
    "ContentionLibrary.processes.starter_portable",
    "ContentionLibrary.processes.child_portable",
    "ContentionLibrary.content.judge",
    "ContentionLibrary.reference_copier.command",
]


def heavy_modules_of(module):
    """Import a module in a fresh Python, and return which of the slow packages came with it."""
    code = f"import sys, {module}; print(*sorted({{name.split('.')[0] for name in sys.modules}}))"
    told = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    return sorted(set(told.stdout.split()) & {"robot", "pabot", "psutil", "yaml", "filelock", "smbprotocol"})


@pytest.mark.parametrize("module", WORKER_SIDE)
def test_worker_side_modules_start_light(module):
    assert heavy_modules_of(module) == []


def test_the_sampled_supervisor_works_everywhere_by_psutil_alone():
    assert heavy_modules_of("ContentionLibrary.stepping.sampled.supervisor") == ["psutil"]


def test_importing_the_package_does_not_import_the_library():
    code = "import sys, ContentionLibrary; print('ContentionLibrary.library' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT, capture_output=True, text=True, check=True)
    assert told.stdout == "False\n"
