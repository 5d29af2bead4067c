*** Settings ***
Documentation    A copier takes as much memory for a large file as for a small one, however many others copy beside it.
...
...              What is measured is what the kernel keeps of each process, so that no peak is missed.

Library          ContentionLibrary

Test Tags        family:memory    pabot:exclusive


*** Test Cases ***
TDA-002 Memory Stays Bounded
    [Documentation]    Neither the size of the file nor the number of competitors makes a copier larger.
    [Tags]    id:TDA-002    priority:medium
    When files of several sizes are copied and the memory is measured at every step
    And a copy has more and more rivals for its destination
    And more and more copies are made beside each other
    Then memory should not have grown with the size of the file
    And the memory of each copier should not have grown with the number of its competitors
    And all memory should have been given back
    And no copier should have waited without end
    And everything should be proven
