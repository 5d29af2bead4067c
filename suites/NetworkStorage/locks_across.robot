*** Settings ***
Documentation    A copier at work on a file server, in a directory that clients have open from afar.
...
...              Some locks of one side are seen by the other, and some are not. Whichever they are: no client is handed
...              part of a file, none finds its open file changed, and success means that the file is there.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:locks-across


*** Test Cases ***
RLB-001 Clients Of A File Server Use The Destination During A Copy On The Server
    [Documentation]    Clients read, delete, lock and lease over the network what a copier writes on the server's side.
    [Tags]    id:RLB-001    priority:high    needs:samba    needs:windows-dialect
    When the locks of a server's processes and of its clients meet on one file
    And clients read the destination over the share at every step of a copy
    And a client deletes the destination over the share at every step of a copy
    And clients keep the destination open, locked or leased while the copy starts
    Then the locks of both sides should have met as the protocol promises
    And no reader should have seen part of a file or a mix of two
    And no open file should have changed under its reader
    And the reader's lock should have been respected, as far as the copier claims
    And the copier should have kept what every scenario demands
