"""The smooth part of a residual."""

from catalog.explain import fitting
from catalog.explain.evidence import Mask, Outliers
from catalog.explain.lines import near
from catalog.spectra import Float

DEGREE = 5
"""Of the polynomial: features as broad as a sixth of the spectrum."""
LINE_HALF_WIDTH = 1_000.0
"""km/s: left out around every line."""


def smooth(batch: Outliers, left_out: Mask | None = None) -> tuple[fitting.Fit, Float]:
    """Fit a polynomial to the residual between the lines; give the fit and its values (N, L).

    `left_out` (N, L) marks bins that the fit is not to follow.
    """
    design = fitting.polynomials(batch.wave, DEGREE)
    quiet = ~near(batch.lines, batch.wave, LINE_HALF_WIDTH)
    used = quiet if left_out is None else quiet & ~left_out
    result = fitting.fit(design, batch.weight * used, batch.residual)
    return result, result.coefficients @ design
