"""How much each latent dimension tells of each label: three estimators, one null, one correction.

Each estimator is a module with `information(x, y)` for a pair and `measure` for all dimensions
against one label. No two of them fail alike: a histogram is coarse, neighbours scatter, a mixture
is smooth; where they agree, the number is sound.
"""

from collections.abc import Callable, Sequence

import numpy as np
from scipy import stats

from catalog.latent.information import histogram, mixture, neighbours
from catalog.latent.information.measured import Measured, probability
from catalog.latent.labels import Label
from catalog.spectra import Array, Float
from catalog.tables import Table

FALSE_SHARE = 0.05
"""Of the pairs called significant, at most this share is expected to be so by chance."""
LEAST_KNOWN = 30
"""A label that is known for fewer spectra is compared with nothing."""
LEAST_TOLD = 0.1
"""A dimension that tells less of a label, in nat, is not called by it: of Gaussians it is a
correlation of 0.43. Of ten thousand spectra a tenth of that is significant, and names nothing."""

_COLUMNS = {
    "dimension": np.int64, "label": object, "estimator": object, "value": np.float64,
    "error": np.float64, "null_mean": np.float64, "null_high": np.float64, "p": np.float64,
    "q": np.float64, "significant": np.bool_, "n": np.int64,
}  # fmt: skip


def measure(
    latent: Float, informative: Array, labels: Sequence[Label], permutations: int, seed: int
) -> Table:
    """Measure every informative dimension against every label.

    Parameters
    ----------
    latent : ndarray of shape (N, D)
        Latent means of independent spectra, of one model.
    informative : ndarray of bool, shape (D,)
        Dimensions to measure: the others tell nothing of any spectrum.
    labels : sequence of Label
        With values of the same N spectra. The mixture measures only those that are numbers.
    permutations : int
        Shuffled copies of each label.

    Returns
    -------
    Table
        The table `latent_information`: by label, estimator and dimension. q is after Benjamini &
        Hochberg (1995) over all pairs of one estimator.
    """
    numbers = np.flatnonzero(informative) + 1
    rows: list[tuple[object, ...]] = []
    for label in labels:
        known = np.isfinite(label.value)
        if known.sum() < LEAST_KNOWN:
            continue
        part = latent[known][:, informative].astype(np.float64)
        for name, found in _by_all(part, label, label.value[known], permutations, seed):
            rows += _rows(numbers, label.name, name, found)
    columns = list(zip(*rows, strict=True)) or [()] * len(_COLUMNS)
    table: Table = {
        name: np.array(column, kind)
        for (name, kind), column in zip(_COLUMNS.items(), columns, strict=True)
    }
    for name in ("histogram", "neighbours", "mixture"):
        mine = table["estimator"] == name
        table["q"][mine] = stats.false_discovery_control(table["p"][mine]) if mine.any() else 0.0
    table["significant"] = table["q"] < FALSE_SHARE
    return table


def _by_all(
    latent: Float, label: Label, value: Float, permutations: int, seed: int
) -> list[tuple[str, Measured]]:
    settings = {"permutations": permutations, "seed": seed}
    by: list[tuple[str, Callable[..., Measured]]] = [
        ("histogram", histogram.measure), ("neighbours", neighbours.measure),
    ]  # fmt: skip
    found = [(n, f(latent, value, discrete=label.discrete, **settings)) for n, f in by]
    if not label.discrete:
        found.append(("mixture", mixture.measure(latent, value, **settings)))
    return found


def _rows(numbers: Array, label: str, estimator: str, found: Measured) -> list[tuple[object, ...]]:
    p = probability(found.value, found.null)
    return [
        (
            int(number), label, estimator, found.value[i], found.error[i], found.null[i].mean(),
            np.percentile(found.null[i], 95), p[i], np.nan, False, found.n,
        )
        for i, number in enumerate(numbers)
    ]  # fmt: skip


def most_told(
    information: Table, labels: Sequence[Label], kind: str, n_latent: int, least: float = 0.0
) -> list[str]:
    """Name, for each of D dimensions, the label of a kind that it tells most of; empty for none.

    By nearest neighbours, the one estimator that serves numbers and classes alike, and among
    significant pairs only. A label that is known for some spectra alone, such as a subclass of
    stars, counts by their share, and so counted a label must be told `least` nat.
    """
    names = [label.name for label in labels if label.kind == kind]
    kept = (information["estimator"] == "neighbours") & information["significant"]
    kept &= np.isin(information["label"].astype(str), names)
    of_all = information["value"] * information["n"] / max(1, information["n"].max(initial=0))
    told = [""] * n_latent
    rows = np.flatnonzero(kept & (of_all >= least))
    for row in rows[np.argsort(of_all[rows], kind="stable")]:
        told[information["dimension"][row] - 1] = str(information["label"][row])
    return told
