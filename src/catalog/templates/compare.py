"""Every family fitted to every spectrum, over all its redshifts and at the survey's."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from catalog.spectra import Arm, Float, Text
from catalog.templates import library
from catalog.templates.alternatives import Alternatives, Foreground, SecondRedshift
from catalog.templates.fit import Target
from catalog.templates.foreground import foreground
from catalog.templates.grid import rebin
from catalog.templates.search import NO_FIT, Fitted, Search, better
from catalog.templates.second import second_redshift

FLOOR = 0.05
"""Relative error of the templates, added to the noise: without it a bright spectrum's χ² would
tell how good the templates are, not which is right."""
ALIKE = 10.0
"""Bins over which the templates' errors are alike: 900 km/s, features of a spectrum's own."""
SMOOTH = 30.0
"""Bins: dispersion of the Gaussian that gives the level to which the floor is relative."""
LEAST_BINS = 200
"""Bins with data below which nothing is fitted."""
NO_SECOND = (np.nan, 0.0, 0)
NO_FRONT = (0.0, 0.0)


def compare(arms: tuple[Arm, ...], z: Float, spec_class: Text) -> Alternatives:
    """Fit every family to N spectra of one survey.

    Parameters
    ----------
    arms : tuple of Arm
        On the survey's own pixels, observed frame.
    z, spec_class : ndarray of shape (N,)
        What the survey says.

    Returns
    -------
    Alternatives
        NaN where a spectrum has too few bins with data.
    """
    names = library.names()
    targets = observed(arms)
    found = [_of_one(t, float(z[i]), str(spec_class[i])) for i, t in enumerate(targets)]
    best = [one.families for one in found]
    shape = (len(targets), len(names))
    step = np.array([[each.step for each in row] for row in best], np.int64).reshape(shape)
    chi2 = np.array([[each.chi2 for each in row] for row in best], np.float64).reshape(shape)
    survey = np.array([one.survey for one in found], np.float64)
    second = np.array([one.second for one in found], np.float64).reshape(-1, 3)
    front = np.array([one.front for one in found], np.float64).reshape(-1, 2)
    fitted = np.isfinite(chi2)
    return Alternatives(
        families=names,
        classes=tuple(library.family(name).spec_class for name in names),
        z=np.where(fitted, library.redshift_of(step), np.nan),
        chi2=np.where(fitted, chi2, np.nan),
        chi2_survey=np.where(np.isfinite(survey), survey, np.nan),
        n_bins=np.array([np.count_nonzero(t.weight) for t in targets], np.int64),
        alike=np.array([target.alike for target in targets], np.float64),
        second=SecondRedshift(second[:, 0], second[:, 1], second[:, 2].astype(np.int64)),
        foreground=Foreground(front[:, 0], front[:, 1]),
    )


def observed(arms: tuple[Arm, ...]) -> list[Target]:
    """Spectra on the common grid, the templates' own error in their weights."""
    flux, ivar = rebin(arms)
    level = np.maximum(_smooth(flux, ivar, SMOOTH), _smooth(flux, ivar, 1.0))
    weight = ivar / (1.0 + ivar * (FLOOR * level) ** 2)
    share = np.divide(weight, ivar, out=np.ones_like(ivar), where=ivar > 0)
    seen = np.maximum(np.count_nonzero(ivar, axis=1), 1)
    alike = 1 + (ALIKE - 1) * (1 - share).sum(axis=1) / seen
    rows = zip(flux, weight, alike, strict=True)
    return [Target(x, w, float(a)) for x, w, a in rows]


def _smooth(flux: Float, ivar: Float, sigma: float) -> Float:
    """Mean of |flux| over a Gaussian of neighbours, weighted by ivar."""
    total = gaussian_filter1d(ivar, sigma, axis=1)
    mean = gaussian_filter1d(ivar * flux, sigma, axis=1)
    result: Float = np.abs(np.divide(mean, total, out=np.zeros_like(flux), where=total > 0))
    return result


@dataclass(frozen=True)
class Compared:
    """One spectrum: best fits, least χ² of the survey's answer, second redshift, stars in front."""

    families: list[Fitted]
    survey: float
    second: tuple[float, float, int]
    front: tuple[float, float]


def _of_one(target: Target, z: float, spec_class: str) -> Compared:
    names = library.names()
    if np.count_nonzero(target.weight) < LEAST_BINS:
        return Compared([NO_FIT] * len(names), np.inf, NO_SECOND, NO_FRONT)
    searches = [Search.of(target, name) for name in names]
    said = [search.family.family.spec_class == spec_class for search in searches]
    asked = said if any(said) else [True] * len(names)
    best, survey, survey_family = [], NO_FIT, searches[0].family
    for search, is_survey in zip(searches, asked, strict=True):
        found = search.anywhere()
        there = search.near(z) if is_survey else NO_FIT
        if there.chi2 < survey.chi2:
            survey, survey_family = there, search.family
        best.append(better(found, there))
    second, front = NO_SECOND, NO_FRONT
    # What quasars' templates leave is too much to be called another object.
    if np.isfinite(survey.chi2) and survey_family.family.spec_class == "GALAXY":
        second = second_redshift(target, survey_family, survey.step, z)
        front = foreground(target, survey_family, survey.step)
    return Compared(best, survey.chi2, second, front)
