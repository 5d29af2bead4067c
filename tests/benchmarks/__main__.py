"""Runs the benchmarks of this folder: `python -m tests.benchmarks [NAME ...] [--json FILE]`.

A NAME is a module without its `bench_`, for example `content`; without names all are run. Each module has a
function `measure()` that returns rows.
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

from tests.benchmarks.rows import Row, print_table, write_json

FOLDER = Path(__file__).parent


def main() -> int:
    """Run what was asked for; return 1 when a target was not met."""
    known = sorted(path.stem.removeprefix("bench_") for path in FOLDER.glob("bench_*.py"))
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"which ones: {', '.join(known)} (default: all)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also store the rows here")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"no benchmark {', '.join(unknown)}: there are {', '.join(known)}")
    rows: list[Row] = []
    for name in options.names or known:
        rows += importlib.import_module(f"tests.benchmarks.bench_{name}").measure()
    print_table(rows)
    if options.json:
        write_json(rows, options.json)
    return 0 if all(one.met is not False for one in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
