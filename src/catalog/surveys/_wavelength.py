"""Wavelengths in air and in vacuum."""

import numpy as np

from catalog.spectra import Float

# Morton 1991, ApJS 77, 119, equation 3: the IAU standard (Edlén's dispersion of dry air at 15 °C
# and 1 atm), as a function of vacuum wavenumber in 1/µm. Valid above 2000 Å.
_A, _B, _C, _D, _E = 6.4328e-5, 2.94981e-2, 146.0, 2.5540e-4, 41.0


def vacuum_to_air(wave: Float) -> Float:
    """Wavelengths in air, Å, for wavelengths in vacuum, Å, of any shape; above 2000 Å.

    Notes
    -----
    Morton 1991, ApJS 77, 119, equation 3 (IAU standard).
    """
    return wave / _refractive_index(wave)


def air_to_vacuum(wave: Float) -> Float:
    """Wavelengths in vacuum, Å, for wavelengths in air, Å, of any shape; above 2000 Å.

    The exact inverse of `vacuum_to_air` to 1e-9 Å: published closed forms of the inverse differ
    from it by up to 1e-5 Å or more.

    Notes
    -----
    The index is a function of the vacuum wavelength, so it is found by iteration. It changes by
    less than 2e-6 per Å above 2000 Å: each round gains over five digits, and three are enough.
    """
    vacuum = np.array(wave, dtype=np.float64)
    for _ in range(4):
        vacuum = wave * _refractive_index(vacuum)
    return vacuum


def _refractive_index(vacuum: Float) -> Float:
    square = (1e4 / vacuum) ** 2
    return 1 + _A + _B / (_C - square) + _D / (_E - square)
