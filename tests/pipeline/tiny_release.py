"""A release small enough to build in seconds: three DESI files, a recipe, and their oddities."""

from pathlib import Path
from typing import Any

import numpy as np
from tests.surveys.desi_files import ARM_RANGES, wavelengths, write_coadd, write_redrock

FIRST_ID = 39627763589581458
N_PER_FILE = 40
RECIPE = """
[release]
name = "tiny"
title = "A tiny release"
description = "Made by the tests."
seed = 7
simulated = true
changes = ["Second.", "First."]

[[surveys]]
name = "desi"
folder = "survey"
files = ["healpix/*/*/*/*/coadd-*.fits"]
targets = ["bgs"]
release = "test"

[select]
z_min = 0.0
z_max = 0.3
snr_min = 2.0

[preprocess]
wave_min = 3800.0
wave_max = 7500.0
n_bins = 460
infill_components = 4

[model]
n_latent = 3
hidden = [32, 16]
dropout = 0.0
epochs = 4
batch_size = 32
trim = 0.03

[scores]
neighbours = 5
outlier_fraction = 0.05

[map]
perplexity = 10.0

[[tracks]]
name = "straight"
title = "A straight way"
across = 1
up = 2
points = [[-0.5, 0.0], [0.5, 0.0]]
radius = 0.5

[site]
n_objects = 6
cutouts = "none"
"""


def write(folder: Path, *, recipe: str = RECIPE) -> Path:
    """Write the files below `folder/data` and the recipe below `folder/build`; gives the recipe.

    Planted: a sky fibre, a dead fibre, one beyond the redshift range, one without redshift, rows
    of NaN and infinity, a target that two files share, an extreme emission line.
    """
    for number in range(3):
        _write_file(folder / "data" / "survey", number)
    path = folder / "build" / "tiny.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(recipe)
    return path


def _write_file(folder: Path, number: int) -> None:
    rng = np.random.default_rng(number)
    ids = [FIRST_ID + 1000 * number + i for i in range(N_PER_FILE)]
    if number == 1:
        ids[5] = FIRST_ID  # observed again in another file
    z = rng.uniform(0.01, 0.29, N_PER_FILE)
    spec_class = np.where(rng.random(N_PER_FILE) < 0.9, "GALAXY", "STAR")
    objtype = np.full(N_PER_FILE, "TGT", "S3")
    hdus = _spectra(z, rng, number)
    if number == 0:
        ids[1], objtype[1] = -1695072, "SKY"
        hdus["B_IVAR"][2] = hdus["R_IVAR"][2] = hdus["Z_IVAR"][2] = 0
        z[3] = 0.9
        hdus["R_FLUX"][4, 20:30] = np.nan
        hdus["B_FLUX"][4, 5] = np.inf
    redrock_ids = ids[:-1] if number == 2 else ids
    parts = folder / "healpix" / "sv3" / "bright" / "260" / str(26000 + number)
    n = len(redrock_ids)
    order = rng.permutation(n)
    write_redrock(
        parts / f"redrock-sv3-bright-{26000 + number}.fits",
        [redrock_ids[i] for i in order],
        columns={"Z": z[:n][order], "SPECTYPE": spec_class[:n][order].astype("S6")},
    )
    write_coadd(
        parts / f"coadd-sv3-bright-{26000 + number}.fits",
        ids,
        columns={"OBJTYPE": objtype},
        hdus=hdus,
    )


def _spectra(z: Any, rng: np.random.Generator, number: int) -> dict[str, Any]:
    """Two continuum factors, a line, and noise, in three arms."""
    slope, line = rng.normal(0, 1, (2, z.size, 1))
    # A line that all have is in the span of the model, however strong; this one nobody else has.
    planted = (np.arange(z.size) == 11)[:, None] & (number == 2)
    hdus: dict[str, Any] = {}
    for arm in ARM_RANGES:
        wave = wavelengths(arm)
        rest = wave / (1 + z[:, None])
        flux = 10 * (1 + 0.2 * slope * (rest / 5500 - 1))
        flux = flux + 6 * np.abs(line) * np.exp(-0.5 * ((rest - 6564.6) / 6) ** 2)
        # With its companion: [O III] 5008 alone would be another line at another redshift.
        for centre, height in ((5008.2, 100.0), (4960.3, 33.6)):
            flux = flux + height * planted * np.exp(-0.5 * ((rest - centre) / 6) ** 2)
        sigma = np.full(flux.shape, 1.0)
        hdus[f"{arm.upper()}_FLUX"] = (flux + rng.normal(0, 1, flux.shape)).astype(np.float32)
        hdus[f"{arm.upper()}_IVAR"] = (sigma**-2).astype(np.float32)
    return hdus


def contents(release: Path) -> dict[str, bytes]:
    """Every artefact that must be byte-identical: all but the database, stamps and timings."""
    kinds = {".parquet", ".csv", ".html", ".json", ".safetensors", ".svg", ".txt", ".js", ".css"}
    skipped = {".stamps", "timings.json"}
    return {
        str(path.relative_to(release)): path.read_bytes()
        for path in sorted(release.rglob("*"))
        if path.is_file()
        and path.suffix in kinds
        and not skipped & set(path.relative_to(release).parts)
    }
