"""What a decoder draws along one latent dimension, and how that differs from the mean."""

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Float, Scale, ticks
from catalog.site.plots.line_names import line_ticks
from catalog.site.plots.stacked import (
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Row,
    Spacing,
    rows,
    thinned,
    wavelengths,
)
from catalog.store.latent_records import TraversalStep
from catalog.store.records import Line

SPACING = Spacing(apart=26.0, height=2.2, alike=True)
GAP, DIFFERENCE = 16.0, 110.0
AXIS = 52.0
MOST_ROWS = 9
ROOM_FOR_LINES = 5.0
"""Times the difference that nine tenths of the bins stay below; what is beyond is cut off."""
COLOURS = 9
"""Classes `way-0` to `way-8`: from the lowest step to the highest, the mean in the middle."""


def figure(
    wave: Float, steps: Sequence[TraversalStep], lines: Sequence[Line], label: str
) -> Markup:
    """Draw the decoded spectra, the lowest step at the bottom, and below them the differences.

    Parameters
    ----------
    wave : ndarray of shape (L,)
        Å, vacuum, rest frame.
    steps : sequence of TraversalStep
        Of one dimension, in order; one of them is the mean, step 0.
    label : str
        What a screen reader says of the figure.
    """
    shown = _shown(steps)
    drawn = [Row(_value(each), ((_class(each, steps), each.flux),)) for each in shown]
    parts, bottom = rows(wave, drawn, SPACING)
    x = wavelengths(wave)
    top, end = bottom + GAP, bottom + GAP + DIFFERENCE
    parts += _differences(wave, shown, steps, (top, end))
    parts += [
        *line_ticks(x, lines, TOP - 6),
        *svg.x_axis(x, end, ticks(x.low, x.high, 8), "rest-frame wavelength, Å in vacuum"),
    ]
    return svg.picture(WIDTH, end + AXIS, label, parts, "plot traversal-plot")


def _shown(steps: Sequence[TraversalStep]) -> Sequence[TraversalStep]:
    """Leave steps out evenly around the mean where there are more than rows."""
    apart = -(-(len(steps) - 1) // (MOST_ROWS - 1))
    return [each for each in steps if each.step % apart == 0]


def _class(each: TraversalStep, steps: Sequence[TraversalStep]) -> str:
    half = max(step.step for step in steps) or 1
    colour = round((each.step / half + 1) * (COLOURS - 1) / 2)
    return f"way way-{colour}" + " outside" * each.outside


def _value(each: TraversalStep) -> str:
    return f"{each.value:+.1f}".replace("-", "−") if each.step else "mean"


def _reach(off: Sequence[Float]) -> float:
    """Half the range of differences: all of them, unless lines would press the rest flat."""
    size = np.abs(np.concatenate(off))
    most, usual = float(size.max()), float(np.quantile(size, 0.9))
    return 1.05 * min(most, ROOM_FOR_LINES * usual or most) or 1.0


def _differences(
    wave: Float,
    shown: Sequence[TraversalStep],
    steps: Sequence[TraversalStep],
    frame: tuple[float, float],
) -> list[Markup]:
    """Differences to the mean's spectrum of every other step, in per cent of its median flux."""
    mean = next(each.flux for each in steps if each.step == 0)
    usual = float(np.median(np.abs(mean))) or 1.0
    apart = 2 if len(shown) > 5 else 1
    some = [each for i, each in enumerate(shown) if i % apart == 0 and each.step]
    off = [100 * (each.flux - mean) / usual for each in some]
    reach = _reach(off)
    top, end = frame
    x, y = wavelengths(wave), Scale(-reach, reach, end, top)
    zero = y.at(0.0)
    step = ticks(0.0, reach, 3)[-1]
    parts = [svg.element("path", class_="zero", d=f"M{LEFT:g} {zero:g}H{RIGHT:g}")]
    for each, values in zip(some, off, strict=True):
        down = y(np.clip(values, -reach, reach))
        path = thinned(x(wave), down)
        parts.append(svg.element("path", class_=_class(each, steps), d=path))
    words = "difference from the mean, %"
    return [
        *parts,
        *svg.y_axis(y, LEFT, (-step, 0.0, step)),
        svg.element("text", words, x=LEFT + 8, y=top + 12, class_="panel-name"),
    ]
