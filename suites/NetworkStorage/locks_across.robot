*** Settings ***
Documentation    A copier at work in a directory that a file server shares, met from the other side of the network.
...
...              For a copier on the server the other side are clients that speak the dialect of Windows; for a copier
...              that is a client it is the server's processes. Some locks of one side are seen by the other, some are
...              not. Whichever they are: nobody is handed part of a file, and no open file changes.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:locks-across


*** Test Cases ***
RLB-001 Both Sides Of A File Server Use One File During A Copy
    [Documentation]    What a copier writes on one side is read, deleted, locked and leased from the other side.
    [Tags]    id:RLB-001    priority:high    needs:samba    needs:windows-dialect
    When the locks of a server's processes and of its clients meet on one file
    And the destination is read from the other side of a share at every step of a copy
    And the destination is deleted from the other side of a share at every step of a copy
    And clients keep the destination open, locked or leased while the copy starts
    Then the locks of both sides should have met as the protocol promises
    And no reader should have seen part of a file or a mix of two
    And no open file should have changed under its reader
    And the reader's lock should have been respected, as far as the copier claims
    And the copier should have kept what every scenario demands
