"""What the scores look like over the whole release: thresholds, histograms, means by class."""

import numpy as np

from catalog import ranking
from catalog.scores import Score
from catalog.tables import Column, Table

N_BINS = 60
TOP = 100
"""The paper compares the S/N of the hundred highest of each list (section 5.2)."""


def _text(*values: str) -> Column:
    return np.array(values, dtype=object)


def scores(spectra: Table, chosen: list[Score], fraction: float) -> Table:
    """Give the table `scores`: what each is, its threshold, and the S/N of its highest."""
    good = spectra["quality"] == 0
    columns = [f"score_{score.name}" for score in chosen]
    limits = [ranking.threshold(spectra[c][good], fraction) for c in columns]
    above = [int((spectra[c][good] >= t).sum()) for c, t in zip(columns, limits, strict=True)]
    top_snr = [
        float(np.median(spectra["snr"][good][spectra[f"rank_{score.name}"][good] <= TOP]))
        for score in chosen
    ]
    return {
        "name": _text(*(score.name for score in chosen)),
        "title": _text(*(score.title for score in chosen)),
        "column": _text(*columns),
        "description": _text(*(score.description for score in chosen)),
        "source": _text(*(score.source for score in chosen)),
        "threshold": np.array(limits),
        "n_outliers": np.array(above),
        "paper_name": _text(*(score.paper_name for score in chosen)),
        "paper_sign": np.array([score.paper_sign for score in chosen]),
        "median_snr_top": np.array(top_snr),
    }


def histograms(spectra: Table, chosen: list[Score]) -> Table:
    """Give the table `score_histograms`: log10 of each score in equal bins over its whole range."""
    parts: list[Table] = []
    for score in chosen:
        value = spectra[f"score_{score.name}"]
        counts, edges = np.histogram(np.log10(value[value > 0]), bins=N_BINS)
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


def by_class(spectra: Table, chosen: list[Score]) -> Table:
    """Give the table `class_scores`: each score's mean and median per class, by split.

    Nicolaou et al. 2025, section 5.1, report the mean weighted MSE of galaxies, stars and quasars
    on the validation set. The class `all` holds every spectrum.
    """
    rows: list[tuple[str, str, str, int, float, float]] = []
    for score in chosen:
        value = spectra[f"score_{score.name}"]
        for split in ("train", "validation"):
            mine = spectra["split"] == split
            names = ["all", *sorted(set(spectra["spec_class"][mine]))]
            for name in names:
                part = value[mine & ((spectra["spec_class"] == name) | (name == "all"))]
                if part.size:
                    stats = (part.size, float(part.mean()), float(np.median(part)))
                    rows.append((score.name, str(name), split, *stats))
    columns = list(zip(*rows, strict=True))
    names_types = (
        ("score", object), ("spec_class", object), ("split", object),
        ("n", np.int64), ("mean", np.float64), ("median", np.float64),
    )  # fmt: skip
    return {
        name: np.array(column, dtype=kind)
        for (name, kind), column in zip(names_types, columns, strict=True)
    }
