"""Families made ready for fitting: on the grid, cached in the process."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.fft
from threadpoolctl import threadpool_limits

from catalog import registry
from catalog.spectra import Array, Float
from catalog.templates.family import Family
from catalog.templates.grid import FINE_PER_BIN, FINE_STEP, LOG_FIRST, LOG_WAVE, N_BINS

PACKAGE = "catalog.templates.families"
LYMAN_ALPHA = 1215.67


@dataclass(frozen=True)
class Prepared:
    """A family's templates on the fine rest-frame grid.

    Attributes
    ----------
    first
        Fine step at which the templates begin: step s has ln(wavelength) `LOG_FIRST` +
        s · `FINE_STEP`.
    spectra
        (K, n): whole objects and then groups of lines, mean over a bin around each fine step.
    n_continuum
        How many of them are whole objects.
    blue
        (n,): whether a step lies bluewards of Lyα; none does for families without a forest.
    polynomials
        (P, N_BINS): on the observed grid.
    scan
        (C, m): the basis of the scan, at every third fine step from `first` on.
    steps
        Shifts that are tried, (S,), in fine steps: ln(1 + z) / `FINE_STEP`, falling.
    """

    family: Family
    first: int
    spectra: Float
    n_continuum: int
    blue: Array
    polynomials: Float
    scan: Float
    steps: Array

    def at(self, step: int) -> Float:
        """Templates (K, N_BINS) at the redshift of a fine step, on the observed grid.

        Dimmed by the forest where the family has one.
        """
        begin = -step - self.first
        bins = slice(begin, begin + FINE_PER_BIN * N_BINS, FINE_PER_BIN)
        found = self.spectra[:, bins]
        if self.blue[bins].any():
            found = np.where(self.blue[bins], found * transmission(), found)
        return found


def transmission() -> Float:
    """Mean transmission (N_BINS,) of the Lyα forest at each observed wavelength.

    Notes
    -----
    The effective optical depth of Meiksin (2006, MNRAS 365, 807), eq. 1: 0.0036 (1 + z)^3.45, for
    clouds at the redshift at which Lyα is observed there.
    """
    z_cloud = np.exp(LOG_WAVE) / LYMAN_ALPHA
    result: Float = np.exp(-0.0036 * z_cloud**3.45)
    return result


def redshift_of(step: Array) -> Float:
    """Redshift of a shift in fine steps."""
    z: Float = np.expm1(step * FINE_STEP)
    return z


def step_of(z: Float) -> Array:
    """Shift in fine steps nearest to a redshift."""
    step: Array = np.round(np.log1p(z) / FINE_STEP).astype(np.int64)
    return step


@cache
def names() -> tuple[str, ...]:
    """Names of all families, sorted."""
    return registry.names(PACKAGE)


def family(name: str) -> Family:
    """Tell what a family is, without computing its templates.

    Raises
    ------
    RecipeError
        If no family has that name.
    """
    return registry.load(PACKAGE, name, Family)


@cache
def prepared(name: str) -> Prepared:
    """One family by name, ready for fitting; made once per process.

    Raises
    ------
    RecipeError
        If no family has that name.
    """
    # One thread: the templates outlive the caller's limits, and their last bits must not depend on
    # how many threads summed them.
    with threadpool_limits(limits=1):
        return _prepare(family(name))


def _prepare(kind: Family) -> Prepared:
    low, high = (int(step_of(np.array(z))) for z in (kind.z_low, kind.z_high))
    count = (high - low) // FINE_PER_BIN + 1
    # Falling shifts: the rest-frame window then moves up the fine grid step by step.
    steps = low + FINE_PER_BIN * np.arange(count)[::-1]
    margin = FINE_PER_BIN
    first = int(-steps[0]) - margin
    n_fine = int(steps[0] - steps[-1]) + FINE_PER_BIN * N_BINS + 2 * margin
    log_wave = LOG_FIRST + FINE_STEP * (first + np.arange(n_fine))
    templates = kind.templates()
    rest = np.log(templates.wave)
    whole = np.vstack([templates.continuum, templates.lines])
    spectra = np.array([np.interp(log_wave, rest, row) for row in whole.astype(np.float64)])
    spectra = _over_a_bin(spectra)
    spectra /= np.sqrt((spectra**2).mean(axis=1, keepdims=True))
    n_continuum = len(templates.continuum)
    basis = _components(spectra[:n_continuum, ::FINE_PER_BIN], kind.n_scan)
    lines = spectra[n_continuum:, ::FINE_PER_BIN]
    blue = (np.exp(log_wave) < LYMAN_ALPHA) & kind.forest
    x = np.linspace(-1, 1, N_BINS)
    return Prepared(
        family=kind,
        first=first,
        spectra=spectra,
        n_continuum=n_continuum,
        blue=blue,
        polynomials=np.polynomial.legendre.legvander(x, kind.n_polynomial - 1).T,
        scan=np.vstack([basis, lines]),
        steps=steps,
    )


def _over_a_bin(spectra: Float) -> Float:
    """Mean over a bin's width around each fine step."""
    padded = np.pad(spectra, ((0, 0), (1, 1)), mode="edge")
    result: Float = (padded[:, :-2] + padded[:, 1:-1] + padded[:, 2:]) / FINE_PER_BIN
    return result


def _components(spectra: Float, count: int) -> Float:
    """Orthonormal rows that span most of the spectra, not centred: the first is their mean."""
    if len(spectra) <= count:
        return spectra
    _, _, rows = np.linalg.svd(spectra, full_matrices=False)
    components: Float = rows[:count] * np.sqrt(spectra.shape[1])
    return components


@dataclass(frozen=True)
class Transforms:
    """Fourier transforms of a family's scan basis and of all products of its rows.

    For correlations with a spectrum's weights; `red` and `blue` are the parts at either side of
    Lyα, `blue` None where the family has no forest.
    """

    length: int
    row: Array
    column: Array
    red: tuple[Float, Float]
    blue: tuple[Float, Float] | None


@cache
def transforms(name: str) -> Transforms:
    """Transform one family; done once per process."""
    known = prepared(name)
    size, n_coarse = known.scan.shape
    length = scipy.fft.next_fast_len(n_coarse, real=True)
    row, column = np.tril_indices(size)
    blue = known.blue[::FINE_PER_BIN]

    def of(scan: Float) -> tuple[Float, Float]:
        return (
            np.conj(scipy.fft.rfft(scan, length, axis=1)),
            np.conj(scipy.fft.rfft(scan[row] * scan[column], length, axis=1)),
        )

    return Transforms(
        length=length,
        row=row,
        column=column,
        red=of(np.where(blue, 0.0, known.scan)),
        blue=of(np.where(blue, known.scan, 0.0)) if blue.any() else None,
    )
