*** Settings ***
Documentation    Test files and what becomes of them. A test that must fail says with which message.

Library          ContentionLibrary


*** Test Cases ***
A File Is Whole
    [Documentation]    Any size and any writer.
    Create Test File    in/slide.bin    278 kB    writer=255
    File Should Be Whole    in/slide.bin    writer=255    size=278 kB
    File Should Be Single Version    in/slide.bin
    ${words}    Describe File    in/slide.bin
    Should Be Equal    ${words}    all 278,000 bytes of writer 255

Nothing Is Whole That Is Not There
    [Documentation]    FAIL 'slide.bin' should hold all 1 MiB of writer 1, but holds no file
    File Should Be Whole    slide.bin    writer=1    size=1 MiB

A Part Is Not Whole
    [Documentation]    FAIL 'slide.bin' should hold all 4 MiB of writer 1, but holds 1 of 4 MiB of writer 1, cut off
    Create Test File    slide.bin    4 MiB
    Start Command    truncate    -s    1M    slide.bin
    Wait For Competitor    command
    File Should Be Whole    slide.bin    writer=1    size=4 MiB

Another Writer's File Is Not Whole
    [Documentation]    FAIL 'slide.bin' should hold all 1 MiB of writer 2, but holds all 1 MiB of writer 1
    Create Test File    slide.bin    1 MiB    writer=1
    File Should Be Whole    slide.bin    writer=2    size=1 MiB

A Part Is No Single Version
    [Documentation]    FAIL 'slide.bin' should hold the whole content of one writer, but holds 1 of 4 MiB of writer 1,
    ...    cut off
    Create Test File    slide.bin    4 MiB
    Start Command    truncate    -s    1M    slide.bin
    Wait For Competitor    command
    File Should Be Single Version    slide.bin

A Mixture Is No Single Version
    [Documentation]    FAIL 'one.bin' should hold the whole content of one writer, but holds 0-512 KiB of writer 2, the
    ...    rest (512 KiB) of writer 1
    Create Test File    one.bin    1 MiB    writer=1
    Create Test File    two.bin    1 MiB    writer=2
    Start Command    dd    if=two.bin    of=one.bin    bs=512K    count=1    conv=notrunc    status=none
    Wait For Competitor    command
    File Should Be Single Version    one.bin

An Empty File Is No Single Version
    [Documentation]    FAIL 'slide.bin' should hold the whole content of one writer, but holds nothing (an empty file)
    Start Command    touch    slide.bin
    Wait For Competitor    command
    File Should Be Single Version    slide.bin

No File Is No Single Version
    [Documentation]    FAIL 'slide.bin' should hold the whole content of one writer, but holds no file
    File Should Be Single Version    slide.bin

A Directory Holds What It Should
    [Documentation]    Hidden names count.
    Directory Should Hold Only    .
    Create Test File    slides/one.bin    1 kB
    Create Test File    slides/.hidden    1 kB
    Directory Should Hold Only    slides    .hidden    one.bin

A Directory Holds More And Less
    [Documentation]    FAIL '.' should hold only one.bin, two.bin, but holds also .hidden, three.bin and not two.bin
    Create Test File    one.bin    1 kB
    Create Test File    three.bin    1 kB
    Create Test File    .hidden    1 kB
    Directory Should Hold Only    .    one.bin    two.bin

A Directory Should Be Empty
    [Documentation]    FAIL '.' should hold only nothing, but holds also one.bin
    Create Test File    one.bin    1 kB
    Directory Should Hold Only    .

There Is No Directory
    [Documentation]    FAIL there is no directory 'slides'
    Directory Should Hold Only    slides

A Test File Replaces Nothing
    [Documentation]    FAIL 'slide.bin' is there already: a test file never replaces another file; let a writer do
    ...    that, or choose another name
    Create Test File    slide.bin    1 kB
    Create Test File    slide.bin    2 kB

A Relative Path Stays In The Workspace
    [Documentation]    FAIL '../slide.bin' leads out of the workspace: give a relative path that stays in it, or an
    ...    absolute one if you really mean a place outside
    Create Test File    ../slide.bin    1 kB

The Workspace Is A Place
    [Documentation]    Absolute paths into it are as good as relative ones.
    ${path}    Workspace Path
    ${file}    Workspace Path    slide.bin
    Should Be Equal    ${file}    ${path}/slide.bin
    ${made}    Create Test File    ${file}    1 kB
    Should Be Equal    ${made}    ${file}
    Directory Should Hold Only    .    slide.bin

A File That Is No Test File
    [Documentation]    Somebody else's bytes are no end of a test file.
    Start Command    sh    -c    printf hello > note.txt
    Outcome Should Be    command    COMPLETED
    ${words}    Describe File    note.txt
    Should Be Equal    ${words}    5 bytes that no writer has written

A Disk Is Never Filled By A Mistyped Size
    [Documentation]    FAIL REGEXP: error of the system: 'big.bin' cannot be made: 900 TiB are wanted, and [\\d.]+ [KMGT]iB
    ...    are free in /.+; choose a smaller size, or another place to work in
    Create Test File    big.bin    900 TiB

A Place Where No File Can Be
    [Documentation]    FAIL no file can be made as '/proc/xyz.bin' (No such file or directory): name a place where there can
    ...    be one
    Create Test File    /proc/xyz.bin    1 kB

An Error Of The System Names Keyword And Path
    [Documentation]    FAIL REGEXP: error of the system: 'Describe File\\s+/proc/self/mem': Input/output error.*
    Describe File    /proc/self/mem
