*** Settings ***
Documentation    A power loss leaves the old file or the new one, and never takes a copy that was reported as done.
...
...              What a program has written is not yet on the disk, and what gets there first is the system's choice:
...              a new name may be there before the data that belongs to it.

Library          ContentionLibrary
Resource         ../../resources/power.resource
Resource         ../../resources/promises.resource

Test Tags        family:power-loss


*** Test Cases ***
FRS-002 Power Is Lost Or The System Is Shut Down At Every Step Of A Copy
    [Documentation]    Whenever the power goes, the file is old or new; once success was reported it is new, for good.
    [Tags]    id:FRS-002    priority:critical    real-or-modelled:ext4    real-or-modelled:xfs
    When the power is lost at every step, with and without an older version
    And the power is cut on a real ext4 at every step, with and without an older version
    And the power is cut on a real xfs at every step, with and without an older version
    And the system is shut down in good order at every step, with and without an older version
    Then no power loss should have left a torn file or taken a reported copy, as far as the copier claims
    And no real file system should have shown otherwise after its power was cut
    And an orderly shutdown should have left a whole file
    And the copier should have kept what every scenario demands
