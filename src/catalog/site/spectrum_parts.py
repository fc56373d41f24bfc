"""A long spectrum in parts that a page loads as they are looked at: its outline, and its bins.

The parts are binary, little-endian. `overview.bin` holds six doubles (the steps of flux,
reconstruction, expected spectrum and residual; ln σ of code 1, and its step), then by column, 16
bits each, the lowest and highest flux, reconstruction, expected spectrum and residual, and the
typical σ. `bins-NN.bin` holds five doubles (the same without the residual's), then by bin flux,
reconstruction, expected spectrum and σ; `near-N.bin` are of the same form, around what the page
magnifies. A value is its whole number times its step, -32768 where
there is none; σ is exp(first + step x (code - 1)), and code 0 stands for none. Flux and σ are of
unit norm, the residual is in σ. `plot/long_spectrum.js` reads this.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from catalog.site.departures import departures
from catalog.site.envelope import Envelope, envelope, typical, width_of
from catalog.site.plots.axes import Float
from catalog.site.plots.spectrum import residual
from catalog.store.records import ObjectSpectrum

PART = 8_192
"""Bins of a part: 65 kB, 82 Å at 0.01 Å."""
OVERVIEW = "overview.bin"
MOST_CODE = 32_766
NO_VALUE = -32_768
_SIGMA_CODES = 65_534
Codes = npt.NDArray[np.int16]


def n_parts(n_bins: int) -> int:
    """Give the number of parts that hold the bins."""
    return -(-n_bins // PART)


def part_name(number: int) -> str:
    """Name of a part, counted from 0."""
    return f"bins-{number:02d}.bin"


def near_name(place: int) -> str:
    """Name of the part that holds what the page magnifies first, second, third."""
    return f"near-{place}.bin"


def near(spectrum: ObjectSpectrum) -> tuple[tuple[int, int] | None, ...]:
    """Give the bins around each departure that have a small part of their own; None: too many."""
    n_bins = spectrum.flux.size
    found = [each.around(n_bins) for each in departures(residual(spectrum))]
    return tuple((a, b) if b - a < PART // 4 else None for a, b in found)


def parts_of(spectrum: ObjectSpectrum) -> dict[str, bytes]:
    """Give the files of one spectrum, by name: the outline, and all bins.

    Flux, reconstruction and expected spectrum of a bin come back to within half a step, a 65,532nd
    of the largest in their part; σ to within a few parts in 10,000.
    """
    n_bins = spectrum.flux.size
    known = spectrum.ivar > 0
    sigma = np.full(n_bins, np.nan)
    sigma[known] = 1 / np.sqrt(spectrum.ivar[known].astype(np.float64))
    flux = np.where(known, spectrum.flux, np.nan).astype(np.float64)
    lines = (flux, spectrum.recon.astype(np.float64), spectrum.expected.astype(np.float64))
    files = {OVERVIEW: _overview((*lines, residual(spectrum).astype(np.float64)), sigma)}
    cuts = {part_name(i): (i * PART, (i + 1) * PART - 1) for i in range(n_parts(n_bins))}
    cuts |= {near_name(i): bins for i, bins in enumerate(near(spectrum)) if bins is not None}
    for name, (first, last) in cuts.items():
        bins = slice(first, last + 1)
        files[name] = _part([line[bins] for line in lines], sigma[bins])
    return files


def _overview(lines: Sequence[Float], sigma: Float) -> bytes:
    width = width_of(sigma.size)
    steps, codes = [], []
    for line in lines:
        outline = envelope(line, width)
        step = _step(line)
        steps.append(step)
        codes += _outward(outline, step)
    first, pace, sigma_codes = _logarithmic(typical(sigma, width))
    return _bytes([*steps, first, pace], codes, sigma_codes)


def _part(lines: Sequence[Float], sigma: Float) -> bytes:
    steps = [_step(line) for line in lines]
    codes = [
        _coded(np.rint(line / step), np.isfinite(line))
        for line, step in zip(lines, steps, strict=True)
    ]
    first, pace, sigma_codes = _logarithmic(sigma)
    return _bytes([*steps, first, pace], codes, sigma_codes)


def _bytes(head: Sequence[float], codes: Sequence[Codes], sigma: npt.NDArray[np.uint16]) -> bytes:
    numbers = [np.array(head, "<f8"), *(code.astype("<i2") for code in codes), sigma.astype("<u2")]
    return b"".join(each.tobytes() for each in numbers)


def _step(values: Float) -> float:
    """Step in which the largest of some values is `MOST_CODE` steps; 1 where there is none."""
    finite = values[np.isfinite(values)]
    top = float(np.abs(finite).max()) if finite.size else 0.0
    return top / MOST_CODE or 1.0


def _outward(outline: Envelope, step: float) -> list[Codes]:
    """Codes of an outline that never lie inside it: the lower rounded down, the upper up."""
    low, high = np.floor(outline.low / step), np.ceil(outline.high / step)
    # A quotient that was itself rounded may have crossed the whole number.
    low = np.where(low * step > outline.low, low - 1, low)
    high = np.where(high * step < outline.high, high + 1, high)
    there = np.isfinite(outline.low)
    return [_coded(low, there), _coded(high, there)]


def _coded(whole: Float, there: npt.NDArray[np.bool_]) -> Codes:
    return np.where(there, whole, NO_VALUE).astype(np.int16)


def _logarithmic(sigma: Float) -> tuple[float, float, npt.NDArray[np.uint16]]:
    """Codes of deviations, even in their logarithm; the logarithm of code 1, and the step."""
    known = np.isfinite(sigma)
    if not known.any():
        return 0.0, 0.0, np.zeros(sigma.size, np.uint16)
    logs = np.log(sigma, out=np.zeros(sigma.size), where=known)
    first, last = float(logs[known].min()), float(logs[known].max())
    pace = (last - first) / _SIGMA_CODES
    whole = np.rint((logs - first) / pace) if pace > 0 else np.zeros(sigma.size)
    return first, pace, np.where(known, whole + 1, 0).astype(np.uint16)
