"""Test files for suites: every byte says who wrote it, so that torn, mixed, shifted and foreign bytes are told apart."""

from __future__ import annotations

from pathlib import Path

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.content.sizes import format_size
from ContentionLibrary.keywords.by_hand import ByHand, FileSize
from ContentionLibrary.scenario.by_hand.files import version_of


class IntegrityKeywords(ByHand):
    """Integrity."""

    @keyword(tags=["integrity"])
    def create_test_file(self, path: Path, size: FileSize, writer: int = 1) -> str:
        """Creates a file of which every eight bytes say who wrote them and where they belong.

        It never replaces another file. In the workspace, the directories that lead to it are made too. A file in the
        workspace is removed when the test ends; one outside (given by an absolute path) stays.

        Args:
            path: The file; a relative path is below the workspace.
            size: Its size.
            writer: Whose content it holds: a number from 1 to 255. Different files that could be mixed up should
                have different writers.

        Returns:
            The absolute path.

        Examples:
        ```robotframework
        *** Test Cases ***
        A new version and an old one
            Create Test File    incoming/slide.bin    4 MiB    writer=1
            Create Test File    slide.bin    4 MiB    writer=2
        ```
        """
        with self._by_hand() as bench:
            absolute = bench.workplace.path(path)
            bench.files.create(absolute, size, writer)
            logger.info(f"'{path}' holds {format_size(size)} of writer {writer}.")
            return str(absolute)

    @keyword(tags=["integrity"])
    def file_should_be_whole(self, path: Path, writer: int, size: FileSize) -> None:
        """Fails unless a file holds all of one writer's content, and nothing else.

        Args:
            path: The file; a relative path is below the workspace.
            writer: Whose content it should hold.
            size: The size that it should have.

        Raises:
            AssertionError: It holds something else, or is not there. The message tells which bytes are whose.

        Examples:
        ```robotframework
        *** Test Cases ***
        The destination is whole
            Create Test File    one.bin    1 MiB    writer=1
            Start Copier    one.bin    two.bin
            Wait For Copier
            File Should Be Whole    two.bin    writer=1    size=1 MiB
        ```
        """
        with self._by_hand() as bench:
            version = version_of(writer)
            seen = bench.files.see(bench.workplace.path(path))
            words = bench.files.words(seen, size)
        if seen is None or not seen.is_whole(version, size):
            self._unmet(f"'{path}' should hold all {format_size(size)} of writer {writer}, but holds {words}")
        logger.info(f"'{path}' holds {words}.")

    @keyword(tags=["integrity"])
    def file_should_be_single_version(self, path: Path) -> None:
        """Fails unless a file holds the whole content of one writer, whoever that is.

        Whole means: of a size with which that writer's content was made in this test. Of a writer whose files were
        made elsewhere, any size is taken for whole.

        Args:
            path: The file; a relative path is below the workspace.

        Raises:
            AssertionError: It is a mixture or a part, or is not there. The message tells which bytes are whose.

        Examples:
        ```robotframework
        *** Test Cases ***
        One of two writers wins
            Start Writer    slide.bin    1 MiB    writer=2    name=Ann    how=replace
            Start Writer    slide.bin    1 MiB    writer=3    name=Bob    how=replace
            Wait For Competitor    Ann
            Wait For Competitor    Bob
            File Should Be Single Version    slide.bin
        ```
        """
        with self._by_hand() as bench:
            seen = bench.files.see(bench.workplace.path(path))
            words = bench.files.words(seen)
            whole = seen is not None and bench.files.is_whole(seen)
        if not whole:
            self._unmet(f"'{path}' should hold the whole content of one writer, but holds {words}")
        logger.info(f"'{path}' holds {words}.")

    @keyword(tags=["integrity"])
    def describe_file(self, path: Path) -> str:
        """Returns in words what a test file holds: which bytes are whose.

        Args:
            path: The file; a relative path is below the workspace.

        Returns:
            For example `all 4 MiB of writer 1`, `0-1 MiB of writer 1, the rest (3 MiB) zero bytes` or `no file`.

        Examples:
        ```robotframework
        *** Test Cases ***
        What is in a file
            Create Test File    slide.bin    4 MiB    writer=7
            ${words}    Describe File    slide.bin
            Should Be Equal    ${words}    all 4 MiB of writer 7
        ```
        """
        with self._by_hand() as bench:
            words = bench.files.words(bench.files.see(bench.workplace.path(path)))
        logger.info(f"'{path}' holds {words}.")
        return words

    @keyword(tags=["integrity"])
    def directory_should_hold_only(self, path: Path, *names: str) -> None:
        """Fails unless a directory holds exactly these names, hidden ones included.

        Args:
            path: The directory; a relative path is below the workspace, and `.` is the workspace itself.
            names: The names of files and directories in it; none for an empty directory.

        Raises:
            AssertionError: There are more or fewer names; the message lists both.

        Examples:
        ```robotframework
        *** Test Cases ***
        The copier leaves nothing but the destination
            Create Test File    one.bin    1 MiB
            Start Copier    one.bin    two.bin
            Wait For Copier
            Directory Should Hold Only    .    one.bin    two.bin
        ```
        """
        with self._by_hand() as bench:
            directory = bench.workplace.path(path)
            there = {entry.name for entry in directory.iterdir()} if directory.is_dir() else None
        if there is None:
            self._unmet(f"there is no directory '{path}'")
        extra, missing = sorted(there - set(names)), sorted(set(names) - there)
        troubles = [f"{word} {', '.join(found)}" for word, found in (("also", extra), ("not", missing)) if found]
        if troubles:
            self._unmet(
                f"'{path}' should hold only {', '.join(names) or 'nothing'}, but holds {' and '.join(troubles)}"
            )

    @keyword(tags=["integrity"])
    def workspace_path(self, path: Path = Path()) -> str:
        """Returns the absolute path of a file in the workspace, for programs and other libraries.

        The workspace is a directory of this test alone. It is there from the first keyword on, and is removed with
        all that is in it when the test ends, also when Robot is killed.

        Args:
            path: Relative to the workspace; by default the workspace itself.

        Examples:
        ```robotframework
        *** Settings ***
        Library    OperatingSystem

        *** Test Cases ***
        Another library works in the workspace
            ${path}    Workspace Path    notes.txt
            Create File    ${path}    Hello!
            Directory Should Hold Only    .    notes.txt
        ```
        """
        with self._by_hand() as bench:
            return str(bench.workplace.path(path))
