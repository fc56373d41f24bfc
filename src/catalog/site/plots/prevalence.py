"""How common kinds are: one dot with its interval per kind, on a logarithmic scale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Scale
from catalog.site.plots.statistics import TOP, WIDTH
from catalog.store.latent_records import Prevalence

LABELS, RIGHT, LINE = 220.0, 546.0, 26.0
"""Where labels end and the scale ends, and the height of a row."""
MOST = 30
"""Rows of the figure; the table beside it holds all."""
LONGEST = 26
LEAST = 1e-6


@dataclass(frozen=True)
class Named:
    """A kind, and how common it is."""

    title: str
    row: Prevalence


def dots(kinds: Sequence[Named], label: str) -> Markup:
    """Draw the share of each kind in per cent, at most `MOST` of them: the rarest."""
    shown = list(kinds)[-MOST:]
    least = min(max(each.row.low, each.row.fraction / 10, LEAST) for each in shown)
    low, high = math.floor(math.log10(least)), 0
    x = Scale(float(min(low, high - 1)), float(high), LABELS + 10, RIGHT)
    bottom = TOP + LINE * len(shown)
    parts = _grid(x, bottom)
    for i, each in enumerate(shown):
        parts += _row(each, x, TOP + LINE * (i + 0.5))
    middle = (x.start + x.end) / 2
    title = svg.element(
        "text", "share of scored spectra", x=middle, y=bottom + 44, class_="axis-title mid"
    )
    return svg.picture(WIDTH, bottom + 50, label, [*parts, title], "plot dense")


def _grid(x: Scale, bottom: float) -> list[Markup]:
    parts = []
    for power in range(round(x.low), round(x.high) + 1):
        at = x.at(power)
        odd = " odd" * (power % 2)
        parts += [
            svg.element("path", class_="zero", d=f"M{at:g} {TOP:g}V{bottom:g}"),
            svg.element(
                "text", f"{100 * 10.0**power:g} %", x=at, y=bottom + 19, class_=f"tick mid{odd}"
            ),
        ]
    return parts


def _row(each: Named, x: Scale, y: float) -> list[Markup]:
    row = each.row
    title = each.title if len(each.title) <= LONGEST else f"{each.title[: LONGEST - 1]}…"
    parts = [
        svg.element("text", title, x=LABELS, y=round(y + 4.5, 1), class_="label end"),
        _whisker(x, y, row.low, row.high, "combined"),
        svg.element("circle", class_="dot combined", cx=_at(x, row.fraction), cy=y, r=4.5),
    ]
    if row.corrected is not None and row.corrected_low is not None and row.corrected_high:
        below = y + 6
        parts += [
            _whisker(x, below, row.corrected_low, row.corrected_high, "paper"),
            svg.element("circle", class_="dot paper", cx=_at(x, row.corrected), cy=below, r=3),
        ]
    return parts


def _at(x: Scale, share: float) -> float:
    return x.at(min(x.high, max(x.low, math.log10(max(share, LEAST)))))


def _whisker(x: Scale, y: float, low: float, high: float, role: str) -> Markup:
    return svg.element(
        "path", class_=f"whisker {role}", d=f"M{_at(x, low):g} {y:g}H{_at(x, high):g}"
    )
