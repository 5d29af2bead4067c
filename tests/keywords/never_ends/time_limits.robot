*** Settings ***
Documentation    A copier that never ends. A test that must fail says with which message.

Library          ContentionLibrary


*** Test Cases ***
It Comes To No Hold
    [Documentation]    FAIL NOT PROVEN: the copier neither came to a hold nor ended within 0.3 s
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin    stop=everywhere
    Wait For Hold    timeout=0.3 s

It Is Ended At Its Time Limit
    [Documentation]    FAIL copier ended HUNG, not COMPLETED: it still ran when its time was over, and was ended
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin
    Outcome Should Be    copier    COMPLETED

It Is Killed While It Runs
    [Documentation]    A copier need not be held to be killed.
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin
    Kill Copier    tree
    ${ended}    Wait For Copier
    Should Be Equal    ${ended.ending}    killed

It Is Left Alone
    [Documentation]    The end of the test ends it too.
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin
