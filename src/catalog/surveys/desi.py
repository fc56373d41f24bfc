"""DESI: coadd (or spectra) and redrock files -> `Spectra`, with the arms b, r, z kept apart.

Formats of the early data release (fuji), data release 1 (iron) and their neighbours; columns that
a release lacks become nulls.
"""

from pathlib import Path

import numpy as np

from catalog.errors import SurveyError
from catalog.spectra import Arm, Array, Float, Spectra
from catalog.surveys import (
    Shard,
    Survey,
    _desi_extras,
    _desi_origins,
    _desi_quality,
    _desi_redshifts,
)
from catalog.surveys._desi_layout import discover, is_redrock
from catalog.surveys._fits import FitsFile

_ARMS = ("b", "r", "z")


def read(shard: Shard, targets: tuple[str, ...]) -> Spectra:
    """Read one coadd or spectra file, with its redshifts where the shard has a redrock file.

    Parameters
    ----------
    shard : Shard
        From `discover`.
    targets : tuple of str
        Target classes to keep (`bgs`, `elg`, `lrg`, `mws`, `qso`); others are flagged. Empty keeps
        all.

    Returns
    -------
    Spectra
        A target that the file has twice keeps its identifier in both rows; all but the best are
        flagged DUPLICATE. `z_warn` is -1 where redrock has no row.

    Raises
    ------
    SurveyError
        If a file is damaged, or is not as DESI's format promises.
    RecipeError
        If a target class is not one of DESI's.
    """
    file_path = next(path for path in shard.files if not is_redrock(path))
    redrock = next((path for path in shard.files if is_redrock(path)), None)
    with FitsFile(file_path) as file:
        fibres = file.table("FIBERMAP")
        if fibres.n_rows == 0:
            raise _no_rows(file_path)
        ids = fibres.numbers("TARGETID", np.int64)
        arms = _arms(file, fibres.n_rows)
        redshifts = (
            _desi_redshifts.read(redrock, ids)
            if redrock
            else _desi_redshifts.none_for(fibres.n_rows)
        )
        ra, dec = _desi_quality.positions(fibres)
        return Spectra(
            survey="desi",
            target_id=np.array([str(number) for number in ids], dtype=object),
            ra=ra,
            dec=dec,
            z=redshifts.z,
            z_err=redshifts.z_err,
            z_warn=redshifts.z_warn,
            spec_class=redshifts.spec_class,
            subclass=redshifts.subclass,
            quality=_desi_quality.flags(fibres, redshifts, arms, targets),
            arms=arms,
            extras=_desi_extras.read(file, fibres, redshifts.delta_chi2),
            origins=_desi_origins.read(file, fibres),
        )


def _arms(file: FitsFile, n_rows: int) -> tuple[Arm, ...]:
    arms = tuple(_arm(file, name, n_rows) for name in _ARMS if _has_arm(file, name))
    if not arms:
        raise SurveyError(
            "a file has no spectra",
            where=file.path,
            wanted="at least one of B_FLUX, R_FLUX, Z_FLUX, each with its WAVELENGTH and IVAR",
            found=", ".join(file.names),
            todo="see that this is a coadd or spectra file",
        )
    return arms


def _has_arm(file: FitsFile, name: str) -> bool:
    """Whether any of the arm's HDUs is there; an arm in part is then a fault."""
    return any(f"{name.upper()}_{part}" in file.names for part in ("WAVELENGTH", "FLUX", "IVAR"))


def _arm(file: FitsFile, name: str, n_rows: int) -> Arm:
    """One arm; flux and ivar are 0 in every pixel without information."""
    wave = _wave(file, f"{name.upper()}_WAVELENGTH")
    shape = (n_rows, wave.size)
    flux = _single(file.image(f"{name.upper()}_FLUX", shape))
    ivar = _single(file.image(f"{name.upper()}_IVAR", shape))
    good = np.isfinite(flux) & np.isfinite(ivar) & (ivar > 0)
    if f"{name.upper()}_MASK" in file.names:
        # Every bit of DESI's SPECMASK is bad.
        good &= file.image(f"{name.upper()}_MASK", shape) == 0
    flux[~good] = 0
    ivar[~good] = 0
    return Arm(name, wave, flux, ivar)


def _single(image: Array) -> Float:
    """Copy to float32; what is too large for it becomes infinite, and so is masked."""
    with np.errstate(over="ignore", under="ignore"):
        return image.astype(np.float32)


def _wave(file: FitsFile, hdu: str) -> Float:
    wave = file.image(hdu).astype(np.float64)
    fault = ""
    if wave.ndim != 1 or wave.size < 2:
        fault = f"shape {wave.shape}"
    elif not np.isfinite(wave).all() or not (wave > 0).all():
        fault = "values that are not finite and positive"
    elif not (np.diff(wave) > 0).all():
        row = int(np.argmin(np.diff(wave)))
        fault = f"{wave[row]} Å followed by {wave[row + 1]} Å at pixel {row + 1}"
    if fault:
        raise SurveyError(
            "a wavelength grid is not usable",
            where=f"{file.path} [{hdu}]",
            wanted="one list of increasing wavelengths in Å",
            found=fault,
            todo="see that this is an unmodified file of the survey",
        )
    return wave


def _no_rows(path: Path) -> SurveyError:
    return SurveyError(
        "a file has no spectra",
        where=f"{path} [FIBERMAP]",
        wanted="at least one row",
        found="0 rows",
        todo="leave the file out, or download it again",
    )


SURVEY = Survey(
    name="desi",
    title="Dark Energy Spectroscopic Instrument (DESI)",
    url="https://data.desi.lbl.gov/doc/",
    citation=(
        "DESI Collaboration, 2024, The Early Data Release of the Dark Energy Spectroscopic "
        "Instrument, AJ 168, 58 (arXiv:2306.06308)"
    ),
    acknowledgement=(
        "The spectra come from the Dark Energy Spectroscopic Instrument (DESI), whose construction "
        "and operation are funded by the U.S. Department of Energy, Office of Science, Office of "
        "High Energy Physics, with further support from the U.S. National Science Foundation and "
        "the institutions of the DESI collaboration. DESI observes with the Mayall telescope at "
        "Kitt Peak National Observatory, a programme of NSF NOIRLab. The collaboration is honoured "
        "to be permitted to do science on I'oligam Du'ag (Kitt Peak), a mountain of particular "
        "significance to the Tohono O'odham Nation. DESI's public data are licensed under CC BY "
        "4.0. The text that publications must carry: https://data.desi.lbl.gov/doc/acknowledgments/"
    ),
    discover=discover,
    read=read,
    licence="CC-BY-4.0",
    object_page="https://www.legacysurvey.org/viewer/desi-spectrum/{release}/targetid{target_id}",
    arm_joins=((5760.0, 5800.0), (7520.0, 7620.0)),
    targets=tuple(_desi_quality.TARGETS),
    columns=_desi_extras.COLUMNS,
)
