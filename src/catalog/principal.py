"""Sums over the bins of spectra that principal components need, in memory that does not grow.

A spectrum has from a thousand bins to three hundred thousand: what is quadratic in components is
summed block by block, and nothing is quadratic in bins.
"""

import numpy as np
from scipy.linalg import eigh

from catalog.spectra import Float

BLOCK = 2**24
"""Numbers that products of components may fill at a time. Below some 18,000 bins and 30 components
they fill less, and all bins are summed at once."""
_NOTHING = 1e-7
"""Length of a component, as a fraction of the longest, that is rounding and no direction."""


def principal_axes(centred: Float, n_components: int) -> tuple[Float, Float]:
    """Principal axes of spectra whose mean is zero, from the smaller of the two Gram matrices.

    The covariance is (L, L) and the spectra's products are (N, N): the same axes come out of
    either, and a library has fewer stars than bins.

    Parameters
    ----------
    centred : ndarray of shape (N, L), float64
        Spectra less their mean.
    n_components : int
        K; at most the smaller of N and L come back.

    Returns
    -------
    axes : ndarray of shape (K, L)
        Orthonormal, the longest first; zeros where the spectra span no such direction.
    squares : ndarray of shape (K,)
        Sum of squares of the spectra along each axis.
    """
    n_spectra, n_bins = centred.shape
    few = n_spectra < n_bins
    gram = centred @ centred.T if few else centred.T @ centred
    size = len(gram)
    top = (size - min(n_components, size), size - 1)
    values, vectors = eigh(gram, subset_by_index=top)
    vectors = centred.T @ vectors if few else vectors
    norm = np.linalg.norm(vectors, axis=0)
    there = norm > _NOTHING * norm.max(initial=0.0)
    axes = np.where(there, vectors / np.where(there, norm, 1.0), 0.0).T[::-1]
    return np.ascontiguousarray(axes), np.maximum(values[::-1], 0.0)


def weighted_products(weight: Float, rows: Float) -> Float:
    """Sum over bins each weight times the products of all pairs of rows, (N, K, K).

    Parameters
    ----------
    weight : ndarray of shape (N, L)
    rows : ndarray of shape (K, L)
    """
    size = len(rows)
    cuts = blocks(rows.shape[1], size)
    if len(cuts) > 1 and len(weight) < size:  # to weigh the rows costs less than to pair them
        few: Float = np.zeros((len(weight), size, size), np.result_type(weight, rows))
        for row, own in enumerate(weight):
            for bins in cuts:
                few[row] += (rows[:, bins] * own[bins]) @ rows[:, bins].T
        return few
    flat = weight[:, cuts[0]] @ pairs(rows[:, cuts[0]]).T
    for bins in cuts[1:]:
        flat += weight[:, bins] @ pairs(rows[:, bins]).T
    return flat.reshape(-1, size, size)


def pairs(rows: Float) -> Float:
    """Products of all pairs of K rows of length M, (K², M)."""
    size = len(rows)
    return (rows[:, None, :] * rows[None, :, :]).reshape(size * size, -1)


def blocks(n_bins: int, n_rows: int) -> list[slice]:
    """Cut bins so that the products of so many rows stay within `BLOCK`; one cut where they do."""
    width = max(1, BLOCK // max(1, n_rows * n_rows))
    return [slice(start, start + width) for start in range(0, n_bins, width)]
