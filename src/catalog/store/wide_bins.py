"""Spectra at a quarter of the grid's resolution: how the catalogue keeps those of neighbours."""

import numpy as np
import numpy.typing as npt

Float = npt.NDArray[np.floating]

WIDTH = 4
"""Bins of the grid in one."""


def wide_bins(flux: Float, ivar: Float) -> Float:
    """Mean (N, ⌈L / 4⌉) of each four neighbouring bins of flux (N, L) that have data, float32.

    Not a number where none has (ivar 0). The last is of fewer bins where L is no multiple of four.
    """
    starts = np.arange(0, flux.shape[1], WIDTH)
    known = ivar > 0
    total = np.add.reduceat(np.where(known, flux, 0.0), starts, axis=1)
    count = np.add.reduceat(known.astype(np.int64), starts, axis=1)
    mean = np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)
    single: Float = mean.astype(np.float32)
    return single
