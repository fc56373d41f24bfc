"""Runs of native pixels below zero: too much sky or background was subtracted, or a defect."""

import numpy as np

from catalog.measures import Measure, Native, Quantity
from catalog.spectra import Arm, Array, Float

SMOOTH = 5
"""Pixels over whose weighted mean a run is told, so that one noisy pixel does not end it."""
MIN_PIXELS = 5
"""Fewest good pixels of a run: a cosmic ray's trace is shorter."""


def _worst(arm: Arm) -> tuple[Float, Float, Float]:
    """Most significant run of each spectrum of an arm: its σ, good pixels and middle (Å), (N,)."""
    n_rows, n_pixels = arm.flux.shape
    reach = SMOOTH // 2
    weighted = np.zeros((n_rows, n_pixels + 2 * reach), np.float32)
    weighted[:, reach : reach + n_pixels] = arm.flux * arm.ivar
    smooth = weighted[:, :n_pixels].copy()
    for shift in range(1, SMOOTH):
        smooth += weighted[:, shift : shift + n_pixels]
    below = np.zeros((n_rows, n_pixels + 2), dtype=np.int8)  # a rim, so that no run crosses rows
    below[:, 1:-1] = smooth < 0
    change = np.diff(below.reshape(-1))
    start, stop = np.flatnonzero(change == 1), np.flatnonzero(change == -1)
    row, first = np.divmod(start, n_pixels + 2)
    length = stop - start
    sigma, n_good = _sums(arm, row, first, length)
    worst, most, middle = np.zeros(n_rows), np.zeros(n_rows), np.full(n_rows, np.nan)
    order = np.argsort(sigma, kind="stable")  # the last one written is the most significant
    order = order[n_good[order] >= MIN_PIXELS]
    worst[row[order]], most[row[order]] = sigma[order], n_good[order]
    middle[row[order]] = arm.wave[np.minimum(first + length // 2, n_pixels - 1)[order]]
    return worst, most, middle


def _sums(arm: Arm, row: Array, first: Array, length: Array) -> tuple[Float, Float]:
    """Significance of each run's summed flux, positive below zero, and its good pixels."""
    if not row.size:
        return np.zeros(0), np.zeros(0)
    ends = np.cumsum(length)
    pixel = np.repeat(row * arm.flux.shape[1] + first - (ends - length), length)
    pixel += np.arange(pixel.size)
    ivar = arm.ivar.reshape(-1)[pixel].astype(np.float64)
    flux = arm.flux.reshape(-1)[pixel]
    variance = np.divide(1.0, ivar, out=np.zeros_like(ivar), where=ivar > 0)
    starts = ends - length
    total = np.add.reduceat(np.where(ivar > 0, flux, 0.0), starts)
    noise = np.sqrt(np.add.reduceat(variance, starts))
    significance = np.divide(-total, noise, out=np.zeros_like(total), where=noise > 0)
    return significance, np.add.reduceat((ivar > 0).astype(np.float64), starts)


def of(native: Native) -> dict[str, Float]:
    """Find the most significant run of any arm; no run at all is one of no pixels and 0 σ."""
    runs = np.stack([np.stack(_worst(arm)) for arm in native.arms])
    most = np.argmax(runs[:, 0], axis=0)
    sigma, length, middle = np.take_along_axis(runs, most[None, None], axis=0)[0]
    seen = np.any([(arm.ivar > 0).any(axis=1) for arm in native.arms], axis=0)
    return {
        "negative_run": np.where(seen, length, np.nan),
        "negative_run_sigma": np.where(seen, sigma, np.nan),
        "negative_run_wave": middle,
    }


MEASURE = Measure(
    name="negative_runs",
    quantities=(
        Quantity(
            "negative_run",
            "Length of the worst negative run",
            "pixels",
            "Good native pixels in the most significant run of flux below zero, within one arm.",
        ),
        Quantity(
            "negative_run_sigma",
            "Significance of the worst negative run",
            "σ",
            "How far the run's summed flux lies below zero. Noise alone reaches about 5 where "
            "there is no light.",
        ),
        Quantity(
            "negative_run_wave",
            "Place of the worst negative run",
            "Å",
            "Middle of the run, observed frame.",
        ),
    ),
    of=of,
)
