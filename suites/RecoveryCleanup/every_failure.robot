*** Settings ***
Documentation    Whatever makes a copy fail, it says so, leaves whole what was there, and leaves nothing else.
...
...              One row a kind of failure. A copier that had no chance to clean up, because it was killed, or the
...              file system took no change any more, is judged by what is left after the next copy.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:every-failure


*** Test Cases ***
CV-001 Nothing Is Left Behind After Any Kind Of Failure
    [Documentation]    Each row lets a copy meet one kind of failure, at each of its steps that this kind can hit.
    [Tags]    id:CV-001    needs:exact-stepping    priority:critical
    # robocop: off=LEN04,LEN06 it is a table: one row a kind of failure, and one verdict for all
    When a copy meets    a full disk    into an empty place
    And a copy meets    a full disk    over an older version
    And a copy meets    a quota that is used up    over an older version
    And a copy meets    denied access    over an older version
    And a copy meets    a file system that has become read-only    over an older version
    And a copy meets    a source that is deleted    over an older version
    And a copy meets    a source that cannot be read    over an older version
    And a copy meets    a target directory that is removed    over an older version
    And a copy meets    a rival that is at work    into an empty place
    And a copy meets    a lock that is never given back    over an older version
    And a copy meets    SIGTERM to its main process    over an older version
    And a copy meets    SIGTERM to all its processes    into an empty place
    And a copy meets    SIGINT to all its processes    over an older version
    And a copy meets    SIGHUP to all its processes    into an empty place
    And a copy meets    SIGKILL to all its processes    over an older version
    And a copy meets    a network that is cut    over an older version
    And a copy meets    a disk with errors    over an older version
    Then no signal should have left part of a file
    And no failed flush or close should have been kept quiet
    And what a copy could not remove should be gone after the next copy
    And the copier should have kept what every scenario demands
