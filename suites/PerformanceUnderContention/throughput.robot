*** Settings ***
Documentation    Copies that are made at once share the machine, and nothing else slows them down.
...
...              Each sample is compared with the uncontended copies around it: the machine's own ups and downs cancel.

Library          ContentionLibrary
Resource         ../../resources/crowds.resource

Test Tags        family:throughput    pabot:exclusive


*** Test Cases ***
TDA-001 Throughput Among Competitors
    [Documentation]    All copies together keep half of the work per second, with no cliff, no thrashing, no regression.
    [Tags]    id:TDA-001    priority:medium
    When copies are timed beside more and more readers, writers, rivals and other copies
    And copies are timed in turns with a yardstick
    Then all copies together should have kept their work per second
    And more competitors should not have made the work fall off
    And no copier should have read or written much more because of others
    And the copier should be as fast as in the baseline of this machine
    And no copier should have waited without end
    And everything should be proven
