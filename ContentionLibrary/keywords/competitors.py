"""Starting competitors in suites: readers, writers, deleters, renamers, lock holders, rival copiers and any command."""

from __future__ import annotations

from pathlib import Path

from robot.api import logger
from robot.api.deco import keyword

from ContentionLibrary.keywords.by_hand import ByHand, FileSize
from ContentionLibrary.scenario.by_hand.crew import Order
from ContentionLibrary.scenario.by_hand.orders import DeleteWhat, LockKind, LockMode, ReadHow, WriteHow
from ContentionLibrary.scenario.by_hand.workbench import Workbench


class CompetitorKeywords(ByHand):
    """Competitors."""

    @staticmethod
    def _send(bench: Workbench, name: str, order: Order, barrier: str) -> str:
        bench.crew.send(name, order, barrier)
        when = f", when barrier '{barrier}' opens" if barrier else ""
        logger.info(f"{name} {order.did}{when}.")
        return name

    @keyword(tags=["competitors"])
    def start_reader(self, path: Path, how: ReadHow = "whole", *, name: str = "", at_barrier: str = "") -> str:
        """Starts a process that reads a test file and judges what it gets.

        Args:
            path: The file; a relative path is below the workspace, see [Workspace Path].
            how: `whole` reads all of it at once. `half` reads the first half and keeps the file open until
                [Finish Reading]. `loop` opens and reads it again and again until [Wait For Competitor].
            name: How it is called from now on; by default `reader`, `reader 2` and so on.
            at_barrier: Name of a barrier at which it starts; by default it starts at once.

        Returns:
            Its name.

        Examples:
        ```robotframework
        *** Test Cases ***
        A reader gets a whole file
            Create Test File    slide.bin    4 MiB
            Start Reader    slide.bin
            Outcome Should Be    reader    COMPLETED

        A reader in a loop sees a file come
            Start Reader    slide.bin    how=loop    name=Ann
            Start Writer    slide.bin    4 MiB    how=replace
            Wait For Competitor    writer
            Outcome Should Be    Ann    COMPLETED    ABSENT
        ```
        """
        with self._by_hand() as bench:
            return self._send(bench, bench.crew.choose(name, "reader"), bench.orders.read(path, how), at_barrier)

    @keyword(tags=["competitors"])
    def start_writer(
        self,
        path: Path,
        size: FileSize,
        writer: int = 2,
        how: WriteHow = "create",
        *,
        name: str = "",
        at_barrier: str = "",
    ) -> str:
        """Starts a process that writes a test file.

        Args:
            path: The file; a relative path is below the workspace.
            size: How much it writes.
            writer: Whose content it writes: a number from 1 to 255, by which every byte is recognized.
            how: `create` makes a new file, and is refused when the name is taken. `replace` writes a hidden file
                beside it and renames that over it. `rewrite` writes over the bytes of the file that is there.
            name: How it is called from now on; by default `writer`, `writer 2` and so on.
            at_barrier: Name of a barrier at which it starts; by default it starts at once.

        Returns:
            Its name.

        Examples:
        ```robotframework
        *** Test Cases ***
        Of two writers one may create the file
            Start Writer    slide.bin    1 MiB    writer=2    name=Ann
            Start Writer    slide.bin    1 MiB    writer=3    name=Bob
            Outcome Should Be    Ann    COMPLETED    REFUSED
            Outcome Should Be    Bob    COMPLETED    REFUSED
            File Should Be Single Version    slide.bin
        ```
        """
        with self._by_hand() as bench:
            order = bench.orders.write(path, size, writer, how)
            return self._send(bench, bench.crew.choose(name, "writer"), order, at_barrier)

    @keyword(tags=["competitors"])
    def start_deleter(self, path: Path, what: DeleteWhat = "file", *, name: str = "", at_barrier: str = "") -> str:
        """Starts a process that deletes something.

        Args:
            path: What to delete; a relative path is below the workspace.
            what: `file`; `directory`, which must be empty; or `tree`, a directory of the workspace with all in it.
            name: How it is called from now on; by default `deleter`, `deleter 2` and so on.
            at_barrier: Name of a barrier at which it starts; by default it starts at once.

        Returns:
            Its name.

        Examples:
        ```robotframework
        *** Test Cases ***
        A file can be deleted once
            Create Test File    slide.bin    1 MiB
            Start Deleter    slide.bin
            Outcome Should Be    deleter    COMPLETED
            Start Deleter    slide.bin
            Outcome Should Be    deleter 2    ABSENT
        ```
        """
        with self._by_hand() as bench:
            chosen = bench.crew.choose(name, "deleter")
            return self._send(bench, chosen, bench.orders.delete(chosen, path, what), at_barrier)

    @keyword(tags=["competitors"])
    def start_renamer(self, path: Path, to: Path, *, name: str = "", at_barrier: str = "") -> str:
        """Starts a process that gives a file or directory another name, over what has that name already.

        Args:
            path: What to rename; a relative path is below the workspace.
            to: Its new name; likewise.
            name: How it is called from now on; by default `renamer`, `renamer 2` and so on.
            at_barrier: Name of a barrier at which it starts; by default it starts at once.

        Returns:
            Its name.

        Examples:
        ```robotframework
        *** Test Cases ***
        A file gets another name
            Create Test File    slide.bin    1 MiB
            Start Renamer    slide.bin    slide.old
            Wait For Competitor    renamer
            Directory Should Hold Only    .    slide.old
        ```
        """
        with self._by_hand() as bench:
            chosen = bench.crew.choose(name, "renamer")
            return self._send(bench, chosen, bench.orders.rename(chosen, path, to), at_barrier)

    @keyword(tags=["competitors"])
    def start_lock_holder(
        self,
        path: Path,
        kind: LockKind = "flock",
        mode: LockMode = "exclusive",
        *,
        name: str = "",
        at_barrier: str = "",
    ) -> str:
        """Starts a process that locks a file, and keeps the lock until [Release Lock] or [Stop Competitor].

        The keyword does not wait for the lock: its outcome is `COMPLETED` when it was free, `WAITED` when somebody
        else held it before, and `HUNG` when it did not become free in time.

        Args:
            path: The file, which exists; a relative path is below the workspace.
            kind: `flock`, `posix` (fcntl) or `ofd` (open file description); they do not see each other everywhere.
            mode: `shared` lets others read, `exclusive` nobody.
            name: How it is called from now on; by default `lock holder`, `lock holder 2` and so on.
            at_barrier: Name of a barrier at which it starts; by default it starts at once.

        Returns:
            Its name.

        Examples:
        ```robotframework
        *** Test Cases ***
        The second lock waits for the first
            Create Test File    slide.bin    1 MiB
            Start Lock Holder    slide.bin    name=Ann
            Wait For Competitor    Ann
            Start Lock Holder    slide.bin    name=Bob
            Release Lock    Ann
            Outcome Should Be    Bob    WAITED    COMPLETED
        ```
        """
        with self._by_hand() as bench:
            order = bench.orders.lock(path, kind, mode)
            return self._send(bench, bench.crew.choose(name, "lock holder"), order, at_barrier)

    @keyword(tags=["competitors"])
    def start_rival_copier(
        self, source: Path, destination: Path, copier: str = "", *, name: str = "", at_barrier: str = ""
    ) -> str:
        """Starts a copier that runs freely beside everybody else; its claim is held against what it leaves.

        It is not held anywhere: [Start Copier] starts one that is.

        Args:
            source: The test file to copy; a relative path is below the workspace.
            destination: The file to make; likewise.
            copier: Name or path of its profile; by default the copier under test.
            name: How it is called from now on; by default `rival`, `rival 2` and so on.
            at_barrier: Name of a barrier at which it is started; by default at once.

        Returns:
            Its name.

        Examples:
        ```robotframework
        *** Test Cases ***
        Two copiers want one name
            Create Test File    one.bin    1 MiB    writer=1
            Create Test File    two.bin    1 MiB    writer=2
            Create Barrier    start    parties=2
            Start Rival Copier    one.bin    slide.bin    name=Ann    at_barrier=start
            Start Rival Copier    two.bin    slide.bin    name=Bob    at_barrier=start
            Outcome Should Be    Ann    COMPLETED    REFUSED
            Outcome Should Be    Bob    COMPLETED    REFUSED
            File Should Be Single Version    slide.bin
        ```
        """
        with self._by_hand() as bench:
            order = bench.rivals.order(source, destination, copier)
            return self._send(bench, bench.crew.choose(name, "rival"), order, at_barrier)

    @keyword(tags=["competitors"])
    def start_command(self, *command: str, name: str = "", at_barrier: str = "", directory: Path | None = None) -> str:
        """Starts any program. It is given word by word and never run by a shell.

        Its outcome is `COMPLETED` for the exit code 0, `REFUSED` for another one with a message on its standard
        error, and `FAILED` without a message or after a signal. It can wait at a barrier itself, by running
        `contention wait NAME`, and ends with the test, together with all that it has started.

        Args:
            command: The program and its arguments, each as one argument of the keyword.
            name: How it is called from now on; by default `command`, `command 2` and so on.
            at_barrier: Name of a barrier at which it is started; by default at once.
            directory: Where it runs; by default in the workspace.

        Returns:
            Its name.

        Examples:
        ```robotframework
        *** Test Cases ***
        A program makes a directory in the workspace
            Start Command    mkdir    incoming    name=Ann
            Outcome Should Be    Ann    COMPLETED
            Directory Should Hold Only    .    incoming
        ```
        """
        with self._by_hand() as bench:
            chosen = bench.crew.choose(name, "command")
            scenario = self._scenario
            log = scenario.log / f"command-{scenario.name_run()}"
            order = bench.orders.command(command, directory, output=log, environment=scenario.environment())
            return self._send(bench, chosen, order, at_barrier)
