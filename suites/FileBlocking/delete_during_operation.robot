*** Settings ***
Documentation    Who deletes a file, or takes away its source, gets a whole file or a clear error, never half of one.
...
...              Success means that the file is there. When it cannot be, the copier says so and leaves no ruins.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:delete-during-operation


*** Test Cases ***
DDO-001 Destination Is Deleted At Every Step Of A Copy
    [Documentation]    Whenever the destination is deleted, the copy ends whole, or with an error, and never with a lie.
    [Tags]    id:DDO-001    priority:critical
    When the destination is deleted at every step of a copy into an empty place
    And the destination is deleted at every step of a copy over an older version
    Then the copier should have kept what every scenario demands

DDO-002 File Is Deleted Under Its Reader And Copied Again
    [Documentation]    A reader of a deleted file ends with that file, not with the one that was copied to its name.
    [Tags]    id:DDO-002    priority:high
    When a file is deleted under its reader and copied to the same name again
    Then no open file should have changed under its reader
    And no reader should have seen part of a file or a mix of two
    And the copier should have kept what every scenario demands

DDO-003 Source Is Taken Away Or Changed At Every Step Of A Copy
    [Documentation]    A source that goes or changes gives a whole copy of one version, or a clear error and no ruins.
    [Tags]    id:DDO-003    priority:critical
    When the source is deleted at every step of a copy
    And the source is cut to half at every step of a copy
    And the source is replaced at every step of a copy
    And the source is rewritten at every step of a copy
    Then the copier should have kept what every scenario demands
