*** Settings ***
Documentation    A copy whose server is lost ends soon, says so, and leaves no part of a file under the final name.
...
...              Where it can be had, the server is a real one, behind a link that is really cut. What other clients
...              answer for a server that is lost is emulated, and the verdict says so.

Library          ContentionLibrary
Resource         ../../resources/network.resource
Resource         ../../resources/promises.resource

Test Tags        family:lost-servers    real-or-emulated:nfs-guest    real-or-emulated:sshfs


*** Test Cases ***
NIS-001 The Link To The Server Is Cut In The Middle Of A Copy
    [Documentation]    At each quarter of the transfer, for good and for a while, and when the server is restarted.
    [Tags]    id:NIS-001
    ...       needs:exact-stepping
    ...       priority:critical
    ...       real-or-left-out:smb-guest
    ...       real-or-left-out:disk-guest
    When the link to a real server is cut for a while at each quarter of a copy, with and without an older version
    And NFS and SMB servers are away for a while during a copy over an older version, on mounts that wait
    And NFS and SMB servers are lost for good during a copy, on mounts that give up, with and without an older version
    And the disk of an NFS server fails all writes during a copy over an older version, on a mount that gives up
    And the link to a real server is cut for good at each quarter of a copy, with and without an older version
    And each call of a copy is answered as by a server that is lost, with and without an older version
    Then a copy that has lost its server should have cleaned up on its own side
    And what a copy could not remove should be gone after the next copy
    And no failed flush or close should have been kept quiet
    And the copier should have kept what every scenario demands
