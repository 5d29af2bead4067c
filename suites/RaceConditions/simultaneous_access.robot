*** Settings ***
Documentation    Of several copiers that create one file, exactly one may win, and the others must be told.
...
...              Each brings its own file. In the end the whole file of the one that reported success is there, whoever
...              came first, whoever was stopped in between, and also when one of them dies in the middle.

Library          ContentionLibrary
Resource         ../../resources/beside_others.resource

Test Tags        family:simultaneous-access    priority:critical


*** Test Cases ***
SAP-001 Several Copiers Create One Destination
    [Documentation]    Three, five and ten jobs for one name: one whole file, one success, clear refusals.
    [Tags]    id:SAP-001
    When 3 copiers leave one barrier for one destination into an empty place
    And 5 copiers leave one barrier for one destination into an empty place
    And 10 copiers leave one barrier for one destination into an empty place
    And a second copier is killed at every step while a copy into an empty place is held, and the other way round
    And two copiers are held at their first and last steps and let go in both orders into an empty place
    And the very same copy is made by a second copier at every step of a copy into an empty place
    And a second copier with a source of equal size and time runs whole at every step of a copy into an empty place
    Then exactly one copier should have won and the other should have been told
    And every copier should have ended clearly, in time, and without traces
