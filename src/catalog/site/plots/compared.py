"""A neighbour's spectrum over the object's own: where the two lines part is the difference."""

import numpy as np
from markupsafe import Markup

from catalog.site.envelope import shape
from catalog.site.plots import svg
from catalog.site.plots.axes import Float, Scale, padded

WIDTH, HEIGHT = 240.0, 72.0
N_WINDOWS = 48
HEADROOM = 1.5
"""The object's own line may leave the neighbour's range by this many times that range; beyond it
is cut off, or an extreme line would press the neighbour flat."""
MARGIN = 0.06


def compared(neighbour: Float, own: Float) -> Markup:
    """Draw the neighbour as a line over the object's own spectrum; hidden from screen readers.

    Parameters
    ----------
    neighbour, own : ndarray of shape (M,)
        Flux on the same bins, in any unit; not a number where there are no data. The own spectrum
        is scaled so that both have the same median where both have data.
    """
    own = own * _ratio(neighbour, own)
    low, high = _limits(neighbour, own)
    x = Scale(0, max(1, neighbour.size - 1), 1, WIDTH - 1)
    y = Scale(low, high, HEIGHT - 1, 1)
    lines = [
        _line("own", np.where(np.isfinite(own), np.clip(own, low, high), np.nan), x, y),
        _line("data", neighbour, x, y),
    ]
    return svg.element(
        "svg",
        svg.joined(lines),
        viewBox=f"0 0 {WIDTH:g} {HEIGHT:g}",
        class_="compared",
        aria_hidden="true",
    )


def _line(class_: str, flux: Float, x: Scale, y: Scale) -> Markup:
    places, values = shape(flux, N_WINDOWS)
    # To half a unit: finer than the screen, and a third shorter than tenths.
    across, down = (np.round(2 * at) / 2 for at in (x(places), y(values)))
    return svg.element("path", class_=class_, d=svg.line(across, down))


def _ratio(neighbour: Float, own: Float) -> float:
    """Factor that gives the own spectrum the neighbour's median; 1 where that has no meaning."""
    both = np.isfinite(neighbour) & np.isfinite(own)
    if not both.any():
        return 1.0
    theirs, ours = float(np.median(neighbour[both])), float(np.median(own[both]))
    return theirs / ours if theirs > 0 and ours > 0 else 1.0


def _limits(neighbour: Float, own: Float) -> tuple[float, float]:
    """Limits that hold the neighbour whole, and as much of the own spectrum as leaves it room."""
    low, high = padded(neighbour)
    known = own[np.isfinite(own)]
    if known.size == 0:
        return low, high
    room, margin = HEADROOM * (high - low), MARGIN * (high - low)
    own_low, own_high = float(known.min()) - margin, float(known.max()) + margin
    return min(low, max(own_low, low - room)), max(high, min(own_high, high + room))
