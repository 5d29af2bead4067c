*** Settings ***
Documentation    What a copier takes it gives back, however it ends: after many copies all is as before the first.
...
...              A leak of one descriptor, file or process for each copy is seen by nobody on the first day.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:leaks    pabot:exclusive


*** Test Cases ***
FHL-002 Many Copies Leave Nothing Behind
    [Documentation]    Copies that end, are stopped or are killed leave nothing whose number grows with theirs.
    [Tags]    id:FHL-002    priority:high
    When many copies are made one after another while a reader reads the destination
    And many copies are told to stop at one of their steps
    And many copies are killed at one of their steps
    And many files are copied in one process, if the copier can do that
    And what a copy holds is counted at every quarter of its data
    Then nothing that copies hold should have grown with their number
    And success should mean that the whole file is there
    And no copier should have waited without end
    And the same copy without contention should succeed afterwards
    And everything should be proven
