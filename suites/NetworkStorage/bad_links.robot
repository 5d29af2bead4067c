*** Settings ***
Documentation    Over a bad link a copy comes late and whole, or it fails and says so.
...
...              Where they can be had, the servers are real ones, behind links that are late, slow, lose packets and
...              are reset. Errors at a chosen call are emulated, and the verdict says so.

Library          ContentionLibrary
Resource         ../../resources/network.resource
Resource         ../../resources/promises.resource

Test Tags        family:bad-links    real-or-emulated:nfs-guest    real-or-emulated:sshfs    real-or-left-out:smb-guest


*** Test Cases ***
NIS-002 The Link To The Server Is Late, Slow, Lossy, Or Reset During A Copy
    [Documentation]    Nothing but a whole file counts as a success, and nobody tries again for ever.
    [Tags]    id:NIS-002    needs:exact-stepping    priority:high
    When a copy goes over a link in bad weather, with and without an older version
    And a copy goes to an NFS and an SMB server over a wire that is bad for packets, with and without an older version
    And each call of a copy is answered as by a network that stumbles, with and without an older version
    Then no failed flush or close should have been kept quiet
    And the copier should have kept what every scenario demands
