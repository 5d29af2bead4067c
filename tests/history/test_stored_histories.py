"""A history that is stored and read again is the same history, and gives the same verdict."""

import dataclasses
import json
import sys
import typing
from enum import Enum

import pytest

from ContentionLibrary.checks.judging import decide, fold, is_allowed, measured, unproven
from ContentionLibrary.content.sighting import Kind, Sighting, Span, Version
from ContentionLibrary.copiers.shelf import load
from ContentionLibrary.errors import UsageError
from ContentionLibrary.history.acts import (
    Acted,
    Answer,
    LockMet,
    Move,
    OpeningsMet,
    Rearranged,
    Renamed,
    Signalled,
    StoodStill,
    ToldToEnd,
)
from ContentionLibrary.history.copies import (
    CopyBegan,
    CopyEnded,
    Ending,
    StartedAs,
    StepLeft,
    StepMissed,
    StepReached,
    SurvivorsEnded,
    Way,
)
from ContentionLibrary.history.disks import (
    Ability,
    DiskOperation,
    LaidOut,
    Name,
    OnFileSystem,
    PowerLost,
    Recorded,
    SpaceCounted,
)
from ContentionLibrary.history.events import Event, Limitation, PlayBegan
from ContentionLibrary.history.figures import Compared, Job, Measured, PhaseBegan, Series, Timed
from ContentionLibrary.history.looks import (
    Appeared,
    Arrived,
    Content,
    Entry,
    LocksSeen,
    Looked,
    OwnerSeen,
    Sized,
    SourceSeen,
)
from ContentionLibrary.history.recording import History, load_history
from ContentionLibrary.scenario.scenario import Scenario
from ContentionLibrary.scenario.settings import UNDER_TEST, Settings, Size
from tests.scenarios.spoken import scenarios_of

KINDS = [
    Event,
    *(kind for kind in Event.__subclasses__() if kind.__module__.startswith(Event.__module__.rpartition(".")[0])),
]
MIXTURE = Sighting(
    30,
    (
        Span(0, 8, Kind.VERSION, Version(1, 7)),
        Span(8, 16, Kind.SHIFTED, Version(2), -8),
        Span(16, 24, Kind.ZERO),
        Span(24, 27, Kind.FOREIGN),
        Span(27, 30, Kind.TAIL),
    ),
    start=8,
    complete=False,
)
SAME = {"at": 1.25, "subject": "the copier under test", "play": "a play, “quoted”\nand broken", "run": 3}
EXAMPLES = [
    SurvivorsEnded(**SAME, who="the copier", by_force=("71 helper",)),
    LocksSeen(**SAME, moment="killed", step=None, locks=("FLOCK WRITE on d/f by process 71",)),
    PlayBegan(**SAME, title="t", size=4096, older=True, destination="d/f", source="s/f"),
    PlayBegan(
        **SAME,
        title="t",
        size=1,
        older=False,
        destination="d",
        source="s",
        stepped=False,
        interferes=False,
        replaces=False,
    ),
    CopyBegan(
        **SAME, who="A", command=("cp", "a b", "ü"), way=Way.SAMPLED, source="the source", destinations=("d", "e")
    ),
    CopyBegan(**SAME, who="A", command=(), way=Way.EXACT, source="", destinations=()),
    StepReached(**SAME, who="A", step="create", call="openat", written=5, settled=False, pid=9),
    StepLeft(**SAME, who="A", step="create", how="released", held=0.0625),
    StepMissed(**SAME, who="A", step="create", reason="why"),
    Acted(**SAME, who="r", operation="read", target="t", step=None, began=0.5, ended=0.75, answer=Answer.ABSENT),
    Acted(
        **SAME,
        who="r",
        operation="read",
        target="t",
        step="s",
        began=0.5,
        ended=0.75,
        answer=Answer.WAITED,
        error="é",
        sighting=MIXTURE,
    ),
    CopyEnded(
        **SAME,
        who="A",
        ending=Ending.KILLED,
        exit_code=None,
        signal=9,
        message="\u2028 odd \x00 words",
        began=0.0,
        ended=2.5,
        peak_memory=1 << 40,
        steps=("one", "two"),
        step_times=(0.5, 1.0),
        survivors=("12 sleep",),
    ),
    CopyEnded(
        **SAME,
        who="A",
        ending=Ending.SUCCESS,
        exit_code=0,
        signal=None,
        message="",
        began=0.0,
        ended=2.5,
        peak_memory=0,
    ),
    Looked(**SAME, moment="held", step="create", entries=(Entry("a", "file", 1, 2), Entry("b", "directory", 0, 3))),
    Looked(**SAME, moment="after", step=None, entries=(), destination=Sighting(0, ())),
    Looked(**SAME, moment="after", step=None, entries=(), temporary=(Entry("tmp_x7", "file", 1, 2),)),
    Looked(**SAME, moment="after", step=None, entries=(), contents=(Content("a/b", MIXTURE),)),
    Renamed(**SAME, who="r", step="create", moves=(Move("a", "b"), Move("b", "a")), times=2),
    Rearranged(**SAME, step="create", moved="a", to="", made=("a", "b")),
    Appeared(**SAME, path="a/ü", what="created", step=""),
    Recorded(
        **SAME,
        who="A",
        root=1,
        views=((), (Name("a b/ü", "file", 5), Name("c", "directory", 6))),
        operations=(DiskOperation("create", "create", "openat", 0, 0, False, 0),),
        end=1,
    ),
    Recorded(**SAME, who="A", root=1, views=(), operations=(), end=0),
    LaidOut(**SAME, step="create", state=("a: all 4 MiB of the source", "b/")),
    PowerLost(**SAME, step="", file_system="a real ext4", flushed=True, took=0.125),
    SpaceCounted(**SAME, moment="after", file_system="a real xfs", destination=2, free=1 << 20, names=7, grain=65536),
    ToldToEnd(**SAME, step="create", signal=15, grace=5.0),
    StartedAs(**SAME, who="A", party="the service", user=65534, umask="0077", terminal=False),
    OwnerSeen(**SAME, moment="alone", party="the service", user=65534, mode="0600"),
    OnFileSystem(
        **SAME, file_system="xfs", name="a real xfs", reality="native", abilities=(Ability("clones", False, "no"),)
    ),
    SourceSeen(**SAME, path="source/ü", sighting=Sighting(8, (Span(0, 8, Kind.VERSION, Version(7)),))),
    Arrived(**SAME, what="its stream 'ü'", word="ü", kept=False, told="the destination has none", counts=True),
    Signalled(**SAME, step="create", signals=(1, 15), all_processes=True, codes=(20,), ignored=(1,)),
    StoodStill(**SAME, step="create", processes=3),
    Measured(**SAME, name="skew", value=12.5, unit="µs"),
    LockMet(**SAME, holder="client 1", held="lease", who="client 2", tried="read", answer=Answer.WAITED, code="EAGAIN"),
    OpeningsMet(**SAME, what="the file", held="r/-", refused=("r/-", "w/rwd")),
    PhaseBegan(**SAME, name="work"),
    Timed(
        **SAME,
        round=1,
        competitors=3,
        jobs=(Job(0.5, 0.25, True, 0.125, 5, 6),),
        others=0.5,
        together=0.75,
        demanded=0.5,
    ),
    Compared(**SAME, ratios=(0.9, 1.1), before=(1.0, 1.2), path="baseline.json"),
    Sized(**SAME, size=1 << 20),
    Series(**SAME, name="memory", unit="bytes", along="s", positions=(0.5, 1.0), values=(0.0, 4096.0)),
    Limitation(**SAME, what="a shared mapping"),
]


def test_there_is_an_example_of_every_kind_and_every_word():
    assert {type(example) for example in EXAMPLES} == set(KINDS) - {Event}
    used = {(type(value), value) for example in EXAMPLES for value in vars(example).values() if isinstance(value, Enum)}
    assert {(Way, Way.SAMPLED), (Answer, Answer.WAITED), (Ending, Ending.KILLED)} <= used


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda event: type(event).__name__)
def test_an_event_is_read_as_it_was_noted(tmp_path, example):
    History([example]).store(tmp_path / "h")
    (read,) = load_history(tmp_path / "h")
    assert read == example
    assert type(read) is type(example)
    for field in dataclasses.fields(example):
        assert type(getattr(read, field.name)) is type(getattr(example, field.name)), field.name


def test_each_event_is_one_line_that_names_its_kind(tmp_path):
    History(EXAMPLES).store(tmp_path / "h")
    lines = (tmp_path / "h").read_bytes().split(b"\n")
    assert lines.pop() == b""
    assert [json.loads(line)["event"] for line in lines] == [type(example).__name__ for example in EXAMPLES]


def test_the_order_is_kept(tmp_path):
    backwards = list(reversed(EXAMPLES))
    History(backwards).store(tmp_path / "h")
    assert list(load_history(tmp_path / "h")) == backwards


GOOD = '{"event":"StepLeft","at":1.0,"subject":"s","play":"p","run":1,"who":"A","step":"x","how":"released","held":0.1}'


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(GOOD[:-1], id="cut off"),
        pytest.param("", id="empty line"),
        pytest.param("[]", id="a list"),
        pytest.param("7", id="a number"),
        pytest.param("null", id="null"),
        pytest.param('{"at":1.0}', id="no kind"),
        pytest.param(GOOD.replace("StepLeft", "StepTaken"), id="unknown kind"),
        pytest.param(GOOD.replace('"StepLeft"', '["StepLeft"]'), id="kind is a list"),
        pytest.param(GOOD.replace('"held"', '"hold"'), id="unknown field"),
        pytest.param(GOOD.replace(',"held":0.1', ""), id="field missing"),
        pytest.param(GOOD.replace('"held":0.1', '"held":"long"'), id="text for a number"),
        pytest.param(GOOD.replace('"who":"A"', '"who":5'), id="number for a text"),
        pytest.param(GOOD.replace('"who":"A"', '"who":null'), id="nothing for a text"),
        pytest.param(
            '{"event":"Looked","at":1,"subject":"s","play":"p","run":1,"moment":"held","step":null,"entries":{"a":1}}',
            id="map for a list",
        ),
        pytest.param(
            '{"event":"Acted","at":1,"subject":"s","play":"p","run":1,"who":"A","operation":"read","target":"t",'
            '"step":null,"began":0,"ended":0,"answer":"perhaps"}',
            id="unknown answer",
        ),
        pytest.param(
            '{"event":"Acted","at":1,"subject":"s","play":"p","run":1,"who":"A","operation":"read","target":"t",'
            '"step":null,"began":0,"ended":0,"answer":"done","sighting":5}',
            id="a number for a sighting",
        ),
        pytest.param(b"\xff\xfe", id="no text"),
    ],
)
def test_a_broken_line_is_told_with_file_and_line(tmp_path, line):
    path = tmp_path / "history.jsonl"
    line = line if isinstance(line, bytes) else line.encode()
    path.write_bytes(GOOD.encode() + b"\n" + line + b"\n" + GOOD.encode() + b"\n")
    with pytest.raises(UsageError) as told:
        load_history(path)
    assert str(told.value).startswith(f"{path}, line 2: ")
    assert str(told.value).count("\n") == 0


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UsageError, match="no such file"):
        load_history(tmp_path / "nowhere.jsonl")


def test_every_field_has_a_type_that_is_checked_when_it_is_read():
    for kind in KINDS:
        assert set(typing.get_type_hints(kind)) == {field.name for field in dataclasses.fields(kind)}


@pytest.mark.skipif(
    sys.platform == "win32", reason="the copiers that were made to prove the checks are of POSIX systems"
)
@pytest.mark.parametrize(("copier", "name"), [("faulty/truncates-in-place", "RDW-001"), ("good/simple", "DDO-001")])
def test_a_stored_history_is_judged_alike(tmp_path, copier, name):
    spoken = scenarios_of("FileBlocking")[name]
    scenario = Scenario(name, "", "FileBlocking", Settings(load(copier), Size.QUICK, tmp_path))
    try:
        for play in spoken.plays:
            scenario.play(play)
        scenario.history.store(tmp_path / "history.jsonl")
    finally:
        scenario.close()

    def judged(history):
        own, claims = history.about(UNDER_TEST), scenario.settings.profile.contract
        found = [finding for check in spoken.checks for finding in check.judge(own)]
        failing = fold(one for one in found if not is_allowed(one, claims))
        allowed = fold(one for one in found if is_allowed(one, claims))
        return failing, allowed, measured(spoken.checks, found, own), decide(failing, unproven(own, ()), allowed)

    again = load_history(tmp_path / "history.jsonl")
    assert list(again) == list(scenario.history)
    assert judged(again) == judged(scenario.history)
    assert judged(again)[0] if copier.startswith("faulty") else not judged(again)[0]
