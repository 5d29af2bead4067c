"""Takes the pictures of README.md: runs real copiers, and photographs the report in a real browser.

python -m tests.report.pictures             run cp and rsync, then take the pictures
python -m tests.report.pictures results     take them of a run that there is
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.report.browser import Browser, binary

PICTURES = Path(__file__).resolve().parents[2] / ".github" / "pictures"
_RUN = ("run", "FileBlocking", "--copier", "cp", "--copier", "rsync", "--size", "quick", "--forget")
_DRAWN = "document.querySelector('details[open] .timeline svg[role=img]') !== null"


def take(results, pictures=PICTURES):
    """Photograph the report of a run with cp and rsync."""
    pictures.mkdir(parents=True, exist_ok=True)
    with Browser() as browser:
        browser.look_like(1200, 860)
        browser.open(results / "cp" / "contention.html")
        browser.picture(pictures / "answer.png")
        for name, dark in (("timeline", False), ("timeline-dark", True)):
            browser.look_like(1200, 700, dark=dark)
            browser.open(results / "cp" / "contention.html", "#RDW-001")
            browser.wait_for(_DRAWN)
            browser.picture(pictures / f"{name}.png")
        browser.look_like(1200, 760)
        browser.open(results / "contention.html")
        browser.picture(pictures / "side-by-side.png")
        browser.look_like(390, 844, density=2, mobile=True)
        browser.open(results / "cp" / "contention.html")
        browser.picture(pictures / "phone.png")
    (pictures / "badge.svg").write_bytes((results / "rsync" / "contention-badge.svg").read_bytes())
    return sorted(pictures.iterdir())


def main(words):
    if binary() is None:
        sys.exit("there is no browser: apt install chromium")
    if words:
        print(*take(Path(words[0]).resolve()), sep="\n")
        return
    with tempfile.TemporaryDirectory() as scratch:
        # Copiers fail scenarios, so the run may end with 1; more than that is trouble.
        code = subprocess.run(
            [sys.executable, "-m", "ContentionLibrary", *_RUN, "--outputdir", scratch],
            check=False,
        ).returncode
        if code > 1:
            sys.exit(f"the run ended with {code}")
        print(*take(Path(scratch)), sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:])
