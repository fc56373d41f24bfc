"""DESI's own flags, bits and target classes -> `Quality`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from catalog import registry
from catalog.errors import RecipeError
from catalog.spectra import Arm, Array, Float, Quality
from catalog.surveys._desi_redshifts import Redshifts
from catalog.surveys._fits import FitsTable
from catalog.surveys._quality import flagged, possible


@dataclass(frozen=True)
class TargetClass:
    """How a target class is marked: a bit of DESI_TARGET, or any bit of a column of its own."""

    bit: int
    column: str = ""


# desitarget, targetmask.yaml. The five bits are the same in the survey validation phases.
TARGETS: Mapping[str, TargetClass] = {
    "bgs": TargetClass(60, "BGS_TARGET"),
    "elg": TargetClass(1),
    "lrg": TargetClass(0),
    "mws": TargetClass(61, "MWS_TARGET"),
    "qso": TargetClass(2),
}
PHASES = ("SV1_", "SV2_", "SV3_", "CMX_")

_SKY_TARGET = 1 << 32
# STUCKPOSITIONER and RESTRICTED: desispec's maskbits marks both as information, not as faults.
# Every other bit counts: DESI's advice is to use COADD_FIBERSTATUS = 0 only.
_HARMLESS_FIBRE_BITS = 1 << 1 | 1 << 3
# Redrock's ZWARN. POORDATA (11) and the fit's own warnings stay what they are: `z_warn`.
_ZWARN_SKY = 1 << 0
_ZWARN_FIBRE = 1 << 7 | 1 << 8  # UNPLUGGED, BAD_TARGET
_ZWARN_NODATA = 1 << 9


def positions(fibres: FitsTable) -> tuple[Float, Float]:
    """Right ascension and declination of the targets, deg, ICRS, (N,); NaN where not possible."""
    ra = fibres.numbers("TARGET_RA", np.float64, null=np.nan)
    dec = fibres.numbers("TARGET_DEC", np.float64, null=np.nan)
    return possible(ra, dec)


def flags(
    fibres: FitsTable, redshifts: Redshifts, arms: Sequence[Arm], targets: tuple[str, ...]
) -> Array:
    """Quality bits of N spectra, (N,) int64.

    Parameters
    ----------
    fibres : FitsTable
        FIBERMAP, N rows.
    redshifts : Redshifts
        Of the same N spectra.
    arms : sequence of Arm
        With ivar 0 in bad pixels.
    targets : tuple of str
        Keys of `TARGETS`; a spectrum of none of them is not targeted. Empty: all are.

    Notes
    -----
    A negative TARGETID belongs to a fibre without a target: sky, or a positioner that is stuck.
    """
    target_ids = fibres.numbers("TARGETID", np.int64)
    kind = fibres.text("OBJTYPE", null="TGT")
    sky = (kind == "SKY") | _has(redshifts.z_warn, _ZWARN_SKY)
    sky |= fibres.numbers("DESI_TARGET", np.int64, null=0) & _SKY_TARGET > 0
    no_target = ((kind != "SKY") & (kind != "TGT")) | ((target_ids < 0) & ~sky)
    ra, _ = positions(fibres)
    quality = flagged(
        {
            Quality.SKY: sky,
            Quality.DEAD_FIBRE: ~np.any([(arm.ivar > 0).any(axis=1) for arm in arms], axis=0),
            Quality.BAD_FIBRE: no_target | _bad_fibre(fibres, redshifts.z_warn),
            Quality.NO_REDSHIFT: np.isnan(redshifts.z) | _has(redshifts.z_warn, _ZWARN_NODATA),
            Quality.NOT_TARGETED: ~_selected(fibres, targets),
            Quality.BAD_POSITION: np.isnan(ra),
        }
    )
    return quality | _worse_repeats(target_ids, quality, arms)


def _has(z_warn: Array, bits: int) -> Array:
    """Whether any of the bits is set; a spectrum without a redrock row has none."""
    found: Array = (z_warn >= 0) & (z_warn & bits > 0)
    return found


def _bad_fibre(fibres: FitsTable, z_warn: Array) -> Array:
    column = fibres.first_of("COADD_FIBERSTATUS", "FIBERSTATUS")
    status = fibres.numbers(column, np.int64, null=0)
    bad: Array = (status & ~_HARMLESS_FIBRE_BITS != 0) | _has(z_warn, _ZWARN_FIBRE)
    return bad


def _selected(fibres: FitsTable, targets: tuple[str, ...]) -> Array:
    """Whether a spectrum is of one of the classes, (N,) bool; none is where no column tells."""
    if not targets:
        return np.ones(fibres.n_rows, bool)
    prefixes = [p for p in PHASES if f"{p}DESI_TARGET" in fibres or f"{p}BGS_TARGET" in fibres]
    selected = np.zeros(fibres.n_rows, bool)
    for target in (_known(name) for name in targets):
        # A file of a validation phase keeps the main survey's columns too, filled with zeros.
        for prefix in prefixes or [""]:
            bits = fibres.numbers(f"{prefix}DESI_TARGET", np.int64, null=0)
            selected |= bits & (1 << target.bit) != 0
            if target.column:
                selected |= fibres.numbers(f"{prefix}{target.column}", np.int64, null=0) != 0
    return selected


def _known(name: str) -> TargetClass:
    if name not in TARGETS:
        raise RecipeError(
            f"DESI has no target class {name!r}",
            where="surveys.targets",
            wanted="one of " + ", ".join(TARGETS),
            found=repr(name),
            todo=registry.nearest(name, tuple(TARGETS)),
        )
    return TARGETS[name]


def _worse_repeats(target_ids: Array, quality: Array, arms: Sequence[Arm]) -> Array:
    """DUPLICATE for every row of a target but its best: a good one first, then by S/N."""
    _, inverse, counts = np.unique(target_ids, return_inverse=True, return_counts=True)
    repeated = np.flatnonzero(counts[inverse] > 1)
    snr = np.zeros(target_ids.size)
    snr[repeated] = [_median_snr(arms, int(row)) for row in repeated]
    best_first = np.lexsort((-snr, quality != 0, target_ids))
    worse = best_first[1:][target_ids[best_first][1:] == target_ids[best_first][:-1]]
    flag = np.zeros(target_ids.size, np.int64)
    flag[worse] = Quality.DUPLICATE.value
    return flag


def _median_snr(arms: Sequence[Arm], row: int) -> float:
    snr = np.concatenate(
        [(arm.flux[row] * np.sqrt(arm.ivar[row]))[arm.ivar[row] > 0] for arm in arms]
    )
    return float(np.median(snr)) if snr.size else -np.inf
