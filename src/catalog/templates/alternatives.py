"""What else a spectrum may be: the families of templates, where each fits best, and how well."""

from dataclasses import dataclass

import numpy as np

from catalog.spectra import Array, Float, Text


@dataclass(frozen=True)
class SecondRedshift:
    """Emission lines of a second object on top of the survey's answer, of N spectra.

    z : their redshift, (N,), NaN for none; gain : by how much they lower χ², (N,), 0 for none;
    n_lines : how many groups of lines are seen on their own, (N,).
    """

    z: Float
    gain: Float
    n_lines: Array


@dataclass(frozen=True)
class Foreground:
    """Stars in front of the survey's object, of N spectra.

    gain : by how much they lower χ² of the survey's answer, (N,); share : of the light, (N,).
    """

    gain: Float
    share: Float


@dataclass(frozen=True)
class Votes:
    """How many emission peaks of N spectra known lines explain: evidence without templates.

    Attributes
    ----------
    matched, matched_survey
        Peaks explained at the best alternative's redshift and at the survey's, (N,).
    names
        Labels of the lines that match at the alternative's, joined by ", ", (N,).
    """

    matched: Array
    matched_survey: Array
    names: Text


@dataclass(frozen=True)
class Alternatives:
    """How well each family of templates fits N spectra, and how well the survey's answer does.

    All χ² of one spectrum are sums over the same bins with the same weights, so they can be
    compared.

    Attributes
    ----------
    families, classes
        Names (F,) of the families, and the class that each belongs to: GALAXY, QSO or STAR.
    z
        Redshift at which each family fits best, (N, F).
    chi2
        χ² there, (N, F); NaN where the family could not be fitted.
    chi2_survey
        Least χ² of the families of the survey's class, or of any family where the class is none
        of these, close to the survey's redshift, (N,); NaN where none could be fitted.
    n_bins
        Bins that were fitted, (N,).
    alike
        Over how many bins errors are alike, (N,): 1 where noise dominates, ten where the templates'
        own errors do. A gain in χ² counts for less by this factor. None is 1.
    second
        A second redshift; None where none was looked for.
    foreground
        Stars in front; None where none were looked for.
    votes
        What emission peaks say; None where they were not looked for.
    warned
        Whether the survey itself doubts its redshift, (N,); None where that was not asked.
    """

    families: tuple[str, ...]
    classes: tuple[str, ...]
    z: Float
    chi2: Float
    chi2_survey: Float
    n_bins: Array
    alike: Float | None = None
    second: SecondRedshift | None = None
    foreground: Foreground | None = None
    votes: Votes | None = None
    warned: Array | None = None

    def __len__(self) -> int:
        """N, the number of spectra."""
        return len(self.n_bins)

    def best(self) -> tuple[Array, Float]:
        """Index of the family that fits best and its χ², (N,) each; NaN where none was fitted."""
        filled = np.where(np.isfinite(self.chi2), self.chi2, np.inf)
        index = np.argmin(filled, axis=1)
        least = np.take_along_axis(filled, index[:, None], axis=1)[:, 0]
        return index, np.where(np.isfinite(least), least, np.nan)
