"""Every example in the keywords' documentation does what it shows."""

import re

import pytest
from robot.libdocpkg import LibraryDocumentation
from running_suites import results_of, run_suites

BLOCK = re.compile(r"```robotframework\n(.*?)```", re.DOTALL)
ROW = re.compile(r"^ *\| (.+) \|$", re.MULTILINE)
BY_HAND = {"barriers", "competitors", "steps", "integrity", "monitor"}
HEAD = "*** Settings ***\nLibrary    ContentionLibrary\n"

documentation = LibraryDocumentation("ContentionLibrary")
blocks = {
    f"{keyword.name} {number}": block
    for keyword in documentation.keywords
    for number, block in enumerate(BLOCK.findall(keyword.doc), 1)
}
rows = [
    row for keyword in documentation.keywords if not set(keyword.tags) & BY_HAND for row in ROW.findall(keyword.doc)
]


@pytest.fixture(scope="session")
def results(commands, tmp_path_factory):
    """What became of each block, as (name of the keyword, name of the test) to the test's result."""
    folder = tmp_path_factory.mktemp("examples")
    for name, block in blocks.items():
        (folder / f"{name}.robot").write_text(HEAD + block)
    result = run_suites(folder, output=tmp_path_factory.mktemp("output"))
    return {suite.source.stem: list(suite.tests) for suite in result.suite.suites}


@pytest.mark.parametrize("name", blocks)
def test_example_runs(name, results):
    assert {test.name: test.message for test in results[name] if not test.passed} == {}
    assert len(results[name]) >= 1


@pytest.mark.parametrize("keyword", [one.name for one in documentation.keywords if set(one.tags) & BY_HAND])
def test_keyword_by_hand_has_an_example_that_uses_it(keyword):
    assert f"    {keyword}" in blocks[f"{keyword} 1"]


def test_sentences_of_examples_are_sentences_of_the_library(tmp_path):
    suite = tmp_path / "sentences.robot"
    cases = "".join(f"Example {number}\n    {row}\n" for number, row in enumerate(rows, 1))
    suite.write_text(f"{HEAD}\n*** Test Cases ***\n{cases}")
    found = results_of(run_suites(suite, output=tmp_path, dryrun=True))
    assert {test.name: test.message for test in found.values() if not test.passed} == {}
    assert len(found) == len(rows) >= 20


def test_every_keyword_has_an_example():
    without = [one.name for one in documentation.keywords if not BLOCK.search(one.doc) and not ROW.search(one.doc)]
    assert without == []
