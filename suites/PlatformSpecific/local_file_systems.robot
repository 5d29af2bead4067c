*** Settings ***
Documentation    A copier keeps its promises on whichever file system its files lie.
...
...              File systems differ in what they can do. A copier may use it, and must do without it; who meets
...              it on a file must not see on which one it works.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:local-file-systems


*** Test Cases ***
LSS-001 Others Meet A Copy On Each File System
    [Documentation]    Readers, locks, a rival and deletions meet a copy on tmpfs, ext4, xfs, btrfs and overlay.
    [Tags]    id:LSS-001    needs:a-local-file-system    priority:high    real-or-left-out:local-file-systems
    # robocop: off=LEN06 one row for what happens on each file system, and one verdict for all
    When what each file system can do is tried, and a copy is made on it undisturbed
    And on each file system the destination is deleted at the steps of a copy at which names change or the data ends
    And on each file system a second copier runs whole at the steps of a copy at which names change or the data ends
    And on each file system a reader holds a shared lock on the destination and stays while the copy starts
    And on each file system a reader reads the destination at every step of a copy over an older version
    Then an undisturbed copy should have succeeded on each file system
    And no reader should have seen part of a file or a mix of two
    And no open file should have changed under its reader
    And exactly one copier should have won and the other should have been told
    And the reader's lock should have been respected, as far as the copier claims
    And the copier should have kept what every scenario demands
