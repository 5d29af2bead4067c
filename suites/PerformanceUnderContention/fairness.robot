*** Settings ***
Documentation    Equal copiers come to their turn equally often, and nobody waits without end, readers neither.
...
...              Turns are counted in copies and not in seconds, and nobody is blamed for what drawing lots would do.

Library          ContentionLibrary

Test Tags        family:fairness    pabot:exclusive


*** Test Cases ***
FST-001 Equal Copiers Get Equal Turns
    [Documentation]    For one destination, in one directory, and for readers that take a lock.
    [Tags]    id:FST-001    priority:medium
    When equal copiers want one destination again and again
    And equal copiers want one directory again and again
    And newcomers come while a copier waits for another one
    And a reader asks for a lock at every step of a copy over an older version
    Then all copiers should have had a fair share
    And no copier should have starved
    And readers should have come to their lock while data were written
    And no copier should have waited without end
    And everything should be proven
