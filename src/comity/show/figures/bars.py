"""Small interval bars as inline SVG: the number beside them is the reading, the bar its picture."""

from __future__ import annotations

import math

from markupsafe import Markup

WIDTH = 120
HEIGHT = 16


def _x(value: float) -> float:
    return round(4 + (WIDTH - 8) * min(max(value, 0.0), 1.0), 1)


def _svg(*parts: str) -> Markup:
    return Markup(
        f'<svg class="bar" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" '
        f'aria-hidden="true" focusable="false">{"".join(parts)}</svg>'
    )  # every part is built from numbers and fixed words here


def _track() -> str:
    return f'<rect class="track" x="4" y="6.5" width="{WIDTH - 8}" height="3"/>'


def _band(low: float, high: float, css: str) -> str:
    if math.isnan(low) or math.isnan(high):
        return ""
    left, right = _x(low), _x(high)
    width = max(1.5, right - left)
    return f'<rect class="band {css}" x="{left}" y="3" width="{width:.1f}" height="10"/>'


def chance_bar(value: float, low: float, high: float, null: float | None = None) -> Markup:
    """Return a bar from 0 to 100: interval, value as a dot, the null's value as a notch."""
    parts = [_track(), _band(low, high, "a")]
    if null is not None:
        parts.append(f'<line class="null" x1="{_x(null)}" x2="{_x(null)}" y1="1" y2="15"/>')
    parts.append(f'<circle class="a" cx="{_x(value)}" cy="8" r="3.6"/>')
    return _svg(*parts)


def pair_bar(before: float, after: float) -> Markup:
    """Return a bar from 0 to 100: the baseline as a ring, the what-if as a diamond."""
    b, a = _x(before), _x(after)
    return _svg(
        _track(),
        f'<line class="b" x1="{b}" x2="{a}" y1="8" y2="8"/>',
        f'<circle class="ring" cx="{b}" cy="8" r="3.4"/>',
        f'<path class="b" d="M{a} 3.6l4.4 4.4l-4.4 4.4l-4.4-4.4z"/>',
    )


def difference_bar(value: float, low: float, high: float, reach: float) -> Markup:
    """Return a bar from minus to plus ``reach`` with zero in the middle: interval and value."""
    scaled = [0.5 + x / (2 * reach) for x in (value, low, high)]
    return _svg(
        _track(),
        f'<line class="zero" x1="{_x(0.5)}" x2="{_x(0.5)}" y1="1" y2="15"/>',
        _band(scaled[1], scaled[2], "b"),
        f'<circle class="b" cx="{_x(scaled[0])}" cy="8" r="3.4"/>',
    )


def ratio_bar(ratio: float) -> Markup:
    """Return a bar from minus one to plus one spread of futures, from zero to the value."""
    value = _x(0.5 + ratio / 2)
    left, right = sorted((_x(0.5), value))
    return _svg(
        _track(),
        f'<rect class="b" x="{left}" y="5" width="{right - left:.1f}" height="6"/>',
        f'<line class="zero" x1="{_x(0.5)}" x2="{_x(0.5)}" y1="1" y2="15"/>',
    )
