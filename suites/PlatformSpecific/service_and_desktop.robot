*** Settings ***
Documentation    A service and somebody at a terminal copy to the same place, each with an account of its own.
...
...              They share the directory, and neither may read the other one's files. One of them wins and the other
...              one is told; the file is the winner's alone, and a copy that was killed keeps nobody from the next one.

Library          ContentionLibrary
Resource         ../../resources/beside_others.resource

Test Tags        family:service-and-desktop


*** Test Cases ***
WSS-002 Service And Interactive Process Copy To The Same Place
    [Documentation]    Each is the one that comes first, and the one that comes second, and the one that dies.
    [Tags]    id:WSS-002    priority:high    needs:exact-stepping    real-or-emulated:second-account
    When a service is held at every step of a copy into an empty place while an interactive process copies too
    And an interactive process is held at every step of a copy into an empty place while a service copies too
    And an interactive process is held at every step of a copy over an older version while a service copies too
    And a service is killed at every step of a copy, and an interactive process copies next
    And an interactive process is killed at every step of a copy, and a service copies next
    Then exactly one copier should have won and the other should have been told
    And the file should belong to the one that has won
    And neither account should stand in the other one's way for good
    And every copier should have ended clearly, in time, and without traces
