"""The humps of a type Ia supernova on top of a galaxy."""

import numpy as np

from catalog.explain import sentences
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope
from catalog.spectra import Float
from catalog.templates import supernova

MIN_SIGNIFICANCE = 6.0
"""√Δχ². Of 300 ordinary simulated spectra none reaches 5.1."""
SHARE = 0.5
"""Least part of the misfit that the humps must take away: a white dwarf has humps, too."""
MIN_PEAK = 0.03
"""Least peak flux, as a fraction of the galaxy's."""


def _fit(batch: Outliers, template: Float) -> tuple[Float, Float, Float]:
    """Fit template and a scaled, tilted galaxy to the residual: Δχ² (N,), peak (N,), model (N, L).

    The galaxy is what is expected, free in level and tilt, as a supernova moves both. Δχ² is what
    the template adds; it is 0 where that is less than half of what level and tilt leave.
    """
    n_bins = batch.wave.size
    drawn = batch.expected.astype(np.float64)
    x = np.linspace(-1, 1, n_bins)
    design = np.stack([drawn, drawn * x, np.broadcast_to(template, drawn.shape)], axis=1)
    weighted = design * batch.weight[:, None, :]
    normal = np.einsum("nkl,nml->nkm", weighted, design)
    right = np.einsum("nkl,nl->nk", weighted, batch.residual)
    scale = np.sqrt(np.einsum("nkk->nk", normal)) + 1e-30
    normal = normal / (scale[:, :, None] * scale[:, None, :]) + 1e-9 * np.eye(3)
    right = right / scale
    solved = np.linalg.solve(normal, right[:, :, None])[:, :, 0]
    without = np.linalg.solve(normal[:, :2, :2], right[:, :2, None])[:, :, 0]
    level_and_tilt = (without * right[:, :2]).sum(axis=1)
    drop = (solved * right).sum(axis=1) - level_and_tilt
    excess = batch.chi2 - batch.n_bins - level_and_tilt
    peak = solved[:, 2] / scale[:, 2]
    model = np.einsum("nk,nkl->nl", solved / scale, design)
    return np.where((peak > 0) & (drop > SHARE * excess), drop, 0.0), peak, model


def measure(batch: Outliers) -> Evidence:
    """Fit type Ia supernovae near maximum of several temperatures and speeds; keep the best.

    The value is the supernova's peak flux in per cent of the galaxy's median.
    """
    n = len(batch)
    best, peak = np.zeros((2, n))
    model = np.zeros(batch.weight.shape)
    for template in supernova.templates(batch.wave):
        drop, height, fitted = _fit(batch, template)
        better = drop > best
        best[better], peak[better], model[better] = drop[better], height[better], fitted[better]
    level = np.median(batch.expected, axis=1)
    share = np.divide(peak, level, out=np.zeros(n), where=level > 0)
    significance = np.sqrt(np.maximum(best, 0.0))
    in_galaxy = batch.spec_class != "STAR"
    holds = in_galaxy & (significance > MIN_SIGNIFICANCE) & (share > MIN_PEAK)
    everywhere = np.full(n, np.nan)
    error = 100 * share / np.maximum(significance, 1.0)
    return Evidence(
        holds=holds,
        value=100 * share,
        unit=np.full(n, "%", dtype=object),
        significance=significance,
        explained=batch.explained_by(batch.weight * (batch.residual - model) ** 2),
        wave_low=everywhere,
        wave_high=everywhere,
        fields={"height": sentences.texts(holds, _percent, 100 * share, error)},
    )


def _percent(height: float, error: float) -> str:
    return f"{sentences.number(height, error)} %"


REASON = ReasonTest("supernova", Scope.FEATURE, ("height",), measure, at_redshift=True)
