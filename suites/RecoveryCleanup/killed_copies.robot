*** Settings ***
Documentation    A copier that is killed, without a chance to clean up, leaves no ruins under the final name.
...
...              What it leaves elsewhere is no file that others take for a real one, and the next copy removes it.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:killed-copies    priority:critical


*** Test Cases ***
FRS-001 Copier Is Killed At Every Step Of A Copy
    [Documentation]    Killed alone or with all its helpers, at whichever step: the old file or the new one, whole.
    [Tags]    id:FRS-001
    When the whole copier is killed at every step of a copy into an empty place
    And the whole copier is killed at every step of a copy over an older version
    And the main process of the copier is killed at every step of a copy into an empty place
    And the main process of the copier is killed at every step of a copy over an older version
    Then a killed copy should have left no torn file, and the next one no leftovers, as far as the copier claims
    And nothing that a killed copy has left should look like a finished file
    And the copier should have kept what every scenario demands
