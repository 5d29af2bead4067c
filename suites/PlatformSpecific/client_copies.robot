*** Settings ***
Documentation    Copies from both sides of a file server to one file: a client's, which speaks the dialect of Windows.
...
...              A copier on the server is met by clients, a copier that is a client by the server's processes. No lock
...              of one side keeps the other out, so whoever comes last may win; but the file in the end is one of those
...              that were sent, whole.

Library          ContentionLibrary

Test Tags        family:client-copies


*** Test Cases ***
CPS-001 A Client And A Process Of A File Server Copy To One File
    [Documentation]    At each step of the copier, and in the middle of a client's copy: one whole file, and no lie.
    [Tags]    id:CPS-001    priority:high    needs:samba    needs:windows-dialect
    When somebody copies to the destination from the other side of a share at every step of a copy into an empty place
    And somebody copies to the destination from the other side of a share at every step of a copy over an older version
    And a copy is made in the middle of a client's copy to the same file
    Then one whole file should have come of it
    And every refusal should have named the file or the cause
    And no copier should have waited without end
    And nothing should be left behind
    And the source should have been kept, unless the copier says that it moves it
    And the same copy without contention should succeed afterwards
    And everything should be proven
