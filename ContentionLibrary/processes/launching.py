"""The command line of our small programs: this Python, quickly started, with our own module path."""

from __future__ import annotations

import json
import os
import sys

_CODE = (
    "import sys, json, importlib; sys.path[:] = json.loads(sys.argv[1]); "
    "importlib.import_module(sys.argv[2]).main(*map(json.loads, sys.argv[3:]))"
)


def command(module: str, *arguments: str | int) -> list[str]:
    """Return the command that calls `main(*arguments)` of a module in a process of its own.

    The module path is handed over and the environment variables of Python are neither read nor set, so that
    programs which the process starts see the user's own.

    Args:
        module: dotted name of the module.
        arguments: the arguments of `main`.
    """
    path = [os.path.abspath(entry) for entry in sys.path]  # noqa: PTH100 - '' means the current directory
    return [sys.executable, "-I", "-S", "-c", _CODE, json.dumps(path), module, *map(json.dumps, arguments)]
