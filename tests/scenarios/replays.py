"""Goes back to everything that a run has found: `python -m tests.scenarios.replays FOLDER`, an output directory of a run.

Each finding is replayed by the command that stands beside it, and must be seen each time. A finding of a free race is
reported with how often it was seen, and need not be.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ContentionLibrary.report.stored import VERDICT_FILE, load_verdict
from tests.scenarios.robots import CHECKOUT, environment

_SEEN = re.compile(r"seen in (\d+) of (\d+)$", re.M)
_GO = re.compile(r"took: +([\d.]+) s for one go")
_SCRIPT = re.compile(r"shows it in (\d+) of (\d+)|(no script can be written [^\n]*|there is nothing to write[^\n]*)")
_FREE = ("free race", "in a loop")


@dataclass(frozen=True)
class Replayed:
    """What the command said of one key."""

    key: str
    free: bool
    hits: int
    goes: int
    go: float
    whole: float
    said: str

    @property
    def confirmed(self) -> bool:
        """Whether it was seen as often as it must be."""
        return self.hits == self.goes or self.free


def keys_in(folder: Path) -> dict[str, bool]:
    """Return the key of each finding that a run has stored, and whether it was seen in a free race."""
    verdicts = [load_verdict(path) for path in sorted(folder.rglob(VERDICT_FILE))]
    found = [one for verdict in verdicts for one in (*verdict.findings, *verdict.allowed)]
    return {one.key: any(word in one.play for word in _FREE) for one in found}


def replay(key: str, *options: str, free: bool = False) -> Replayed:
    """Replay one finding."""
    began = time.monotonic()
    ended = subprocess.run(
        [sys.executable, "-m", "ContentionLibrary", "replay", key, *options],
        cwd=CHECKOUT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    seen, go = _SEEN.search(ended.stdout), _GO.search(ended.stdout)
    hits, goes = (int(seen[1]), int(seen[2])) if seen else (0, 1)
    whole = time.monotonic() - began
    return Replayed(key, free, hits, goes, float(go[1]) if go else 0.0, whole, ended.stdout + ended.stderr)


def _write_scripts(keys: Sequence[str]) -> int:
    """Write all scripts; exit code 1 when one was written that does not show its finding each time."""
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="contention-scripts-") as folder, ThreadPoolExecutor(2) as crew:

        def one(numbered: tuple[int, str]) -> str:
            said = replay(numbered[1], "--times", "1", "--script", f"{folder}/{numbered[0]}.py").said
            found = _SCRIPT.search(" ".join(said.split()))
            return (found[3] or f"{found[1]} of {found[2]}") if found else f"neither script nor reason: {said}"

        for key, what in zip(keys, crew.map(one, enumerate(keys)), strict=True):
            print(f"{key}: {what}", flush=True)
            told[what] += 1
    print(*(f"{count} times: {what}" for what, count in told.most_common()), sep="\n")
    return 0 if all(what == "10 of 10" or what.startswith(("no script", "there is nothing")) for what in told) else 1


def main(words: Sequence[str] | None = None) -> int:
    """Replay all; exit code 1 when one was not confirmed."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.replays", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--times", default="10")
    parser.add_argument("--match", default="", help="only keys that contain this")
    parser.add_argument(
        "--scripts", action="store_true", help="write a script for each, and tell how often it shows it"
    )
    options = parser.parse_args(words)
    keys = {key: free for key, free in keys_in(options.folder).items() if options.match in key}
    if options.scripts:
        return _write_scripts(sorted(keys))
    done: list[Replayed] = []
    with ThreadPoolExecutor(2) as crew:
        for one in crew.map(lambda key: replay(key, "--times", options.times, free=keys[key]), sorted(keys)):
            done.append(one)
            free = " (free race)" if one.free else ""
            print(
                f"{one.key}: {one.hits} of {one.goes}{free}, {one.go:.2f} s for one go, {one.whole:.1f} s", flush=True
            )
            if not one.confirmed:
                print(one.said, flush=True)
    confirmed = sum(one.confirmed for one in done)
    goes = [one.go for one in done]
    print(
        f"{confirmed} of {len(done)} confirmed, {sum(one.hits == one.goes for one in done)} in every go; one go took "
        f"{median(goes):.2f} s (median), at most {max(goes):.2f} s; the whole command {median(o.whole for o in done):.1f} s"
    )
    return 0 if confirmed == len(done) else 1


if __name__ == "__main__":
    sys.exit(main())
