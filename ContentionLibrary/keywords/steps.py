"""The copier's steps, for suites: hold it before one, let it go, let the step fail, kill it, list all steps."""

from __future__ import annotations

import errno
from datetime import timedelta
from pathlib import Path
from typing import Literal

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.history.copies import Ending
from ContentionLibrary.keywords.by_hand import PATIENCE, ByHand, seconds
from ContentionLibrary.scenario.by_hand.copying import KillWhat, StopAt, not_reached
from ContentionLibrary.scenario.by_hand.outcomes import CopierOutcome

Errno = Literal[
    "EACCES",
    "EAGAIN",
    "EBUSY",
    "EDQUOT",
    "EEXIST",
    "EINTR",
    "EIO",
    "EMFILE",
    "ENOENT",
    "ENOSPC",
    "ENOTCONN",
    "EPERM",
    "EROFS",
    "ESTALE",
    "ETIMEDOUT",
]


class StepKeywords(ByHand):
    """Steps."""

    @keyword(tags=["steps"])
    def start_copier(self, source: Path, destination: Path, stop: StopAt = "nowhere", *, reads: bool = False) -> None:
        """Starts the copier under test so that it can be held before each of its steps; one copy at a time.

        A *step* is one file operation of the copier, for example `rename the temporary file to the destination`.

        Args:
            source: The test file to copy; a relative path is below the workspace.
            destination: The file to make; likewise.
            stop: `everywhere` holds it before every step, `first` before its first step only, `nowhere` only before
                the steps that [Hold Copier Before] has named.
            reads: Whether its reading of the source has steps too.

        Examples:
        ```robotframework
        *** Test Cases ***
        A reader looks at the destination at every step
            Create Test File    one.bin    1 MiB
            Start Copier    one.bin    two.bin    stop=everywhere
            WHILE    True
                ${step}    Wait For Hold
                IF    not $step    BREAK
                Start Reader    two.bin    name=Ann
                Outcome Should Be    Ann    COMPLETED    ABSENT
                Release Copier
            END
            Outcome Should Be    copier    COMPLETED
            File Should Be Whole    two.bin    writer=1    size=1 MiB
        ```
        """
        with self._by_hand() as bench:
            bench.copying.start(source, destination, stop, reads=reads)
            logger.info(f"The copier {self._scenario.settings.profile.name} copies '{source}' to '{destination}'.")

    @keyword(tags=["steps"])
    def hold_copier_before(self, *steps: str) -> None:
        """Lets the copier be held before some steps: the one that is at work, else the next one that is started.

        A copier that runs freely may have passed the step already, so this comes best before [Start Copier], or
        while the copier is held.

        Args:
            steps: Names of steps, as [Copier Steps] lists them.

        Examples:
        ```robotframework
        *** Test Cases ***
        The copier is held before its last step
            Create Test File    one.bin    1 MiB
            ${steps}    Copier Steps    one.bin    two.bin
            Hold Copier Before    ${steps}[-1]
            Start Copier    one.bin    two.bin
            ${step}    Wait For Hold
            Should Be Equal    ${step}    ${steps}[-1]
            Release Copier
            Outcome Should Be    copier    COMPLETED
        ```
        """
        with self._by_hand() as bench:
            bench.copying.hold_before(*steps)

    @keyword(tags=["steps"])
    def wait_for_hold(self, timeout: timedelta = PATIENCE) -> str | None:
        """Waits until the copier stands just before a step.

        Args:
            timeout: How long to wait.

        Returns:
            The name of the step; `None` when the copier has ended and was held before all steps that were named.

        Raises:
            AssertionError: The copier ended and never came to a step that was named, or neither was held nor ended
                in time. The message begins with `NOT PROVEN`: what was to happen at the step has not happened.

        Examples:
        ```robotframework
        *** Test Cases ***
        The copier stands before its first step
            Create Test File    one.bin    1 MiB
            Start Copier    one.bin    two.bin    stop=first
            ${step}    Wait For Hold    timeout=10 s
            Log    The copier is about to ${step}.
            Directory Should Hold Only    .    one.bin
        ```
        """
        with self._by_hand() as bench:
            hold = bench.copying.wait_for_hold(seconds(timeout))
            missed, still = bench.copying.unreached, bench.copying.is_at_work
            ended = bench.copying.wait() if missed and not still else None
        if hold is not None:
            settled = "" if hold.settled else "; other parts of it still run"
            logger.info(f"The copier is held before '{hold.step}' ({hold.call}{settled}).")
            return hold.step
        if still:
            self._unproven(f"the copier neither came to a hold nor ended within {timeout.total_seconds():g} s")
        if ended is not None:
            self._unproven(not_reached(missed, ended))
        logger.info("The copier has ended.")
        return None

    @keyword(tags=["steps"])
    def release_copier(self) -> None:
        """Lets the step happen before which the copier is held; it goes on to its next hold, or to its end.

        Examples:
        ```robotframework
        *** Test Cases ***
        The copier is let go
            Create Test File    one.bin    1 MiB
            Start Copier    one.bin    two.bin    stop=first
            Wait For Hold
            Release Copier
            Outcome Should Be    copier    COMPLETED
        ```
        """
        with self._by_hand() as bench:
            logger.info(f"The copier does '{bench.copying.release()}'.")

    @keyword(tags=["steps"])
    def fail_step_with(self, error: Errno) -> None:
        """Lets the step fail before which the copier is held, as the operating system would: it is told the error.

        Args:
            error: Name of the system's error, for example `ENOSPC` for a full disk.

        Examples:
        ```robotframework
        *** Test Cases ***
        The disk is full at the first step
            Create Test File    one.bin    1 MiB
            Start Copier    one.bin    two.bin    stop=first
            Wait For Hold
            Fail Step With    ENOSPC
            Outcome Should Be    copier    REFUSED
            Directory Should Hold Only    .    one.bin
        ```
        """
        with self._by_hand() as bench:
            logger.info(f"'{bench.copying.release(getattr(errno, error))}' fails with {error}.")

    @keyword(tags=["steps"])
    def kill_copier(self, scope: KillWhat = "tree") -> None:
        """Kills the copier where it is, held or not, without any chance to clean up.

        Args:
            scope: `tree` kills all its processes at one moment, `main` only the process that was started.

        Examples:
        ```robotframework
        *** Test Cases ***
        A killed copier leaves nothing under the final name
            Create Test File    one.bin    1 MiB
            Start Copier    one.bin    two.bin    stop=first
            Wait For Hold
            Kill Copier
            ${ended}    Wait For Copier
            Should Be Equal    ${ended.ending}    killed
            Should Be Equal    ${ended.content}    no file
        ```
        """
        with self._by_hand() as bench:
            bench.copying.kill(scope)
            logger.info(f"The copier was killed ({scope}).")

    @keyword(tags=["steps"])
    def wait_for_copier(self) -> CopierOutcome:
        """Lets the copier pass all holds that are left, and waits for its end.

        It has the time limit of its profile, in which the time of its holds does not count; then it is ended, and
        its outcome is `HUNG`.

        Returns:
            How it ended, and what its destination held right then.

        Raises:
            AssertionError: It never came to a step that [Hold Copier Before] has named. The message begins with
                `NOT PROVEN`.

        Examples:
        ```robotframework
        *** Test Cases ***
        A copy that nobody disturbs
            Create Test File    one.bin    1 MiB    writer=1
            Start Copier    one.bin    two.bin
            ${ended}    Wait For Copier
            Should Be Equal    ${ended.ending}    success
            Should Be Equal    ${ended.content}    all 1 MiB of writer 1
        ```
        """
        with self._by_hand() as bench:
            ended = bench.copying.wait()
        self._see_that_no_step_was_missed(bench)
        how = f"exit code {ended.exit_code}" if ended.exit_code is not None else f"signal {ended.signal}"
        logger.info(f"The copier ended {ended.outcome.name} ({how}) after {ended.seconds:.3f} s: {ended.message}")
        return ended

    @keyword(tags=["steps"])
    def copier_steps(self, source: Path, destination: Path, *, reads: bool = False) -> list[str]:
        """Lists the copier's steps, in order, by rehearsing the copy in a directory of its own.

        Args:
            source: The test file to copy; a relative path is below the workspace.
            destination: The file to make, in the workspace. What is there now is there in the rehearsal too.
            reads: Whether its reading of the source has steps too.

        Examples:
        ```robotframework
        *** Test Cases ***
        The copier is killed before each of its steps
            Create Test File    one.bin    1 MiB    writer=1
            ${steps}    Copier Steps    one.bin    two.bin
            FOR    ${step}    IN    @{steps}
                Hold Copier Before    ${step}
                Start Copier    one.bin    two.bin
                Wait For Hold
                Kill Copier
                Wait For Copier
            END
            Start Copier    one.bin    two.bin
            Outcome Should Be    copier    COMPLETED
        ```
        """
        with self._by_hand() as bench:
            ended = bench.copying.rehearse(source, destination, reads=reads)
        if ended.ending is not Ending.SUCCESS:
            logger.warn(
                f"The rehearsal ended with {ended.ending.value} ({ended.message.strip()}): steps may be missing."
            )
        logger.info("\n".join(f"{number}. {step}" for number, step in enumerate(ended.steps, 1)))
        return list(ended.steps)
