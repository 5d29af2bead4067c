"""Sentences in which those who hold locks are killed, and what must not be left of their locks."""

from __future__ import annotations

from robot.api.deco import keyword

from ContentionLibrary.checks import locks
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.readings import Playing
from ContentionLibrary.scenario.plays import locking


class LockKeywords(Playing, ExpectationKeywords):
    """Locks of the dead."""

    @keyword("The holder of a lock on the destination is killed just before the copier begins")
    def kill_holder_before_begin(self) -> None:
        """Once for each kind of lock (flock, POSIX, OFD): its holder dies while the copier stands at its first step.

        A copier that meets the lock before its first step waits, or has refused, when the holder dies.

        Examples:
            | When the holder of a lock on the destination is killed just before the copier begins |
        """
        self._play(locking.kill_holder_before_begin())

    @keyword("The holder of a lock on the destination is killed while the copier waits")
    def kill_holder_while_waiting(self) -> None:
        """Once for each kind of lock (flock, POSIX, OFD): the copier has met the lock when its holder dies.

        A copier that does not wait has ended by then; the next copy is made all the same.

        Examples:
            | And the holder of a lock on the destination is killed while the copier waits |
        """
        self._play(locking.kill_holder_while_waiting())

    @keyword("The holder of a lock is killed, and its child that has inherited the lock lives on")
    def kill_holder_with_child(self) -> None:
        """Once for flock and OFD, which belong to the open file: the lock lives on with the child until that is killed.

        Examples:
            | And the holder of a lock is killed, and its child that has inherited the lock lives on |
        """
        self._play(locking.kill_holder_with_child())

    @keyword("The copier is killed at every step, and its locks are looked for")
    def kill_copier_that_may_hold_locks(self) -> None:
        """For each step: its main process is killed, the kernel is asked for locks, somebody tries them, a copy is made.

        Examples:
            | And the copier is killed at every step, and its locks are looked for |
        """
        self._play(locking.kill_copier())

    @keyword("Two copiers come at once after one was killed, one of them held at every step")
    def two_after_a_kill(self) -> None:
        """For each kind of state that a kill can leave: copier A is held at each of its steps while copier B runs whole.

        Examples:
            | And two copiers come at once after one was killed, one of them held at every step |
        """
        self._play(locking.two_after_a_kill())

    @keyword("No lock should have outlived its holder, or kept the next copy waiting")
    def no_stale_locks(self) -> None:
        """When a holder is dead its locks are free, and the next copy succeeds about as fast as an undisturbed one.

        Examples:
            | Then no lock should have outlived its holder, or kept the next copy waiting |
        """
        self._expect(locks.STALE_LOCKS)
