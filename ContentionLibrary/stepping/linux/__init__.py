"""Exact stepping on Linux: seccomp user notification, kernel 5.9 or newer, no privileges.

Method: before `exec` the child installs a filter that makes chosen system calls wait for our answer
(seccomp_unotify(2)). The caller stops at the entry of the call, where it holds no lock of the file system.
"""
