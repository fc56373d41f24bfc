"""The two-dimensional map: t-SNE fitted on a stratified sample, everything else placed into it."""

import warnings

import numpy as np
from openTSNE import TSNE

from catalog.latent.strata import stratified
from catalog.spectra import Float

THREADS = 2
"""The layout's sums depend on the number of threads, so it is a constant, not the machine's."""
FEW = 1000
"""With fewer spectra the forces are summed by Barnes and Hut's tree, and by one thread: two wait
for each other at every one of 750 short steps, for five to ten times as long as one works."""
CHUNK = 50_000
"""Spectra placed at a time: what placing holds is in proportion to it."""
SMALLEST = 12
"""With fewer spectra a neighbourhood has no meaning; the first two principal axes are shown."""


def layout(latent: Float, sample: int, perplexity: float, seed: int) -> Float:
    """Map positions (N, 2) of latent means (N, D).

    Latent dimensions are divided by their standard deviation first: a dimension with a wide spread
    would otherwise draw the map alone. The layout is fitted on a stratified sample, so that rare
    kinds have a place of their own (`strata.stratified`).

    Notes
    -----
    van der Maaten & Hinton 2008; Poličar et al. 2019 for placing further points.
    """
    points = _standardised(latent.astype(np.float64))
    if len(points) < SMALLEST or points.shape[1] < 2:
        return _principal_axes(points)
    chosen = stratified(points, sample, seed)
    tsne = TSNE(
        perplexity=min(perplexity, (len(chosen) - 1) / 3),
        initialization="pca",
        neighbors="exact",
        negative_gradient_method="bh" if len(chosen) < FEW else "fft",
        n_jobs=1 if len(chosen) < FEW else THREADS,
        random_state=seed,
    )
    with warnings.catch_warnings():
        # openTSNE still builds its matrices with an interface that scipy is about to drop.
        warnings.simplefilter("ignore")
        embedding = tsne.fit(points[chosen])
        positions = np.empty((len(points), 2))
        positions[chosen] = np.asarray(embedding)
        rest = np.setdiff1d(np.arange(len(points)), chosen)
        for start in range(0, rest.size, CHUNK):
            part = rest[start : start + CHUNK]
            positions[part] = np.asarray(embedding.transform(points[part]))
    return positions


def _standardised(latent: Float) -> Float:
    spread = latent.std(axis=0)
    scaled: Float = (latent - latent.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return scaled


def _principal_axes(points: Float) -> Float:
    axes = np.linalg.svd(points, full_matrices=False)[2][:2]
    # The sign of an axis is arbitrary; its largest component decides.
    axes *= np.sign(axes[np.arange(len(axes)), np.abs(axes).argmax(axis=1)])[:, None]
    positions = np.zeros((len(points), 2))
    positions[:, : len(axes)] = points @ axes.T
    return positions
