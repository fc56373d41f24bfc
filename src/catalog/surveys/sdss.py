"""SDSS: `spec-PLATE-MJD-FIBER.fits` files of the optical spectrographs, one spectrum each.

Lite and full files of data releases 8 to 17, whose columns are in lower or upper case, and those of
SDSS-V (`spec-FIELD-MJD-CATALOGID.fits`). The coadded spectrum is in vacuum wavelengths, on pixels
of 1e-4 in log10 of the wavelength in Å that begin and end where each spectrum does. The pixels of
all files are of one sequence, so a shard's spectra share a grid without being resampled. Tables of
all spectra (`spAll-*.fits`, `specObj-*.fits`) serve as the catalogue of those that they list.
"""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Arm, Array, Column, Origins, Quality, Spectra
from catalog.surveys import Shard, Survey
from catalog.surveys._files import grouped, matched, once
from catalog.surveys._fits import FitsFile
from catalog.surveys._quality import flagged
from catalog.surveys._sdss_pixels import on_one_grid, read_pixels
from catalog.surveys._sdss_rows import Said, by_column, said
from catalog.surveys._sdss_summary import is_summary, look_up
from catalog.surveys._targets import refuse_targets

# Plates have four or five digits, fields six; a fibre has four, SDSS-V's catalogue numbers more.
_NAME = re.compile(r"spec-(?P<plate>\d{4,6})-(?P<mjd>\d{5})-(?P<fibre>\d{4,20})\.fits(?:\.gz)?")
_LINES = "spAllLine"
"""Beginning of the names of tables of lines, which are no spectra."""
_REDSHIFT = 2
"""HDU of the redshift: data releases name it differently, or not at all."""

# ZWARNING: SKY; UNPLUGGED, BAD_TARGET; NODATA. The others doubt the redshift: `z_warn` keeps them.
_ZWARN_SKY, _ZWARN_FIBRE, _ZWARN_NODATA = 1 << 0, 1 << 7 | 1 << 8, 1 << 9

_COLUMNS = (
    Column("plate", "Plate, or SDSS-V's field.", ucd="meta.id;obs.field", null="never"),
    Column("mjd", "Modified Julian date of the last exposure.", "d", "time.epoch", 0, "never"),
    Column("fibre", "Fibre on the plate; -1: not told.", ucd="meta.id;instr", null="-1"),
)


def discover(paths: Sequence[Path]) -> tuple[Shard, ...]:
    """Group files by plate and date.

    Parameters
    ----------
    paths : sequence of Path
        Files that match the recipe's patterns. Tables of all spectra among them (`spAll-*.fits`,
        `specObj-*.fits`) are part of every shard, and say what `read` tells of their spectra.

    Raises
    ------
    SurveyError
        If a file is neither a spectrum of SDSS nor such a table, a table is gzipped, or a spectrum
        comes twice, as lite and as full file.
    """
    summaries = tuple(path for path in paths if is_summary(path))
    spectra = once(
        (path for path in paths if path not in summaries and not path.name.startswith(_LINES)),
        lambda path: "-".join(_numbers(path)),
        "a spectrum",
        wanted="one file per spectrum",
        todo="let the recipe's patterns match the lite files or the full ones",
    )
    plates = grouped(spectra.values(), lambda path: "sdss-{}-{}".format(*_numbers(path)))
    return tuple(Shard(name, (*members, *summaries)) for name, members in plates)


def read(shard: Shard, targets: tuple[str, ...]) -> Spectra:
    """Read the spectra of one plate.

    Parameters
    ----------
    shard : Shard
        From `discover`.
    targets : tuple of str
        Must be empty.

    Returns
    -------
    Spectra
        `target_id` is `PLATE-MJD-FIBER`, as in the file's name: an object that was observed again
        is another spectrum. `z_err` is NaN where SDSS gives a code instead of an error. Redshift,
        class and position are those of the first table of all spectra that lists the spectrum: it
        is newer than the file's own row, which stands in where none does.

    Raises
    ------
    SurveyError
        If a file is damaged, or not as SDSS's format promises.
    RecipeError
        If target classes are asked for.
    """
    refuse_targets("SDSS", targets)
    paths = [path for path in shard.files if not is_summary(path)]
    names = [_numbers(path) for path in paths]
    arm, rows = _read(paths, names, _listed(shard, names))
    told = by_column(rows)
    extras = {
        "plate": np.array([int(plate) for plate, _, _ in names], np.int64),
        "mjd": np.array([int(mjd) for _, mjd, _ in names], np.int64),
        "fibre": told["fibre"],
    }
    return Spectra(
        survey="sdss",
        target_id=np.array(["-".join(name) for name in names], dtype=object),
        ra=told["ra"],
        dec=told["dec"],
        z=told["z"],
        z_err=told["z_err"],
        z_warn=told["z_warn"],
        spec_class=told["spec_class"],
        subclass=told["subclass"],
        quality=_flags(arm, told),
        arms=(arm,),
        extras=extras,
        origins=_origins(names, extras["fibre"]),
    )


def _read(
    paths: Sequence[Path], names: Sequence[tuple[str, str, str]], known: Mapping[str, Said]
) -> tuple[Arm, list[Said]]:
    """Read files of one plate, and what a table says of each spectrum, or else its own file."""
    pixels, rows = [], []
    for path, (_, _, fibre) in zip(paths, names, strict=True):
        with FitsFile(path) as file:
            pixels.append(read_pixels(file))
            rows.append(known[fibre] if fibre in known else _own(file))
    return on_one_grid(pixels), rows


def _listed(shard: Shard, names: Sequence[tuple[str, str, str]]) -> dict[str, Said]:
    """Give what the shard's tables say of its spectra, by fibre; the first of them counts."""
    plate, mjd, _ = names[0]
    fibres = [fibre for _, _, fibre in names]
    known: dict[str, Said] = {}
    for path in filter(is_summary, shard.files):
        known = look_up(path, plate, mjd, fibres) | known
    return known


def _numbers(path: Path) -> tuple[str, str, str]:
    """Plate, date and fibre (or field, date and catalogue number), as the file's name has them."""
    match = matched(
        _NAME,
        path,
        "a file is not one of SDSS's spectra",
        wanted="a name such as spec-0266-51602-0001.fits",
        todo="narrow the recipe's patterns, for example to **/spec-*.fits",
    )
    return match["plate"], match["mjd"], match["fibre"]


def _own(file: FitsFile) -> Said:
    """Give what the file itself says of its spectrum."""
    table = file.table(_REDSHIFT)
    if table.n_rows != 1:
        raise SurveyError(
            "a spectrum's redshift is not told",
            where=f"{file.path} [{_REDSHIFT}]",
            wanted="a table of one row",
            found=f"{table.n_rows} rows",
            todo="see that this is an unmodified file of the survey",
        )
    return next(said(table))


def _flags(arm: Arm, told: Mapping[str, Array]) -> Array:
    z_warn = told["z_warn"]
    return flagged(
        {
            Quality.SKY: z_warn & _ZWARN_SKY > 0,
            Quality.DEAD_FIBRE: ~(arm.ivar > 0).any(axis=1),
            Quality.BAD_FIBRE: z_warn & _ZWARN_FIBRE > 0,
            Quality.NO_REDSHIFT: ~np.isfinite(told["z"]) | (z_warn & _ZWARN_NODATA > 0),
            Quality.BAD_POSITION: np.isnan(told["ra"]),
        }
    )


def _origins(names: Sequence[tuple[str, str, str]], fibre: Array) -> Origins:
    """Fibre, plate (as a tile) and night of each spectrum; the night by its date."""
    told = [
        (row, kind, name)
        for kind in ("fibre", "tile", "night")
        for row, (plate, mjd, _) in enumerate(names)
        for name in [{"fibre": str(fibre[row]), "tile": plate, "night": mjd}[kind]]
        if name != "-1"
    ]
    return Origins.of(told)


SURVEY = Survey(
    name="sdss",
    title="Sloan Digital Sky Survey (SDSS)",
    url="https://www.sdss.org/",
    citation=(
        "Abdurro'uf et al. 2022, The Seventeenth Data Release of the Sloan Digital Sky Surveys, "
        "ApJS 259, 35 (arXiv:2112.02026)"
    ),
    acknowledgement=(
        "The spectra come from the Sloan Digital Sky Survey, whose phases were funded by the "
        "Alfred P. Sloan Foundation, the U.S. Department of Energy Office of Science, the National "
        "Science Foundation and the participating institutions. SDSS is managed by the "
        "Astrophysical Research Consortium for the participating institutions of the SDSS "
        "Collaboration, and observes at Apache Point Observatory and Las Campanas Observatory. The "
        "text that publications must carry: https://www.sdss.org/collaboration/citing-sdss/"
    ),
    discover=discover,
    read=read,
    # Data release 16 shows every plate of those before it, too; fields of SDSS-V have no fibre.
    object_page=(
        "https://dr16.sdss.org/optical/spectrum/view/?plateid={plate}&mjd={mjd}&fiberid={fibre}"
    ),
    columns=_COLUMNS,
)
