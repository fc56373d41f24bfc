"""Where DESI took a spectrum: the fibres, petals, exposures, tiles and nights that are in it."""

import numpy as np
from astropy.io import fits

from catalog.spectra import Array, Origins
from catalog.surveys._fits import FitsFile, FitsTable

# Kind of group, its column, its keyword in the primary header of a tile's file, its least value:
# DESI writes 0 or -1 where it has none.
_KINDS = (
    ("fibre", "FIBER", "", 0),
    ("petal", "PETAL_LOC", "PETAL", 0),
    ("exposure", "EXPID", "", 1),
    ("tile", "TILEID", "TILEID", 1),
    ("night", "NIGHT", "NIGHT", 1),
)
# FIBERSTATUS bits that keep an exposure out of every arm of a coadd: UNASSIGNED, BROKENFIBER,
# MISSINGPOSITION, BADPOSITION, and 16 to 21, BADFIBER to MANYREJECTED (desispec.maskbits). The
# bits of a bad amplifier concern one arm; POORPOSITION is information.
_LEFT_OUT = 1 << 0 | 1 << 2 | 1 << 8 | 1 << 9 | 0b111111 << 16
_IN_COADD = ("IN_COADD_B", "IN_COADD_R", "IN_COADD_Z")


def read(file: FitsFile, fibres: FitsTable) -> Origins:
    """Tell the groups of each of a file's N spectra.

    Parameters
    ----------
    file : FitsFile
        An open coadd or spectra file.
    fibres : FitsTable
        Its FIBERMAP, N rows.

    Returns
    -------
    Origins
        By kind, then row, then number; each membership once. Of a coadd's exposures only those that
        went into it count. What EXP_FIBERMAP does not tell of a row comes from the row itself, and
        else, where the file is of one tile, from its header.

    Raises
    ------
    SurveyError
        If a column does not hold whole numbers.
    """
    exposures = file.table("EXP_FIBERMAP") if "EXP_FIBERMAP" in file.names else None
    row, at = _joined(fibres, exposures)
    parts = []
    for kind, column, keyword, least in _KINDS:
        rows, numbers = np.empty(0, np.int64), np.empty(0, np.int64)
        if exposures is not None and column in exposures:
            rows, numbers = row, exposures.numbers(column, np.int64)[at]
            rows, numbers = rows[numbers >= least], numbers[numbers >= least]
        rows, numbers = _completed(rows, numbers, _of_row(fibres, column), least)
        told = np.full(fibres.n_rows, _of_header(file.header(), keyword), np.int64)
        rows, numbers = _completed(rows, numbers, told, least)
        pairs = np.unique(np.stack([rows, numbers], axis=1), axis=0)
        names = np.array([str(number) for number in pairs[:, 1]], dtype=object)
        parts.append((pairs[:, 0], np.full(len(pairs), kind, dtype=object), names))
    return Origins(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _joined(fibres: FitsTable, exposures: FitsTable | None) -> tuple[Array, Array]:
    """Pairs of a spectrum's row and an exposure's row that went into it, (M,) each."""
    if exposures is None or exposures.n_rows == 0:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    ids = exposures.numbers("TARGETID", np.int64)
    used = np.flatnonzero(_used(exposures))
    used = used[np.argsort(ids[used], kind="stable")]
    target_ids = fibres.numbers("TARGETID", np.int64)
    first, end = (np.searchsorted(ids[used], target_ids, side) for side in ("left", "right"))
    row = np.repeat(np.arange(fibres.n_rows), end - first)
    start = np.repeat(first - np.concatenate([[0], np.cumsum(end - first)[:-1]]), end - first)
    return row, used[start + np.arange(row.size)]


def _used(exposures: FitsTable) -> Array:
    """Whether an exposure went into a coadd, (M,) bool: later files say so, earlier ones flag."""
    arms = [column for column in _IN_COADD if column in exposures]
    if arms:
        any_arm: Array = np.any([exposures.numbers(c, np.bool_) for c in arms], axis=0)
        return any_arm
    used: Array = exposures.numbers("FIBERSTATUS", np.int64, null=0) & _LEFT_OUT == 0
    return used


def _of_row(fibres: FitsTable, column: str) -> Array:
    return fibres.numbers(column, np.int64, null=-1)


def _of_header(header: fits.Header, keyword: str) -> int:
    told = header.get(keyword) if keyword else None
    return told if isinstance(told, int) else -1


def _completed(rows: Array, numbers: Array, told: Array, least: int) -> tuple[Array, Array]:
    """Add what is told (N,) of the rows that have nothing yet."""
    missing = np.ones(told.size, bool)
    missing[rows] = False
    missing &= told >= least
    return (
        np.concatenate([rows, np.flatnonzero(missing)]),
        np.concatenate([numbers, told[missing]]),
    )
