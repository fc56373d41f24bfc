"""The groups of signal-to-noise ratio in which anomalies are planted and results are told."""

import numpy as np

from catalog.spectra import Array, Float

EDGES = (5.0, 10.0, 20.0, 40.0)
"""Lower edges, median S/N; a group reaches up to the next edge, the last one without end."""
GROUPS = ("5-10", "10-20", "20-40", ">40")


def group_of(snr: Float) -> Array:
    """Index (N,) into `GROUPS` of each S/N; -1 below the first edge and for NaN."""
    known = np.where(np.isnan(snr), -np.inf, snr)
    index: Array = np.searchsorted(EDGES, known, side="right") - 1
    return index
