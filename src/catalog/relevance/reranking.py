"""A catalogue's published objects and a person's ratings -> the objects by relevance."""

import csv
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalog.errors import VerdictError
from catalog.release import writing
from catalog.relevance import formula, gaussian_process
from catalog.relevance.labels import Label
from catalog.spectra import Array, Float
from catalog.store.read import Catalogue
from catalog.verdicts.formulas import guarded

COLUMNS = ("target_id", "rank", "relevance", "predicted_rating", "deviation", "informative")


@dataclass(frozen=True)
class Relevance:
    """What ratings make of N objects, in the order in which these were given.

    Attributes
    ----------
    relevance
        (N,), 0 to 5.
    rating, deviation
        (N,), predicted rating and its standard deviation, in units of ratings.
    informative
        (N,), how much a rating of the object would tell; NaN where it has one.
    """

    relevance: Float
    rating: Float
    deviation: Float
    informative: Float


def measure(latent: Float, rows: Array, ratings: Float) -> Relevance:
    """Measure the relevance of every object, given ratings of some.

    Parameters
    ----------
    latent : ndarray of shape (N, D)
        Latent means of the objects, most unusual first; NaN where there are none. Such an object
        is like no other: the machine's score stands for it, and a rating of it teaches nothing.
    rows, ratings : ndarray of shape (n,)
        Which objects are rated, and how, 0 to 5. An object may be rated more than once.

    Raises
    ------
    VerdictError
        If no object that has a latent vector is rated.

    Notes
    -----
    `informative` is the predicted deviation times the relevance: uncertainty sampling, weighted by
    how much the answer matters (Settles 2009, *Active Learning Literature Survey*, section 3.6,
    with the relevance in the place of the density).
    """
    n_objects = len(latent)
    points = formula.standardised(latent)
    known = ~np.isnan(points[:, 0])
    place = np.lexsort((ratings, rows))
    place = place[known[rows[place]]]
    if not place.size:
        raise VerdictError(
            "no object of this release is rated",
            wanted="a rating of at least one published object",
            found="none",
            todo="rate some objects of this release, and export the ratings again",
        )
    at, said = points[rows[place]], ratings[place].astype(np.float64)
    kernel = gaussian_process.choose(at, said)
    rating = np.full(n_objects, gaussian_process.PRIOR_MEAN)
    deviation = np.full(n_objects, kernel.amplitude)
    distance = np.full(n_objects, math.inf)
    rating[known], deviation[known] = gaussian_process.predict(kernel, at, said, points[known])
    distance[known] = formula.nearest(points[known], at)
    found = formula.relevance(formula.scores(n_objects), rating, distance)
    informative = deviation * found
    informative[rows] = np.nan
    return Relevance(found, rating, deviation, informative)


@dataclass(frozen=True)
class Reranked:
    """Objects by relevance, and what was made of the labels.

    `n_elsewhere` labels are of targets that this release does not publish; `n_unrated` say
    something but give no rating.
    """

    target_id: tuple[str, ...]
    relevance: Relevance
    n_used: int
    n_elsewhere: int
    n_unrated: int


def rerank(database: Path, labels: Sequence[Label]) -> Reranked:
    """Re-rank the published objects of a catalogue by a person's labels.

    Raises
    ------
    StoreError
        If the catalogue cannot be read.
    VerdictError
        If none of the labels rates a published object.
    """
    with Catalogue(database) as catalogue:
        target_id = tuple(each.target_id for each in catalogue.outliers())
        latent = catalogue.latents(target_id)
    row_of = {name: row for row, name in enumerate(target_id)}
    rated = [(label.target_id, label.rating) for label in labels if label.rating is not None]
    held = [(row_of[name], rating) for name, rating in rated if name in row_of]
    rows = np.array([row for row, _ in held], np.int64)
    ratings = np.array([rating for _, rating in held], np.float64)
    return Reranked(
        target_id,
        measure(latent, rows, ratings),
        n_used=len(held),
        n_elsewhere=len(rated) - len(held),
        n_unrated=len(labels) - len(rated),
    )


def write(path: Path, found: Reranked) -> None:
    """Write the objects by relevance as CSV; the same labels give the same bytes.

    `informative` counts from 1 the objects in the order in which a rating would tell most; it is
    empty where there is a rating.

    Raises
    ------
    ReleaseError
        If the disk is full, or the folder cannot be written.
    """
    measured = found.relevance
    rank = formula.order(measured.relevance)
    asked = [row for row in formula.order(measured.informative).tolist()
             if not math.isnan(measured.informative[row])]  # fmt: skip
    turn = {row: str(place) for place, row in enumerate(asked, 1)}
    with writing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for place, row in enumerate(rank.tolist(), 1):
            values = (measured.relevance, measured.rating, measured.deviation)
            numbers = (f"{float(column[row]):.9f}" for column in values)
            name = guarded(found.target_id[row])
            writer.writerow([name, place, *numbers, turn.get(row, "")])
