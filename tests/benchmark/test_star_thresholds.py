"""Thresholds of stars: those that are stored are what a fit gives, and do what they say."""

import tomllib

import numpy as np
import pytest

from catalog.benchmark import star_thresholds
from catalog.benchmark.star_thresholds import CRITERIA, ORDINARY, Templates
from catalog.explain import stars


@pytest.fixture(scope="module")
def templates() -> Templates:
    """A fifth of the templates that the stored thresholds rest on, from another seed."""
    return star_thresholds.draw(3200, 7)


@pytest.mark.slow
def test_a_fit_to_fewer_other_templates_finds_the_stored_thresholds(templates):
    stored, found = stars.load(), star_thresholds.fit(templates)

    assert set(found) == set(stored) == set(CRITERIA)
    for kind, fitted in found.items():
        own = templates.kind == kind
        for old, new in zip(stored[kind], fitted.criteria, strict=True):
            assert (old.quantity, old.side, old.sigma) == (new.quantity, new.side, new.sigma)
            values = templates.measures[old.quantity]
            far = np.nanmedian(values[own]) - np.nanmedian(
                values[np.isin(templates.kind, ORDINARY)]
            )
            assert abs(old.threshold - new.threshold) < 0.35 * abs(far), (kind, old.quantity)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "recall"),
    [
        ("m_star", 0.65), ("carbon_star", 0.65), ("white_dwarf", 0.8), ("hot_star", 0.35),
        ("cataclysmic_variable", 0.7),
    ],
)  # fmt: skip
def test_stored_thresholds_find_a_kind_and_leave_the_ordinary_alone(templates, kind, recall):
    met = stars.meets(stars.load()[kind], templates.measures)

    assert met[templates.kind == kind].mean() > recall
    for group in ORDINARY:
        mine = templates.kind == group
        allowed = star_thresholds.FALSE_POSITIVE_RATE * mine.sum()
        assert met[mine].sum() <= allowed + 3 * np.sqrt(allowed + 1), group
    others = np.isin(templates.kind, [k for k in CRITERIA if k != kind])
    assert met[others].mean() < 0.02


def test_the_same_seed_gives_the_same_templates():
    first, again = (star_thresholds.draw(30, 3) for _ in range(2))

    assert np.array_equal(first.kind, again.kind)
    assert np.array_equal(first.measures["tio5"], again.measures["tio5"], equal_nan=True)


def _known(n: int = 1000) -> Templates:
    """Measures of known distribution: the kind about 0, the ordinary about 1, without noise."""
    rng = np.random.default_rng(5)
    kind = np.array(["m_star", *ORDINARY] * n, dtype=object)
    centre = np.where(kind == "m_star", 0.0, 1.0)
    measures = {}
    for name in ("first", "second"):
        measures[name] = centre + 0.1 * rng.standard_normal(kind.size)
        measures[name + "_error"] = np.full(kind.size, 1e-3)
    return Templates(kind, np.full(kind.size, 100.0), measures)


def test_far_apart_the_threshold_lies_halfway():
    fitted = star_thresholds._fit_kind(
        _known(), "m_star", (("first", "below"), ("second", "below"))
    )

    assert [c.threshold for c in fitted.criteria] == pytest.approx([0.5, 0.5], abs=0.02)
    assert fitted.recall > 0.99
    assert fitted.false_positives == 0


def test_one_that_lets_in_too_many_is_made_stricter_until_it_does_not():
    templates = _known()
    for name in ("first", "second"):
        templates.measures[name][templates.kind != "m_star"] -= 0.75

    fitted = star_thresholds._fit_kind(
        templates, "m_star", (("first", "below"), ("second", "below"))
    )

    assert 0 < fitted.false_positives <= star_thresholds.FALSE_POSITIVE_RATE
    assert fitted.criteria[0].threshold < fitted.criteria[1].threshold


@pytest.mark.parametrize(
    ("value", "side", "rounded"),
    [
        (0.98765, "below", 0.987),
        (0.98765, "above", 0.988),
        (-0.01234, "below", -0.0124),
        (0, "above", 0),
    ],
)
def test_rounding_never_makes_a_threshold_laxer(value, side, rounded):
    assert star_thresholds._rounded(value, side) == rounded


def test_what_is_written_is_read_back(tmp_path):
    path = tmp_path / "thresholds.toml"
    star_thresholds.write(path, n_templates=400, seed=1)

    assert tomllib.loads(path.read_text())
    assert {k: [(c.quantity, c.side) for c in v] for k, v in stars.load(path).items()} == {
        kind: list(plan) for kind, plan in CRITERIA.items()
    }
