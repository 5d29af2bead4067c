"""Looks for less that still shows a finding: the smallest file, and the fewest competitors.

The schedule is as short as it can be already, because a replay holds the copier nowhere else than it must. Files are tried
from the smallest up, each eight times as large as the one before, so what is told is the smallest of these. A copier takes
fewer steps for a small file, so the same step may have another number there: then the finding has another key.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass

from ContentionLibrary.checks.keys import Key
from ContentionLibrary.checks.verdict import Finding
from ContentionLibrary.errors import UsageError
from ContentionLibrary.replaying.replay import Aim, Replay
from ContentionLibrary.replaying.seen import Seen
from ContentionLibrary.scenario.play import Play
from ContentionLibrary.scenario.scenario import Scenario

_WORD = 8  # bytes; the test files are made of such words
_TIMES = 3
"""Goes that must all show it, for each size and number that is tried."""


@dataclass(frozen=True)
class Least:
    """The least that still shows it, by which key. `competitors` is 0 where the play has no choice of their number."""

    key: Key
    bytes: int
    competitors: int
    seen: Seen


def with_competitors(play: Play, count: int) -> Play:
    """Return the same play with another number of competitors.

    Raises:
        UsageError: it has no choice.
    """
    if play.with_competitors is None:
        raise UsageError(f"The play '{play.title}' has always the same competitors")
    return play.with_competitors(count)


def shrink(scenario: Scenario, aim: Aim, seen: Seen) -> Least:
    """Look for less.

    Args:
        scenario: in which it was seen.
        aim: what was looked for.
        seen: how it was seen, each time, with what there is now.
    """
    play = aim.plays[aim.key.play - 1]
    for count in range(1, play.competitors):
        fewer = _with_play(aim, with_competitors(play, count))
        if shown := _shows_the_same(scenario, fewer, seen.finding):
            (aim, seen), play = shown, with_competitors(play, count)
            break
    largest = scenario.under_test.scale.fresh if play.fresh else scenario.under_test.scale.content
    for size in _sizes_below(largest):
        scenario.use_bytes(size)
        if shown := _shows_the_same(scenario, aim, seen.finding):
            return Least(shown[0].key, size, play.competitors, shown[1])
    scenario.use_bytes(largest)
    return Least(aim.key, largest, play.competitors, seen)


def _sizes_below(largest: int) -> Iterator[int]:
    size = _WORD
    while size < largest:
        yield size
        size *= 8


def _with_play(aim: Aim, play: Play) -> Aim:
    plays = [play if number == aim.key.play else one for number, one in enumerate(aim.plays, 1)]
    return dataclasses.replace(aim, plays=plays)


def _shows_the_same(scenario: Scenario, aim: Aim, wanted: Finding | None) -> tuple[Aim, Seen] | None:
    """Go there a few times; if that shows nothing, look where else it is. None unless each time has shown the same."""
    assert wanted is not None
    seen = Replay(scenario, aim).go(_TIMES, only_there=True)
    if _is_the_same(seen, wanted):
        return aim, seen
    key = Replay(scenario, aim).where_else(wanted)
    if key is None or key == aim.key:
        return None
    aim = dataclasses.replace(aim, key=key)
    seen = Replay(scenario, aim).go(_TIMES, only_there=True)
    return (aim, seen) if _is_the_same(seen, wanted) else None


def _is_the_same(seen: Seen, wanted: Finding) -> bool:
    found = seen.finding
    if found is None or not seen.confirmed:
        return False
    return (found.step, found.level, found.meaning) == (wanted.step, wanted.level, wanted.meaning)
