"""A small chart of a series over time, for Robot's log: inline SVG that is readable on a light and on a dark page.

Text and axes take the page's own colour (`currentColor`); the line and the phases are of middle tones. A pure function from a
history to HTML.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from ContentionLibrary.history.figures import Measured, PhaseBegan, Series
from ContentionLibrary.history.recording import History

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM, _RIGHT = 620, 130, 70, 18, 24, 10
_LINE, _PHASES = "#3d85c6", ("#8a8a8a", "#c27c2c")
_FIGURE = "{:.4g}"


def _size(value: float, unit: str) -> str:
    if unit != "bytes":
        return f"{_FIGURE.format(value)} {unit}".strip()
    for name in ("bytes", "KiB", "MiB"):
        if abs(value) < 1024:
            return f"{_FIGURE.format(value)} {name}"
        value /= 1024
    return f"{_FIGURE.format(value)} GiB"


def _text(x: float, y: float, words: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="currentColor">{escape(words)}</text>'


def chart(series: Series, phases: Sequence[PhaseBegan] = ()) -> str:
    """Draw one series, with the phases behind it.

    Args:
        series: what to draw.
        phases: in order; only those are drawn that lie on the same time axis.
    """
    first, last = series.positions[0], series.positions[-1]
    low, high = min(0.0, *series.values), max(series.values)
    wide, tall = (last - first) or 1.0, (high - low) or 1.0
    inner, depth = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def x(position: float) -> float:
        return _LEFT + inner * (min(max(position, first), last) - first) / wide

    def y(value: float) -> float:
        return _TOP + depth * (high - value) / tall

    parts = [
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" width="{_WIDTH}" height="{_HEIGHT}" role="img" '
        f'aria-label="{escape(series.name, quote=True)}" style="font:11px sans-serif;display:block;max-width:100%">'
    ]
    if series.along == "s":
        begins = [phase.at for phase in phases] + [last]
        for number, phase in enumerate(phases):
            begin, end = x(phase.at), x(begins[number + 1])
            colour = _PHASES[number % len(_PHASES)]
            parts.append(
                f'<rect x="{begin:.1f}" y="{_TOP}" width="{max(end - begin, 0):.1f}" height="{depth}" '
                f'fill="{colour}" fill-opacity="0.18"/>' + _text(begin + 3, _TOP + 11, phase.name)
            )
    points = " ".join(f"{x(at):.1f},{y(value):.1f}" for at, value in zip(series.positions, series.values, strict=True))
    base = _TOP + depth
    parts += [
        f'<path d="M{_LEFT} {_TOP}V{base}H{_WIDTH - _RIGHT}" fill="none" stroke="currentColor" stroke-opacity="0.5"/>',
        f'<polyline points="{points}" fill="none" stroke="{_LINE}" stroke-width="1.6"/>',
        _text(_LEFT, _TOP - 6, f"{series.name} (most: {_size(high, series.unit)})"),
        _text(_LEFT - 5, _TOP + 9, _size(high, series.unit), "end"),
        _text(_LEFT - 5, base, _size(low, series.unit), "end"),
        _text(_LEFT, base + 15, f"{_FIGURE.format(first)} {series.along}"),
        _text(_WIDTH - _RIGHT, base + 15, f"{_FIGURE.format(last)} {series.along}", "end"),
        "</svg>",
    ]
    return "".join(parts)


def charts(history: History) -> str:
    """Draw all series of a history that change at all, and say what the looking has cost; empty if there are none."""
    drawn = [one for one in history.of(Series) if len(set(one.values)) > 1]
    phases = history.of(PhaseBegan)
    costs = [one for one in history.of(Measured) if one.name == "cost of the monitor"]
    same = sorted({f"{one.name} {_size(one.values[0], one.unit)}" for one in history.of(Series) if one not in drawn})
    told = [chart(one, [phase for phase in phases if (phase.play, phase.run) == (one.play, one.run)]) for one in drawn]
    if same:
        told.append(f"<div>Always the same: {escape(', '.join(same))}</div>")
    told += [f"<div>The monitor used {one.value:.2g} {escape(one.unit)}.</div>" for one in costs]
    return "".join(told)
