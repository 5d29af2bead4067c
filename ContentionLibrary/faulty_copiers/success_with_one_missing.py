"""The one fault: it claims success when at least one of several destinations was made."""
# mypy: disable-error-code="import-not-found, misc"
# ruff: noqa: D101, D102

import sys

sys.path.insert(0, __file__.rpartition("/")[0])  # an isolated Python leaves out the script's folder

from careful import RefusedError
from careful_several import Several, run_several


class SuccessWithOneMissing(Several):
    def copy(self) -> None:
        failures: list[Exception] = []
        for part in self.parts:
            try:
                Several.copy(self.alone(part))
            except (OSError, RefusedError) as error:
                failures.append(error)
        if len(failures) == len(self.parts):
            raise failures[0]

    def alone(self, part: object) -> Several:
        alone = Several("", [])
        alone.parts = [part]
        return alone


if __name__ == "__main__":
    run_several(SuccessWithOneMissing)
