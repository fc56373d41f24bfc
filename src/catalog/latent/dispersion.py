"""Which latent dimensions a model uses: how far its spectra spread along each, and what that tells.

Two numbers per dimension, since either alone can mislead. Sedaghat et al. (2021), MNRAS 501, 6026,
section 4, go by the median absolute deviation of the latent means; a dimension whose deviations are
as wide as the prior says nothing of a spectrum, however its means are scaled.
"""

import numpy as np

from catalog.spectra import Array, Float


def dimensions(latent: Float, latent_sd: Float) -> tuple[Float, Float]:
    """Median absolute deviation of the means, and mean divergence from the prior, (D,) each.

    Parameters
    ----------
    latent, latent_sd : ndarray of shape (N, D)
        Mean and deviation of q(z|x) of every spectrum.

    Returns
    -------
    mad : ndarray of shape (D,)
        median |z − median z|, in units of the latents; 0 without spectra.
    kl : ndarray of shape (D,)
        Kullback-Leibler divergence of q(z|x) from N(0, 1), nat, averaged over spectra (Kingma &
        Welling 2014, appendix B); NaN for a plain autoencoder, whose deviations are 0.
    """
    n_latent = latent.shape[1]
    if not len(latent):
        return np.zeros(n_latent), np.full(n_latent, np.nan)
    means, deviations = latent.astype(np.float64), latent_sd.astype(np.float64)
    mad: Float = np.median(np.abs(means - np.median(means, axis=0)), axis=0)
    if not deviations.any():
        return mad, np.full(n_latent, np.nan)
    variances = np.maximum(deviations**2, np.finfo(np.float64).tiny)
    kl: Float = 0.5 * (means**2 + variances - 1.0 - np.log(variances)).mean(axis=0)
    return mad, kl


def informative(mad: Float, kl: Float, limits: tuple[float, float]) -> Array:
    """Mark (D,) the dimensions whose deviation and divergence are both above their limits.

    The divergence is not asked of a plain autoencoder (NaN). `limits` are the recipe's
    `latent.informative_mad` and `latent.informative_kl`.
    """
    least_mad, least_kl = limits
    marked: Array = (mad > least_mad) & (np.isnan(kl) | (kl > least_kl))
    return marked
