*** Settings ***
Documentation    A file that goes to NTFS or comes from there arrives whole, and what cannot come along is named.
...
...              The two sides know different names, hold different things besides the content, and say times more or
...              less finely. Who copies from one to the other must not keep quiet what the other cannot hold.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:ntfs-and-linux


*** Test Cases ***
CPS-002 Copies Go Both Ways Between NTFS And Linux
    [Documentation]    Names, streams, times, small files, a full volume, locks, readers and rivals, both ways.
    [Tags]    id:CPS-002    needs:ntfs    priority:high
    # robocop: off=LEN06 one row for what happens between the two, and one verdict for all
    When files with all that a file can have are copied both ways between NTFS and Linux
    And copies both ways are asked for names that the other side cannot have
    And a real NTFS runs full in the middle of a copy over an older version
    And the source on NTFS is deleted at the steps of a copy from NTFS at which names change or the data ends
    And the file on NTFS is deleted at the steps of a copy to NTFS at which names change or the data ends
    And a second copier runs whole at the steps of a copy to NTFS at which names change or the data ends
    And a reader holds a shared lock on a file on NTFS and stays while a copy to it starts
    And a reader reads the file on NTFS at every step of a copy to NTFS over an older version
    Then what a copy has lost should have been told
    And no reader should have seen part of a file or a mix of two
    And no open file should have changed under its reader
    And exactly one copier should have won and the other should have been told
    And the reader's lock should have been respected, as far as the copier claims
    And the copier should have kept what every scenario demands
