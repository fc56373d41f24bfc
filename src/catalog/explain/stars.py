"""Kinds of stars told by measures on native pixels, at thresholds fitted on template stars.

The thresholds are in `thresholds.toml`, which `catalog.benchmark.star_thresholds` writes.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from catalog.errors import StoreError
from catalog.explain import sentences, whole
from catalog.explain.evidence import Evidence, Mask, Outliers
from catalog.spectra import Float
from catalog.templates import Alternatives

PATH = Path(__file__).with_name("thresholds.toml")
BELOW, ABOVE = "below", "above"
MIN_MEASURED = 3
"""Criteria that must have been measured."""
MUCH_BETTER = 25.0
"""By how much galaxies' or quasars' templates must lower χ², in units of the χ² per bin that is
left, to speak against a star: 5 σ of a spectrum that the templates fit as well as they can."""
BEYOND_DOUBT = 250.0
"""The same for one family against all others."""


@dataclass(frozen=True)
class Criterion:
    """One measure must lie on one side of a threshold, by at least `sigma` standard deviations."""

    quantity: str
    side: str
    threshold: float
    sigma: float

    def margin(self, measures: Mapping[str, Float]) -> Float:
        """How far (N,) the measure lies on the right side, in σ; NaN where it was not measured."""
        sign = 1.0 if self.side == ABOVE else -1.0
        value, error = measures[self.quantity], measures[self.quantity + "_error"]
        off: Float = sign * (value.astype(np.float64) - self.threshold)
        margin: Float = np.divide(off, error, out=np.full(off.shape, np.nan), where=error > 0)
        return margin


def load(path: Path = PATH) -> dict[str, tuple[Criterion, ...]]:
    """Read each kind's criteria, the one that decides first.

    Raises
    ------
    StoreError
        If an entry lacks a key, or names a side that is none.
    """
    kinds = tomllib.loads(path.read_text(encoding="utf-8"))
    return {
        kind: tuple(_criterion(path, kind, row) for row in entry["criteria"])
        for kind, entry in kinds.items()
    }


def _criterion(path: Path, kind: str, row: Mapping[str, object]) -> Criterion:
    keys = {"quantity", "side", "threshold", "sigma"}
    if set(row) != keys or row["side"] not in {BELOW, ABOVE}:
        raise StoreError(
            f"a threshold of {kind!r} is wrong",
            where=path,
            wanted=f"the keys {', '.join(sorted(keys))}; the side {BELOW} or {ABOVE}",
            found=", ".join(f"{key} = {value}" for key, value in row.items()),
            todo="write the file anew with catalog.benchmark.star_thresholds",
        )
    return Criterion(
        str(row["quantity"]),
        str(row["side"]),
        float(str(row["threshold"])),
        float(str(row["sigma"])),
    )


def meets(criteria: tuple[Criterion, ...], measures: Mapping[str, Float]) -> Mask:
    """Whether criteria hold (N,): the first, and all others that could be measured.

    At least `MIN_MEASURED` must have been: a survey's range or a masked window may hide some.
    """
    margins = np.stack([criterion.margin(measures) for criterion in criteria])
    limits = np.array([criterion.sigma for criterion in criteria])[:, None]
    known = np.isfinite(margins)
    met = np.where(known, margins, np.inf) >= limits
    enough = known[0] & (known.sum(axis=0) >= min(MIN_MEASURED, len(criteria)))
    held: Mask = met.all(axis=0) & enough
    return held


def opposed(alternatives: Alternatives) -> Mask:
    """Whether templates of a galaxy or a quasar fit much better than those of any star (N,).

    Not where either was not fitted.
    """
    against: Mask = _gain(alternatives, np.array(alternatives.classes) != "STAR") > MUCH_BETTER
    return against


def supported(alternatives: Alternatives, kind: str) -> Mask:
    """Whether a kind's own templates fit best of all, and much better than galaxies and quasars."""
    if kind not in alternatives.families:
        return np.zeros(len(alternatives), dtype=bool)
    best, _ = alternatives.best()
    clear = _gain(alternatives, np.array(alternatives.classes) == "STAR") > MUCH_BETTER
    held: Mask = clear & (best == alternatives.families.index(kind))
    return held


def decided(alternatives: Alternatives, kind: str) -> Mask:
    """Whether a kind's own templates fit beyond all doubt: better than every other family by far.

    One criterion may then fail for a reason of its own: He I 5017 of a bright cataclysmic variable
    passes for [O III] 5008.
    """
    ours = np.array([name == kind for name in alternatives.families])
    held: Mask = _gain(alternatives, ours) > BEYOND_DOUBT
    return held


def _gain(alternatives: Alternatives, ours: Mask) -> Float:
    """By how much one group of families lowers χ² (N,), per χ² per bin of what fits best.

    0 where the group, or all of the others, were not fitted.
    """
    if ours.all() or not ours.any():
        return np.zeros(len(alternatives))
    chi2 = np.where(np.isfinite(alternatives.chi2), alternatives.chi2, np.inf)
    mine, others = chi2[:, ours].min(axis=1), chi2[:, ~ours].min(axis=1)
    both = np.isfinite(mine) & np.isfinite(others)
    mine, others = np.where(both, mine, 0.0), np.where(both, others, 0.0)
    left = np.minimum(mine, others) / np.maximum(alternatives.n_bins, 1)
    return (others - mine) / np.maximum(left, 1.0)


def evidence(batch: Outliers, kind: str, shown: Mapping[str, str]) -> Evidence:
    """Test one kind of star: its criteria, and what templates of every kind say of it.

    Where the kind's own templates fit best by far, the deciding measure need not be significant;
    where they fit better than any other's beyond all doubt, the other measures need not agree.

    Parameters
    ----------
    batch : Outliers
        N outliers.
    kind : str
        Name of its criteria.
    shown : mapping of str to str
        For fields of the category's sentence, the quantity whose value and error they show.

    Returns
    -------
    Evidence
        Of the whole spectrum: the value is the first criterion's measure, the significance by how
        much it is beyond its threshold.
    """
    criteria = load()[kind]
    names = {*(c.quantity for c in criteria), *shown.values()}
    measures = {
        column: batch.measure(column) for name in names for column in (name, name + "_error")
    }
    alike = meets(tuple(replace(c, sigma=0.0) for c in criteria), measures)
    holds = meets(criteria, measures) & ~opposed(batch.alternatives)
    holds |= alike & supported(batch.alternatives, kind)
    holds |= meets(criteria[:1], measures) & decided(batch.alternatives, kind)
    fields = {
        field: sentences.texts(holds, _measured, measures[name], measures[name + "_error"])
        for field, name in shown.items()
    }
    first = criteria[0]
    found = whole.evidence(holds, measures[first.quantity], _unit(first.quantity), **fields)
    return Evidence(
        holds=holds,
        value=found.value,
        unit=found.unit,
        significance=np.where(holds, first.margin(measures), np.nan),
        explained=found.explained,
        wave_low=found.wave_low,
        wave_high=found.wave_high,
        fields=fields,
    )


def _unit(quantity: str) -> str:
    """Equivalent widths are in Å, indices are ratios."""
    return "Å" if quantity.startswith("ew_") else ""


def _measured(value: float, error: float) -> str:
    """Write `0.42 ± 0.01`; the sentence says which sign an equivalent width has."""
    return f"{sentences.number(abs(value), error)} ± {sentences.number(error, error)}"
