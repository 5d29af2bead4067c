"""What a copier leaves in the directory for temporary files is seen, and is no step of the stage."""

import sys

import pytest

from ContentionLibrary.checks.verdict import Verdict
from tests.scenarios.direct import played, profile_with

LEAVES_A_FILE = """
import os, shutil, sys, tempfile
source, destination = sys.argv[1:]
with tempfile.NamedTemporaryFile(delete=False) as left:
    left.write(b"left")
part = os.path.join(os.path.dirname(destination), ".part")
shutil.copyfile(source, part)
os.replace(part, destination)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="TMPDIR is of POSIX")
def test_a_file_that_is_left_there(tmp_path):
    profile = profile_with("good/simple", command=(sys.executable, "-c", LEAVES_A_FILE, "{source}", "{destination}"))
    verdict = played(profile, "RDW-001", tmp_path, "into an empty place")
    assert verdict.verdict is Verdict.FAILED
    (found,) = [one for one in verdict.findings if one.check == "nothing left behind"]
    assert "there remained: $TMPDIR/tmp" in found.seen
    assert all("temporary file" in step or "destination" in step for step in verdict.steps)
