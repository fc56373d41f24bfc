"""Which lines get their name where there is not room for all: those that everyone looks for."""

from collections.abc import Sequence

from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Scale
from catalog.store.records import Line

LETTER = 10.5
"""Width of a letter of a line's name, in the larger type of a narrow screen."""

BEST_KNOWN = (
    "halpha", "hbeta", "oiii_5008", "lyalpha", "civ_1549", "mgii_2799", "oii_3730", "ca_k",
    "mgb_5174", "na_d1", "sii_6718", "hgamma",
)  # fmt: skip
"""Lines by name, the one that most needs its name first; all others after them, bluest first."""


def priority(lines: Sequence[Line]) -> tuple[int, ...]:
    """Give each line its turn, 0 for the first, when names are put where there still is room."""
    known = {name: place for place, name in enumerate(BEST_KNOWN)}
    order = sorted(
        range(len(lines)),
        key=lambda i: (known.get(lines[i].name, len(known)), lines[i].wave, lines[i].name),
    )
    turns = {line: turn for turn, line in enumerate(order)}
    return tuple(turns[i] for i in range(len(lines)))


def line_ticks(x: Scale, lines: Sequence[Line], y: float) -> list[Markup]:
    """Short ticks around y for major lines; a name where none that matters more needs the room."""
    shown = [line for line in lines if line.major and x.low < line.wave < x.high]
    turns = priority(shown)
    named: list[tuple[float, float]] = []
    parts: list[Markup] = []
    marks = ""
    for _, line in sorted(zip(turns, shown, strict=True), key=lambda pair: pair[0]):
        at = x.at(line.wave)
        half = LETTER * len(line.label) / 2
        inside = at - half >= x.start - 20 and at + half <= x.end + 6
        if inside and all(at + half <= low or at - half >= high for low, high in named):
            named.append((at - half, at + half))
            parts.append(svg.element("text", line.label, x=at, y=y - 6, class_="line-name mid"))
        marks += f"M{at:g} {y:g}v12"
    return [*parts, svg.element("path", class_="line-tick", d=marks)]
