"""A sample of the latent space in which rare kinds are not left to chance."""

import numpy as np
import numpy.typing as npt

from catalog.spectra import Float

N_STRATA = 64
SEEDED_ON = 50_000
"""Rows that centres are drawn from: a kind of 0.2 % still has a hundred among them."""
ROWS = 65_536
"""Rows whose distances to the centres are held at a time."""


def stratified(points: Float, sample: int, seed: int) -> npt.NDArray[np.int64]:
    """Choose rows so that every region of the latent space is among them.

    A map fitted on a simple random sample knows a rare kind by a handful of spectra, fewer than the
    neighbours that the layout works with, and strews the rest of that kind over other islands. So
    the space is parted into cells around centres that lie far from one another (k-means++ seeding),
    half of the sample is shared out evenly between the cells and half in proportion to how many
    each holds. t-SNE evens densities out anyway, so the crowded cells lose nothing.

    Parameters
    ----------
    points : ndarray of shape (N, D)
        Latent means, every dimension on one scale.
    sample
        How many rows to choose; all where there are no more.
    seed
        The same seed gives the same rows.

    Returns
    -------
    ndarray of shape (min(sample, N),)
        Rows, ascending.

    Notes
    -----
    Arthur & Vassilvitskii 2007 for the seeding; Cochran 1977, chapter 5, for the strata.
    """
    n = len(points)
    if n <= sample:
        return np.arange(n)
    rng = np.random.default_rng(seed)
    seeded_on = points[np.sort(rng.permutation(n)[:SEEDED_ON])]
    cell = _nearest(points, _centres(seeded_on, min(N_STRATA, sample), rng))
    members = [np.flatnonzero(cell == k) for k in range(cell.max() + 1)]
    taken = _shares(np.array([len(rows) for rows in members]), sample)
    parts = [rng.permutation(rows)[:k] for rows, k in zip(members, taken, strict=True)]
    return np.sort(np.concatenate(parts))


def _centres(points: Float, k: int, rng: np.random.Generator) -> Float:
    """Rows far apart: each is drawn with the square of its distance to the nearest before it."""
    centres = [points[rng.integers(len(points))]]
    nearest = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < k and nearest.sum() > 0:
        at = int(np.searchsorted(np.cumsum(nearest), rng.random() * nearest.sum()))
        centres.append(points[min(at, len(points) - 1)])
        nearest = np.minimum(nearest, ((points - centres[-1]) ** 2).sum(axis=1))
    return np.stack(centres)


def _nearest(points: Float, centres: Float) -> npt.NDArray[np.int64]:
    found = np.empty(len(points), dtype=np.int64)
    length = (centres**2).sum(axis=1)
    for start in range(0, len(points), ROWS):
        part = points[start : start + ROWS]
        found[start : start + ROWS] = (length - 2 * part @ centres.T).argmin(axis=1)
    return found


def _shares(sizes: npt.NDArray[np.int64], sample: int) -> npt.NDArray[np.int64]:
    """Share the sample out: half evenly, half by size, and no more than a stratum holds."""
    wanted = 0.5 * sample / np.count_nonzero(sizes) + 0.5 * sample * sizes / sizes.sum()
    taken: npt.NDArray[np.int64] = np.minimum(sizes, np.floor(wanted).astype(np.int64))
    while (missing := sample - int(taken.sum())) > 0:
        room = np.flatnonzero(sizes > taken)
        # What small strata cannot give, the others do, the roomiest first.
        order = room[np.argsort(taken[room] - sizes[room], kind="stable")]
        more = max(1, missing // len(room))
        for stratum in order:
            give = min(more, int(sizes[stratum] - taken[stratum]), missing)
            taken[stratum] += give
            missing -= give
    return taken
