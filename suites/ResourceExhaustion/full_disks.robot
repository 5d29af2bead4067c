*** Settings ***
Documentation    A copy that finds no room says so, leaves whole what was there, and takes no space any more.
...
...              Where we may make them, small file systems really run full. What cannot be had for real, a quota and an
...              error at a chosen call, is emulated, and the verdict says so.

Library          ContentionLibrary
Resource         ../../resources/full_disks.resource
Resource         ../../resources/promises.resource

Test Tags        family:full-disks    pabot:exclusive


*** Test Cases ***
DSC-001 One Of Three Destinations Is On A Full File System
    [Documentation]    Each destination in turn: the copier names it, and all three are as before.
    [Tags]    id:DSC-001    needs:tmpfs    priority:high
    When one of three destinations, each in turn, is on a full file system during a copy into empty places
    And one of three destinations, each in turn, is on a full file system during a copy over older versions
    Then all destinations should be new, or all as before, and the exit code should tell which
    And the copier should have named the destination that was full
    And all space should have been given back
    And no copier should have waited without end
    And nothing should be left behind
    And the source should have been kept, unless the copier says that it moves it
    And the same copy without contention should succeed afterwards
    And everything should be proven

DSC-002 The Disk Runs Full In The Middle Of A Copy
    [Documentation]    However much room there is, and whichever call is told that there is none.
    [Tags]    id:DSC-002
    ...       needs:exact-stepping
    ...       priority:critical
    ...       real-or-emulated:ext4
    ...       real-or-emulated:tmpfs
    ...       real-or-emulated:xfs
    When each call of a copy is answered by a full disk, with and without an older version
    And each call of a copy over an older version is answered by a quota that is used up
    And each call of a copy over an older version is answered by a disk with errors
    And a file system has no room for one more name during a copy, with and without an older version
    And real file systems run full in the middle of a copy, with and without an older version
    Then the copier should have said that space was wanting
    And all space should have been given back
    And no failed flush or close should have been kept quiet
    And the copier should have kept what every scenario demands
