*** Settings ***
Documentation    A copy ends in the place that was named to it, or it says that it could not.
...
...              While a copy runs, somebody takes the directory away that it works in, or puts something else there.
...              The file may not follow it to a place that nobody has named, and an error leaves nothing anywhere.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:path-swaps


*** Test Cases ***
SAP-003 Directory Of The Destination Is Swapped At Every Step Of A Copy
    [Documentation]    Wherever the directory goes meanwhile, success means that the file is where it was asked for.
    [Tags]    id:SAP-003    priority:critical
    When the directory of the destination is renamed away and made anew at every step of a copy into an empty place
    And the directory of the destination is replaced by a link at every step of a copy into an empty place
    And the directory of the destination is replaced by a file at every step of a copy into an empty place
    And the directory of the destination is removed with its content at every step of a copy into an empty place
    And the directory of the destination is removed and made anew at every step of a copy into an empty place
    And the directory of the destination is renamed away at every step of a copy into an empty place
    And the directory of the destination is renamed away at every step of a copy over an older version
    And the directory of the destination is removed when it is empty at every step of a copy into an empty place
    Then nothing should have landed where nobody has named it
    And the copier should have kept what every scenario demands
