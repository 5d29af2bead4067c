"""The library class that suites import: vocabularies put together, one instance for each scenario."""

from __future__ import annotations

from robot.api.deco import library

from ContentionLibrary import __version__
from ContentionLibrary.keywords.accounts import AccountKeywords
from ContentionLibrary.keywords.barriers import BarrierKeywords
from ContentionLibrary.keywords.by_hand import CONVERTERS
from ContentionLibrary.keywords.competitors import CompetitorKeywords
from ContentionLibrary.keywords.contests import ContestKeywords
from ContentionLibrary.keywords.crossings import CrossingKeywords
from ContentionLibrary.keywords.directories import DirectoryKeywords
from ContentionLibrary.keywords.disturbances import DisturbanceKeywords
from ContentionLibrary.keywords.expectations import ExpectationKeywords
from ContentionLibrary.keywords.failures import FailureExpectationKeywords, FailureKeywords
from ContentionLibrary.keywords.file_systems import FileSystemKeywords
from ContentionLibrary.keywords.integrity import IntegrityKeywords
from ContentionLibrary.keywords.kills import KillKeywords
from ContentionLibrary.keywords.lifecycle import Lifecycle
from ContentionLibrary.keywords.limitings import LimitExpectationKeywords, LimitKeywords
from ContentionLibrary.keywords.locks import LockKeywords
from ContentionLibrary.keywords.lost_servers import LostServersKeywords
from ContentionLibrary.keywords.memories import MemoryKeywords
from ContentionLibrary.keywords.monitoring import MonitorKeywords
from ContentionLibrary.keywords.mounts import MountKeywords
from ContentionLibrary.keywords.network import NetworkKeywords
from ContentionLibrary.keywords.outcomes import OutcomeKeywords
from ContentionLibrary.keywords.power import PowerKeywords
from ContentionLibrary.keywords.readings import ReadingKeywords
from ContentionLibrary.keywords.renamings import RenamingKeywords
from ContentionLibrary.keywords.rivalries import RivalryKeywords
from ContentionLibrary.keywords.several import SeveralDestinationsKeywords
from ContentionLibrary.keywords.shares import ShareKeywords
from ContentionLibrary.keywords.signals import SignalKeywords
from ContentionLibrary.keywords.space import SpaceKeywords
from ContentionLibrary.keywords.speeds import SpeedKeywords
from ContentionLibrary.keywords.steps import StepKeywords


@library(
    scope="TEST",
    version=__version__,
    listener="SELF",
    doc_format="MARKDOWN",
    auto_keywords=False,
    converters=CONVERTERS,
)
class ContentionLibrary(  # noqa: D101 - the documentation stands below, where libdoc reads it
    ReadingKeywords,
    RivalryKeywords,
    AccountKeywords,
    MountKeywords,
    DisturbanceKeywords,
    SeveralDestinationsKeywords,
    RenamingKeywords,
    KillKeywords,
    LockKeywords,
    FailureKeywords,
    FailureExpectationKeywords,
    SignalKeywords,
    FileSystemKeywords,
    CrossingKeywords,
    DirectoryKeywords,
    PowerKeywords,
    LimitKeywords,
    LimitExpectationKeywords,
    SpaceKeywords,
    ShareKeywords,
    MemoryKeywords,
    NetworkKeywords,
    LostServersKeywords,
    SpeedKeywords,
    ContestKeywords,
    ExpectationKeywords,
    BarrierKeywords,
    CompetitorKeywords,
    OutcomeKeywords,
    StepKeywords,
    IntegrityKeywords,
    MonitorKeywords,
    Lifecycle,
):
    __doc__ = """Shows how any file copier behaves when others want the same file.

    A *scenario* is one test: its **When** sentences let competitors work against an unmodified copier at every step
    of its copy, its **Then** sentences judge what was recorded. The copier under test is chosen outside the suite:

    | Variable            | Meaning                                                   | Default     |
    | ------------------- | --------------------------------------------------------- | ----------- |
    | `${COPIER}`         | name or path of a copier profile                          | `reference` |
    | `${COMMAND}`        | a command instead: `mycopy {source} {destination}`         |             |
    | `${SIZE}`           | `quick` (4 MiB), `standard` (64 MiB), `full` (278 MiB)     | `standard`  |
    | `${WORKSPACE_ROOT}` | directory in which to work                                | system's    |
    | `${FORGET}`         | anything: no baseline is made for later runs              |             |

    ## Words

    A **step** is one file operation of the copier. A **hold** stops the copier just before a step. The **verdict** of
    a scenario is passed, failed, *not proven* (the interference did not land, or a check could not have failed), or
    skipped. It is stored with the whole history in `contention/<id>` of the output directory.

    ## Tests by hand

    Besides the sentences of its own scenarios, the library has small keywords with which a test says itself what
    happens: [files](?tag=integrity) of which every byte says who wrote it, [competitors](?tag=competitors) with
    outcomes, [barriers](?tag=barriers) that they leave together, the copier's [steps](?tag=steps), and
    a [monitor](?tag=monitor) of what they hold and use. Such a test passes or fails as any other test, also for
    `contention run`; there is no verdict on the copier unless a sentence has played something. Then something has to
    be judged too: a test with a **When** and no **Then** is *not proven*.

    A scenario needs no tag. Its id is made of the names of its suite file and of itself, unless a tag `id:...` says
    another one.

    Relative paths are below the test's own directory in the workspace. Only an absolute path leads out of it; what
    is made there stays, and is the test's own to remove.

    ## Cleaning up

    Whatever a scenario starts or makes is ended and removed when its test ends, also when Robot is killed.
    """
