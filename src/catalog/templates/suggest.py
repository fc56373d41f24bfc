"""Which alternatives fit so much better than the survey's answer that they are worth a word."""

import numpy as np

from catalog.spectra import Array, Float, Text
from catalog.templates.alternatives import Alternatives

LEAST_GAIN = 25.0
"""In χ², in units of the alternative's own χ² per bin where that is above 1, and of the number of
bins over which errors are alike."""
LEAST_SHARE, LEAST_SHARE_OF_MUCH = 0.5, 0.4
"""Of the survey's excess χ² that the alternative must take away; less where it gains very much,
since a bright spectrum is fitted by no template within its noise."""
MUCH = 10.0
"""Times `LEAST_GAIN`."""
LEAST_FRONT = 20.0
"""Least gain in χ² by a star in front, in the same units."""
LEAST_LIGHT = 0.3
"""Least share of the light that such a star must have."""
SAME_REDSHIFT = {"GALAXY": 0.005, "QSO": 0.015}
"""In ln(1 + z), by the alternative's class: nearer redshifts are the same. A quasar's broad lines
are shifted by thousands of km/s among themselves."""
SAME_BOTH = 0.01
"""In ln(1 + z): a galaxy and a quasar no further apart are one active galaxy."""


def favoured(alternatives: Alternatives) -> Array:
    """Index (N,) of the family that each spectrum is taken to be of: mostly the one that fits best.

    A galaxy rather than a quasar at the same redshift, though, unless the quasar fits better beyond
    doubt: quasars' templates have a galaxy of their own.
    """
    index, least = alternatives.best()
    if "galaxy" not in alternatives.families:
        return index
    galaxy = alternatives.families.index("galaxy")
    quasar = np.array(alternatives.classes)[index] == "QSO"
    z = np.take_along_axis(alternatives.z, index[:, None], axis=1)[:, 0]
    with np.errstate(invalid="ignore"):
        same = np.abs(np.log((1 + alternatives.z[:, galaxy]) / (1 + z))) < SAME_BOTH
        close = alternatives.chi2[:, galaxy] - least < LEAST_GAIN * _unit(alternatives)
    chosen: Array = np.where(quasar & same & close, galaxy, index)
    return chosen


def gain(alternatives: Alternatives) -> Float:
    """By how much each family lowers χ² of the survey's answer, (N, F); NaN where not fitted."""
    lower: Float = alternatives.chi2_survey[:, None] - alternatives.chi2
    return lower


def share(alternatives: Alternatives) -> Float:
    """Fraction of the survey's excess χ² that each family takes away, (N, F), 0 to 1.

    The excess is what is above the number of bins, or above the least χ² of all families where
    that is lower: some surveys overestimate their noise.
    """
    _, least = alternatives.best()
    noise = np.fmin(alternatives.n_bins, least)[:, None]
    excess = np.maximum(alternatives.chi2_survey[:, None] - noise, 1.0)
    taken: Float = 1 - np.maximum(alternatives.chi2 - noise, 0.0) / excess
    return np.clip(np.nan_to_num(taken, nan=0.0), 0.0, 1.0)


def suggested(alternatives: Alternatives, z: Float, spec_class: Text) -> Array:
    """Mark the alternatives, (N, F), that fit better than the survey's answer beyond doubt.

    Parameters
    ----------
    alternatives : Alternatives
    z, spec_class : ndarray of shape (N,)
        What the survey says.
    """
    n_bins = np.maximum(alternatives.n_bins, 1)[:, None]
    unit = np.maximum(alternatives.chi2 / n_bins, 1.0) * _alike(alternatives)[:, None]
    gained = np.nan_to_num(gain(alternatives) / unit, nan=0.0)
    marked: Array = (gained > LEAST_GAIN) & is_other(alternatives, z, spec_class)
    least = np.where(gained > MUCH * LEAST_GAIN, LEAST_SHARE_OF_MUCH, LEAST_SHARE)
    marked &= share(alternatives) > least
    return marked & ~(_refuted(alternatives) | blended(alternatives))[:, None]


def blended(alternatives: Alternatives) -> Array:
    """Whether lines of a second object on top of the survey's answer fit best of all, (N,)."""
    second = alternatives.second
    if second is None:
        return np.zeros(len(alternatives), bool)
    _, least = alternatives.best()
    enough = second.gain > LEAST_GAIN * _unit(alternatives)
    held: Array = enough & (alternatives.chi2_survey - second.gain < least)
    return held


def in_front(alternatives: Alternatives) -> Array:
    """Whether a star in front of the survey's object is beyond doubt, (N,)."""
    front = alternatives.foreground
    if front is None:
        return np.zeros(len(alternatives), bool)
    _, least = alternatives.best()
    found: Array = (front.gain > LEAST_FRONT * _unit(alternatives)) & (front.share > LEAST_LIGHT)
    # A quasar's blue light would pass for a star's, were quasars not asked.
    found &= alternatives.chi2_survey - front.gain < least
    return found


def reclassed(alternatives: Alternatives, z: Float, spec_class: Text) -> Array:
    """Whether a survey's galaxy is a quasar at its own redshift beyond doubt, (N,).

    That takes more than another redshift does: broadened or split lines of a galaxy are fitted
    better by a quasar, too.
    """
    index = favoured(alternatives)[:, None]
    quasar = np.array(alternatives.classes)[index[:, 0]] == "QSO"
    moved = np.take_along_axis(is_other(alternatives, z, spec_class), index, axis=1)[:, 0]
    gained = np.take_along_axis(gain(alternatives), index, axis=1)[:, 0]
    enough = np.nan_to_num(gained, nan=0.0) > MUCH * LEAST_GAIN * _unit(alternatives)
    enough &= np.take_along_axis(share(alternatives), index, axis=1)[:, 0] > LEAST_SHARE
    held: Array = quasar & ~moved & enough & (spec_class.astype(str) == "GALAXY")
    return held


def _unit(alternatives: Alternatives) -> Float:
    """Gain in χ², (N,), that counts as one: errors alike in many bins, or χ² per bin above 1."""
    _, least = alternatives.best()
    per_bin = np.nan_to_num(least / np.maximum(alternatives.n_bins, 1), nan=1.0)
    return _alike(alternatives) * np.maximum(per_bin, 1.0)


def _refuted(alternatives: Alternatives) -> Array:
    """Whether emission peaks speak for the survey's redshift, (N,)."""
    votes = alternatives.votes
    if votes is None:
        return np.zeros(len(alternatives), bool)
    refuted: Array = votes.matched_survey > votes.matched + 1
    return refuted


def _alike(alternatives: Alternatives) -> Float:
    return np.ones(len(alternatives)) if alternatives.alike is None else alternatives.alike


def is_other(alternatives: Alternatives, z: Float, spec_class: Text) -> Array:
    """Whether an alternative is another object than what the survey says, (N, F)."""
    with np.errstate(invalid="ignore", divide="ignore"):
        off = np.abs(np.log((1 + alternatives.z) / (1 + z)[:, None]))
    said = spec_class.astype(str)[:, None]
    theirs = np.array(alternatives.classes)[None]
    star = np.array([name == "STAR" for name in alternatives.classes])[None]
    least = np.array([SAME_REDSHIFT.get(name, np.inf) for name in alternatives.classes])[None]
    moved = off > np.where(theirs == said, least, np.maximum(SAME_BOTH, least))
    known = np.isin(said, ["GALAXY", "QSO", "STAR"])
    return np.where(star | (said == "STAR"), known & (theirs != said), moved)
