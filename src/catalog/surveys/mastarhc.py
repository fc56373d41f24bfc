"""MaStarHC: means of clusters of similar stars of MaStar, 3632-10323 Å -> `Spectra`.

The templates that MaNGA's analysis fits to galaxies: one file per cluster, in vacuum and at rest. A
mean is of many stars: it has no position and no date, which is a fact of it and no fault of a row.
Its flux is relative, each star having been scaled before it went in.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from catalog.spectra import Arm, Quality, Spectra
from catalog.surveys import Shard, Survey
from catalog.surveys._files import matched, once
from catalog.surveys._fits import FitsFile
from catalog.surveys._mastar_pixels import Pixels, of_mean, stack
from catalog.surveys._mastar_thanks import ACKNOWLEDGEMENT, CITATION
from catalog.surveys._targets import refuse_targets

_NAME = re.compile(r"MaStarHC_(\d+)\.fits(?:\.gz)?")


def discover(paths: Sequence[Path]) -> tuple[Shard, ...]:
    """Put all means into one shard: there are 65.

    Raises
    ------
    SurveyError
        If a file is none of MaStarHC's, or a mean comes twice, packed and unpacked.
    """
    files = once(paths, _cluster, "a mean", wanted="one file per cluster")
    return (Shard("mastarhc", tuple(files[name] for name in sorted(files))),) if files else ()


def read(shard: Shard, targets: tuple[str, ...]) -> Spectra:
    """Read all means, at rest and in vacuum.

    Raises
    ------
    SurveyError
        If a file is damaged, or has other wavelengths than the rest.
    RecipeError
        If target classes are asked for.
    """
    refuse_targets("MaStarHC", targets)
    pixels = stack([(path, _mean(path)) for path in shard.files])
    n_rows = len(shard.files)
    at_rest, nowhere = np.zeros(n_rows), np.full(n_rows, np.nan)
    dead = ~(pixels.ivar > 0).any(axis=1)
    return Spectra(
        survey="mastarhc",
        target_id=np.array([_cluster(path) for path in shard.files], dtype=object),
        ra=nowhere,
        dec=nowhere.copy(),
        z=at_rest,
        z_err=at_rest.copy(),
        z_warn=np.zeros(n_rows, np.int64),
        spec_class=np.full(n_rows, "STAR", dtype=object),
        subclass=np.full(n_rows, "mean of a cluster of stars", dtype=object),
        quality=np.where(dead, Quality.DEAD_FIBRE.value, 0).astype(np.int64),
        arms=(Arm("mastarhc", pixels.wave, pixels.flux, pixels.ivar),),
    )


def _cluster(path: Path) -> str:
    match = matched(
        _NAME,
        path,
        "a file is none of MaStarHC's",
        wanted="a name such as MaStarHC_00.fits.gz",
        todo="narrow the recipe's patterns, for example to MaStarHC_*.fits*",
    )
    return f"HC{match[1]}"


def _mean(path: Path) -> Pixels:
    with FitsFile(path) as file:
        return of_mean(file)


SURVEY = Survey(
    name="mastarhc",
    title="MaStar hierarchically clustered library (MaStarHC)",
    url="https://www.sdss.org/dr17/mastar/",
    flux_unit="",  # each star was scaled before it went into the mean
    citation=CITATION,
    acknowledgement=ACKNOWLEDGEMENT,
    discover=discover,
    read=read,
)
