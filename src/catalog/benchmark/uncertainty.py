"""Bootstrap intervals: how far a benchmark's numbers would move in another draw of objects.

A resample draws rounds with replacement; within each round and kind, planted objects with
replacement; and clean targets with Poisson weights of mean 1. A clean target has one weight in all
rounds, since it is one spectrum scored several times. All scores share the resamples, so that
differences of scores are paired.

Rows are never copied: a resample is a column of weights, and `curves` handles all columns at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from catalog.spectra import Array, Float, Text

CONFIDENCE = 0.95
WEIGHTS_IN_MEMORY = 2**25
"""Numbers of four bytes (128 MB) that the weights of one batch of resamples may take."""


@dataclass(frozen=True)
class Objects:
    """Who was scored: P planted rows, each (P,), and M rows of clean spectra, each (M,)."""

    planted_kind: Text
    planted_round: Array
    negative_target: Text
    negative_round: Array


@dataclass(frozen=True)
class Weights:
    """How often each of B resamples has each row: planted (P, B), negative (M, B), float32."""

    planted: Float
    negative: Float


def resamples(objects: Objects, n_resamples: int, seed: int) -> Iterator[Weights]:
    """Draw resamples in batches that fit in memory. The first column of the first is the data.

    Parameters
    ----------
    objects : Objects
    n_resamples : int
        Number of resamples after the data themselves.
    seed : int
        Non-negative.
    """
    rng = np.random.default_rng(seed)
    both = np.concatenate([objects.planted_round, objects.negative_round])
    rounds, index = np.unique(both, return_inverse=True)
    planted_round, negative_round = np.split(index, [objects.planted_round.size])
    targets, target = np.unique(objects.negative_target.astype(str), return_inverse=True)
    strata = _strata(objects.planted_kind, planted_round)
    batch = max(1, WEIGHTS_IN_MEMORY // max(1, negative_round.size))
    yield Weights(
        np.ones((planted_round.size, 1), np.float32), np.ones((negative_round.size, 1), np.float32)
    )
    for start in range(0, n_resamples, batch):
        n = min(batch, n_resamples - start)
        of_round = _multinomial(rounds.size, n, rng)
        planted = np.empty((planted_round.size, n), np.float32)
        for members in strata:
            planted[members] = _multinomial(members.size, n, rng)
        planted *= of_round[planted_round]
        of_target = rng.poisson(1.0, (targets.size, n)).astype(np.float32)
        yield Weights(planted, of_target[target] * of_round[negative_round])


def interval(value: Float, samples: Float, span: tuple[float, Float]) -> tuple[Float, Float]:
    """Turn the resamples' deviations about the value: the basic bootstrap interval of `CONFIDENCE`.

    Average precision of few planted spectra is too high (each threshold is a planted spectrum, and
    counts it), and that of a resample, which repeats some and lacks others, is too high again. The
    percentiles of the resamples therefore miss the truth by twice the bias: for a weak score and 28
    planted spectra of each kind they contain it in four cases of ten. Turned about the value, the
    bias of the resamples corrects that of the value.

    Parameters
    ----------
    value : ndarray of shape (...)
        Of the data.
    samples : ndarray of shape (..., B)
        Of the resamples; NaN are left out.
    span : (float, ndarray of a shape that broadcasts to (...))
        Lowest and highest possible value, which the interval does not exceed.

    Returns
    -------
    low, high : ndarray of shape (...)
        The value lies between them; NaN where no resample has a value.

    Notes
    -----
    Davison & Hinkley 1997, Bootstrap Methods and their Application, equation 5.6.
    """
    tail = (1 - CONFIDENCE) / 2
    known = ~np.isnan(samples).all(axis=-1)
    bounds = np.full((2, *samples.shape[:-1]), np.nan)
    if known.any():
        bounds[:, known] = np.nanquantile(samples[known], [1 - tail, tail], axis=-1)
    low, high = np.clip(2 * value - bounds, span[0], span[1])
    return np.minimum(low, value), np.maximum(high, value)


def _strata(kind: Text, round_index: Array) -> list[Array]:
    """Rows of each kind in each round."""
    names = np.unique(kind.astype(str))
    groups = [
        np.flatnonzero((kind == name) & (round_index == r))
        for r in np.unique(round_index)
        for name in names
    ]
    return [rows for rows in groups if rows.size]


def _multinomial(size: int, n: int, rng: np.random.Generator) -> Float:
    """How often each of `size` objects comes in `size` draws with replacement, (size, n)."""
    counts = rng.multinomial(size, np.full(size, 1 / size), size=n).T
    return counts.astype(np.float32)
