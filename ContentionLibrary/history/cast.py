"""Who is who in a scenario: the copiers, the writers of the test files, and what messages call them."""

from __future__ import annotations

from ContentionLibrary.content.sighting import Version

UNDER_TEST = "the copier under test"
"""The subject of every event that is about it, and not about a control copier."""

THE_COPIER = "the copier"
AGAIN = "the copier, again"  # the same copy once more, without contention
RECOVERY = "the recover command"  # what a copier's users are told to run after a kill
ONCE_MORE = "the copier, once more"  # a yardstick for the time of the copy just before it
AFTERWARDS = (AGAIN, RECOVERY, ONCE_MORE)

SOURCE = Version(1)
OLDER = Version(2)
RIVAL_SOURCE = Version(3)
CHANGED_SOURCE = Version(4)

COPIERS = tuple(f"copier {letter}" for letter in "ABCDEFGHIJK")
"""Copiers that want one destination; the first is the one that is held while others run."""
SENT: dict[str, Version] = {
    COPIERS[0]: SOURCE,
    COPIERS[1]: RIVAL_SOURCE,
    **{who: Version(writer) for writer, who in enumerate(COPIERS[2:], 11)},
}
"""What each of them copies, unless it is asked for the very same copy as another one."""
NEIGHBOURS = (Version(31), Version(32), Version(33))
"""What the other files in the destination's directory hold, in order of their names."""

NAMES: dict[Version, str] = {
    SOURCE: "the source",
    OLDER: "the older version",
    RIVAL_SOURCE: "the rival's source",
    CHANGED_SOURCE: "the changed source",
    **{version: f"the source of {who}" for who, version in list(SENT.items())[2:]},
    **{
        version: f"the {which} neighbour"
        for version, which in zip(NEIGHBOURS, ("first", "second", "third"), strict=True)
    },
}
"""How each version is called in findings and logs."""
