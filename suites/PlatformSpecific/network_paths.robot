*** Settings ***
Documentation    A file of a server has many paths: by name or address of the host, in large or small letters.
...
...              Whichever way its clients write the path, it is one file; and what they copy to it beside a copier
...              ends as one of the files that were sent.

Library          ContentionLibrary

Test Tags        family:network-paths


*** Test Cases ***
WSS-003 Clients Reach One File Of A Server By Different Paths
    [Documentation]    Two clients come by host name, address and case of one path, at each step of a copy.
    [Tags]    id:WSS-003    priority:medium    needs:samba    needs:windows-dialect
    When clients open one file by host name, address and letter case of its path
    And two clients copy to the destination by different paths at every step of a copy
    Then every path should have led to the same file
    And one whole file should have come of it
    And every refusal should have named the file or the cause
    And no copier should have waited without end
    And nothing should be left behind
    And the source should have been kept, unless the copier says that it moves it
    And the same copy without contention should succeed afterwards
    And everything should be proven
