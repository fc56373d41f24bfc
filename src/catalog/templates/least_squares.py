"""Weighted linear least squares by normal matrices, many small ones at once."""

import numpy as np

from catalog.spectra import Float

RIDGE = 1e-4
"""Relative weight that keeps templates apart which holes in a spectrum make alike."""


def chi2_of_fits(templates: Float, weight: Float, weighted: Float, square: Float) -> Float:
    """χ² (n,) of the weighted least-squares fits of templates (K, bins) to n spectra.

    Parameters
    ----------
    templates : ndarray of shape (K, bins)
    weight, weighted : ndarray of shape (bins, n)
        Inverse variances w, and w times flux x.
    square : ndarray of shape (n,)
        Σwx².
    """
    size = len(templates)
    row, column = np.tril_indices(size)
    normal = np.empty((size + 1, size + 1, weight.shape[1]))
    normal[row, column] = (templates[row] * templates[column]) @ weight
    normal[size, :size] = templates @ weighted
    normal[size, size] = square
    diagonal = np.arange(size)
    normal[diagonal, diagonal] += RIDGE * normal[diagonal, diagonal].mean(axis=0) + 1e-30
    return eliminated(normal)


def eliminated(normal: Float) -> Float:
    """χ² (n,) that n fits leave, from their bordered normal matrices (K + 1, K + 1, n).

    The normal equations are bordered by the right-hand side and Σwx². Eliminating the templates
    from that matrix, as a Cholesky factorisation does, leaves χ² in its corner. All fits are
    eliminated at once: LAPACK's calls for matrices this small take twice as long. Only the lower
    triangle is read; the matrices are overwritten.
    """
    size = len(normal) - 1
    for j in range(size):
        factor = normal[j + 1 :, j] / np.sqrt(normal[j, j])
        for i in range(size - j):
            normal[j + 1 + i, j + 1 : j + 2 + i] -= factor[i] * factor[: i + 1]
    left: Float = normal[size, size]
    return left
