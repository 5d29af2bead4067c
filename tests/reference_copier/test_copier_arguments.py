"""The copier's arguments are told apart as `getopt` would do it, which is too slow to start for it."""

from getopt import GetoptError, gnu_getopt

import pytest

from ContentionLibrary.reference_copier.arguments import UsageError, Wanted, read
from ContentionLibrary.reference_copier.rules import Rules

OPTIONS = ["create-new", "wait=", "no-durable", "recover", "version", "help"]
USABLE = [
    ["a", "b"],
    ["a", "b", "c", "--create-new"],
    ["--wait", "2", "a", "b"],
    ["a", "--wait=0.5", "b", "--no-durable"],
    ["--wait", "--", "a", "b", "--wait", "3"],
    ["--wait=1", "--wait=2", "a", "b"],
    ["--", "--wait", "-h"],
    ["a", "--", "b", "--", "--help"],
    ["-", "b"],
    ["--recover", "a"],
    ["--recover", "--", "--recover"],
]
ASKING = [["-h"], ["a", "--help"], ["--version"], ["--wait", "2", "-h"]]
UNUSABLE = [
    ["--fast", "a", "b"],
    ["-f", "a", "b"],
    ["-hx"],
    ["---", "a", "b"],
    ["--create-new=yes", "a", "b"],
    ["-h=", "a"],
    ["a", "b", "--wait"],
    ["--recover=", "a"],
]


@pytest.mark.parametrize("arguments", USABLE, ids=" ".join)
def test_arguments_are_read_as_getopt_reads_them(arguments):
    options, paths = gnu_getopt(arguments, "h", OPTIONS)
    given = dict(options)
    try:
        wait = float(given.get("--wait", Rules().wait))
    except ValueError:
        with pytest.raises(UsageError, match="'--' is not a number of seconds"):
            read(arguments)
        return
    rules = Rules("--create-new" in given, wait, "--no-durable" not in given)
    assert read(arguments) == Wanted(paths, rules, "--recover" in given)


@pytest.mark.parametrize("arguments", ASKING, ids=" ".join)
def test_a_text_that_is_asked_for_is_given(arguments):
    gnu_getopt(arguments, "h", OPTIONS)
    assert read(arguments).startswith(("usage: contention-copy ", "contention-copy 0."))


@pytest.mark.parametrize("arguments", UNUSABLE, ids=" ".join)
def test_what_getopt_cannot_use_is_refused(arguments):
    with pytest.raises(GetoptError):
        gnu_getopt(arguments, "h", OPTIONS)
    with pytest.raises(UsageError, match="option"):
        read(arguments)


def test_a_shortened_option_is_no_option():
    with pytest.raises(UsageError, match="there is no option --create"):
        read(["--create", "a", "b"])
