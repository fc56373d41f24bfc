"""One observed spectrum in its arms, and the ways in which light is added to it or replaced."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from catalog.simulate import instrument
from catalog.spectra import Arm, Float

Light = Callable[[Float], Float]
"""Flux density at observed wavelengths, Å -> 1e-17 erg s⁻¹ cm⁻² Å⁻¹."""


@dataclass(frozen=True)
class Row:
    """One spectrum: wave, flux, ivar, one array (L,) per arm, and its redshift."""

    wave: tuple[Float, ...]
    flux: tuple[Float, ...]
    ivar: tuple[Float, ...]
    z: float

    @classmethod
    def of(cls, arms: Sequence[Arm], row: int, z: float) -> "Row":
        """One row of arms, in double precision."""
        return cls(
            tuple(np.asarray(arm.wave, dtype=float) for arm in arms),
            tuple(arm.flux[row].astype(float) for arm in arms),
            tuple(arm.ivar[row].astype(float) for arm in arms),
            z,
        )

    def level(self, wave: float, half_width: float = 60.0) -> float:
        """Median good flux near an observed wavelength; the whole spectrum's if none is near."""
        near = [
            f[(np.abs(w - wave) < half_width) & (v > 0)]
            for w, f, v in zip(self.wave, self.flux, self.ivar, strict=True)
        ]
        found = np.concatenate(near)
        if found.size < 10:
            found = np.concatenate([f[v > 0] for f, v in zip(self.flux, self.ivar, strict=True)])
        return max(float(np.median(found)), 0.0) if found.size else 0.0

    def median(self) -> float:
        """Median good flux of the whole spectrum."""
        return self.level(-1.0)


def add_light(row: Row, light: Light, rng: np.random.Generator) -> Row:
    """Add light, with the photon noise that it brings."""
    flux, ivar = [], []
    for wave, old, weight in zip(row.wave, row.flux, row.ivar, strict=True):
        added = light(wave)
        growth = instrument.noise_growth(wave, old, added)
        good = weight > 0
        extra = np.sqrt(np.divide(growth - 1, weight, out=np.zeros_like(wave), where=good))
        noise = extra * rng.standard_normal(wave.size)
        flux.append(np.where(good, old + added + noise, old))
        ivar.append(weight / growth)
    return replace(row, flux=tuple(flux), ivar=tuple(ivar))


def replace_light(row: Row, light: Light, share: float, rng: np.random.Generator) -> Row:
    """Give `share` of the flux to other light, scaled to the spectrum's median; noise as before."""
    scale = share * row.median()
    # What remains of the old noise is (1 - share) σ: the rest is drawn anew.
    missing = np.sqrt(1 - (1 - share) ** 2)
    flux = []
    for wave, old, weight in zip(row.wave, row.flux, row.ivar, strict=True):
        good = weight > 0
        sigma = np.divide(1, np.sqrt(weight), out=np.zeros_like(wave), where=good)
        noise = missing * sigma * rng.standard_normal(wave.size)
        flux.append(np.where(good, (1 - share) * old + scale * light(wave) + noise, old))
    return replace(row, flux=tuple(flux))
