*** Settings ***
Documentation    Clients of a file server copy to the file that a copier on the server is making.
...
...              A client speaks the dialect of Windows. No lock of one side keeps the other out, so whoever comes last
...              may win; but the file in the end is one of those that were sent, whole.

Library          ContentionLibrary

Test Tags        family:client-copies


*** Test Cases ***
CPS-001 A Client Of A File Server Copies To The File That Is Copied On The Server
    [Documentation]    At each step of the copier, and in the middle of the client's copy: one whole file, and no lie.
    [Tags]    id:CPS-001    priority:high    needs:samba    needs:windows-dialect
    When a client copies to the destination over the share at every step of a copy into an empty place
    And a client copies to the destination over the share at every step of a copy over an older version
    And a copy is made on the server in the middle of a client's copy to the same file
    Then one whole file should have come of it
    And every refusal should have named the file or the cause
    And no copier should have waited without end
    And nothing should be left behind
    And the same copy without contention should succeed afterwards
    And everything should be proven
