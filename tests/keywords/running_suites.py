"""Runs suites as a user would, in this process, and returns Robot's own results."""

import os
from pathlib import Path

from robot import run
from robot.api import ExecutionResult

CHECKOUT = Path(__file__).resolve().parents[2]
COPIER = "good/simple"


def run_suites(*sources, output, copier=COPIER, **options):
    """Run suites quietly with a copier; return Robot's result."""
    variables = [f"COPIER:{copier}", *options.pop("variable", [])]
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a stream that Robot may write to
        code = run(
            *map(str, sources),
            outputdir=str(output),
            log=None,
            report=None,
            output="output.xml",
            variable=variables,
            stdout=nowhere,
            stderr=nowhere,
            **options,
        )
    assert code < 250, f"Robot could not run {sources}: {code}"
    return ExecutionResult(output / "output.xml")


def results_of(result):
    """Return all tests of a result by their names."""
    return {test.name: test for test in result.suite.all_tests}
