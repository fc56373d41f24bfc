"""One family's best redshift for one spectrum: a scan, then fits at its deepest minima."""

from dataclasses import dataclass, field

import numpy as np

from catalog.spectra import Array, Float
from catalog.templates import fit, library
from catalog.templates.fit import Target
from catalog.templates.grid import FINE_STEP
from catalog.templates.library import Prepared

CANDIDATES = 5
"""Minima of the scan over redshifts that are fitted with positive weights."""
APART = 8
"""Bins between two minima: 700 km/s."""
LINES_SHARE = 0.4
"""Of the excess χ² without them that the lines of a family must take away that needs them."""
LINES_GAIN = 60.0
"""Least gain in χ² by these lines, in units of χ² per bin where that is above 1."""
NEAR_GALAXY, NEAR_STAR = 0.005, 0.002
"""How far from the survey's redshift its answer is still fitted, in ln(1 + z)."""


@dataclass(frozen=True)
class Fitted:
    """One family's best fit: its fine step and χ²; infinite where it could not be fitted."""

    step: int
    chi2: float


NO_FIT = Fitted(0, np.inf)


def better(one: Fitted, other: Fitted) -> Fitted:
    """Give the fit with the lower χ²; the first of two alike."""
    return other if other.chi2 < one.chi2 else one


@dataclass
class Search:
    """A family and a spectrum; no redshift is fitted twice."""

    target: Target
    family: Prepared
    scanned: Float
    known: dict[int, float] = field(default_factory=dict)

    @classmethod
    def of(cls, target: Target, name: str) -> "Search":
        """Scan all redshifts of a family."""
        return cls(target, library.prepared(name), fit.scan(target, name))

    def anywhere(self) -> Fitted:
        """Best fit at any redshift of the family."""
        return self._deepest(np.arange(self.scanned.size))

    def near(self, z: float) -> Fitted:
        """Best fit at redshifts as good as the survey's."""
        if not z > -1:
            return NO_FIT
        star = self.family.family.spec_class == "STAR"
        off = np.abs(self.family.steps * FINE_STEP - np.log1p(z))
        return self._deepest(np.flatnonzero(off <= (NEAR_STAR if star else NEAR_GALAXY)))

    def _deepest(self, places: Array) -> Fitted:
        """Fit with positive weights at the deepest minima among the shifts, and beside the best."""
        best = NO_FIT
        for index in fit.minima(self.scanned[places], CANDIDATES, APART):
            best = better(best, self._fitted(int(self.family.steps[places[index]])))
        if best is NO_FIT:
            return best
        # The scan's shifts are three fine steps apart: the best one is next to the best of these.
        for step in (best.step - 1, best.step + 1):
            best = better(best, self._fitted(step))
        return best if self._shows_lines(best) else NO_FIT

    def _fitted(self, step: int) -> Fitted:
        if step not in self.known:
            self.known[step] = fit.fit_at(self.target, self.family, step)[0]
        return Fitted(step, self.known[step])

    def _shows_lines(self, best: Fitted) -> bool:
        """Whether a family that needs its emission lines owes a good part of its fit to them."""
        if not self.family.family.needs_lines:
            return True
        without, _ = fit.fit_at(self.target, self.family, best.step, with_lines=False)
        n_bins = int(np.count_nonzero(self.target.weight))
        gain, noise = without - best.chi2, min(n_bins, best.chi2)
        least = LINES_GAIN * max(best.chi2 / n_bins, 1.0)
        return gain > least and gain > LINES_SHARE * (without - noise)
