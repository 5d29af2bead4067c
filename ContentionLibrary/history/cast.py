"""Who is who in a scenario: the copiers, the writers of the test files, and what messages call them."""

from __future__ import annotations

from ContentionLibrary.content.sighting import Version

UNDER_TEST = "the copier under test"
"""The subject of every event that is about it, and not about a control copier."""

THE_COPIER = "the copier"
AGAIN = "the copier, again"  # the same copy once more, without contention

SOURCE = Version(1)
OLDER = Version(2)
RIVAL_SOURCE = Version(3)
CHANGED_SOURCE = Version(4)

NAMES: dict[Version, str] = {
    SOURCE: "the source",
    OLDER: "the older version",
    RIVAL_SOURCE: "the rival's source",
    CHANGED_SOURCE: "the changed source",
}
"""How each version is called in findings and logs."""
