"""Goes back to everything that scenarios find of a copier: `python -m tests.scenarios.replays cp RDW-001 FileBlocking`.

Each scenario is played at size quick, and each different finding is replayed by the command that stands beside it. A
table tells, for each, what became of it, in how many goes it was seen, and how long one go took. With `--kept FOLDER` all
is stored there, and what was done already is not done again: scenario by scenario a long table is made in pieces.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import re
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from ContentionLibrary.report.stored import VERDICT_FILE, load_verdict
from tests.scenarios.robots import CATEGORIES, CHECKOUT, end_in_order, environment

_SEEN = re.compile(r"^\S+: ([A-Za-z ]+)(?:, (?:seen )?in (none|\d+) of (\d+))?$", re.M)
_STEP = re.compile(r"^ {4}step: +(.*(?:\n {13}.*)*)", re.M)
_GO = re.compile(r"took: +([\d.]+) s for one go")
_REASON = re.compile(r"^ *(?:why|missed|but): +(.*)$", re.M)
_SCRIPT = re.compile(r"shows it in (\d+) of (\d+)|(no script can be written [^\n]*|there is nothing to write[^\n]*)")
_BRISK = 2.0  # seconds that one go may take
_PATIENCE = 900.0  # seconds for one command
_NO_ANSWER = "no answer"
_ELSEWHERE = "AT ANOTHER STEP"
CONFIRMED = "confirmed"


@dataclass(frozen=True)
class Replayed:
    """What the command said of one key.

    Args:
        key: which.
        state: what it called it, such as confirmed or UNSTABLE; `no answer` if it ended without calling it anything, and
            `AT ANOTHER STEP` if it was confirmed at another one than that of the finding.
        hits: in how many goes it was seen.
        goes: how many there were.
        go: seconds of the first of them.
        whole: seconds of the whole command.
        reason: why it is not confirmed.
        said: all that it has printed.
    """

    key: str
    state: str
    hits: int
    goes: int
    go: float
    whole: float
    reason: str
    said: str

    @property
    def line(self) -> str:
        """One line of the table."""
        slow = " (slow)" if self.go > _BRISK else ""
        told = f"{self.key}  {self.state}  {self.hits} of {self.goes}  {self.go:.2f} s{slow}"
        return f"{told}  {self.reason}" if self.state != CONFIRMED else told


def replay(key: str, step: str, *options: str) -> Replayed:
    """Replay one finding, which was seen at a step."""
    began = time.monotonic()
    code, said = _contention("replay", key, *options)
    seen, go = _SEEN.search(said), _GO.search(said)
    state = seen[1] if seen else _NO_ANSWER
    hits, goes = (int(seen[2].replace("none", "0")), int(seen[3])) if seen and seen[2] else (0, 0)
    at = _STEP.search(said)
    if hits and " ".join(at[1].split() if at else ()) != step:
        state = _ELSEWHERE
    reasons = _REASON.findall(said) if seen else [f"exit code {code}: {said.strip()}"]
    whole = time.monotonic() - began
    return Replayed(key, state, hits, goes, float(go[1]) if go else 0.0, whole, "; ".join(reasons), said)


def keys_in(folder: Path) -> dict[str, str]:
    """Return the key of each finding that a run has stored, and its step."""
    verdicts = [load_verdict(path) for path in sorted(folder.rglob(VERDICT_FILE))]
    found = {one.key: one.step for verdict in verdicts for one in (*verdict.findings, *verdict.allowed)}
    return dict(sorted(found.items()))


def _contention(*words: str) -> tuple[int, str]:
    ended = subprocess.run(
        [sys.executable, "-m", "ContentionLibrary", *words],
        cwd=CHECKOUT,
        env=environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=_PATIENCE,
    )
    return ended.returncode, ended.stdout + ended.stderr


def _played(copier: str, scenario: str, folder: Path) -> Path:
    """Play a scenario, unless it has been; return where its verdict is."""
    if not list(folder.rglob(VERDICT_FILE)):
        words = ("run", scenario, "--copier", copier, "--size", "quick", "--forget", "--outputdir", str(folder))
        code, said = _contention(*words)
        if not list(folder.rglob(VERDICT_FILE)):
            print(f"{scenario} left no verdict on {copier} (exit code {code}):\n{said}", flush=True)
    return folder


def _replayed(keys: dict[str, str], times: int, memory: Path) -> Iterable[Replayed]:
    """Replay each that has not been replayed so often already, two at a time."""
    lines = memory.read_text(encoding="utf-8").splitlines() if memory.exists() else []
    known = {one.key: one for one in (Replayed(**json.loads(line)) for line in lines) if one.goes >= times}
    with ThreadPoolExecutor(2) as crew, memory.open("a", encoding="utf-8") as kept:

        def one(key: str) -> Replayed:
            return known.get(key) or replay(key, keys[key], "--times", str(times))

        for found in crew.map(one, keys):
            if found.key not in known:
                kept.write(json.dumps(dataclasses.asdict(found)) + "\n")
                kept.flush()
            yield found


def _table(done: dict[str, list[Replayed]]) -> None:
    """Print a line for each category, and one for all."""
    rows: dict[str, list[Replayed]] = {}
    for scenario, found in done.items():
        rows.setdefault(CATEGORIES[scenario], []).extend(found)
    rows["all"] = [one for found in done.values() for one in found]
    print(f"\n{'category':<28}{'findings':>9}{'confirmed':>10}{'median':>9}{'longest':>9}  others")
    for category, found in rows.items():
        states = Counter(one.state for one in found)
        others = ", ".join(f"{count} {state}" for state, count in states.items() if state != CONFIRMED)
        goes = [one.go for one in found if one.go] or [0.0]
        seconds = f"{median(goes):>7.2f} s{max(goes):>7.2f} s"
        print(f"{category:<28}{len(found):>9}{states[CONFIRMED]:>10}{seconds}  {others}")


def _spread(keys: dict[str, str], most: int) -> dict[str, str]:
    """Choose so many evenly, or all if that is 0."""
    step = -(-len(keys) // most) if most else 1
    return dict(list(keys.items())[:: max(1, step)])


def _write_scripts(keys: dict[str, str]) -> int:
    """Write all scripts; exit code 1 when one was written that does not show its finding each time."""
    told: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="contention-scripts-") as folder, ThreadPoolExecutor(2) as crew:

        def one(numbered: tuple[int, str]) -> str:
            said = replay(
                numbered[1], "--times", "1", "--bytes", "262144", "--script", f"{folder}/{numbered[0]}.py"
            ).said
            found = _SCRIPT.search(" ".join(said.split()))
            return (found[3] or f"{found[1]} of {found[2]}") if found else f"neither script nor reason: {said}"

        for key, what in zip(keys, crew.map(one, enumerate(keys)), strict=True):
            print(f"{key}: {what}", flush=True)
            told[what] += 1
    print(*(f"{count} times: {what}" for what, count in told.most_common()), sep="\n")
    return 0 if all(what == "10 of 10" or what.startswith(("no script", "there is nothing")) for what in told) else 1


def _chosen(words: Sequence[str]) -> list[str]:
    wanted = [name for name, category in CATEGORIES.items() if not words or name in words or category in words]
    unknown = set(words) - set(CATEGORIES) - set(CATEGORIES.values())
    if unknown:
        raise SystemExit(f"no scenario and no category: {', '.join(sorted(unknown))}")
    return wanted


def main(words: Sequence[str] | None = None) -> int:
    """Replay all; exit code 1 when one was not confirmed."""
    parser = argparse.ArgumentParser(prog="python -m tests.scenarios.replays", description=__doc__)
    parser.add_argument("copier", help="profile")
    parser.add_argument("scenarios", nargs="*", help="ids or categories; all that there are by default")
    parser.add_argument(
        "--kept", type=Path, metavar="FOLDER", help="where runs and replays are stored, and found again"
    )
    parser.add_argument("--times", type=int, default=3, help="how often each is replayed (default: 3)")
    parser.add_argument("--most", type=int, default=0, metavar="N", help="only N of each scenario, evenly chosen")
    parser.add_argument("--match", default="", help="only keys that contain this")
    parser.add_argument(
        "--scripts", action="store_true", help="write a script for each, and tell how often it shows it"
    )
    options = parser.parse_args(words)
    chosen = _chosen(options.scenarios)
    done: dict[str, list[Replayed]] = {}
    with tempfile.TemporaryDirectory(prefix="contention-replays-") as temporary:
        home = options.kept or Path(temporary)
        folders = {name: _played(options.copier, name, home / options.copier / name) for name in chosen}
        keys = {
            name: {key: step for key, step in keys_in(folder).items() if options.match in key}
            for name, folder in folders.items()
        }
        keys = {name: _spread(found, options.most) for name, found in keys.items()}
        if options.scripts:
            return _write_scripts({key: step for found in keys.values() for key, step in found.items()})
        for name, folder in folders.items():
            done[name] = []
            for one in _replayed(keys[name], options.times, folder / "replays.jsonl"):
                done[name].append(one)
                print(one.line, flush=True)
    _table(done)
    return 0 if all(one.state == CONFIRMED for found in done.values() for one in found) else 1


if __name__ == "__main__":
    end_in_order()
    sys.exit(main())
