"""What DESI does to light: arms, resolution, throughput, calibration, sky, noise, lost pixels.

The noise curves follow the inverse variances of real coadds (1,000 s in dark time), in which σ
falls from 2.7 at 3600 Å to 0.35 at 5000 Å and 0.15 at 8000 Å, in 1e-17 erg s⁻¹ cm⁻² Å⁻¹.
"""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from catalog.simulate import lines
from catalog.spectra import Arm, Array, Float

PIXEL = 0.8
"""Å."""
ARM_PIXELS: dict[str, tuple[int, int]] = {"b": (0, 2751), "r": (2700, 5026), "z": (4900, 7781)}
"""First pixel and one past the last, on `WAVE`, of each arm: 3600-5800, 5760-7620, 7520-9824 Å."""
WAVE: Float = 3600.0 + PIXEL * np.arange(7781)
"""Å, vacuum, (7781,): the grid that all arms share."""
RESOLUTION_SIGMA = 0.96
"""Line spread in pixels: a FWHM of 1.8 Å, near DESI's in all arms."""
READ_NOISE = 9.7
"""Square root of the read-noise variance over the squared gain, at 1,000 s."""
BAD_PIXEL = 1
"""The mask value of a coadded pixel that is bad in every exposure."""

# Flux variance per unit of flux at 1,000 s: the inverse of throughput, arm by arm.
_GAIN: dict[str, tuple[tuple[float, float], ...]] = {
    "b": (
        (3600, 0.27), (3640, 0.2), (3700, 0.15), (3800, 0.095), (4000, 0.063), (4300, 0.042),
        (4600, 0.032), (5000, 0.023), (5400, 0.021), (5720, 0.022), (5780, 0.032), (5800, 0.045),
    ),
    "r": (
        (5760, 0.040), (5780, 0.024), (5830, 0.019), (6000, 0.0165), (6500, 0.013), (7000, 0.011),
        (7450, 0.0105), (7560, 0.014), (7620, 0.034),
    ),
    "z": (
        (7520, 0.033), (7570, 0.016), (7650, 0.0115), (8000, 0.0095), (8500, 0.0085),
        (9000, 0.0085), (9400, 0.0095), (9824, 0.0125),
    ),
}  # fmt: skip
# Dark sky continuum through a fibre, 1e-17 erg s⁻¹ cm⁻² Å⁻¹.
_SKY = (
    (3600, 3.0), (4000, 3.2), (5000, 3.0), (6000, 3.2), (7000, 2.6), (8000, 2.4), (9000, 2.6),
    (9824, 2.9),
)  # fmt: skip
# Telluric bands, vacuum Å: from, to, depth at the bottom.
_TELLURIC = (
    (6868, 6935, 0.35), (7165, 7340, 0.22), (7594, 7690, 0.75), (8130, 8350, 0.2),
    (8930, 9230, 0.3), (9300, 9780, 0.5),
)  # fmt: skip


def _table(points: tuple[tuple[float, float], ...], wave: Float) -> Float:
    x, y = np.array(points).T
    result: Float = np.exp(np.interp(wave, x, np.log(y)))
    return result


def _telluric() -> Float:
    """Fraction of light that the atmosphere takes, with the structure of unresolved lines."""
    rng = np.random.default_rng(7600)
    ripple = gaussian_filter1d(rng.standard_normal(WAVE.size), 3.0)
    ripple = 1 + 0.3 * ripple / ripple.std()
    lost = np.zeros(WAVE.size)
    for start, end, depth in _TELLURIC:
        x = np.clip((WAVE - start) / (end - start), 0.0, 1.0)
        shape = np.where(x < 1, np.exp(-2.2 * x) * (1 - np.exp(-x / 0.03)), 0.0)
        lost += depth * shape / shape.max()
    result: Float = np.clip(lost * ripple, 0.0, 0.95)
    return result


def _sky_lines() -> Float:
    """Night-sky lines in units of the sky's continuum."""
    total = np.zeros(WAVE.size)
    for centre, height in lines.SKY_LINES:
        total += height * np.exp(-0.5 * ((WAVE - centre) / (RESOLUTION_SIGMA * PIXEL)) ** 2)
    return total


TELLURIC: Float = _telluric()
SKY_LINES: Float = _sky_lines()
SKY_CONTINUUM: Float = _table(_SKY, WAVE)


def gain(arm: str) -> Float:
    """Flux variance per unit of flux in a 1,000 s exposure, on the arm's pixels."""
    first, last = ARM_PIXELS[arm]
    return _table(_GAIN[arm], WAVE[first:last]) / (1 - 0.9 * TELLURIC[first:last])


def _best_gain() -> Float:
    """Take the lower of the arms' gains on `WAVE`."""
    best = np.full(WAVE.size, np.inf)
    for name, (first, last) in ARM_PIXELS.items():
        best[first:last] = np.minimum(best[first:last], gain(name))
    return best


_GAIN_ALL: Float = _best_gain()


def noise_growth(wave: Float, flux: Float, added: Float) -> Float:
    """Factor by which added light raises the variance of an observed spectrum, by its photons.

    Parameters
    ----------
    wave : ndarray of shape (L,)
        Å, observed.
    flux, added : ndarray of shape (L,)
        Flux before, and what is added; dark-sky conditions are assumed.
    """
    per_flux = np.interp(wave, WAVE, _GAIN_ALL)
    sky = np.interp(wave, WAVE, SKY_CONTINUUM * (1 + SKY_LINES))
    before = (np.maximum(flux, 0.0) + sky) * per_flux + (READ_NOISE * per_flux) ** 2
    growth: Float = 1 + np.maximum(added, 0.0) * per_flux / before
    return growth


@dataclass(frozen=True)
class Exposure:
    """How N spectra were observed, each (N,) unless noted.

    Attributes
    ----------
    depth
        Effective exposure time over 1,000 s.
    moon
        Sky continuum over the dark sky's at 4000 Å; half of that excess at 8000 Å.
    airglow
        Factor on the night-sky lines.
    sky_residual
        Amplitude, in σ, of what sky subtraction left at the lines; 0 for most.
    ivar_error : ndarray of shape (N, 3)
        Relative error of the reported inverse variance, per arm.
    """

    depth: Float
    moon: Float
    airglow: Float
    sky_residual: Float
    ivar_error: Float


def resolve(flux: Float) -> Float:
    """Spread spectra (N, 7781) on `WAVE` by the instrument's resolution."""
    spread: Float = gaussian_filter1d(flux, RESOLUTION_SIGMA, axis=1, mode="nearest")
    return spread


def variance(arm: str, flux: Float, exposure: Exposure) -> Float:
    """Variance of flux (N, L) of an arm: photons of object and sky, and read noise."""
    first, last = ARM_PIXELS[arm]
    wave, per_flux = WAVE[first:last], gain(arm)
    moon = 1 + (exposure.moon[:, None] - 1) * np.interp(wave, [4000, 8000], [1.0, 0.5])
    sky = SKY_CONTINUUM[first:last] * (moon + exposure.airglow[:, None] * SKY_LINES[first:last])
    photons = (np.maximum(flux, 0.0) + sky) * per_flux
    return (photons + (READ_NOISE * per_flux) ** 2) / exposure.depth[:, None]


def amplitude_for(snr: Float, shape: Float, exposure: Exposure) -> Float:
    """Flux factors (N,) that give spectra of median 1 the wanted median S/N in the r arm.

    Solves f² = snr² (a f + b) for the arm's median pixel.
    """
    first, last = ARM_PIXELS["r"]
    level = np.median(shape[:, first:last], axis=1)
    zero = np.median(variance("r", np.zeros((len(snr), last - first)), exposure), axis=1)
    slope = np.median(gain("r")) / exposure.depth
    flux = 0.5 * snr**2 * slope * (1 + np.sqrt(1 + 4 * zero / (snr * slope) ** 2))
    result: Float = flux / np.maximum(level, 0.05)
    return result


@dataclass(frozen=True)
class Exposed:
    """An arm of N observed spectra, its mask (N, L) int32, and its noise's true σ (N, L)."""

    arm: Arm
    mask: Array
    sigma: Float


def expose(flux: Float, exposure: Exposure, rng: np.random.Generator) -> tuple[Exposed, ...]:
    """Observe noiseless spectra.

    Parameters
    ----------
    flux : ndarray of shape (N, 7781)
        On `WAVE`, at the instrument's resolution, calibration errors included.
    exposure : Exposure
    rng : numpy.random.Generator

    Returns
    -------
    tuple of Exposed
        The arms b, r, z; noise is independent between arms, also where they overlap.
    """
    result = []
    for i, (name, (first, last)) in enumerate(ARM_PIXELS.items()):
        true = flux[:, first:last]
        sigma = np.sqrt(variance(name, true, exposure)).astype(np.float32)
        noise = rng.standard_normal(true.shape, dtype=np.float32)
        seen = true + sigma * noise
        ripple = SKY_LINES[first:last] / (SKY_LINES[first:last] + 2.0)
        seen += (exposure.sky_residual[:, None] * ripple * sigma).astype(np.float32)
        ivar = (1 + exposure.ivar_error[:, i, None]) / sigma**2
        mask = _lost_pixels(true.shape, rng)
        kept = mask == 0
        arm = Arm(
            name,
            WAVE[first:last],
            np.where(kept, seen, 0.0).astype(np.float32),
            np.where(kept, ivar, 0.0).astype(np.float32),
        )
        result.append(Exposed(arm, mask, sigma))
    return tuple(result)


def _lost_pixels(shape: tuple[int, int], rng: np.random.Generator) -> Array:
    """Mask of cosmic rays and CCD defects: about 0.2 % of pixels, in runs of one to six."""
    mask = np.zeros(shape, dtype=np.int32)
    n_runs = rng.poisson(0.002 / 3.5 * mask.size)
    start = rng.integers(0, mask.size, n_runs)
    length = rng.integers(1, 7, n_runs)
    for offset in range(6):
        hit = start[(length > offset)] + offset
        mask.reshape(-1)[hit[hit < mask.size]] = BAD_PIXEL
    return mask


def calibration(n_rows: int, rng: np.random.Generator, scatter: float = 0.01) -> Float:
    """Relative flux-calibration errors (N, 7781), about 1 + `scatter` × smooth wiggles.

    A colour term from atmospheric refraction and aperture, wiggles of 100-1000 Å, telluric
    correction residuals.
    """
    x = np.log(WAVE / 6000.0)
    tilt = rng.normal(0, 0.06, n_rows)[:, None] * x + rng.normal(0, 0.04, n_rows)[:, None] * x**2
    wiggles = np.zeros((n_rows, WAVE.size))
    for n_knots in (8, 20, 60):
        knots = rng.normal(0, scatter / np.sqrt(3), (n_rows, n_knots))
        wiggles += _through(knots)
    telluric = rng.normal(0, 0.03, n_rows)[:, None] * TELLURIC
    result: Float = (1 + tilt + wiggles - telluric).astype(np.float32)
    return result


def _through(knots: Float) -> Float:
    """Smooth curves (N, 7781) through equidistant knots (N, K)."""
    at = np.linspace(0, knots.shape[1] - 1.000001, WAVE.size)
    left = at.astype(int)
    share = 0.5 - 0.5 * np.cos(np.pi * (at - left))
    curve: Float = knots[:, left] * (1 - share) + knots[:, left + 1] * share
    return curve
