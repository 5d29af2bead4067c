"""A program that stands at a step can be told that it gets no more memory than it has."""

from __future__ import annotations

import sys

import pytest
from stage_play import Play, Ran

from ContentionLibrary.stepping.control import Controlled, Hold
from ContentionLibrary.stepping.limits import Resource

TAKES_MEMORY = """
import os, sys
open(sys.argv[1], 'wb').close()
if len(sys.argv) > 2 and (child := os.fork()):
    sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
try:
    bytes(1 << 20)
except MemoryError:
    os.write(2, b'no memory')
    os._exit(3)
"""


def run(play: Play, *words: str, limited: bool) -> Ran:
    def limit(controlled: Controlled, hold: Hold) -> None:
        if limited:
            controlled.allow_no_more(Resource.ADDRESS_SPACE)

    command = (sys.executable, "-I", "-S", "-c", TAKES_MEMORY, str(play.destination), *words)
    return play.run(*command, at_hold=limit)


def test_a_program_that_is_not_limited_gets_memory(play: Play) -> None:
    assert run(play, limited=False).exit.code == 0


@pytest.mark.parametrize("words", [(), ("through a child",)], ids=["itself", "a child of it"])
def test_a_limited_program_gets_none_and_its_children_neither(play: Play, words: tuple[str, ...]) -> None:
    ran = run(play, *words, limited=True)
    assert (ran.exit.code, ran.errors) == (3, "no memory")
