*** Settings ***
Documentation    Competitors and all the ways in which they end. A test that must fail says with which message.

Library          ContentionLibrary


*** Variables ***
${OTHERS}    ${CURDIR}/../copiers


*** Test Cases ***
A Reader Gets A Whole File
    [Documentation]    What it got is told in words.
    Create Test File    slide.bin    1 MiB    writer=7
    ${name}    Start Reader    slide.bin
    Should Be Equal    ${name}    reader
    ${ended}    Outcome Of    reader
    Should Be Equal    ${ended.outcome}    completed
    Should Be Equal    ${ended.content}    all 1 MiB of writer 7

A Reader Gets A Part
    [Documentation]    FAIL reader ended PARTIAL, not COMPLETED or ABSENT: it got 1 of 4 MiB of writer 1, cut off
    Create Test File    slide.bin    4 MiB
    Start Command    truncate    -s    1M    slide.bin
    Outcome Should Be    command    COMPLETED
    Start Reader    slide.bin
    Outcome Should Be    reader    COMPLETED    ABSENT

A Reader Gets A Mixture
    [Documentation]    FAIL reader ended MIXED, not COMPLETED: it got 0-512 KiB of writer 2, the rest (512 KiB) of
    ...    writer 1
    Create Test File    one.bin    1 MiB    writer=1
    Create Test File    two.bin    1 MiB    writer=2
    Start Command    dd    if=two.bin    of=one.bin    bs=512K    count=1    conv=notrunc    status=none
    Outcome Should Be    command    COMPLETED
    Start Reader    one.bin
    Outcome Should Be    reader    COMPLETED

A Reader Finds Nothing
    [Documentation]    FAIL reader ended ABSENT, not COMPLETED: No such file or directory: 'slide.bin'
    Start Reader    slide.bin
    Outcome Should Be    reader    COMPLETED

A Reader In A Loop Tells The Worst
    [Documentation]    FAIL REGEXP: reader ended PARTIAL, not COMPLETED: it looked \\d+ times and saw \\d+ states,
    ...    among them 1 of 4 MiB of writer 1, cut off
    Create Test File    slide.bin    4 MiB
    Start Command    truncate    -s    1M    slide.bin
    Outcome Should Be    command    COMPLETED
    Start Reader    slide.bin    how=loop
    Outcome Should Be    reader    COMPLETED

A Reader Keeps What It Has Opened
    [Documentation]    A file that was replaced by rename is still the old one for who has it open.
    Create Test File    slide.bin    1 MiB    writer=1
    Start Reader    slide.bin    how=half
    Outcome Should Be    reader    COMPLETED
    Start Writer    slide.bin    1 MiB    writer=2    how=replace
    Outcome Should Be    writer    COMPLETED
    ${ended}    Finish Reading    reader
    Should Be Equal    ${ended.content}    all 1 MiB of writer 1

A File Is Rewritten Under Its Reader
    [Documentation]    FAIL reader ended MIXED, not COMPLETED: it got 0-512 KiB of writer 1, the rest (512 KiB) of
    ...    writer 2
    Create Test File    slide.bin    1 MiB    writer=1
    Start Reader    slide.bin    how=half
    Wait For Competitor    reader
    Start Writer    slide.bin    1 MiB    writer=2    how=rewrite
    Wait For Competitor    writer
    Finish Reading    reader
    Outcome Should Be    reader    COMPLETED

A Reader Has No Half-Read File
    [Documentation]    FAIL reader has not a half-read file (any more): it reads 'slide.bin' and ended COMPLETED
    Create Test File    slide.bin    1 MiB
    Start Reader    slide.bin
    Finish Reading    reader

A Writer Comes Too Late
    [Documentation]    FAIL writer ended REFUSED, not COMPLETED: File exists: 'slide.bin'
    Create Test File    slide.bin    1 MiB
    Start Writer    slide.bin    1 MiB
    Outcome Should Be    writer    COMPLETED

A Deleter And A Renamer Do What They Are Sent For
    [Documentation]    Files, trees and names.
    Create Test File    one.bin    1 MiB
    Create Test File    two.bin    1 MiB
    Create Test File    full/three.bin    1 MiB
    Start Deleter    one.bin
    Start Renamer    two.bin    three.bin
    Start Deleter    full    what=tree
    Outcome Should Be    deleter    COMPLETED
    Outcome Should Be    renamer    COMPLETED
    Outcome Should Be    deleter 2    COMPLETED
    Directory Should Hold Only    .    three.bin

Only Trees Of The Workspace Are Deleted
    [Documentation]    FAIL the tree '/' is not deleted: only one inside the workspace may be
    Start Deleter    /    what=tree

A Lock Keeps Others Waiting
    [Documentation]    Who waits for a lock hangs until the lock is given back.
    Create Test File    slide.bin    1 MiB
    Start Lock Holder    slide.bin    name=Ann
    Outcome Should Be    Ann    COMPLETED
    Start Lock Holder    slide.bin    name=Bob
    Outcome Should Be    Bob    HUNG    timeout=0.3 s
    Release Lock    Ann
    Start Lock Holder    slide.bin    name=Cy
    Outcome Should Be    Cy    COMPLETED

A Stopped Competitor Frees Its Lock
    [Documentation]    Nothing of it is left when the keyword returns.
    Create Test File    slide.bin    1 MiB
    Start Lock Holder    slide.bin    kind=posix    name=Ann
    Outcome Should Be    Ann    COMPLETED
    Stop Competitor    Ann
    Start Lock Holder    slide.bin    kind=posix    name=Bob
    Outcome Should Be    Bob    COMPLETED

A Lock Is Given Back Twice
    [Documentation]    FAIL lock holder has not a lock (any more): it locks 'slide.bin' (flock, exclusive) and ended
    ...    COMPLETED
    Create Test File    slide.bin    1 MiB
    Start Lock Holder    slide.bin
    Release Lock    lock holder
    Release Lock    lock holder

A Stopped Competitor Has No Outcome
    [Documentation]    FAIL command was stopped before it ended (it runs sleep 1000): it has no outcome
    Start Command    sleep    1000
    Stop Competitor    command
    Outcome Of    command

A Command Hangs
    [Documentation]    FAIL command ended HUNG, not COMPLETED: it did not end in time, and was ended
    Start Command    sleep    1000
    Outcome Should Be    command    COMPLETED    timeout=0.2 s

A Command Says Why It Fails
    [Documentation]    FAIL REGEXP: command ended REFUSED, not COMPLETED: exit code 1: cat: nowhere.*
    Start Command    cat    nowhere
    Outcome Should Be    command    COMPLETED

A Command Fails Without A Word
    [Documentation]    FAIL command ended FAILED, not COMPLETED or REFUSED: exit code 1, without a word
    Start Command    false
    Outcome Should Be    command    COMPLETED    REFUSED

A Command Is No Text For A Shell
    [Documentation]    FAIL the program 'sleep 1' is not found or not executable; a command is given word by word, not
    ...    as one text
    Start Command    sleep 1

No Command
    [Documentation]    FAIL there is no command: give the program, and each of its arguments as an argument
    Start Command

A Rival Copies
    [Documentation]    An unmodified copier runs beside everybody else.
    Create Test File    one.bin    1 MiB    writer=3
    Start Rival Copier    one.bin    two.bin
    Outcome Should Be    rival    COMPLETED
    File Should Be Whole    two.bin    writer=3    size=1 MiB

A Rival Lies Where Nothing Was
    [Documentation]    FAIL rival ended LIED, not COMPLETED: it reported success, and there is no destination
    Create Test File    one.bin    1 MiB
    Start Rival Copier    one.bin    two.bin    copier=${OTHERS}/does_nothing.yaml
    Outcome Should Be    rival    COMPLETED

A Rival Lies Where An Older File Is
    [Documentation]    FAIL rival ended LIED, not COMPLETED: it reported success, and its destination holds all 1 MiB
    ...    of writer 2, as before
    Create Test File    one.bin    1 MiB    writer=1
    Create Test File    two.bin    1 MiB    writer=2
    Start Rival Copier    one.bin    two.bin    copier=${OTHERS}/does_nothing.yaml
    Outcome Should Be    rival    COMPLETED

Nobody Is Called A Liar For What Others Have Deleted
    [Documentation]    The destination may be gone because somebody was sent to delete it.
    Create Test File    one.bin    1 MiB
    Create Test File    two.bin    1 MiB
    Start Deleter    two.bin
    Outcome Should Be    deleter    COMPLETED
    Start Rival Copier    one.bin    two.bin    copier=${OTHERS}/does_nothing.yaml
    Outcome Should Be    rival    COMPLETED

A Rival Leaves A Part
    [Documentation]    FAIL rival ended PARTIAL, not COMPLETED: it reported success, and its destination holds 64 of
    ...    1,024 KiB of writer 1, cut off
    Create Test File    one.bin    1 MiB
    Start Rival Copier    one.bin    two.bin    copier=${OTHERS}/torn.yaml
    Outcome Should Be    rival    COMPLETED

A Rival Crashes
    [Documentation]    FAIL rival ended FAILED, not COMPLETED or REFUSED: ended by signal 6, without a word
    Create Test File    one.bin    1 MiB
    Start Rival Copier    one.bin    two.bin    copier=${OTHERS}/crashes.yaml
    Outcome Should Be    rival    COMPLETED    REFUSED

A Rival Has No Source
    [Documentation]    Its refusal names the file.
    Start Rival Copier    one.bin    two.bin
    Outcome Should Be    rival    REFUSED

A Rival Has A Source Of Unknown Content
    [Documentation]    FAIL REGEXP: the source 'notes.txt' is no whole test file \\(it holds 6 bytes that no writer has written\\): make it with
    ...    Create Test File
    Start Command    cp    ${CURDIR}/notes.txt    notes.txt
    Wait For Competitor    command
    Start Rival Copier    notes.txt    two.bin

A Rival Is Unknown
    [Documentation]    FAIL REGEXP: There is no copier 'copy'; did you mean .*
    Create Test File    one.bin    1 MiB
    Start Rival Copier    one.bin    two.bin    copier=copy

A Competitor Is Misspelt
    [Documentation]    FAIL There is no competitor 'raeder'; did you mean 'reader'? There are: Bob, reader.
    Start Reader    slide.bin
    Start Reader    slide.bin    name=Bob
    Wait For Competitor    raeder

There Are No Competitors
    [Documentation]    FAIL There is no competitor 'reader'. No competitor was made in this test yet.
    Outcome Should Be    reader    COMPLETED

A Name Is In Use
    [Documentation]    FAIL Ann is still at work (it runs sleep 1000): wait for it, or name the other one
    Start Command    sleep    1000    name=Ann
    Start Reader    slide.bin    name=Ann

A Writer Is Unknown
    [Documentation]    FAIL there is no writer 256: writers have the numbers 1 to 255
    Start Writer    slide.bin    1 MiB    writer=256
