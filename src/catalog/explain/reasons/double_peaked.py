"""Narrow emission lines with two peaks: rotating discs, outflows, two nuclei."""

from dataclasses import dataclass

import numpy as np

from catalog.explain import fitting, matched, sentences
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope
from catalog.explain.lines import SPEED_OF_LIGHT, near
from catalog.spectra import Float

GROUPS = (("hbeta",), ("oiii_4960", "oiii_5008"), ("nii_6550", "halpha", "nii_6585"))
"""Lines that are fitted together, since they overlap or lie close."""
MIN_SIGNIFICANCE = 8.0
MIN_SHARE = 0.25
"""Least flux of the weaker peak over that of the stronger one."""
SEPARATIONS = np.arange(300.0, 1_001.0, 50.0)
"""km/s: of the peaks. Below, the grid's bins do not part them; above, [N II] is a peak of Hα."""
SIGMAS = np.array([80.0, 120.0, 170.0, 240.0])
"""km/s: of each peak."""
SINGLE_SIGMAS = np.geomspace(70.0, 900.0, 14)
"""km/s: of a single peak, up to one that covers both."""
SHIFTS = np.array([-100.0, 0.0, 100.0])
"""km/s: of the lines as a whole, since redshifts are not exact."""
REACH = 3_000.0
"""km/s: half-width of the fit around each line."""
LINELESS = 900.0
"""km/s: half-width around lines in which the expected continuum is drawn straight."""
PARAMETERS = 2
"""That two peaks have more than one: separation and ratio."""


@dataclass(frozen=True)
class _Fit:
    """Best fits of one kind to one group of lines: χ² lower by `drop` (N,), with its arguments."""

    drop: Float
    separation: Float
    share: Float


def _continuum(batch: Outliers) -> Float:
    """Give the expected spectrum (N, L) without its emission lines."""
    emission = tuple(line for line in batch.lines if line.kind != "absorption")
    inside = near(emission, batch.wave, LINELESS)
    outside = np.flatnonzero(~inside)
    if outside.size < 2:
        return batch.expected.astype(np.float64)
    place = np.interp(batch.wave, batch.wave[outside], np.arange(outside.size))
    left = np.minimum(place.astype(np.int64), outside.size - 2)
    step = place - left
    kept = batch.expected[:, outside].astype(np.float64)
    return np.where(inside, kept[:, left] * (1 - step) + kept[:, left + 1] * step, batch.expected)


def _profile(wave: Float, centre: float, velocity: float, sigma: float) -> Float:
    at = centre * (1 + velocity / SPEED_OF_LIGHT)
    return fitting.gaussian(wave, at, at * sigma / SPEED_OF_LIGHT)


def _drop(batch: Outliers, use: Float, data: Float, peaks: list[Float]) -> fitting.Fit:
    wave = batch.wave[use]
    design = np.vstack([fitting.polynomials(wave, 1), *peaks])
    return fitting.fit(design, batch.weight[:, use], data[:, use])


def _group(batch: Outliers, data: Float, centres: tuple[float, ...]) -> tuple[Float, _Fit]:
    """Fit one group of lines by single and by double peaks."""
    use = np.zeros(batch.wave.size, bool)
    for centre in centres:
        use |= np.abs(batch.wave / centre - 1) * SPEED_OF_LIGHT < REACH
    wave, n, many = batch.wave[use], len(batch), len(centres)
    single = np.zeros(n)
    for shift in SHIFTS:
        for sigma in SINGLE_SIGMAS:
            peaks = [_profile(wave, c, shift, sigma) for c in centres]
            single = np.maximum(single, _drop(batch, use, data, peaks).drop)
    best, separation, share = np.zeros((3, n))
    for shift in SHIFTS:
        for apart in SEPARATIONS:
            for sigma in SIGMAS[0.35 * apart > SIGMAS]:
                sides = (shift - apart / 2, shift + apart / 2)
                peaks = [_profile(wave, c, side, sigma) for side in sides for c in centres]
                found = _drop(batch, use, data, peaks)
                flux = found.coefficients[:, 2:].reshape(n, 2, many).sum(axis=2)
                least = flux.min(axis=1) / np.maximum(flux.max(axis=1), 1e-30)
                better = (found.drop > best) & (least > MIN_SHARE)
                best[better], separation[better] = found.drop[better], apart
                share[better] = least[better]
    return single, _Fit(best, separation, share)


def measure(batch: Outliers) -> Evidence:
    """Compare two peaks with one in Hβ, [O III] and Hα with [N II]; the value is their separation.

    In km/s, known to about 50. The significance is √(Δχ²), summed over the groups of lines, less
    what the two further parameters of each would bring by chance. Explained is what lies around
    all emission lines, as far as the peaks reach.
    """
    n = len(batch)
    waves = {line.name: line.wave for line in matched.on_grid(batch, "emission", "both")}
    data = batch.rest.flux - _continuum(batch)
    gain, weight, separation = np.zeros((3, n))
    for names in GROUPS:
        if not all(name in waves for name in names):
            continue
        single, double = _group(batch, data, tuple(waves[name] for name in names))
        extra = double.drop - single - PARAMETERS * np.log(max(batch.wave.size, 2))
        gain += extra
        better = extra > weight
        weight[better], separation[better] = extra[better], double.separation[better]
    significance = np.sqrt(np.maximum(gain, 0.0))
    holds = significance > MIN_SIGNIFICANCE
    reach = separation / 2 + matched.HALF_WIDTH
    window = np.zeros(batch.weight.shape, bool)
    for centre in waves.values():
        window |= np.abs(batch.wave / centre - 1) * SPEED_OF_LIGHT < reach[:, None]
    low, high = (waves.get("halpha", np.nan) * (1 + s * reach / SPEED_OF_LIGHT) for s in (-1, 1))
    return Evidence(
        holds=holds,
        value=separation,
        unit=np.full(n, "km/s", dtype=object),
        significance=significance,
        explained=batch.explained_within(window),
        wave_low=low,
        wave_high=high,
        fields={"separation": sentences.texts(holds, sentences.number, separation, np.full(n, 50))},
    )


REASON = ReasonTest("double_peaked", Scope.FEATURE, ("separation",), measure, at_redshift=True)
