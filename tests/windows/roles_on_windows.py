"""A role that does what the tests of processes on Windows ask for."""

import os
import subprocess
import sys
import time

SLEEP = "import time; time.sleep(1000)"
PARENT = """
import subprocess, sys
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], creationflags=int(sys.argv[2]), env=eval(sys.argv[3]))
print(child.pid, flush=True)
"""
DETACHED = 0x8 | 0x200  # DETACHED_PROCESS | CREATE_NEW_PROCESS_GROUP


def main(channel, request):
    while True:
        order = channel.receive()
        match order["do"]:
            case "tell":
                channel.send({"pid": os.getpid(), "value": request.get("value")})
            case "break":
                raise ValueError("this was not expected")
            case "exit":
                sys.exit(order["code"])
            case "leave behind":
                channel.send({"pid": leave_behind(order["how"])})
            case "be stubborn":
                channel.send({"pid": os.getpid()})
                time.sleep(1000)


def leave_behind(how):
    """Start a process that sleeps for ever, and return its number; `how` says how it tries to get away."""
    if how == "child":
        return subprocess.Popen([sys.executable, "-c", SLEEP]).pid
    if how == "detached":
        return subprocess.Popen([sys.executable, "-c", SLEEP], creationflags=DETACHED).pid
    environment = dict(os.environ)
    if how == "orphan without token":
        del environment["CONTENTION_LEDGER"]
    command = [sys.executable, "-c", PARENT, SLEEP, str(DETACHED), repr(environment)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as parent:
        return int(parent.stdout.readline())
