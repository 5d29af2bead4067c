"""The guarantee card as a small picture for a copier's own README: an SVG file that needs nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ContentionLibrary.report.guarantees import Guarantee, measured_levels
from ContentionLibrary.report.trust import Trust, answer

_LABEL = "contention"
_LABEL_WIDTH = 74
_CELL = 26
_HEIGHT = 20
# Dark enough for white letters (contrast of 4.5 to 1 and more).
_COLOURS = {Trust.YES: "#1a7f37", Trust.WITH_CARE: "#8a5a00", Trust.NO: "#b42318", Trust.UNKNOWN: "#6e7781"}


def badge(copier: str, card: Sequence[Guarantee]) -> str:
    """Draw the ten letters, each with its level and a colour; a letter that nothing measured has a dash.

    Args:
        copier: its name, for those who hear the picture instead of seeing it.
        card: the ten letters.
    """
    width = _LABEL_WIDTH + _CELL * len(card)
    told = escape(f"Guarantees of {copier} under contention: {measured_levels(card) or 'none measured'}")
    cells = "".join(
        f'<rect x="{_LABEL_WIDTH + _CELL * at}" width="{_CELL}" height="{_HEIGHT}" fill="{_COLOURS[answer(each).trust]}"/>'
        f'<text x="{_LABEL_WIDTH + _CELL * at + _CELL / 2:g}" y="14" text-anchor="middle">'
        f"{each.measured or each.letter.name + '-'}</text>"
        for at, each in enumerate(card)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{_HEIGHT}" role="img" aria-label="{told}">'
        f'<title>{told}</title><clipPath id="r"><rect width="{width}" height="{_HEIGHT}" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)" fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f'<rect width="{_LABEL_WIDTH}" height="{_HEIGHT}" fill="#444d56"/>'
        f'<text x="{_LABEL_WIDTH / 2:g}" y="14" text-anchor="middle">{_LABEL}</text>{cells}</g></svg>\n'
    )
