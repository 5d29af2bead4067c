"""Stages in memory: hundreds of runs that each wait for a disk twice would take minutes."""

import os
import shutil
import sys
import tempfile
from pathlib import Path

import pytest

_MEMORY = Path("/dev/shm")


@pytest.fixture
def tmp_path():
    where = _MEMORY if sys.platform == "linux" and os.access(_MEMORY, os.W_OK) else None
    path = Path(tempfile.mkdtemp(prefix="copier-", dir=where))
    yield path
    shutil.rmtree(path)
