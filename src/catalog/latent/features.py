"""What is measured along traversals: table 1 of Nicolaou et al. 2025, computed; and of stars.

Line wavelengths come from the caller: the one list of lines belongs to the reasons.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from catalog.latent import profiles
from catalog.latent.profiles import Grid, Profile, Window
from catalog.spectra import Float
from catalog.tables import Table

WEAK = 0.5
"""Equivalent width below which a line has no width that could be told, Å."""
NARROW = Window(half=500.0, inner=700.0, outer=3000.0)
CROWDED = Window(half=500.0, inner=550.0, outer=850.0)
ISOLATED = Window(half=800.0, inner=1000.0, outer=2200.0)


@dataclass(frozen=True)
class Drawn:
    """A decoded spectrum: flux (L,) on a grid, the spectrum of the mean, and lines by name."""

    grid: Grid
    flux: Float
    reference: Float
    lines: Mapping[str, float]

    def strength(self, *names: str, window: Window = profiles.WIDE) -> float:
        """Equivalent width of neighbouring lines, Å."""
        lines = [self.lines[name] for name in names]
        return profiles.equivalent_width(self.grid, self.flux, lines, window)

    @cached_property
    def halpha(self) -> Profile:
        """Hα and the [N II] lines beside it, taken apart."""
        pair = [(self.lines["nii_6585"], 1.0), (self.lines["nii_6550"], 1 / profiles.N2_RATIO)]
        return profiles.fitted(self.grid, self.flux, self.lines["halpha"], pair)

    @cached_property
    def hbeta(self) -> Profile:
        """Hβ by itself."""
        return profiles.fitted(self.grid, self.flux, self.lines["hbeta"])

    def width(self) -> float:
        """FWHM of Hα, or of Hβ where Hα is not on the grid, km/s."""
        line = self.hbeta if np.isnan(self.halpha.line) else self.halpha
        return line.fwhm if abs(line.line) >= WEAK else profiles.NAN


@dataclass(frozen=True)
class Feature:
    """One thing to measure.

    A change smaller than `least` is none, whatever the others are; nor is one below so many bins
    of the grid, as a velocity: blended lines whose ratio changes look shifted by as much.
    """

    name: str
    title: str
    unit: str
    description: str
    least: float
    measure: Callable[[Drawn], float]
    least_bins: float = 0.0


BREAK = (4001.1, 4101.2), (3851.1, 3951.1)
"""Balogh et al. 1999, in vacuum."""
TIO = (7060.0, 7160.0), (7000.0, 7050.0)
"""The γ band behind its head at 7054 Å, and the flux before it."""
TRIPLET = ("ca_8500", "ca_8544", "ca_8665")


def _break(drawn: Drawn) -> float:
    red, blue = BREAK
    # Of flux per frequency, as the index is defined.
    return profiles.ratio(drawn.grid, drawn.flux * (drawn.grid.wave / 4000.0) ** 2, red, blue)


def _line(title: str) -> str:
    return f"Flux of {title} over the continuum beside it; it rises as emission does."


def _absorption(title: str) -> str:
    return f"Depth of {title} below the continuum beside it; it rises as the absorption deepens."


FEATURES: tuple[Feature, ...] = (
    Feature(
        "continuum_blue", "blue continuum", "",
        "Median flux of the bluest fifth of the spectrum over that of its middle fifth.", 0.01,
        lambda drawn: profiles.end_of_continuum(drawn.flux, 0),
    ),
    Feature(
        "continuum_red", "red continuum", "",
        "Median flux of the reddest fifth of the spectrum over that of its middle fifth.", 0.01,
        lambda drawn: profiles.end_of_continuum(drawn.flux, 4),
    ),
    Feature(
        "break_4000", "4000 Å break", "",
        "Flux per frequency just redward of 4000 Å over that just blueward: D4000.", 0.01, _break,
    ),
    Feature("halpha", "Hα", "Å", _line("Hα"), 0.1, lambda drawn: drawn.halpha.line),
    Feature(
        "nii", "[N II]", "Å", _line("the stronger [N II] line, at 6585 Å,"), 0.1,
        lambda drawn: drawn.halpha.companions,
    ),
    Feature("hbeta", "Hβ", "Å", _line("Hβ"), 0.1, lambda drawn: drawn.strength("hbeta")),
    Feature(
        "oiii", "[O III]", "Å", _line("[O III] 4960 and 5008"), 0.1,
        lambda drawn: drawn.strength("oiii_4960", "oiii_5008"),
    ),
    Feature(
        "oii", "[O II]", "Å", _line("[O II] 3727 and 3730"), 0.1,
        lambda drawn: drawn.strength("oii_3727", "oii_3730"),
    ),
    Feature(
        "broadening", "line width", "km/s",
        "Full width at half maximum of Hα, or of Hβ where Hα is not seen, as it is on the grid.",
        20.0, lambda drawn: drawn.width(), 0.5,
    ),
    Feature(
        "ca_k", "Ca II K", "Å", _absorption("Ca II K"), 0.05,
        lambda drawn: -drawn.strength("ca_k", window=ISOLATED),
    ),
    Feature(
        "mg_b", "Mg b", "Å", _absorption("the Mg b lines"), 0.05,
        lambda drawn: -drawn.strength("mgb_5169", "mgb_5174", "mgb_5185", window=NARROW),
    ),
    Feature(
        "na_d", "Na D", "Å", _absorption("the Na D lines"), 0.05,
        lambda drawn: -drawn.strength("na_d2", "na_d1", window=ISOLATED),
    ),
    Feature(
        "tio", "TiO band", "", _absorption("the TiO band at 7054 Å"), 0.01,
        lambda drawn: 1 - profiles.ratio(drawn.grid, drawn.flux, *TIO),
    ),
    Feature(
        "ca_triplet", "Ca II triplet", "Å", _absorption("the Ca II triplet"), 0.05,
        lambda drawn: -sum(drawn.strength(name, window=CROWDED) for name in TRIPLET),
    ),
    Feature(
        "velocity", "line shift", "km/s",
        "Shift of all lines against those of the mean spectrum; it rises as they move redward.",
        1.0, lambda drawn: profiles.shift(drawn.grid, drawn.flux, drawn.reference), 0.5,
    ),
)  # fmt: skip


def measure(wave: Float, flux: Float, reference: Float, lines: Mapping[str, float]) -> Float:
    """Measure every feature.

    Parameters
    ----------
    wave : ndarray of shape (L,)
        Linear grid, Å, vacuum, rest frame.
    flux : ndarray of shape (n, L)
        Decoded spectra.
    reference : ndarray of shape (L,)
        The spectrum of the mean, against which lines shift.
    lines : mapping of str to float
        Wavelengths by the names that `explain/lines.csv` gives them.

    Returns
    -------
    ndarray of shape (n, F)
        In the order of `FEATURES`; not a number where a window is not on the grid, or a line is
        too weak to have a width.
    """
    grid = Grid(wave)
    rows = [[f.measure(Drawn(grid, each, reference, lines)) for f in FEATURES] for each in flux]
    return np.array(rows, np.float64).reshape(len(flux), len(FEATURES))


def least(wave: Float) -> Float:
    """Smallest change of each feature that counts on this grid, (F,)."""
    middle, step = float(wave[wave.size // 2]), float(wave[1] - wave[0])
    bin_speed = step / middle * profiles.SPEED_OF_LIGHT
    return np.array([max(each.least, each.least_bins * bin_speed) for each in FEATURES])


def table() -> Table:
    """Give the table `traversal_features`."""
    fields = ("name", "title", "unit", "description")
    columns: Table = {
        field: np.array([getattr(each, field) for each in FEATURES], dtype=object)
        for field in fields
    }
    return {**columns, "position": np.arange(1, len(FEATURES) + 1)}
