*** Settings ***
Documentation    One file goes to several places: to all of them, or to none.
...
...              A set that has the new version in one place and the old one in another is worse than no copy at all,
...              because nobody notices. Whatever happens to one of the places, and wherever the copier is stopped, the
...              places agree in the end, and the exit code says on what.

Library          ContentionLibrary
Resource         ../../resources/beside_others.resource

Test Tags        family:several-destinations


*** Test Cases ***
AOV-002 One Of Three Destinations Is In Trouble At Every Step Of A Copy
    [Documentation]    Each destination is deleted, replaced, read-only, full or locked, and the copier is killed.
    [Tags]    id:AOV-002    priority:critical
    When the copier is killed at every step of a copy to three destinations into empty places
    And the copier is killed at every step of a copy to three destinations over older versions
    And each of three destinations is troubled at every step of a copy into empty places
    And each of three destinations is troubled at every step of a copy over older versions
    Then all destinations should be new, or all as before, and the exit code should tell which
    And every copier should have ended clearly, in time, and without traces
