"""Every test's answer, weighed: reasons in order, strongest first, and one verdict per object."""

from collections.abc import Mapping, Sequence

import numpy as np

from catalog import registry
from catalog.errors import StoreError
from catalog.explain import categories, sentences
from catalog.explain.categories import Category
from catalog.explain.evidence import Evidence, Outliers, ReasonTest, Scope
from catalog.spectra import Array, Float
from catalog.tables import Table

PACKAGE = "catalog.explain.reasons"
ENOUGH = 0.5
"""An object is unexplained where no reason explains more than this fraction of its excess χ²."""
ALIKE = 0.05
"""Two reasons whose fractions round to the same multiple of this explain the same."""
NOTHING = 0.005
"""A feature or shape that explains less than this is not worth a sentence; a class always is."""
WORST_WINDOW = 100.0
"""Å: width of the window that an unexplained object's sentence points at."""
SHARED_FIELDS = frozenset({"significance", "explained"})

Row = tuple[str, int, str, str, str, float, str, float, float, float, float]
COLUMNS = {
    "target_id": object,
    "position": np.int64,
    "category": object,
    "verdict": object,
    "sentence": object,
    "value": np.float64,
    "unit": object,
    "significance": np.float64,
    "explained": np.float64,
    "wave_low": np.float64,
    "wave_high": np.float64,
}


def reason_tests(known: Mapping[str, Category]) -> tuple[ReasonTest, ...]:
    """Load every reason test, in the order of its category.

    Raises
    ------
    StoreError
        If a test names a category that does not exist, or does not fill in its sentence.
    """
    tests = [registry.load(PACKAGE, name, ReasonTest) for name in registry.names(PACKAGE)]
    for test in tests:
        if test.category not in known:
            raise StoreError(
                f"a reason test names the category {test.category!r}, which does not exist",
                where=categories.PATH,
                wanted="one of " + ", ".join(known),
                found=repr(test.category),
                todo=registry.nearest(test.category, tuple(known)) or "add the category",
            )
        missing = known[test.category].sentence_fields - SHARED_FIELDS - set(test.fields)
        if missing:
            raise StoreError(
                f"the sentence of {test.category!r} has fields that its test does not fill in",
                where=categories.PATH,
                wanted="fields among " + ", ".join(sorted(SHARED_FIELDS | set(test.fields))),
                found=", ".join(sorted(missing)),
                todo="correct the sentence, or let the test fill the field in",
            )
    order = list(known)
    return tuple(sorted(tests, key=lambda test: order.index(test.category)))


def explain(batch: Outliers) -> Table:
    """Say why each outlier is one.

    Parameters
    ----------
    batch : Outliers
        N outliers of one survey.

    Returns
    -------
    Table
        At least one row per object, objects in the batch's order, each object's reasons strongest
        first: those that explain more than half before the others, what an object is before what it
        shows, then by the fraction of its excess χ² that they explain, in steps of 5 %, then in
        the order of the categories. Columns as in the catalogue's table `reasons`. Where no reason
        explains more than half, the first row's category is `unexplained`.

    Raises
    ------
    StoreError
        If the categories, the line list and the tests do not fit together.
    """
    known = {category.name: category for category in categories.load()}
    tests = reason_tests(known)
    answers = [test.measure(batch) for test in tests]
    shares = _shares(tests, answers, len(batch))
    low, high = _worst_windows(batch)
    rows: list[Row] = []
    for index in range(len(batch)):
        listed = _listed(index, tests, answers, shares)
        target_id = str(batch.rest.target_id[index])
        explained = bool(listed) and shares[listed[0]][index] > ENOUGH
        if not explained:
            window = (float(low[index]), float(high[index]))
            rows.append(_unexplained(target_id, batch, index, known, window))
        for position, which in enumerate(listed, start=1 if explained else 2):
            category = known[tests[which].category]
            share = float(shares[which][index])
            rows.append(_row(target_id, position, category, answers[which], index, share))
    return _table(rows)


def _shares(
    tests: Sequence[ReasonTest], answers: Sequence[Evidence], n_objects: int
) -> list[Float]:
    """Give the fraction (N,) that each reason explains: class and shape, of what is left to them.

    What an object is and what it shows are told each by itself: a cataclysmic variable's lines are
    extreme, too.
    """
    taken = np.zeros(n_objects)
    shares: list[Float] = [np.zeros(n_objects) for _ in tests]
    for scope in Scope:
        group = [i for i, test in enumerate(tests) if test.scope is scope]
        room = 1 - taken if scope in {Scope.CLASS, Scope.SHAPE} else np.ones(n_objects)
        for i in group:
            identified = answers[i].identified
            own = room if identified is None else np.where(identified, 1.0, room)
            shares[i] = np.where(answers[i].holds, np.minimum(answers[i].explained, own), 0.0)
        for i in group:
            taken = np.maximum(taken, shares[i])
    return shares


def _listed(
    index: int,
    tests: Sequence[ReasonTest],
    answers: Sequence[Evidence],
    shares: Sequence[Float],
) -> list[int]:
    """Which tests' reasons an object gets, strongest first."""
    held = [
        i
        for i, (test, answer) in enumerate(zip(tests, answers, strict=True))
        if answer.holds[index] and (test.scope is Scope.CLASS or shares[i][index] > NOTHING)
    ]
    if any(tests[i].moves and shares[i][index] > ENOUGH for i in held):
        held = [i for i in held if not tests[i].at_redshift]

    def standing(i: int) -> tuple[int, int, int, float]:
        share = float(shares[i][index])
        significance = float(np.nan_to_num(answers[i].significance[index], nan=0.0))
        # Fractions a step apart are alike: the order of the categories decides, most telling first.
        rounded = -round(share / ALIKE)
        scope = answers[i].scope(tests[i].scope, index)
        specific = int(scope) if share > ENOUGH else len(Scope)
        return specific, rounded, i, -significance

    return sorted(held, key=standing)


def _row(
    target_id: str, position: int, category: Category, answer: Evidence, index: int, share: float
) -> Row:
    significance = float(answer.significance[index])
    fields = {name: str(column[index]) for name, column in answer.fields.items()}
    fields["explained"] = sentences.percentage(share)
    fields["significance"] = sentences.significance(significance)
    return (
        target_id,
        position,
        category.name,
        category.verdict,
        category.sentence.format_map(fields),
        float(answer.value[index]),
        str(answer.unit[index]),
        significance,
        share,
        float(answer.wave_low[index]),
        float(answer.wave_high[index]),
    )


def _unexplained(
    target_id: str,
    batch: Outliers,
    index: int,
    known: Mapping[str, Category],
    window: tuple[float, float],
) -> Row:
    """Give the reason of an object without one: how large the misfit is, and where it is worst."""
    category = known[categories.UNEXPLAINED]
    n_bins = max(int(batch.n_bins[index]), 1)
    chi2 = float(batch.chi2[index]) / n_bins
    significance = float(batch.excess_significance[index])
    fields = {
        "chi2": sentences.number(chi2, max((2 / n_bins) ** 0.5, chi2 / 30)),
        "wave": sentences.wave_range(*window),
        "significance": sentences.significance(significance),
        "explained": sentences.percentage(0.0),
    }
    sentence = category.sentence.format_map(fields)
    measured = (chi2, "per bin", significance, float("nan"), *window)
    return (target_id, 1, category.name, category.verdict, sentence, *measured)


def _worst_windows(batch: Outliers) -> tuple[Array, Array]:
    """Wavelengths (N,), (N,) of the 100 Å in which each spectrum's residual is worst."""
    wave = batch.wave
    after = np.searchsorted(wave, wave + WORST_WINDOW, side="left")
    total = np.pad(np.cumsum(batch.contributions - (batch.weight > 0), axis=1), ((0, 0), (1, 0)))
    whole = np.flatnonzero(wave + WORST_WINDOW <= wave[-1])
    starts = whole if whole.size else np.array([0])
    first = starts[np.argmax(total[:, after[starts]] - total[:, starts], axis=1)]
    return wave[first], wave[after[first] - 1]


def _table(rows: Sequence[Row]) -> Table:
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(COLUMNS)
    return {
        name: np.array(column, dtype=dtype)
        for (name, dtype), column in zip(COLUMNS.items(), columns, strict=True)
    }


def summarise(reasons: Table) -> Table:
    """Sum up a table of reasons: each object's first category and its verdict.

    Returns
    -------
    Table
        target_id, category, verdict: one row per object, in the order of the table.
    """
    first = reasons["position"] == 1
    return {name: reasons[name][first] for name in ("target_id", "category", "verdict")}
