"""MaStar, MaNGA's stellar library: visits of stars, 3622-10354 Å at R ≈ 1800 -> `Spectra`.

Two kinds of files: `mastar-goodspec` with all visits, one a row, and `mastar-LOG-PLATE-IFU` with
the visits of one star. `mastarall`, where the recipe's patterns match it, adds the stars'
parameters. Wavelengths are in vacuum, and MaStar has shifted every star to rest by its velocity: z
is 0, and `heliov` tells the velocity. A star that was visited on several nights has several
spectra; `star` names it in all of them.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Arm, Array, Column, Origins, Quality, Spectra
from catalog.surveys import Shard, Survey
from catalog.surveys._files import matched
from catalog.surveys._fits_rows import FitsRows
from catalog.surveys._mastar_stars import BANDS, Parameters, parameters, unknown
from catalog.surveys._mastar_thanks import ACKNOWLEDGEMENT, CITATION
from catalog.surveys._mastar_visits import Visits, of_rows, of_star, together
from catalog.surveys._quality import flagged
from catalog.surveys._targets import refuse_targets

_PACKED = r"\.fits(?:\.gz)?"
_ALL_VISITS = re.compile(r"mastar-goodspec-[\w.-]+?" + _PACKED)
_ONE_STAR = re.compile(r"mastar-LOG-(\d{4,6})-\d{3,6}" + _PACKED)
_STARS = re.compile(r"mastarall-[\w.-]+?" + _PACKED)
_ROWS = re.compile(r"mastar-visits-(\d+)-(\d+)")
_ROWS_PER_SHARD = 1024
_LIGHT_KM_S = 299_792.458

# MASTAR_QUAL (https://www.sdss.org/dr17/mastar/mastar-spectra/): NODATA, SKYSUBBAD, BADFLUX and
# CRITICAL, which the library leaves out of its good visits. The others, such as scattered light in
# one exposure, it counts as good: `mjdqual` keeps them.
_BAD = 1 << 0 | 1 << 1 | 1 << 3 | 1 << 30

_COLUMNS = (
    Column("star", "MaNGA's identifier of the star.", ucd="meta.id;src", null="never"),
    Column("plate", "Plate.", ucd="meta.id;obs.field", null="never"),
    Column("ifu", "Design of the fibre bundle.", ucd="meta.id;instr", null="never"),
    Column("mjd", "Modified Julian date of the visit.", "d", "time.epoch", 0, "never"),
    Column("mjdqual", "The visit's quality, bits of MASTAR_QUAL.", ucd="meta.code.qual", null="0"),
    Column(
        "heliov", "Heliocentric velocity that the library took out.", "km.s-1",
        "spect.dopplerVeloc;pos.heliocentric", 1, "unknown",
    ),
    Column("s2n", "Median S/N per pixel, as MaStar gives it.", "", "stat.snr", 1, "unknown"),
    Column("teff", "Effective temperature.", "K", "phys.temperature.effective", 0, "unknown"),
    Column(
        "log_g", "Logarithm of the surface gravity in cm s⁻².", "dex", "phys.gravity", 2, "unknown"
    ),
    Column("fe_h", "Metallicity [Fe/H].", "dex", "phys.abund.Fe", 2, "unknown"),
    *(
        Column(
            f"psfmag_{band}", f"PSF magnitude in band {band} of the catalogue `photocat`.", "mag",
            "phot.mag", 2, "unknown",
        )
        for band in range(1, BANDS + 1)
    ),
    Column("photocat", "Source of the magnitudes.", ucd="meta.bib", null="empty"),
)  # fmt: skip


def discover(paths: Sequence[Path]) -> tuple[Shard, ...]:
    """Group visits by rows, and files of one star by plate.

    Parameters
    ----------
    paths : sequence of Path
        Files that match the recipe's patterns. Of a file that is there packed and unpacked, the
        unpacked one is read: the rows of a packed one cost decompressing all that come before them.

    Raises
    ------
    SurveyError
        If a file is none of MaStar's, or a table of visits or of stars comes in two versions.
    """
    files = {path.name.removesuffix(".gz"): path for path in sorted(paths, reverse=True)}
    groups: dict[str, list[Path]] = {}
    for name in sorted(files):
        groups.setdefault(_group(files[name]), []).append(files[name])
    stars = _only(groups.pop("stars", []))
    shards = _blocks(_only(groups.pop("visits", [])))
    shards += [Shard(name, tuple(members)) for name, members in sorted(groups.items())]
    return tuple(Shard(shard.name, (*shard.files, *stars)) for shard in shards)


def read(shard: Shard, targets: tuple[str, ...]) -> Spectra:
    """Read the spectra of one shard, at rest and in vacuum.

    Parameters
    ----------
    shard : Shard
        From `discover`. Where it is a part of the table of all visits, its name tells which rows.
    targets : tuple of str
        Must be empty.

    Returns
    -------
    Spectra
        `target_id` is `MANGAID-PLATE-IFU-MJD`: each visit is a spectrum of its own. `z_err` is the
        error of the velocity that the spectrum was shifted by, and `z_warn` its V_ERRCODE.

    Raises
    ------
    SurveyError
        If a file is damaged, or not as MaStar's format promises.
    RecipeError
        If target classes are asked for.
    """
    refuse_targets("MaStar", targets)
    catalogue = [path for path in shard.files if _STARS.fullmatch(path.name)]
    visits = _visits(shard.name, [path for path in shard.files if path not in catalogue])
    n_rows = len(visits.star)
    told = parameters(catalogue[0], visits.star) if catalogue else unknown(n_rows)
    arm = Arm("mastar", visits.pixels.wave, visits.pixels.flux, visits.pixels.ivar)
    z_err = visits.verr / _LIGHT_KM_S
    return Spectra(
        survey="mastar",
        target_id=_names(visits),
        ra=visits.ra,
        dec=visits.dec,
        z=np.zeros(n_rows),
        z_err=np.where(z_err > 0, z_err, np.nan),
        z_warn=visits.v_errcode,
        spec_class=np.full(n_rows, "STAR", dtype=object),
        subclass=np.full(n_rows, "", dtype=object),
        quality=_flags(arm, visits),
        arms=(arm,),
        extras=_extras(visits, told),
        origins=_origins(visits),
    )


def _group(path: Path) -> str:
    """Name what a file belongs to: a shard, the table of all visits, or the catalogue of stars."""
    if _ALL_VISITS.fullmatch(path.name):
        return "visits"
    if _STARS.fullmatch(path.name):
        return "stars"
    match = matched(
        _ONE_STAR,
        path,
        "a file is not one of MaStar's",
        wanted="mastar-goodspec-*, mastar-LOG-* or mastarall-*, .fits or .fits.gz",
        todo="narrow the recipe's patterns, for example to mastar-goodspec-*.fits*",
    )
    return f"mastar-{match[1]}"


def _only(paths: Sequence[Path]) -> tuple[Path, ...]:
    if len(paths) > 1:
        raise SurveyError(
            "a table of MaStar comes in two versions",
            where=paths[1],
            wanted="one version",
            found=f"{paths[0]} besides",
            todo="let the recipe's patterns match one of the two",
        )
    return tuple(paths)


def _blocks(tables: tuple[Path, ...]) -> list[Shard]:
    """Cut the table of all visits into shards of rows, named by their numbers."""
    shards = []
    for path in tables:
        with FitsRows(path) as rows:
            n_rows = rows.n_rows
        for first in range(0, n_rows, _ROWS_PER_SHARD):
            last = min(first + _ROWS_PER_SHARD, n_rows) - 1
            shards.append(Shard(f"mastar-visits-{first:06d}-{last:06d}", (path,)))
    return shards


def _visits(name: str, paths: Sequence[Path]) -> Visits:
    match = _ROWS.fullmatch(name)
    if match is not None:
        first, last = int(match[1]), int(match[2])
        with FitsRows(paths[0]) as rows:
            return of_rows(paths[0], rows.read(first, last - first + 1))
    return together([(path, of_star(path)) for path in paths])


def _names(visits: Visits) -> Array:
    parts = zip(visits.star, visits.plate, visits.ifu, visits.mjd, strict=True)
    return np.array([f"{star}-{plate}-{ifu}-{mjd}" for star, plate, ifu, mjd in parts], object)


def _flags(arm: Arm, visits: Visits) -> Array:
    return flagged(
        {
            Quality.DEAD_FIBRE: ~(arm.ivar > 0).any(axis=1),
            Quality.BAD_FIBRE: visits.mjdqual & _BAD > 0,
            Quality.BAD_POSITION: np.isnan(visits.ra) | np.isnan(visits.dec),
        }
    )


def _extras(visits: Visits, told: Parameters) -> Mapping[str, Array]:
    """Give the further columns; magnitudes are the catalogue's where the visit has none."""
    mags = np.where(np.isnan(visits.mags), told.mags, visits.mags)
    values = {
        "star": visits.star,
        "plate": visits.plate,
        "ifu": visits.ifu,
        "mjd": visits.mjd,
        "mjdqual": visits.mjdqual,
        "heliov": visits.heliov,
        "s2n": visits.s2n,
        "teff": told.teff,
        "log_g": told.log_g,
        "fe_h": told.fe_h,
        "photocat": told.photocat,
    } | {f"psfmag_{band + 1}": mags[:, band] for band in range(BANDS)}
    return {column.name: values[column.name] for column in _COLUMNS}


def _origins(visits: Visits) -> Origins:
    """Fibre bundle, plate (as a tile) and night of each visit."""
    told = [
        (row, kind, str(name))
        for kind, names in (("fibre", visits.ifu), ("tile", visits.plate), ("night", visits.mjd))
        for row, name in enumerate(names)
    ]
    return Origins.of(told)


SURVEY = Survey(
    name="mastar",
    title="MaNGA Stellar Library (MaStar)",
    url="https://www.sdss.org/dr17/mastar/",
    citation=CITATION,
    acknowledgement=ACKNOWLEDGEMENT,
    discover=discover,
    read=read,
    columns=_COLUMNS,
)
