*** Settings ***
Documentation    A file with alternate data streams, as Windows has them, on a server where it is copied over.
...
...              The file and each of its streams have share modes and locks of their own. Whoever keeps a stream locked
...              must not be handed other bytes, nor keep a copier waiting without end.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:data-streams


*** Test Cases ***
WSS-001 Clients Use A File And Its Streams During A Copy
    [Documentation]    Share modes, byte ranges, leases, deletions and copies of streams, and a copier in the middle.
    [Tags]    id:WSS-001    priority:high    needs:samba    needs:windows-dialect
    When two clients open one file, and a stream of it, in every way that there is
    And two clients lock, lease, delete and copy one file and its streams
    And a client keeps a stream of the destination locked at every step of a copy
    Then every stream should have had share modes and locks of its own
    And no reader should have seen part of a file or a mix of two
    And no open file should have changed under its reader
    And the copier should have kept what every scenario demands
