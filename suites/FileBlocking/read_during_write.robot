*** Settings ***
Documentation    A reader must never be handed part of a file.
...
...              When a copy and a reader meet on one file, the reader may get the whole new file, the whole old one,
...              or none. The first part of the new file, or half of each, is the one wrong answer. And reading is
...              harmless: no copy may fail because somebody reads.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:read-during-write


*** Test Cases ***
RDW-001 Reader Opens The Destination At Every Step Of A Copy
    [Documentation]    A reader that comes in the middle of a copy sees all of a file or nothing, at whichever step.
    [Tags]    id:RDW-001    priority:critical
    When a reader reads the destination at every step of a copy into an empty place
    And a reader reads the destination at every step of a copy over an older version
    Then no reader should have seen part of a file or a mix of two
    And no open file should have changed under its reader
    And the file should have been there all the time, as far as the copier claims
    And the copier should not have failed because it was read
    And the copier should have kept what every scenario demands

RDW-002 Five Readers Read The Destination At The Same Moment
    [Documentation]    Many readers at once see what one would see, all the same, and do not keep the copy from its end.
    [Tags]    id:RDW-002    priority:high
    When 5 readers read the destination together at every step of a copy into an empty place
    And 5 readers read the destination together at every step of a copy over an older version
    And 5 readers read the destination in a loop during a free copy over an older version
    Then no reader should have seen part of a file or a mix of two
    And readers of one moment should have seen the same
    And the copier should not have failed because it was read
    And the copier should have kept what every scenario demands

RDW-003 Reader Holds A Lock On The Destination And Stays
    [Documentation]    A reader in the middle of a locked file keeps its version, and the copy does not wait for ever.
    [Tags]    id:RDW-003    priority:high
    When a reader holds a shared lock on the destination and stays while the copy starts
    Then no open file should have changed under its reader
    And the reader's lock should have been respected, as far as the copier claims
    And the copier should have kept what every scenario demands
