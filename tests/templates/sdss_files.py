"""SDSS `spec-PLATE-MJD-FIBER.fits` files, as the tests need them: flux, and SDSS's own answer."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from astropy.io import fits

from catalog.spectra import Arm


@dataclass(frozen=True)
class Observed:
    name: str
    arms: tuple[Arm, ...]
    z: float
    spec_class: str
    snr: float
    n_pixels: int


def read(path: Path) -> Observed:
    with fits.open(path) as hdus:
        data, said = hdus[1].data, hdus[2].data[0]
        flux, ivar = (data[name].astype(np.float32)[None] for name in ("flux", "ivar"))
        arm = Arm("coadd", 10 ** data["loglam"].astype(np.float64), flux, ivar)
        snr = float(np.median((flux * np.sqrt(ivar))[ivar > 0]))
        return Observed(
            path.stem, (arm,), float(said["Z"]), str(said["CLASS"]).strip(), snr, flux.size
        )


def read_lamost(path: Path) -> Observed:
    with fits.open(path) as hdus:
        data, header = hdus[0].data, hdus[0].header
        wave = 10 ** (header["COEFF0"] + header["COEFF1"] * np.arange(data.shape[1]))
        flux, ivar = (data[row].astype(np.float32)[None] for row in (0, 1))
        snr = float(header["SN_R"])
        return Observed(
            str(header["SUBCLASS"]), (Arm("coadd", wave, flux, ivar),), float(header["Z"]),
            str(header["CLASS"]).strip(), snr, flux.size,
        )  # fmt: skip
