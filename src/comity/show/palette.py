"""Colours by meaning, in a light and a dark theme, and the textures of coalitions.

A colour is named by what it stands for, and no figure gives one colour two meanings. Chart
specifications hold the CSS form ``var(--name)``; the page puts in the value of the theme in use.
Coalitions are told apart by texture, never by colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

LIGHT = {
    "paper": "#fbfaf6",
    "card": "#ffffff",
    "ink": "#1d1c1a",
    "soft": "#6b6862",
    "line": "#e4e0d6",
    "a": "#1f5f8b",
    "b": "#a8590f",
    "warm": "#1f5f8b",
    "cool": "#b4512f",
    "future": "#8d8a83",
}
"""Baseline ``a``, the what-if ``b``, cooperative ``warm``, conflictual ``cool``, futures grey."""

DARK = {
    "paper": "#161615",
    "card": "#1f1f1d",
    "ink": "#ece9e1",
    "soft": "#a19c92",
    "line": "#34322e",
    "a": "#7fb6dc",
    "b": "#e0a15a",
    "warm": "#7fb6dc",
    "cool": "#e08a6a",
    "future": "#85817a",
}

TEXT_TOKENS = ("ink", "soft", "a", "b", "cool")
"""Tokens used for text; each has a contrast of at least 4.5 to 1 on paper and card."""

TEXTURES = ("plain", "hatched", "lined", "dotted")


def var(token: str) -> str:
    """Return the CSS form of a token."""
    if token not in LIGHT:
        raise KeyError(token)
    return f"var(--{token})"


def css_tokens(theme: dict[str, str]) -> str:
    """Return a theme as CSS custom properties."""
    return ";".join(f"--{name}:{value}" for name, value in theme.items())


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two ``#rrggbb`` colours, 1 to 21 (WCAG 2.2)."""
    bright, dark = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@dataclass(frozen=True)
class CoalitionTexture:
    """Which texture stands for which coalition."""

    coalition: str
    name: str
    texture: str


def coalition_textures(
    months_in_office: dict[str, float], names: dict[str, str]
) -> tuple[CoalitionTexture, ...]:
    """Give each coalition a texture: the one longest in office is plain.

    The next ones are hatched, lined and dotted.

    Coalitions beyond the fourth share the last texture; ties are broken by the id, so that the same
    case always looks the same.
    """
    order: Sequence[str] = sorted(months_in_office, key=lambda key: (-months_in_office[key], key))
    return tuple(
        CoalitionTexture(key, names.get(key, key), TEXTURES[min(rank, len(TEXTURES) - 1)])
        for rank, key in enumerate(order)
    )
