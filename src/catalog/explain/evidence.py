"""What a reason test is given, what it answers, and how the explained fraction is counted."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

import numpy as np
import numpy.typing as npt

from catalog.basis import total_weight
from catalog.explain.lines import Line
from catalog.spectra import Array, Float, RestSpectra, Text
from catalog.templates import Alternatives

Mask = npt.NDArray[np.bool_]

SIGNIFICANT_EXCESS = 3.0
"""Standard deviations of χ² above which a spectrum misfits at all."""


@dataclass(frozen=True)
class Outliers:
    """N outliers of one survey: what was expected of them, and what the survey says of them.

    Attributes
    ----------
    rest
        flux, ivar (N, L) on the rest-frame grid; ivar is 0 where a bin has no data.
    expected
        (N, L): the ordinary spectrum that agrees with most of each. Not the autoencoder's
        reconstruction, which bends towards what is strange and hides part of it.
    scatter
        (N, L): variance by which ordinary spectra miss what is expected, noise apart.
    z, snr, coverage
        (N,): redshift; median signal-to-noise ratio per bin; fraction of bins with data.
    spec_class
        (N,) text: the survey's class (GALAXY, STAR, QSO).
    class_fraction
        (N,): the fraction of all scored spectra that have the same class, 0..1.
    norm
        (N,): flux * norm is in 1e-17 erg/s/cm²/Å.
    arm_joins
        Observed-frame ranges (Å, vacuum) in which two arms of the survey's spectrograph overlap.
    lines
        The line list.
    sky_waves
        Å, observed frame, vacuum: the lines of the night sky.
    measures
        What was measured on native pixels, by name (`catalog.measures`), (N,) each; NaN where it
        could not be.
    alternatives
        What templates of other classes and redshifts make of them.
    """

    rest: RestSpectra
    expected: Float
    scatter: Float
    z: Float
    spec_class: Text
    class_fraction: Float
    snr: Float
    coverage: Float
    norm: Float
    arm_joins: tuple[tuple[float, float], ...]
    lines: tuple[Line, ...]
    sky_waves: Float
    measures: Mapping[str, Float]
    alternatives: Alternatives

    def __len__(self) -> int:
        """N, the number of outliers."""
        return len(self.rest)

    @property
    def wave(self) -> Float:
        """Rest-frame wavelength of the bins (L,), Å."""
        return self.rest.wave

    def measure(self, name: str) -> Float:
        """One native measure (N,), NaN for all where the survey's files do not tell it."""
        return self.measures.get(name, np.full(len(self), np.nan))

    @cached_property
    def weight(self) -> Float:
        """Inverse variance (N, L) of the residual, noise and scatter; 0 where there is no data."""
        return total_weight(self.rest.ivar.astype(np.float64), self.scatter)

    @cached_property
    def residual(self) -> Float:
        """Flux - expected (N, L); 0 where there is no data."""
        difference = self.rest.flux.astype(np.float64) - self.expected
        return np.where(self.weight > 0, difference, 0.0)

    @cached_property
    def contributions(self) -> Float:
        """Weight * residual² (N, L): what each bin adds to χ²."""
        return self.weight * self.residual**2

    @cached_property
    def n_bins(self) -> Array:
        """Number of bins with data (N,): what χ² is expected to be."""
        count: Array = np.count_nonzero(self.weight > 0, axis=1)
        return count

    @cached_property
    def chi2(self) -> Float:
        """χ² of what is expected (N,)."""
        total: Float = self.contributions.sum(axis=1)
        return total

    @cached_property
    def excess_significance(self) -> Float:
        """(χ² - n) / √(2n), in standard deviations (N,)."""
        n = np.maximum(self.n_bins, 1)
        significance: Float = (self.chi2 - n) / np.sqrt(2.0 * n)
        return significance

    @cached_property
    def misfits(self) -> Mask:
        """Whether the spectrum differs from what is expected by more than noise (N,)."""
        return self.excess_significance > SIGNIFICANT_EXCESS

    def explained_within(self, window: Mask) -> Float:
        """Fraction of the excess χ² that lies in a window (N, L): see `explained_by`."""
        return self.explained_by(np.where(window, 0.0, self.contributions), ~window)

    def explained_by(self, left: Float, counted: Mask | None = None) -> Float:
        """Fraction of the excess χ² that is gone once a reason is taken into account.

        Parameters
        ----------
        left : ndarray of shape (N, L)
            What each bin adds to χ² under the reason; 0 where the reason accounts for it wholly.
        counted : ndarray of bool, shape (N, L), optional
            Bins outside of the reason; all by default.

        Returns
        -------
        ndarray of shape (N,)
            1 - max(0, Σ left - n_left) / max(1, χ² - n), clipped to 0..1. The floor of 1 in the
            denominator keeps the fraction finite where there is no excess to explain.
        """
        used = self.weight > 0
        n_left = np.count_nonzero(used if counted is None else used & counted, axis=1)
        remaining = np.maximum(left.sum(axis=1) - n_left, 0.0)
        excess = np.maximum(self.chi2 - self.n_bins, 1.0)
        fraction: Float = np.clip(1 - remaining / excess, 0.0, 1.0)
        return fraction


@dataclass(frozen=True)
class Evidence:
    """A reason test's answer for N outliers; every array has shape (N,).

    Attributes
    ----------
    holds
        Whether the reason applies. The other arrays mean nothing where it does not.
    value, unit
        The measured number, and the unit of each (text).
    significance
        Standard deviations; NaN where the reason is not a measurement.
    explained
        Fraction of the excess χ² that the reason explains, 0..1.
    wave_low, wave_high
        Rest-frame window, Å; NaN where the reason concerns the whole spectrum.
    fields
        Finished text for the fields of the category's sentence; empty where the reason does not
        hold.
    identified
        Whether a class was measured, not taken from the survey: it then counts as what the object
        is. None where no row is so.
    """

    holds: Mask
    value: Float
    unit: Text
    significance: Float
    explained: Float
    wave_low: Float
    wave_high: Float
    fields: Mapping[str, Text] = field(default_factory=dict)
    identified: Mask | None = None

    def scope(self, usual: "Scope", index: int) -> "Scope":
        """How specific the answer of one row is, where its test usually is so specific."""
        if self.identified is not None and self.identified[index]:
            return Scope.IDENTITY
        return usual


class Scope(IntEnum):
    """How specific a reason is; the more specific one is named first where it explains enough.

    What an object is (another redshift, a white dwarf) accounts for all of its features, and a
    feature for more than the bare class does. A star among galaxies misfits everywhere; where a
    step between the arms explains nine tenths of its misfit, being a star explains the last tenth.
    And where being a star explains the misfit, the shape of its continuum and its lines adds
    nothing.
    """

    IDENTITY = 0
    FEATURE = 1
    CLASS = 2
    SHAPE = 3


@dataclass(frozen=True)
class ReasonTest:
    """One test: which category it decides, how specific it is, and the measurement itself.

    Attributes
    ----------
    fields
        Names of the sentence fields that `measure` fills in.
    at_redshift
        Whether it rests on what is expected at the survey's redshift, as a line's strength does:
        nothing is left of it where that redshift is wrong.
    moves
        Whether it says that the survey's redshift is wrong.
    """

    category: str
    scope: Scope
    fields: tuple[str, ...]
    measure: Callable[[Outliers], Evidence]
    at_redshift: bool = False
    moves: bool = False
