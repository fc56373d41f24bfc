"""Which groups have more artefacts than chance deals out."""

import numpy as np
from scipy import stats

from catalog.origins.tally import ALL, Tally
from catalog.tables import Table

FALSE_SHARE = 0.05
"""Of the groups of a kind that stand out, at most this share is expected to do so by chance."""
LEAST_ARTEFACTS = 2
"""One artefact is no group of artefacts, however rare it is."""


def find(tally: Tally) -> Table:
    """Test every group of every kind, for all artefacts and for each category by itself.

    A group of n scored spectra with k artefacts gets p = P(X ≥ k) with X binomial (n, share); the
    share is that of all spectra of which the survey tells the kind. q is p with all tests of the
    kind counted, groups without an artefact among them.

    Returns
    -------
    Table
        Columns as in the catalogue's table `origin_groups`; kinds, then groups, then categories in
        the order of their names. Every group has a row for all artefacts (category empty), and one
        for each category of which it has an artefact.

    Notes
    -----
    Benjamini & Hochberg 1995 for q, which holds for tests that are independent or positively
    dependent (Benjamini & Yekutieli 2001). The binomial takes spectra for independent. Those of one
    exposure share its sky and calibration, so what stands out may be the exposure rather than a
    fault of the fibres in it; and a target with several exposures counts in each of them, so
    exposures of the same targets stand out together.
    """
    parts = [_of_kind(tally, kind) for kind in sorted(tally.told)]
    names = ("kind", "name", "category", "n_scored", "n_artefacts", "expected", "p", "q")
    types = (object, object, object, np.int64, np.int64, np.float64, np.float64, np.float64)
    columns = list(zip(*(row for part in parts for row in part), strict=True)) or [()] * len(names)
    table: Table = {
        name: np.array(column, dtype=kind)
        for name, kind, column in zip(names, types, columns, strict=True)
    }
    enough = table["n_artefacts"] >= LEAST_ARTEFACTS
    table["stands_out"] = (table["q"] < FALSE_SHARE) & enough
    return table


def _of_kind(tally: Tally, kind: str) -> list[tuple[str, str, str, int, int, float, float, float]]:
    """Rows of one kind of group, with their q."""
    groups = sorted((name, n) for (k, name), n in tally.spectra.items() if k == kind)
    categories = sorted({c for (k, c) in tally.artefacts_told if k == kind} | {ALL})
    tests = [(name, n, category) for name, n in groups for category in categories]
    n_scored = np.array([n for _, n, _ in tests])
    found = np.array([tally.artefacts[kind, name, category] for name, _, category in tests])
    total = np.array([tally.artefacts_told[kind, category] for _, _, category in tests])
    share = total / tally.told[kind]
    p = stats.binom.sf(found - 1, n_scored, share)
    q = stats.false_discovery_control(p)
    return [
        (kind, name, category, n, int(found[i]), float(n * share[i]), float(p[i]), float(q[i]))
        for i, (name, n, category) in enumerate(tests)
        if category == ALL or found[i]
    ]
