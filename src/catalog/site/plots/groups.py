"""Groups of spectra, each with its share of artefacts, as dots on a common scale."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Scale, tick_text, ticks

WIDTH, ROW, LEFT, RIGHT, TOP = 720.0, 30.0, 120.0, 700.0, 12.0


@dataclass(frozen=True)
class Share:
    """One group: its name, the share of its spectra that are artefacts, and a range for it."""

    name: str
    value: float
    low: float
    high: float
    stands_out: bool


def shares(groups: Sequence[Share], overall: float, label: str) -> Markup:
    """Draw a row per group: the share as a dot, its range as a line, all spectra's as a rule.

    Parameters
    ----------
    groups : sequence of Share
        Shares from 0 to 1.
    overall : float
        Share of all spectra together.
    label : str
        What a screen reader says of the figure.
    """
    reach = max([overall, *(each.high for each in groups)]) * 1.05 or 1.0
    bottom = TOP + ROW * len(groups)
    x = Scale(0.0, 100 * reach, LEFT, RIGHT)
    at = x.at(100 * overall)
    parts = [svg.element("path", class_="threshold", d=f"M{at:g} {TOP:g}V{bottom:g}")]
    for i, each in enumerate(groups):
        y = TOP + ROW * (i + 0.5)
        kind = "standing" if each.stands_out else "plain"
        name_class = "label end strong" if each.stands_out else "label end"
        span = f"M{x.at(100 * each.low):g} {y:g}H{x.at(100 * each.high):g}"
        dot = {"cx": x.at(100 * each.value), "cy": y, "r": 5}
        parts += [
            svg.element("text", each.name, x=LEFT - 16, y=y + 5, class_=name_class),
            svg.element("path", class_=f"whisker {kind}", d=span),
            svg.element("circle", class_=f"dot {kind}", **dot),
        ]
    marks = ticks(0.0, 100 * reach, 5)
    step = marks[1] - marks[0] if len(marks) > 1 else 1.0
    parts.append(svg.element("path", class_="axis", d=f"M{LEFT:g} {bottom:g}H{RIGHT:g}"))
    for i, mark in enumerate(marks):
        text_class = "tick mid" + " odd" * (i % 2)
        place = {"x": x.at(mark), "y": bottom + 22}
        parts.append(svg.element("path", class_="axis", d=f"M{x.at(mark):g} {bottom:g}v5"))
        parts.append(svg.element("text", f"{tick_text(mark, step)} %", class_=text_class, **place))
    return svg.picture(WIDTH, bottom + 32, label, parts, "plot shares")
