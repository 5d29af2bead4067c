"""Keywords for tests by hand are red and green where they should be, with the words that they should have."""

import re
from pathlib import Path

import pytest
from robot import api
from robot.libdocpkg import LibraryDocumentation
from running_suites import results_of, run_suites

HERE = Path(__file__).parent
SUITES, NEVER_ENDS = HERE / "suites", HERE / "never_ends"
BY_HAND = {"barriers", "competitors", "steps", "integrity"}

cases = [
    pytest.param(path.stem, test.name, id=f"{path.stem}: {test.name}")
    for path in sorted([*SUITES.glob("*.robot"), *NEVER_ENDS.glob("*.robot")])
    for test in api.TestSuiteBuilder().build(path).tests
]


@pytest.fixture(scope="session")
def results(commands, tmp_path_factory):
    several = [
        run_suites(SUITES, output=tmp_path_factory.mktemp("by-hand")),
        run_suites(
            NEVER_ENDS, output=tmp_path_factory.mktemp("never-ends"), copier=HERE / "copiers" / "never_ends.yaml"
        ),
    ]
    suites = [suite for result in several for suite in result.suite.suites]
    return {suite.source.stem: {test.name: test for test in suite.tests} for suite in suites}


@pytest.mark.parametrize(("suite", "name"), cases)
def test_ends_as_its_documentation_says(suite, name, results):
    test = results[suite][name]
    documentation, message = (" ".join(text.split()) for text in (test.doc, test.message))
    if not documentation.startswith("FAIL "):
        assert (test.status, message) == ("PASS", "")
        return
    expected = documentation.removeprefix("FAIL ")
    assert test.status == "FAIL"
    if expected.startswith("REGEXP: "):
        assert re.fullmatch(expected.removeprefix("REGEXP: "), message), message
    else:
        assert message == expected


def test_every_keyword_that_demands_something_is_seen_red_and_green(results):
    demanding = {
        one.name
        for one in LibraryDocumentation("ContentionLibrary").keywords
        if set(one.tags) & BY_HAND and "Should" in one.name
    }
    used = {"PASS": set(), "FAIL": set()}
    for suite in results.values():
        for test in suite.values():
            for step in test.body:
                if step.type == "KEYWORD" and step.status in used:
                    used[step.status].add(step.name)
    assert demanding <= used["PASS"]
    assert demanding <= used["FAIL"]


def test_suites_pass_the_dry_run(tmp_path):
    found = results_of(run_suites(SUITES, NEVER_ENDS, output=tmp_path, dryrun=True))
    wrong = {name: test.message for name, test in found.items() if not test.passed}
    assert wrong == {}
