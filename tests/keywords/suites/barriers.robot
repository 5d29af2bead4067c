*** Settings ***
Documentation    Barriers, where they open and where they do not. A test that must fail says with which message.

Library          ContentionLibrary


*** Test Cases ***
Competitors, A Program And The Test Leave Together
    [Documentation]    Four parties of three kinds meet at one barrier.
    Create Test File    slide.bin    1 MiB
    Create Barrier    start    parties=4    timeout=20 s
    Start Reader    slide.bin    name=Ann    at_barrier=start
    Start Reader    slide.bin    name=Bob    at_barrier=start
    Start Command    contention    wait    start
    Wait At Barrier    start
    Outcome Should Be    Ann    COMPLETED
    Outcome Should Be    Bob    COMPLETED
    Outcome Should Be    command    COMPLETED
    Barrier Skew Should Be Below    start    5 s

A Barrier Can Be Used Again
    [Documentation]    Each turn needs all parties anew.
    Create Test File    slide.bin    1 MiB
    Create Barrier    start    parties=2
    FOR    ${round}    IN RANGE    3
        Start Reader    slide.bin    name=reader ${round}    at_barrier=start
        Wait At Barrier    start
        Outcome Should Be    reader ${round}    COMPLETED
    END
    Barrier Skew Should Be Below    start    5 s

Nobody Has Left Yet
    [Documentation]    FAIL NOT PROVEN: nobody has left barrier 'start' yet
    Create Barrier    start    parties=2
    Barrier Skew Should Be Below    start    1 s

The Skew Is Too Large
    [Documentation]    FAIL REGEXP: NOT PROVEN: barrier 'start' was left within [\\d.]+ ms in turn 1 of 1, which is not
    ...    below 0 ms; the last was process \\d+
    Create Test File    slide.bin    1 MiB
    Create Barrier    start    parties=2
    Start Reader    slide.bin    at_barrier=start
    Wait At Barrier    start
    Barrier Skew Should Be Below    start    0 ms

Somebody Does Not Come
    [Documentation]    FAIL barrier 'start' waits for 2 parties, and within 0.2 s only 1 came (the test itself): let 1 more come,
    ...    with at_barrier, contention wait or Wait At Barrier, or create it with fewer parties
    Create Barrier    start    parties=2    timeout=0.2 s
    Wait At Barrier    start

A Competitor Waits In Vain
    [Documentation]    FAIL REGEXP: reader did not begin: barrier 'start' waits for 4 parties, and within 0\\.2 s only 2 came
    ...    \\((reader, Bob|Bob, reader)\\): let 2 more come, .+
    Create Barrier    start    parties=4    timeout=0.2 s
    Start Reader    slide.bin    at_barrier=start
    Start Reader    slide.bin    at_barrier=start    name=Bob
    Wait For Competitor    reader

A Competitor Still Waits
    [Documentation]    FAIL reader still waited and was ended: barrier 'start' waits for 2 parties, and within 0.2 s only 1 came
    ...    (reader): let 1 more come, with at_barrier, contention wait or Wait At Barrier, or create it with fewer parties
    Create Barrier    start    parties=2
    Start Reader    slide.bin    at_barrier=start
    Wait For Competitor    reader    timeout=0.2 s

The Barrier Is Misspelt
    [Documentation]    FAIL There is no barrier 'strat'; did you mean 'start'? There are: finish, start.
    Create Barrier    start    parties=2
    Create Barrier    finish    parties=2
    Wait At Barrier    strat

A Competitor Is Sent To A Misspelt Barrier
    [Documentation]    FAIL There is no barrier 'begin'. There are: start.
    Create Barrier    start    parties=2
    Start Reader    slide.bin    at_barrier=begin

The Skew Of No Barrier
    [Documentation]    FAIL There is no barrier 'start'. No barrier was made in this test yet.
    Barrier Skew Should Be Below    start    1 s

The Name Is Taken
    [Documentation]    FAIL There is a barrier 'start' already: choose another name.
    Create Barrier    start    parties=2
    Create Barrier    start    parties=3

The Name Cannot Be Used
    [Documentation]    FAIL '../start' is no name for a barrier: use letters, digits, blanks and . _ -
    Create Barrier    ../start    parties=2

Nobody Can Meet
    [Documentation]    FAIL Barrier 'start' cannot wait for 0 processes: the count is at least 1.
    Create Barrier    start    parties=0
