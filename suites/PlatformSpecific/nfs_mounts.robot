*** Settings ***
Documentation    One directory of a server, mounted twice: what is done through one mount meets what the other knows.
...
...              A copy through one mount is read, locked, deleted and competed with through the other one. Whoever
...              reads sees the old file, the new one, or a clear error; never a mixture.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:nfs-mounts


*** Test Cases ***
LSS-002 Two Mounts Of One NFS Export
    [Documentation]    Two machines as far as the server knows: each has its own memory of names, attributes and locks.
    [Tags]    id:LSS-002    priority:high    needs:nfs-guest
    When the destination is deleted through another mount at the telling steps of a copy over an older version
    And a second copier on another mount runs whole at the telling steps of a copy over an older version
    And a reader on another mount holds a shared lock on the destination and stays while the copy starts
    And a reader on another mount has read half of the file that the copier overwrites
    Then no reader should have seen part of a file or a mix of two
    And no open file should have changed under its reader
    And the reader's lock should have been respected, as far as the copier claims
    And exactly one copier should have won and the other should have been told
    And the copier should have kept what every scenario demands
