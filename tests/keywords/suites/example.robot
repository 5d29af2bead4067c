*** Settings ***
Documentation    An example for suites of one's own: slides come in while viewers look at them.
...
...              A viewer must never be shown half a slide, whoever else is at work on it.

Library          ContentionLibrary

Test Setup       There is a new slide and an older one


*** Variables ***
${SLIDE}    4 MiB


*** Test Cases ***
Viewers Look At A Slide While It Is Replaced
    [Documentation]    The new slide is held just before it takes its name; viewers open the old one together.
    # The copier stops where it matters most. `Copier Steps` lists the names of all its steps.
    Hold Copier Before    rename the temporary file to the destination
    Start Copier    incoming/slide.bin    slides/slide.bin
    Wait For Hold
    Five viewers should see the older slide
    # The copier goes on, and nobody has disturbed it.
    Release Copier
    Outcome Should Be    copier    COMPLETED
    File Should Be Whole    slides/slide.bin    writer=1    size=${SLIDE}
    Directory Should Hold Only    slides    slide.bin

A Slide Is Locked While Another Copier Replaces It
    [Documentation]    The copier may wait, refuse, or replace the slide beside the lock; it may not hang, lie or tear.
    # Any program can take part, and wait for us at a barrier. It is given word by word, and no shell sees it.
    Create Barrier    start    parties=2
    Start Command    contention    wait    start    name=our program
    Start Lock Holder    slides/slide.bin    mode=shared
    Outcome Should Be    lock holder    COMPLETED
    Wait At Barrier    start
    Start Rival Copier    incoming/slide.bin    slides/slide.bin
    Outcome Should Be    rival    COMPLETED    WAITED    REFUSED
    File Should Be Single Version    slides/slide.bin
    Outcome Should Be    our program    COMPLETED

A Full Disk Leaves The Old Slide Alone
    [Documentation]    Every write of the copier fails in turn, and each time the old slide is still whole.
    ${steps}    Copier Steps    incoming/slide.bin    slides/slide.bin
    FOR    ${step}    IN    @{steps}
        IF    $step.startswith("write")
            The disk should be full without harm    ${step}
        END
    END


*** Keywords ***
There is a new slide and an older one
    [Documentation]    Each has a writer of its own, so that every byte tells which of the two it belongs to.
    Create Test File    incoming/slide.bin    ${SLIDE}    writer=1
    Create Test File    slides/slide.bin    ${SLIDE}    writer=2

Five viewers should see the older slide
    [Documentation]    They leave one barrier together, so that they look at the same moment.
    Create Barrier    look    parties=5
    FOR    ${number}    IN RANGE    5
        Start Reader    slides/slide.bin    name=viewer ${number}    at_barrier=look
    END
    FOR    ${number}    IN RANGE    5
        ${seen}    Outcome Of    viewer ${number}
        Should Be Equal    ${seen.content}    all ${SLIDE} of writer 2
    END

The disk should be full without harm
    [Documentation]    One write fails; the copier says so, and has changed nothing.
    [Arguments]    ${step}
    Hold Copier Before    ${step}
    Start Copier    incoming/slide.bin    slides/slide.bin
    Wait For Hold
    Fail Step With    ENOSPC
    Outcome Should Be    copier    REFUSED
    File Should Be Whole    slides/slide.bin    writer=2    size=${SLIDE}
    Directory Should Hold Only    slides    slide.bin
