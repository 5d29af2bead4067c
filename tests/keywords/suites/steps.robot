*** Settings ***
Documentation    The copier's steps. A test that must fail says with which message.

Library          ContentionLibrary


*** Test Cases ***
A Copier Passes All Its Steps
    [Documentation]    The steps of a rehearsal are those of the copy.
    Create Test File    one.bin    1 MiB
    ${steps}    Copier Steps    one.bin    two.bin
    Directory Should Hold Only    .    one.bin
    Start Copier    one.bin    two.bin    stop=everywhere
    FOR    ${expected}    IN    @{steps}
        ${step}    Wait For Hold
        Should Be Equal    ${step}    ${expected}
        Release Copier
    END
    ${step}    Wait For Hold
    Should Be Equal    ${step}    ${None}
    Outcome Should Be    copier    COMPLETED

A Held Copier Has Not Committed
    [Documentation]    The older version stands until the rename.
    Create Test File    one.bin    1 MiB    writer=1
    Create Test File    two.bin    1 MiB    writer=2
    Hold Copier Before    rename the temporary file to the destination
    Start Copier    one.bin    two.bin
    Wait For Hold
    File Should Be Whole    two.bin    writer=2    size=1 MiB
    Release Copier
    Wait For Copier
    File Should Be Whole    two.bin    writer=1    size=1 MiB

A Named Hold Is Changed While The Copier Stands
    [Documentation]    Where it is held next can be said at any hold.
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin    stop=first
    Wait For Hold
    Hold Copier Before    rename the temporary file to the destination
    Release Copier
    ${step}    Wait For Hold
    Should Be Equal    ${step}    rename the temporary file to the destination
    Wait For Copier

A Step Fails
    [Documentation]    The copier is told the error, and says so.
    Create Test File    one.bin    1 MiB
    Hold Copier Before    rename the temporary file to the destination
    Start Copier    one.bin    two.bin
    Wait For Hold
    Fail Step With    ENOSPC
    ${ended}    Wait For Copier
    Should Be Equal    ${ended.ending}    error
    Should Contain    ${ended.message}    No space left on device
    Outcome Should Be    copier    REFUSED
    Directory Should Hold Only    .    one.bin

A Copier Is Killed While It Is Held
    [Documentation]    Nothing is under the final name, and nobody survives.
    Create Test File    one.bin    1 MiB
    Hold Copier Before    rename the temporary file to the destination
    Start Copier    one.bin    two.bin
    Wait For Hold
    Kill Copier    main
    ${ended}    Wait For Copier
    Should Be Equal    ${ended.ending}    killed
    Should Be Equal    ${ended.signal}    ${9}
    Should Be Equal    ${ended.content}    no file
    Should Be Equal    ${ended.survivors}    ${{()}}

A Copier That Succeeded Was Not Refused
    [Documentation]    FAIL copier ended COMPLETED, not REFUSED: it reported success, and its destination holds all 1
    ...    MiB of writer 1
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin
    Outcome Should Be    copier    REFUSED

A Copier Never Comes To A Step
    [Documentation]    FAIL REGEXP: NOT PROVEN: the copier ended \\(success\\) and never came to 'dance'; it came to
    ...    .*'rename the temporary file to the destination'.*
    Create Test File    one.bin    1 MiB
    Hold Copier Before    dance
    Start Copier    one.bin    two.bin
    Wait For Hold

A Copier Never Comes To A Step And Nobody Waits For It There
    [Documentation]    FAIL REGEXP: NOT PROVEN: the copier ended \\(success\\) and never came to 'dance'; it came to .*
    Create Test File    one.bin    1 MiB
    Hold Copier Before    dance    rename the temporary file to the destination
    Start Copier    one.bin    two.bin
    Outcome Should Be    copier    COMPLETED

A Copier Is Killed Before It Comes To A Step
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin    stop=first
    Wait For Hold
    Hold Copier Before    rename the temporary file to the destination
    Kill Copier
    Outcome Should Be    copier    FAILED

A Rehearsal Has Nothing To Copy
    [Documentation]    FAIL there is no 'nothing.bin' whose copy could be rehearsed: make it with Create Test File
    Copier Steps    nothing.bin    two.bin

Nobody Waits For Less Than No Time
    [Documentation]    FAIL a time of -3 s is over before it begins: give one of 0 s or more
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin    stop=first
    Wait For Hold    timeout=-3 s

A Copier Is Not Held
    [Documentation]    FAIL the copier is not held: Wait For Hold first
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin
    Release Copier

There Is No Copier
    [Documentation]    FAIL no copier was started in this test: Start Copier first
    Wait For Hold

A Copier Is Still At Work
    [Documentation]    FAIL the copier is still at work: Wait For Copier, or Kill Copier, before the next copy
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin    stop=first
    Start Copier    one.bin    three.bin

Two Ways To Hold Exclude Each Other
    [Documentation]    FAIL stop=first and Hold Copier Before exclude each other: name the first step too
    Create Test File    one.bin    1 MiB
    Hold Copier Before    rename the temporary file to the destination
    Start Copier    one.bin    two.bin    stop=first

No Step Is Named
    [Documentation]    FAIL name the step before which the copier is to be held; Copier Steps lists them
    Hold Copier Before

A Rehearsal Outside The Workspace
    [Documentation]    FAIL a copy to '/tmp/two.bin' is not rehearsed: give a destination in the workspace
    Create Test File    one.bin    1 MiB
    Copier Steps    one.bin    /tmp/two.bin

A Copier Works In Directories
    [Documentation]    Steps do not depend on where the files are.
    Create Test File    in/one.bin    1 MiB
    Create Test File    out/two.bin    1 MiB    writer=2
    ${steps}    Copier Steps    in/one.bin    out/two.bin
    Should Contain    ${steps}    rename the temporary file to the destination
    Start Copier    in/one.bin    out/two.bin
    Outcome Should Be    copier    COMPLETED
    Directory Should Hold Only    out    two.bin
    Directory Should Hold Only    .    in    out
