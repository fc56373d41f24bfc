"""What the scores look like over the whole release: thresholds, histograms, means by class."""

import numpy as np

from catalog import ranking
from catalog.recipe.sections import ScoresSection
from catalog.scores import Score
from catalog.tables import Column, Table

N_BINS = 60
PERCENTILES = (1.0, 10.0, 50.0, 90.0, 99.0)
"""Those that the MaStar paper reports (Suzuki 2026, arXiv:2603.03734)."""
TOP = 100
"""The paper compares the S/N of the hundred highest of each list (section 5.2)."""


def _text(*values: str) -> Column:
    return np.array(values, dtype=object)


def scores(spectra: Table, chosen: list[Score], recipe: ScoresSection) -> Table:
    """Give the table `scores`: what each is, its threshold, and the S/N of its highest."""
    good = spectra["quality"] == 0
    columns = [f"score_{score.name}" for score in chosen]
    limits = [ranking.threshold(spectra[c][good], recipe.outlier_fraction) for c in columns]
    above = [int((spectra[c][good] >= t).sum()) for c, t in zip(columns, limits, strict=True)]
    scored = {name: column[good] for name, column in spectra.items()}
    return {
        "name": _text(*(score.name for score in chosen)),
        "title": _text(*(score.title for score in chosen)),
        "column": _text(*columns),
        "description": _text(*(score.description for score in chosen)),
        "source": _text(*(score.source for score in chosen)),
        "role": _text(*(_role(score, recipe) for score in chosen)),
        "position": np.arange(1, len(chosen) + 1),
        "logarithmic": np.array([score.logarithmic for score in chosen]),
        "threshold": np.array(limits),
        "n_outliers": np.array(above),
        "paper_name": _text(*(score.paper_name for score in chosen)),
        "paper_sign": np.array([score.paper_sign for score in chosen]),
        "median_snr_top": np.array([_top_snr(scored, c, highest=True) for c in columns]),
        "median_snr_top_calibrated": np.array(
            [_top_snr(scored, f"p_{score.name}", highest=False) for score in chosen]
        ),
    }


def _role(score: Score, recipe: ScoresSection) -> str:
    if score.name in recipe.rank_by:
        return "ranking"
    if score.paper_name:
        return "paper"
    return "baseline" if score.baseline else "further"


def _top_snr(spectra: Table, column: str, *, highest: bool) -> float:
    """Median S/N of the hundred strangest by a column; NaN where it is empty."""
    value = -spectra[column] if highest else spectra[column]
    order = np.argsort(value, kind="stable")[:TOP]  # NaN last
    order = order[~np.isnan(value[order])]
    return float(np.median(spectra["snr"][order])) if order.size else float("nan")


def histograms(spectra: Table, chosen: list[Score]) -> Table:
    """Give the table `score_histograms`: log10 of each score in equal bins over its whole range.

    Scores that are logarithms are taken as they are; others that can be zero or less have no
    logarithm, and no histogram.
    """
    nothing = {"score": _text(), "bin": np.arange(0), "n": np.arange(0)}
    parts: list[Table] = [{**nothing, "low": np.empty(0), "high": np.empty(0)}]
    for score in chosen:
        value = spectra[f"score_{score.name}"]
        value = value[np.isfinite(value)]
        if not value.size or not (score.logarithmic or value.min() > 0):
            continue
        counts, edges = np.histogram(value if score.logarithmic else np.log10(value), bins=N_BINS)
        parts.append(
            {
                "score": np.full(N_BINS, score.name, object),
                "bin": np.arange(N_BINS),
                "low": edges[:-1],
                "high": edges[1:],
                "n": counts,
            }
        )
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def percentiles(spectra: Table, chosen: list[Score]) -> Table:
    """Give the table `score_percentiles`: of each score over what it could be measured of."""
    values = {score.name: spectra[f"score_{score.name}"] for score in chosen}
    known = {name: value[np.isfinite(value)] for name, value in values.items()}
    known = {name: value for name, value in known.items() if value.size}
    found = [np.percentile(value, PERCENTILES) for value in known.values()]
    return {
        "score": np.repeat(_text(*known), len(PERCENTILES)),
        "percentile": np.tile(PERCENTILES, len(known)),
        "value": np.concatenate([np.empty(0), *found]),
    }


def by_class(spectra: Table, chosen: list[Score]) -> Table:
    """Give the table `class_scores`: each score's mean and median per class.

    Nicolaou et al. 2025, section 5.1, report the mean weighted MSE of galaxies, stars and quasars
    on the validation set; here every spectrum is held out from the model that scores it. The class
    `all` holds every spectrum.
    """
    rows: list[tuple[str, str, int, float, float]] = []
    for score in chosen:
        value = spectra[f"score_{score.name}"]
        known = ~np.isnan(value) & (spectra["quality"] == 0)
        for name in ["all", *sorted(set(spectra["spec_class"][known]))]:
            part = value[known & ((spectra["spec_class"] == name) | (name == "all"))]
            if part.size:
                row = (score.name, str(name), part.size, float(part.mean()), float(np.median(part)))
                rows.append(row)
    names_types = (
        ("score", object), ("spec_class", object), ("n", np.int64),
        ("mean", np.float64), ("median", np.float64),
    )  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [()] * len(names_types)
    return {
        name: np.array(column, dtype=kind)
        for (name, kind), column in zip(names_types, columns, strict=True)
    }
