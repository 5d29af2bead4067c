"""All that is promised of a file server and its clients, and where it was answered otherwise: then nothing is proven."""

from __future__ import annotations

from ContentionLibrary.checks.coordination import LOCKS, PATHS, Ended, Pair, outcome, pair_of
from ContentionLibrary.checks.streams import STREAMS, surprising_openings
from ContentionLibrary.history.acts import LockMet
from ContentionLibrary.history.recording import History

PROMISED: tuple[dict[Pair, Ended], ...] = (LOCKS, PATHS, STREAMS)
"""A table that was begun has to be tried to its end."""


def promised(one: LockMet) -> Ended | None:
    """Return how an attempt should have ended; None if nothing is promised."""
    return next((table[pair_of(one)] for table in PROMISED if pair_of(one) in table), None)


def surprises(history: History) -> list[str]:
    """Say where the server's answers were not those that are known of it.

    Returns:
        One sentence for each pair; nothing where nothing was tried at all.
    """
    met = history.of(LockMet)
    told = []
    for one in met:
        known = promised(one)
        if known is not None and known != (one.answer, one.code):
            answer = outcome(one.answer, one.code)
            told.append(f"{_about(pair_of(one))}: {answer}, while this server is known for: {outcome(*known)}")
    tried = {pair_of(one) for one in met}
    for table in PROMISED:
        if not tried.isdisjoint(table):
            told += [f"never seen: {_about(pair)}" for pair in table if pair not in tried]
    return list(dict.fromkeys([*told, *surprising_openings(history)]))


def _about(pair: Pair) -> str:
    holder, held, who, tried = pair
    return f"{holder} held '{held}' and {who} tried '{tried}'"
