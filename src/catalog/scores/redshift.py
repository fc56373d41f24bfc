"""Evidence that another redshift fits a spectrum better than the survey's.

The autoencoder and the linear models see rest-frame spectra and can draw much that a wrong redshift
does to them; only a comparison of redshifts tells. Templates are the linear model's mean and first
components. In logarithmic wavelength a change of redshift is a shift, the same for all spectra, so
that every shift costs two matrix products for all of them.
"""

import numpy as np

from catalog.basis import Basis
from catalog.scores import Sample, Scale, Score
from catalog.spectra import Float
from catalog.templates.least_squares import chi2_of_fits

N_COMPONENTS = 8
"""Templates besides the mean: enough for galaxies, stars and quasars, too few for noise."""
REACH = 0.2624
"""Largest shift: a star taken for a galaxy at z = 0.3, or the other way round."""
STEP = 0.001
"""300 km/s, about one bin of the default grid."""
LEAST_SHIFT = 0.004
"""Smaller shifts do not count: an error of 1,200 km/s is a velocity, not a wrong redshift."""
LEAST_COVERAGE = 0.6
"""Fraction of the grid that a shifted template must still cover."""
GAIN_UNIT = 10.0
"""Gain in χ² where the score turns from linear to logarithmic."""
CHUNK = 2048
"""Spectra that are fitted together; bounds memory at some 100 numbers per spectrum and shift."""
LEAST_SHARE = 0.25
"""Share of all spectra that a class needs to be tested. The templates are what most spectra look
like; a quasar or a star among galaxies fits them badly at any redshift, and fitting less badly
somewhere is no evidence."""


def redshift(sample: Sample) -> Float:
    """Largest gain in χ² by another redshift, in units of the misfit at the survey's, (N,).

    asinh(gain / max(χ²/n, 1) / 10), where χ²/n is the reduced χ² of the linear model at the
    survey's redshift: where nothing fits, a gain means little. NaN for classes of few
    spectra, and where no bin is valid or the grid is too short for any shift.
    """
    gain, _, reduced = _scan(sample)
    least = LEAST_SHARE * sample.basis.n_spectra
    common = [name for name, basis in sample.class_basis.items() if basis.n_spectra >= least]
    evidence = np.arcsinh(gain / np.maximum(reduced, 1.0) / GAIN_UNIT)
    return np.where(np.isin(sample.spec_class.astype(str), common), evidence, np.nan)


def best_redshift(sample: Sample) -> Float:
    """Redshift z' other than the survey's that fits best, (N,); NaN where no bin is valid.

    Whether it is any better than the survey's is what `redshift` tells. Exact to half of `STEP`
    times 1 + z'.
    """
    _, shift, _ = _scan(sample)
    z: Float = (1.0 + sample.z) * np.exp(shift) - 1.0
    return z


def shifts() -> Float:
    """Shifts ln((1 + z') / (1 + z)) that are tried, in rising order."""
    steps: Float = np.arange(-round(REACH / STEP), round(REACH / STEP) + 1) * STEP
    return steps[np.abs(steps) > LEAST_SHIFT]


def _scan(sample: Sample) -> tuple[Float, Float, Float]:
    """Gain in χ² of the best shift, that shift, and the reduced χ² without one: (N,) each."""
    result = np.full((3, len(sample)), np.nan)
    encodings = sample.encodings
    templates = _templates(sample.basis, encodings.wave)
    for start in range(0, len(sample), CHUNK):
        rows = slice(start, start + CHUNK)
        flux, ivar = encodings.flux[rows], encodings.ivar[rows]
        terms = _at_survey(sample, rows)
        result[:, rows] = _best(sample.basis, templates, flux, ivar, terms)
    return result[0], result[1], result[2]


def _at_survey(sample: Sample, rows: slice) -> Float:
    """Terms of χ² (n, L) at the survey's redshift, by the model of all or of the class.

    By the better of the two, and both weighted alike: an ordinary quasar or star, which the model
    of all classes draws badly, is no evidence of another redshift.
    """
    flux, ivar = sample.encodings.flux[rows], sample.encodings.ivar[rows]
    weight = sample.basis.weights(ivar)
    terms: Float = weight * (flux - _drawn(sample.basis, flux, ivar)) ** 2
    classes = sample.spec_class[rows].astype(str)
    for name, basis in sample.class_basis.items():
        mine = np.flatnonzero(classes == name)
        if mine.size:
            own = weight[mine] * (flux[mine] - _drawn(basis, flux[mine], ivar[mine])) ** 2
            better = own.sum(axis=1) < terms[mine].sum(axis=1)
            terms[mine[better]] = own[better]
    return terms


def _drawn(basis: Basis, flux: Float, ivar: Float) -> Float:
    return basis.reconstruct(basis.coefficients(flux, ivar))


def _templates(basis: Basis, wave: Float) -> list[tuple[float, slice, Float]]:
    """Each shift, the bins that it covers, and there the templates (K + 1, bins)."""
    mean = basis.mean / np.linalg.norm(basis.mean)
    rest = np.vstack([mean, basis.components[:N_COMPONENTS]])
    found = []
    for shift in shifts():
        shifted = wave / np.exp(shift)
        covered = np.flatnonzero((shifted >= wave[0]) & (shifted <= wave[-1]))
        if covered.size < LEAST_COVERAGE * wave.size:
            continue
        bins = slice(covered[0], covered[-1] + 1)
        place = np.interp(shifted[bins], wave, np.arange(wave.size))
        left = np.minimum(place.astype(np.int64), wave.size - 2)
        step = (place - left).astype(np.float32)
        moved = rest[:, left] * (1 - step) + rest[:, left + 1] * step
        found.append((float(shift), bins, moved.astype(np.float32)))
    return found


def _best(
    basis: Basis,
    templates: list[tuple[float, slice, Float]],
    flux: Float,
    ivar: Float,
    terms: Float,
) -> tuple[Float, Float, Float]:
    """Best gain, its shift, and the reduced χ² at the survey's redshift, of a chunk: (n,) each."""
    # Bins first: those that a shift covers are then one block of memory.
    weight = np.ascontiguousarray(basis.weights(ivar).T, np.float32)
    weighted = weight * flux.T
    before = _cumulative(np.ascontiguousarray(terms.T))
    square = _cumulative(weighted * flux.T)
    n_valid = np.count_nonzero(weight, axis=0)
    best, at = np.full(len(flux), -np.inf), np.full(len(flux), np.nan)
    for shift, bins, rows in templates:
        total = square[bins.stop] - square[bins.start]
        after = chi2_of_fits(rows, weight[bins], weighted[bins], total)
        gain = before[bins.stop] - before[bins.start] - after
        better = gain > best
        best[better], at[better] = gain[better], shift
    known = (n_valid > 0) & np.isfinite(best)
    reduced = before[-1] / np.maximum(n_valid, 1)
    return np.where(known, best, np.nan), np.where(known, at, np.nan), reduced


def _cumulative(values: Float) -> Float:
    total = np.zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, dtype=np.float64, out=total[1:])
    return total


SCORE = Score(
    name="redshift",
    title="Another redshift",
    description="By how much a redshift other than the survey's fits a spectrum better. High for "
    "wrong redshifts, and for stars and quasars taken for galaxies.",
    source="χ² scan with weighted principal components (Bailey 2012, PASP 124, 1015)",
    scale=Scale.LINEAR,
    by_class=False,
    of_spectra=redshift,
)
