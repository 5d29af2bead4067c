"""What every system imports must be there on every system: Windows has neither `fcntl` nor a C library without a name."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "ContentionLibrary"
POSIX = {"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty"}
ENTRANCES = ["library", "reference_copier.command", "competitors.foreign", "processes.child_portable"]
ENTRANCES += ["competitors.worker", "monitor.sampler", "processes.starter_portable", "stepping.sampled.supervisor"]
ENTRANCES += [f"cli.{path.stem}" for path in sorted((PACKAGE / "cli").glob("*.py")) if path.stem != "__init__"]


def file_of(module):
    """Return the file of a module of ours; None if it is none, but a name in one."""
    path = PACKAGE.joinpath(*module.split(".")[1:])
    return next((file for file in (path.with_suffix(".py"), path / "__init__.py") if file.is_file()), None)


def done_at_import(body):
    """List the statements that run when a module is imported, on whatever system: not in functions, nor below conditions."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from done_at_import(node.body)
        elif not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.If | ast.Try):
            yield node


def look(module):
    """Return which modules of ours a module imports, and what it does that only POSIX systems can."""
    ours, posix = set(), []
    for node in done_at_import(ast.parse(file_of(module).read_text(encoding="utf-8")).body):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        posix += [f"{module}: import {name}" for name in names if name in POSIX]
        ours |= {name for name in names if name.startswith("ContentionLibrary.") and file_of(name)}
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.Expr) and "CDLL(None" in ast.unparse(node):
            posix.append(f"{module}: {ast.unparse(node)}")
    return ours, posix


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_what_all_systems_import_needs_no_posix_system(entrance):
    waiting, seen, wrong = [f"ContentionLibrary.{entrance}"], set(), []
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            ours, posix = look(module)
            waiting += ours
            wrong += posix
    assert seen and wrong == []
