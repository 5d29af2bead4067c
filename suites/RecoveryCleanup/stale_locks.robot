*** Settings ***
Documentation    Whoever is dead holds no lock: the next copy succeeds at once.
...
...              Locks are held by readers and by the copier itself, and their holders are killed. A lock that lives
...              on with a child of its holder is no stale one: the copier may refuse, and succeeds when the child is
...              gone.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:stale-locks    priority:critical


*** Test Cases ***
CV-002 Holders Of Locks Are Killed
    [Documentation]    No lock of a dead process keeps a copy waiting, and two that find one do not spoil each other.
    [Tags]    id:CV-002    needs:inherited-locks
    When the holder of a lock on the destination is killed just before the copier begins
    And the holder of a lock on the destination is killed while the copier waits
    And the holder of a lock is killed, and its child that has inherited the lock lives on
    And the copier is killed at every step, and its locks are looked for
    And two copiers come at once after one was killed, one of them held at every step
    Then no lock should have outlived its holder, or kept the next copy waiting
    And exactly one copier should have won and the other should have been told
    And the copier should have kept what every scenario demands
