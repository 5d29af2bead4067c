*** Settings ***
Documentation    A file that somebody reads, or that two want to write, ends as exactly one of the files sent to it.
...
...              Who has opened a file keeps what he has opened. Of two copies to one name one wins, its content is
...              there whole, and the other is told that it has lost.

Library          ContentionLibrary
Resource         ../../resources/promises.resource

Test Tags        family:write-during-read    priority:critical


*** Test Cases ***
WDR-001 Copier Overwrites A File That Is Being Read
    [Documentation]    A reader that has read half of the old file never gets a second half of the new one.
    [Tags]    id:WDR-001
    When the copier overwrites a file that a reader has read half of
    Then no open file should have changed under its reader
    And no reader should have seen part of a file or a mix of two
    And the copier should not have failed because it was read
    And the copier should have kept what every scenario demands

WDR-002 Two Copiers Write One Destination
    [Documentation]    Two jobs for one name: one success with its whole content, one clear refusal.
    [Tags]    id:WDR-002
    When a second copier runs whole at every step of a copy into an empty place
    And a second copier runs whole at every step of a copy over an older version
    And two copiers race freely for one destination into an empty place
    And two copiers race freely for one destination over an older version
    Then exactly one copier should have won and the other should have been told
    And every refusal should have named the file or the cause
    And no copier should have waited without end
    And nothing should be left behind
    And the source should have been kept, unless the copier says that it moves it
    And everything should be proven
