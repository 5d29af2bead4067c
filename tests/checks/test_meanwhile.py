"""What a user is told to do until a finding is mended: for every kind of finding, or nothing on purpose."""

import pkgutil
from importlib import import_module

import pytest

from ContentionLibrary import checks
from ContentionLibrary.checks.check import Check
from ContentionLibrary.checks.levels import Level
from ContentionLibrary.checks.meanwhile import _BY_CHECK, _BY_LEVEL, meanwhile
from ContentionLibrary.checks.verdict import Finding

ROOMS = [import_module(f"{checks.__name__}.{room.name}") for room in pkgutil.iter_modules(checks.__path__)]
NAMES = {value.name for room in ROOMS for value in vars(room).values() if isinstance(value, Check)}


def test_no_check_is_without_a_word_on_what_users_do_and_no_word_without_its_check():
    assert set(_BY_CHECK) == NAMES
    assert {name for name, _ in _BY_LEVEL} <= NAMES


@pytest.mark.parametrize("told", sorted({*_BY_CHECK.values(), *_BY_LEVEL.values()} - {""}))
def test_it_is_one_sentence(told):
    assert told.endswith(".") and ". " not in told.replace("...", "")


def test_the_level_decides_where_it_matters():
    torn, undone = (Finding("power loss (real)", "", "", "", "", level) for level in (Level("D", 0), Level("D", 1)))
    assert "rename" in meanwhile(torn) and "rename" not in meanwhile(undone)
    assert meanwhile(Finding("a check of one's own", "", "", "", "")) == ""
