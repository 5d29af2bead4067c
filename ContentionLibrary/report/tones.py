"""What timelines show by tone: what was seen or done, never whether it was right."""

from __future__ import annotations

from ContentionLibrary.checks.readers import OPEN_HALF
from ContentionLibrary.content.sighting import Sighting
from ContentionLibrary.history.acts import Acted, Answer
from ContentionLibrary.history.cast import OLDER

_WORD = 8  # bytes; a half is rounded to whole words
_ANSWERS = {Answer.ABSENT: "absent", Answer.REFUSED: "refused", Answer.HUNG: "hung", Answer.WAITED: "waited"}


def act_tone(act: Acted, size: int) -> str:
    """How an act ended: done, waited, refused, absent, hung, or what was read."""
    if act.sighting is None or act.answer in (Answer.ABSENT, Answer.REFUSED, Answer.HUNG):
        return _ANSWERS.get(act.answer, "done")
    if act.operation != OPEN_HALF:
        return content_tone(act.sighting, size)
    if not act.sighting.size:
        return "empty"
    # Who was to read half a file was not handed a cut file, unless not even half was there.
    got_half = 2 * act.sighting.size >= size - 2 * _WORD
    return content_tone(act.sighting, act.sighting.start + act.sighting.size if got_half else size)


def content_tone(sighting: Sighting, size: int) -> str:
    """What was read: whole, older (whole as well), or part."""
    version = sighting.single_version
    if version is None or not sighting.is_whole(version, size):
        return "part"
    return "older" if version == OLDER else "whole"
