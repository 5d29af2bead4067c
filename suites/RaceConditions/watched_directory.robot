*** Settings ***
Documentation    Whoever watches a directory takes in finished files only.
...
...              Jobs pick up what arrives in a directory: by patterns for names, or when the system says that a file is
...              complete. Until a copy is complete they must find nothing of it, under whatever name.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:watched-directory


*** Test Cases ***
AOV-001 Consumers Watch The Directory During A Copy
    [Documentation]    The final name shows whole files only, and no other name is there to be picked up.
    [Tags]    id:AOV-001    priority:high
    When consumers watch the directory of the destination during a free copy into an empty place
    And consumers watch the directory of the destination during a free copy over an older version
    And consumers watch the directory of the destination at every step of a copy into an empty place
    And consumers watch the directory of the destination at every step of a copy over an older version
    Then no consumer should have picked up part of a file
    And no second name should have been seen, as far as the copier claims
    And the copier should have kept what every scenario demands
