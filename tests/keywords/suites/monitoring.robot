*** Settings ***
Documentation    The monitor, where it has seen too little. A test that must fail says with which message.

Library          ContentionLibrary


*** Test Cases ***
Too Few Looks Tell Nothing Of Growth
    [Documentation]    FAIL REGEXP: NOT PROVEN: [1-4] points? (is|are) too few to tell whether open files grows; look longer or
    ...    more often
    Start Monitor
    Series Should Not Grow    open files

What Never Changes Does Not Grow
    [Documentation]    Equal values are told by two of them, and many looks are many nevertheless.
    Start Monitor
    FOR    ${_}    IN RANGE    5
        Read Monitor
    END
    Series Should Not Grow    open files
    Stop Monitor
    Series Should Not Grow    open files

A Phase That Saw Too Little
    [Documentation]    FAIL NOT PROVEN: 1 point is too few to tell whether open files grows; look longer or more often
    Start Monitor    interval=100 s
    FOR    ${_}    IN RANGE    5
        Read Monitor
    END
    Mark Phase    late
    Read Monitor
    Series Should Not Grow    open files    phase=late

There Is No Baseline Without A Monitor
    [Documentation]    FAIL no monitor is at work: Start Monitor first
    Figure Should Return To Baseline    locks

A Limit Has A Unit
    [Documentation]    FAIL REGEXP: memory rose to [\\d.]+ MiB, above the limit of 1.0 KiB
    Create Test File    one.bin    1 MiB
    Start Copier    one.bin    two.bin    stop=first
    Wait For Hold
    Start Monitor
    Peak Should Be At Most    memory    500 MiB
    Peak Should Be At Most    processor time    1 minute
    Peak Should Be At Most    processes    5
    Peak Should Be At Most    memory    1 KiB
