"""Runs the benchmarks of this folder: `python -m tests.benchmarks [NAME ...] [--json FILE]`.

A NAME is a module without its `bench_`, for example `content`; `categories:FileBlocking` is one part of a module that has
parts. Without names all are run. Each module has a function `measure()` that returns rows.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

from tests.benchmarks.rows import Row, print_table, write_json

FOLDER = Path(__file__).parent
STORED = FOLDER.parent.parent / "results" / "benchmarks.json"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what was asked for; return 1 when a target was not met."""
    known = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(known)} (default: all)")
    parser.add_argument(
        "--json", type=Path, default=STORED, metavar="FILE", help="where the rows are stored (%(default)s)"
    )
    options = parser.parse_args(arguments)
    wanted: dict[str, list[str]] = {}
    for given in options.names or known:
        name, _, part = given.partition(":")
        if name not in known:
            parser.error(f"no benchmark {name}: there are {', '.join(known)}")
        parts: tuple[str, ...] = getattr(_module(name), "PARTS", ())
        if part and part not in parts:
            parser.error(f"{name} has no part {part}: there are {', '.join(parts) or 'none'}")
        wanted.setdefault(name, []).extend([part] if part else [])
    rows: list[Row] = []
    for name, chosen in wanted.items():
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        rows += _module(name).measure(*chosen)
    print_table(rows)
    write_json(rows, options.json)
    print(f"stored in {options.json}")
    return 0 if all(one.met is not False for one in rows) else 1


def _module(name: str) -> ModuleType:
    return importlib.import_module(f"tests.benchmarks.bench_{name}")


if __name__ == "__main__":
    raise SystemExit(main())
