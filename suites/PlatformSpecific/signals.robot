*** Settings ***
Documentation    Whoever sends a copier a signal gets what the system promises: an end that tells of it, and no ruins.
...
...              A copier may ignore what is no order to end, and it may come to its end when all is copied. A stop is
...              no end: who is continued goes on as if nothing had happened.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:signals


*** Test Cases ***
LSS-003 Copier Gets Every Signal At Every Step Of A Copy
    [Documentation]    Each signal ends the copy as is usual, leaves whole what was there, and a stop changes nothing.
    [Tags]    id:LSS-003    needs:exact-stepping    priority:high
    # robocop: off=LEN06 one row a signal, and one verdict for all
    When a copy into an empty place gets SIGHUP at every step
    And a copy over an older version gets SIGINT at every step
    And a copy over an older version gets SIGTERM at every step
    And a copy over an older version gets SIGPIPE at every step
    And a copy into an empty place gets SIGXFSZ at every step
    And a copy over an older version gets a burst of signals at every step
    And a copy over an older version is stopped and continued at every step
    Then every signal should have ended the copy as is usual, or as the copier's profile says
    And stopping and continuing should have changed nothing
    And no signal should have left part of a file
    And the copier should have kept what every scenario demands
