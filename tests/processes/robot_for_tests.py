"""Stands for Robot in the tests of its sudden end: starts a scenario with hidden processes, and waits.

Arguments: the way of the link, the processes not to outlive (the outermost first, with commas), and whether to ignore SIGTERM.
"""

import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from ContentionLibrary.processes.link_portable import PortableLink
from ContentionLibrary.processes.link_posix import PosixLink
from ContentionLibrary.processes.starter import Starter
from ContentionLibrary.processes.table import identity_of
from ContentionLibrary.processes.workspace import open_workspace

link = {"posix": PosixLink, "portable": PortableLink}[sys.argv[1]]
masters = [identity_of(int(number)) for number in sys.argv[2].split(",") if number]
if sys.argv[3] == "stubborn":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
workspace, ledger = open_workspace("sudden end")
starter = Starter(workspace, ledger, ["roles_for_tests"], link=link, masters=masters, grace=0.3)
locked = workspace.stage / "locked"
locked.mkdir()
(locked / "file").write_text("x")
locked.chmod(0)
pids = [starter.pid]
for how in ("child", "own session", "orphan", "daemon"):
    child = starter.start("roles_for_tests")
    child.channel.send({"do": "leave behind", "how": how})
    pids += [child.pid, child.receive(10)["pid"]]
child = starter.start("roles_for_tests")
child.channel.send({"do": "be stubborn"})
pids.append(child.receive(10)["pid"])
print(workspace.path, *pids, flush=True)
signal.pause()
