"""Simulated high-resolution spectra as a table that a recipe describes (the survey `table`)."""

from pathlib import Path

import numpy as np

from catalog import tables
from catalog.release import writing
from catalog.simulate import high_resolution
from catalog.simulate.high_resolution import LABELS, HighResolution

FILE = "high-resolution.parquet"
TRUTH = "truth.parquet"
MARK = "SIMULATED"


def write(folder: Path, n_spectra: int, n_bins: int, seed: int) -> dict[str, int | float]:
    """Write spectra with their labels, the true factors beside them, and a mark.

    Parameters
    ----------
    folder : Path
        Where `high-resolution.parquet`, `truth.parquet` and `SIMULATED` go.
    n_spectra, n_bins : int
        Number of spectra and of pixels, 0.01 Å wide.
    seed : int
        Non-negative; the bytes depend on these arguments, and on nothing else.

    Returns
    -------
    dict
        `spectra`, `pixels`, and the information (nat) that a label has of its factor.

    Raises
    ------
    ReleaseError
        If the folder cannot be written.
    """
    drawn = high_resolution.draw(n_spectra, n_bins, seed)
    target_id = np.array([f"simulated-{i + 1:06d}" for i in range(n_spectra)], object)
    with writing(folder / MARK) as temporary:
        temporary.write_text(_mark(drawn, seed), encoding="utf-8")
    with writing(folder / FILE) as temporary:
        spectra = {"flux": drawn.flux, "ivar": drawn.ivar}
        tables.write(temporary, {"target_id": target_id, **drawn.labels, **spectra})
    with writing(folder / TRUTH) as temporary:
        tables.write(temporary, {"target_id": target_id, **drawn.factors})
    told = round(high_resolution.information(), 4)
    return {"spectra": n_spectra, "pixels": n_bins, "nat per label": told}


def _mark(drawn: HighResolution, seed: int) -> str:
    n_spectra, n_bins = drawn.flux.shape
    factors = "; ".join(
        f"{name} {mean:g} ± {sd:g} {unit}" for name, (mean, sd, unit) in LABELS.items()
    )
    return (
        f"These {n_spectra} spectra of {n_bins} pixels are simulated, with seed {seed}: they say "
        f"nothing of the sky. Planted factors: {factors}.\n"
    )
