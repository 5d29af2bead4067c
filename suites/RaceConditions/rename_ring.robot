*** Settings ***
Documentation    Who renames files beside a copier finds each of them again, whole, and once.
...
...              Names change hands while the copier works: the destination's, its neighbours', and the one under
...              which it prepares its file. In the end each holds what it would hold if all had happened in some order.

Library          ContentionLibrary
Resource         ../../resources/beside_others.resource

Test Tags        family:rename-ring    priority:high


*** Test Cases ***
SAP-002 Files Are Renamed In A Ring And Onto The Copier's Names
    [Documentation]    Whatever is renamed during a copy, no file is lost, doubled, torn, or passed off as another.
    [Tags]    id:SAP-002
    When a neighbour is renamed onto the temporary name, and the temporary file away, wherever it is seen
    And the neighbours are renamed in a ring all the time during a free copy
    And a neighbour is renamed onto the destination at every step of a copy into an empty place
    And a neighbour is renamed onto the destination at every step of a copy over an older version
    And the destination and its neighbours are renamed in a ring at every step of a copy
    Then every name should hold a whole file, as if all had happened in some order
    And every copier should have ended clearly, in time, and without traces
