"""HARPS, ESO's spectrograph for radial velocities: one exposure of one star per file -> `Spectra`.

Two kinds of files hold the same spectrum, 3780-6910 Å at a resolution of 115,000: ESO's archive
products (`ADP.DATE.fits`: a table of one row of arrays WAVE, FLUX, ERR) and the pipeline's own
(`HARPS.DATE_s1d_A.fits`: an image). Wavelengths are in air, every 0.01 Å, and become vacuum ones.

The spectra are in the frame of the solar system's barycentre and stay there: `z` is 0, and a star's
radial velocity is one of the things to be found in its spectrum (Sedaghat et al. 2021, MNRAS 501,
6026); as far as a header tells it, it is the column `rv`. Flux is in counts, not calibrated. Files
without errors (nearly all) have them estimated; if one file of a shard does, the shard says so.
"""

import re
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from astropy.io import fits

from catalog.errors import SurveyError
from catalog.spectra import Array, Column, Float, Origins, Quality, Spectra
from catalog.surveys import Shard, Survey
from catalog.surveys._files import grouped, once
from catalog.surveys._fits import FitsFile
from catalog.surveys._harps_pixels import Pixels, on_one_sequence, read_pixels
from catalog.surveys._quality import flagged, possible
from catalog.surveys._targets import refuse_targets

_NAME = re.compile(
    r"(?P<target>(?P<kind>ADP|HARPS)\.(?P<hour>\d{4}-\d\d-\d\dT\d\d)[:_]\d\d[:_]\d\d\.\d{3})"
    r"(?P<product>_s1d_A)?\.fits(?:\.gz)?"
)
_FILES_PER_SHARD = 8
"""A file is 2.5 MB in memory here, and some 60 MB while it is binned."""
_SPECTRUM = 1
"""HDU of an archive product's table."""
_LEAST_LEVEL = 50.0
"""Median counts below which Sedaghat et al.'s own code leaves a spectrum out."""

_TYPE = re.compile(r"[OBAFGKMLTYRNSWC]\d.*")
_COLUMNS = (
    Column("star", "Name of the star, as the observer gave it.", ucd="meta.id", null="not told"),
    Column(
        "mjd", "Modified Julian date of the exposure's start.", "d", "time.start", 6, "not told"
    ),
    Column("exposure_time", "Exposure time.", "s", "time.duration;obs.exposure", 1, "not told"),
    Column("airmass", "Airmass.", ucd="obs.airMass", decimals=3, null="not told"),
    Column(
        "snr_survey",
        "Signal-to-noise ratio per pixel of the detector, as the pipeline gives it: the median of "
        "the orders.",
        ucd="stat.snr",
        decimals=1,
        null="not told",
    ),
    Column(
        "berv",
        "Velocity of the observer with respect to the solar system's barycentre, along the line of "
        "sight; the spectra are corrected for it.",
        "km.s-1",
        "spect.dopplerVeloc",
        4,
        "not told",
    ),
    Column(
        "rv",
        "Radial velocity of the star: measured by the pipeline, or else what the observer gave.",
        "km.s-1",
        "spect.dopplerVeloc;src",
        3,
        "not told, or given as 0",
    ),
    Column("counts", "Median counts per pixel.", "count", "phot.count;stat.median", 1, "no light"),
)
_ORDERS = 72


def discover(paths: Sequence[Path]) -> tuple[Shard, ...]:
    """Group files by the hour in their names, at most eight together.

    Raises
    ------
    SurveyError
        If a file is not one of HARPS's spectra, or one comes twice (zipped and not, say).
    """
    spectra = once(paths, _target, "a spectrum", wanted="one file per exposure")
    return tuple(
        Shard(f"{hour}-{number}", tuple(members[start : start + _FILES_PER_SHARD]))
        for hour, members in grouped(spectra.values(), _hour)
        for number, start in enumerate(range(0, len(members), _FILES_PER_SHARD), start=1)
    )


def read(shard: Shard, targets: tuple[str, ...]) -> Spectra:
    """Read the spectra of one shard, in vacuum and in the barycentre's frame.

    Raises
    ------
    SurveyError
        If a file is damaged, or its wavelengths are not HARPS's.
    RecipeError
        If target classes are asked for.
    """
    refuse_targets("HARPS", targets)
    pixels, headers = [], []
    for path in shard.files:
        with FitsFile(path) as file:
            pixels.append(_pixels(file))
            headers.append(file.header())
    ra, dec = _positions(headers)
    n_rows = len(headers)
    extras = _extras(headers, pixels)
    return Spectra(
        survey="harps",
        target_id=_texts([_target(path) for path in shard.files]),
        ra=ra,
        dec=dec,
        z=np.zeros(n_rows),
        z_err=np.full(n_rows, np.nan),
        z_warn=np.zeros(n_rows, np.int64),
        spec_class=np.full(n_rows, "STAR", dtype=object),
        subclass=_texts([_spectral_type(header) for header in headers]),
        quality=_flags(pixels, ra),
        arms=(on_one_sequence(pixels),),
        noise_estimated=any(one.estimated for one in pixels),
        extras=extras,
        origins=_origins(extras["mjd"]),
    )


def _match(path: Path) -> re.Match[str]:
    match = _NAME.fullmatch(path.name)
    if match is None or (match["kind"] == "HARPS") != (match["product"] is not None):
        raise SurveyError(
            "a file is not one of HARPS's one-dimensional spectra",
            where=path,
            wanted="a name such as ADP.2014-09-16T11:04:45.123.fits or "
            "HARPS.2003-12-13T06:19:48.371_s1d_A.fits",
            found=path.name,
            todo="narrow the recipe's patterns",
        )
    return match


def _target(path: Path) -> str:
    """Name of the exposure; systems that allow no colon in a file's name write `_` for it."""
    return _match(path)["target"].replace("_", ":")


def _hour(path: Path) -> str:
    """Name the hour of an exposure, and whose product the file is: they are read differently."""
    match = _match(path)
    return f"harps-{'s1d' if match['product'] else 'adp'}-{match['hour']}"


def _texts(values: Sequence[str]) -> Array:
    return np.array(values, dtype=object)


def _pixels(file: FitsFile) -> Pixels:
    if len(file.names) > _SPECTRUM:
        table = file.table(_SPECTRUM)
        air, flux, error = (_one_row(file, table.arrays(name)) for name in ("WAVE", "FLUX", "ERR"))
        return read_pixels(file.path, air, flux, error)
    flux = file.image("PRIMARY").astype(np.float64)
    header = file.header()
    words = {key: header.get(key) for key in ("CRVAL1", "CDELT1")}
    start, step = (_number(header, key) for key in words)
    if flux.ndim != 1 or not np.isfinite([start, step]).all():
        found = f"shape {flux.shape}, " + ", ".join(f"{k} = {v!r}" for k, v in words.items())
        raise _unlike(file, "one row of pixels, and CRVAL1, CDELT1", found)
    reference = _number(header, "CRPIX1")
    pixel = np.arange(flux.size) + 1 - (reference if np.isfinite(reference) else 1)
    return read_pixels(file.path, start + step * pixel, flux, np.full(flux.size, np.nan))


def _one_row(file: FitsFile, values: Array) -> Float:
    if len(values) != 1:
        raise _unlike(file, "a table of one row", f"{len(values)} rows")
    row: Float = values[0].astype(np.float64)
    return row


def _unlike(file: FitsFile, wanted: str, found: str) -> SurveyError:
    return SurveyError(
        "a spectrum is not as HARPS's format promises",
        where=file.path,
        wanted=wanted,
        found=found,
        todo="see that this is an unmodified one-dimensional spectrum of HARPS",
    )


def _number(header: fits.Header, *keys: str) -> float:
    """Give the first of these keywords that holds a finite number; NaN where none does."""
    told = (header.get(key) for key in keys)
    numbers = (float(v) for v in told if isinstance(v, int | float) and not isinstance(v, bool))
    return next((value for value in numbers if np.isfinite(value)), np.nan)


def _positions(headers: Sequence[fits.Header]) -> tuple[Float, Float]:
    """Where the telescope pointed, deg, (N,); NaN where it is not told, or cannot be."""
    ra, dec = (np.array([_number(h, key) for h in headers]) for key in ("RA", "DEC"))
    return possible(ra, dec)


def _flags(pixels: Sequence[Pixels], ra: Float) -> Array:
    dead = np.array([not (one.ivar > 0).any() for one in pixels])
    faint = np.array([one.level < _LEAST_LEVEL for one in pixels])
    return flagged(
        {
            Quality.DEAD_FIBRE: dead,
            Quality.LOW_SNR: faint & ~dead,
            Quality.BAD_POSITION: np.isnan(ra),
        }
    )


def _extras(headers: Sequence[fits.Header], pixels: Sequence[Pixels]) -> dict[str, Array]:
    def numbers(*keys: str) -> Float:
        return np.array([_number(header, *keys) for header in headers])

    return {
        "star": _texts([_text(h, "OBJECT", "ESO OBS TARG NAME") for h in headers]),
        "mjd": numbers("MJD-OBS"),
        "exposure_time": numbers("TEXPTIME", "EXPTIME"),
        "airmass": numbers("AIRMASS", "ESO TEL AIRM START"),
        "snr_survey": np.array([_survey_snr(header) for header in headers]),
        "berv": numbers("ESO DRS BERV"),
        "rv": np.array([_velocity(header) for header in headers]),
        "counts": np.array([one.level if (one.ivar > 0).any() else np.nan for one in pixels]),
    }


def _text(header: fits.Header, *keys: str) -> str:
    told = (header.get(key) for key in keys)
    return next((value.strip() for value in told if isinstance(value, str) and value.strip()), "")


def _survey_snr(header: fits.Header) -> float:
    orders = [_number(header, f"ESO DRS SPE EXT SN{order}") for order in range(_ORDERS)]
    known = [value for value in orders if np.isfinite(value)]
    return _number(header, "SNR") if not known else float(np.median(known))


def _velocity(header: fits.Header) -> float:
    """km/s; an observer who knows none leaves 0."""
    measured = _number(header, "ESO DRS CCF RVC")
    given = _number(header, "ESO TEL TARG RADVEL")
    return measured if np.isfinite(measured) else given or np.nan


def _spectral_type(header: fits.Header) -> str:
    """Spectral type: of the pipeline's mask, or what the observer gave as `STAR,DARK,G2`."""
    mask = _text(header, "ESO DRS CCF MASK")
    given = _text(header, "IMAGETYP", "ESO DPR TYPE").rpartition(",")[2]
    return next((t for t in (mask.partition(".")[0], given.strip()) if _TYPE.fullmatch(t)), "")


def _origins(mjd: Float) -> Origins:
    """Night of each exposure: the date on which it began at La Silla, as a Julian date."""
    rows = np.flatnonzero(np.isfinite(mjd))
    nights = [str(int(np.floor(mjd[row] - 0.5))) for row in rows]
    return Origins(rows.astype(np.int64), np.full(rows.size, "night", object), _texts(nights))


SURVEY = Survey(
    name="harps",
    title="HARPS",
    url="https://www.eso.org/sci/facilities/lasilla/instruments/harps.html",
    flux_unit="",  # counts, with the blaze divided out: relative
    citation=(
        "Mayor et al. 2003, Setting New Standards with HARPS, The Messenger 114, 20 (the "
        "instrument); Barbieri 2023, arXiv:2312.06586 (the archive's spectra)"
    ),
    acknowledgement=(
        "The spectra are based on observations collected at the European Southern Observatory "
        "with HARPS at the 3.6 m telescope on La Silla, and come from the ESO Science Archive "
        "Facility, whose terms ask publications to name the programmes of the observations: "
        "https://archive.eso.org/cms/eso-data-access-policy.html"
    ),
    discover=discover,
    read=read,
    licence="CC-BY-4.0",
    columns=_COLUMNS,
)
