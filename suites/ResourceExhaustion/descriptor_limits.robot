*** Settings ***
Documentation    A copier that gets less from the system than it needs says so, and leaves nothing half done.
...
...              The limits are the copier's alone: the machine, and whoever else copies, go on as if nothing had been.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:descriptor-limits    pabot:exclusive


*** Test Cases ***
FHL-001 Copier Runs Out Of Descriptors
    [Documentation]    With less than it needs, a copier refuses clearly, and all others go on.
    [Tags]    id:FHL-001    needs:own-limits    priority:high
    When copies get fewer and fewer descriptors while another copy is running
    And the system allows only files that are smaller than the copy
    And a copy gets no more memory from one of its steps on
    And a copy may start no more processes from one of its steps on
    And the system refuses each call of a copy that opens or creates a file
    Then no copier should have crashed at a limit
    And a copy that has all it needs should not have suffered from others
    And the copier should have kept what every scenario demands
