"""LAMOST: `spec-LMJD-PLANID_spXX-FFF.fits` files of low resolution, one spectrum each.

Two generations of files. Up to data release 7 the primary image has five rows: flux, inverse
variance, a third that is the normalised flux in early releases and the wavelength in later ones,
AND mask and OR mask; the wavelengths are read from the header's COEFF0 and COEFF1, which all of
them have. From data release 8 on a binary table holds them as columns. Wavelengths are in vacuum
and heliocentric, on pixels of 1e-4 in log10 of the wavelength in Å. The flux is relative: the
survey calibrates its shape, not its level.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from catalog.spectra import Arm, Array, Column, Float, Origins, Quality, Spectra, Text
from catalog.surveys import Shard, Survey
from catalog.surveys._files import grouped, matched, once
from catalog.surveys._fits import FitsFile
from catalog.surveys._lamost_pixels import read_pixels
from catalog.surveys._quality import flagged, possible
from catalog.surveys._sdss_pixels import on_one_grid
from catalog.surveys._targets import refuse_targets

# A plan's name has letters of either case, digits, and sometimes signs.
_NAME = re.compile(
    r"spec-(?P<night>\d{5})-(?P<plan>[A-Za-z0-9_+.-]{1,40})_sp(?P<spectrograph>\d{2})"
    r"-(?P<fibre>\d{3})\.fits(?:\.gz)?"
)
_NEVER = -9998.0
"""At and below this a number is LAMOST's filler, -9999, for one that is not known."""
_NOTHING = frozenset({"", "non", "null", "none", "unknown"})
"""How LAMOST writes that a subclass is not known."""
_FIBRES_OF_OBJECTS = frozenset({"obj", "f-std", ""})
"""Types of fibre that look at a source; the others are unused, dead or misplaced. Empty: untold."""
_BANDS = ("u", "g", "r", "i", "z")
_WORDS = ("OBSID", "RA", "DEC", "Z", "Z_ERR", "CLASS", "SUBCLASS", "DESIG", "FIBERTYP")

_COLUMNS = (
    Column("plan", "LAMOST's observing plan, PLANID.", ucd="meta.id;obs.field", null="never"),
    Column("mjd", "Modified Julian date of the last exposure.", "d", "time.epoch", 0, "never"),
    Column("spectrograph", "LAMOST's spectrograph, 1 to 16.", ucd="meta.id;instr", null="never"),
    Column("fibre", "Fibre on the plate; -1: not told.", ucd="meta.id;instr", null="-1"),
    Column("obsid", "LAMOST's number of the spectrum, OBSID; -1: not told.", "", "meta.id",
           null="-1"),
    Column("designation", "LAMOST's name of the target by its position.", ucd="meta.id",
           null="empty"),
    Column("spectral_type", "First letter of the subclass of a star, such as F.",
           ucd="src.spType", null="empty"),
    *(
        Column(f"snr_{band}", f"Signal-to-noise ratio in the {band} band, by LAMOST.", "",
               "stat.snr;em.opt", 2, "not given by the survey")
        for band in _BANDS
    ),
)  # fmt: skip


def discover(paths: Sequence[Path]) -> tuple[Shard, ...]:
    """Group files by night, plan and spectrograph: at most 250 spectra.

    Parameters
    ----------
    paths : sequence of Path
        Files that match the recipe's patterns.

    Raises
    ------
    SurveyError
        If a file is not a spectrum of LAMOST, or a spectrum comes twice.
    """
    spectra = once(
        paths, lambda path: "-".join(_names(path)), "a spectrum", wanted="one file per spectrum"
    )
    plates = grouped(spectra.values(), lambda path: "lamost-{}-{}-{}".format(*_names(path)))
    return tuple(Shard(name, tuple(members)) for name, members in plates)


def read(shard: Shard, targets: tuple[str, ...]) -> Spectra:
    """Read the spectra of one spectrograph in one plan.

    Parameters
    ----------
    shard : Shard
        From `discover`.
    targets : tuple of str
        Must be empty.

    Returns
    -------
    Spectra
        `target_id` is `LMJD-PLANID-XX-FFF`, as in the file's name: every release has it, and an
        object that was observed again is another spectrum. OBSID would do as well, but the files
        of early releases lack it.

    Raises
    ------
    SurveyError
        If a file is damaged, or not as LAMOST's format promises.
    RecipeError
        If target classes are asked for.
    """
    refuse_targets("LAMOST", targets)
    names = [_names(path) for path in shard.files]
    pixels, headers = [], []
    for path in shard.files:
        with FitsFile(path) as file:
            pixels.append(read_pixels(file))
            headers.append(file.keywords(_WORDS + tuple(_snr_words())))
    arm = replace(on_one_grid(pixels), name="lamost")
    z = _numbers(headers, "Z")
    z_err = _numbers(headers, "Z_ERR")
    ra, dec = possible(_numbers(headers, "RA"), _numbers(headers, "DEC"))
    spec_class = _texts(headers, "CLASS")
    subclass = _texts(headers, "SUBCLASS")
    return Spectra(
        survey="lamost",
        target_id=np.array(["-".join(name) for name in names], dtype=object),
        ra=ra,
        dec=dec,
        z=z,
        z_err=np.where(z_err > 0, z_err, np.nan),
        z_warn=np.zeros(len(names), np.int64),
        spec_class=np.array([text.upper() for text in spec_class], dtype=object),
        subclass=subclass,
        quality=_flags(_texts(headers, "FIBERTYP"), arm, z, ra),
        arms=(arm,),
        extras=_extras(names, headers, spec_class, subclass),
        origins=_origins(names),
    )


def _names(path: Path) -> tuple[str, str, str, str]:
    """Night (local modified Julian day), plan, spectrograph and fibre, as in the file's name."""
    match = matched(
        _NAME,
        path,
        "a file is not one of LAMOST's spectra",
        wanted="a name such as spec-55862-B6212_sp06-003.fits",
        todo="narrow the recipe's patterns, for example to **/spec-*_sp*.fits*",
    )
    return match["night"], match["plan"], match["spectrograph"], match["fibre"]


def _snr_words() -> list[str]:
    """Keywords of the signal-to-noise ratios: SN_U in early releases, SNRU in later ones."""
    return [f"{stem}{band.upper()}" for stem in ("SN_", "SNR") for band in _BANDS]


def _number(value: object) -> float:
    """Read a keyword as a number; NaN where it is not told: absent, text, or the filler -9999."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return np.nan
    return float(value) if np.isfinite(value) and value > _NEVER else np.nan


def _numbers(headers: Sequence[dict[str, object]], *words: str) -> Float:
    """One number per spectrum, (N,), from the first of these keywords that is told."""
    told = [[_number(header.get(word)) for word in words] for header in headers]
    return np.array([next((v for v in values if v == v), np.nan) for values in told])  # noqa: PLR0124 - NaN differs from itself


def _texts(headers: Sequence[dict[str, object]], word: str) -> Text:
    texts = [str(header.get(word) or "").strip() for header in headers]
    return np.array(["" if text.lower() in _NOTHING else text for text in texts], dtype=object)


def _flags(fibre_type: Text, arm: Arm, z: Float, ra: Float) -> Array:
    kinds = [text.lower() for text in fibre_type]
    return flagged(
        {
            Quality.SKY: np.array([kind == "sky" for kind in kinds]),
            Quality.BAD_FIBRE: np.array(
                [kind not in {*_FIBRES_OF_OBJECTS, "sky"} for kind in kinds]
            ),
            Quality.DEAD_FIBRE: ~(arm.ivar > 0).any(axis=1),
            Quality.NO_REDSHIFT: np.isnan(z),
            Quality.BAD_POSITION: np.isnan(ra),
        }
    )


def _extras(
    names: Sequence[tuple[str, str, str, str]],
    headers: Sequence[dict[str, object]],
    spec_class: Text,
    subclass: Text,
) -> dict[str, Array]:
    # Released as text in some files and as a number in others.
    obsid = [str(header.get("OBSID") or "").strip() for header in headers]
    letters = [
        sub[:1] if kind.upper() == "STAR" and sub[:1].isupper() else ""
        for kind, sub in zip(spec_class, subclass, strict=True)
    ]
    return {
        "plan": np.array([plan for _, plan, _, _ in names], dtype=object),
        "mjd": np.array([int(night) for night, _, _, _ in names], np.int64),
        "spectrograph": np.array([int(number) for _, _, number, _ in names], np.int64),
        "fibre": np.array([int(fibre) for _, _, _, fibre in names], np.int64),
        "obsid": np.array(
            [int(each) if re.fullmatch(r"\d{1,18}", each) else -1 for each in obsid], np.int64
        ),
        "designation": _texts(headers, "DESIG"),
        "spectral_type": np.array(letters, dtype=object),
        **{
            f"snr_{band}": _numbers(headers, f"SN_{band.upper()}", f"SNR{band.upper()}")
            for band in _BANDS
        },
    }


def _origins(names: Sequence[tuple[str, str, str, str]]) -> Origins:
    """Fibre, spectrograph, plan and night of each spectrum; fibres are counted per spectrograph."""
    told = [
        (row, kind, name)
        for row, (night, plan, spectrograph, fibre) in enumerate(names)
        for kind, name in (
            ("fibre", f"{spectrograph}-{fibre}"),
            ("spectrograph", spectrograph),
            ("plan", plan),
            ("night", night),
        )
    ]
    return Origins.of(told)


SURVEY = Survey(
    name="lamost",
    title="LAMOST spectroscopic survey",
    url="https://www.lamost.org/",
    flux_unit="",  # calibrated relative to the wavelength, not in level
    citation=(
        "Cui et al. 2012, RAA 12, 1197 (the telescope); Zhao et al. 2012, RAA 12, 723 (the "
        "survey); Luo et al. 2015, RAA 15, 1095 (the first data release and its pipeline)"
    ),
    acknowledgement=(
        "Guoshoujing Telescope (the Large Sky Area Multi-Object Fiber Spectroscopic Telescope, "
        "LAMOST) is a National Major Scientific Project built by the Chinese Academy of Sciences. "
        "Funding for the project has been provided by the National Development and Reform "
        "Commission. LAMOST is operated and managed by the National Astronomical Observatories, "
        "Chinese Academy of Sciences."
    ),
    discover=discover,
    read=read,
    columns=_COLUMNS,
)
