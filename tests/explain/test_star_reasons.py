"""Reasons that name a kind of star: what they need, what speaks against them, and what they say."""

import numpy as np
import pytest

from catalog import registry
from catalog.errors import StoreError
from catalog.explain import categories, explain, stars
from catalog.explain.evidence import ReasonTest
from catalog.templates import Alternatives

KINDS = ("m_star", "carbon_star", "white_dwarf", "hot_star", "cataclysmic_variable")


def _typical(kind: str, n: int, off: float = 0.2) -> dict[str, np.ndarray]:
    """Measures of a star of a kind: each well beyond its threshold, with small errors."""
    found = {}
    for criterion in stars.load()[kind]:
        step = off * max(abs(criterion.threshold), 0.5)
        value = criterion.threshold + (step if criterion.side == stars.ABOVE else -step)
        found[criterion.quantity] = np.full(n, value)
        found[criterion.quantity + "_error"] = np.full(n, 0.01 * max(abs(value), 0.5))
    return found


def _fits(*chi2: float, n: int = 1) -> Alternatives:
    """χ² of the best galaxy, quasar and star."""
    names = ("galaxy", "quasar", "m_star")
    return Alternatives(
        names, ("GALAXY", "QSO", "STAR"), np.zeros((n, 3)), np.tile(chi2, (n, 1)),
        np.full(n, chi2[0]), np.full(n, 1000),
    )  # fmt: skip


def _test(kind: str) -> ReasonTest:
    return registry.load("catalog.explain.reasons", kind, ReasonTest)


@pytest.mark.parametrize("kind", KINDS)
def test_a_star_well_beyond_its_thresholds_is_named_with_a_finished_sentence(make, wave, kind):
    batch = make(np.full((2, wave.size), 0.3), measures=_typical(kind, 2))

    table = explain(batch)

    first = table["position"] == 1
    assert table["category"][first].tolist() == [kind, kind]
    assert table["verdict"][first].tolist() == ["astrophysical"] * 2
    assert "{" not in table["sentence"][0]
    assert table["significance"][0] > 3


@pytest.mark.parametrize("kind", KINDS)
def test_without_its_deciding_measure_nothing_is_named(make, wave, kind):
    measures = _typical(kind, 1)
    measures[stars.load()[kind][0].quantity][:] = np.nan

    for known in (measures, {}):
        evidence = _test(kind).measure(make(np.zeros((1, wave.size)), measures=known))
        assert not evidence.holds.any()


@pytest.mark.parametrize("kind", KINDS)
def test_every_criterion_that_is_measured_must_hold(make, wave, kind):
    for criterion in stars.load()[kind]:
        measures = _typical(kind, 1)
        wrong = 0.5 if criterion.side == stars.ABOVE else -0.5
        measures[criterion.quantity][:] = criterion.threshold - wrong * max(
            abs(criterion.threshold), 0.5
        )
        batch = make(np.zeros((1, wave.size)), measures=measures)
        assert not _test(kind).measure(batch).holds.any(), criterion.quantity


def test_a_masked_window_that_hides_one_criterion_hides_no_star(make, wave):
    measures = _typical("m_star", 2)
    measures["blue_colour"][:] = np.nan
    measures["tio5"][1] = measures["cah2"][1] = np.nan

    evidence = _test("m_star").measure(make(np.zeros((2, wave.size)), measures=measures))

    assert evidence.holds.tolist() == [True, False]


def test_noise_that_could_hide_an_ordinary_star_names_none(make, wave):
    measures = _typical("m_star", 1)
    measures["tio_6158_error"][:] = 0.5

    assert (
        not _test("m_star").measure(make(np.zeros((1, wave.size)), measures=measures)).holds.any()
    )


@pytest.mark.parametrize(
    ("chi2", "named"),
    [
        ((5000.0, 5000.0, 1000.0), True),
        ((1020.0, 1020.0, 1030.0), True),  # not much better
        ((1000.0, 5000.0, 1100.0), False),
        ((5000.0, 1000.0, 1100.0), False),
        ((4000.0, 5000.0, 4090.0), True),  # nothing fits well: 90 is little then
        ((1000.0, np.nan, np.nan), True),  # no star was fitted
    ],
)
def test_a_galaxy_or_quasar_that_fits_much_better_speaks_against_a_star(make, wave, chi2, named):
    batch = make(
        np.zeros((1, wave.size)), measures=_typical("m_star", 1), alternatives=_fits(*chi2)
    )

    assert _test("m_star").measure(batch).holds.tolist() == [named]


@pytest.mark.parametrize(
    ("chi2", "named"),
    [
        ((5000.0, 5000.0, 1000.0), True),
        ((1020.0, 5000.0, 1000.0), False),  # not much better than a galaxy
        ((np.nan, np.nan, 1000.0), False),
    ],
)
def test_a_noisy_measure_is_enough_where_its_templates_fit_best_by_far(make, wave, chi2, named):
    measures = _typical("m_star", 1)
    measures["tio_6158_error"][:] = 0.5
    batch = make(np.zeros((1, wave.size)), measures=measures, alternatives=_fits(*chi2))

    assert _test("m_star").measure(batch).holds.tolist() == [named]
    assert not _test("carbon_star").measure(batch).holds.any()


@pytest.mark.parametrize(
    ("chi2", "named"), [((9000.0, 9000.0, 1100.0), True), ((1300.0, 1400.0, 1100.0), False)]
)
def test_one_criterion_may_fail_where_the_kinds_templates_fit_beyond_all_doubt(
    make, wave, chi2, named
):
    measures = _typical("m_star", 1)
    last = stars.load()["m_star"][-1]
    wrong = 0.5 if last.side == stars.BELOW else -0.5
    measures[last.quantity][:] = last.threshold + wrong
    batch = make(np.zeros((1, wave.size)), measures=measures, alternatives=_fits(*chi2))
    assert _test("m_star").measure(batch).holds.tolist() == [named]


def test_an_m_stars_sentence_gives_its_indices_with_their_errors(make, wave):
    measures = _typical("m_star", 1)
    measures["tio5"][:], measures["tio5_error"][:] = 0.42, 0.01
    measures["tio_6158"][:], measures["tio_6158_error"][:] = 0.613, 0.004

    table = explain(make(np.full((1, wave.size), 0.3), measures=measures))

    assert "TiO5 = 0.42 ± 0.01" in table["sentence"][0]
    assert "0.613 ± 0.004" in table["sentence"][0]
    assert table["value"][0] == pytest.approx(0.613)


def test_a_width_in_absorption_is_said_without_its_sign(make, wave):
    measures = _typical("hot_star", 1, off=5.0)
    measures["hbeta_wings"][:], measures["ca_k"][:] = 1.0, 1.0

    table = explain(make(np.full((1, wave.size), 0.3), measures=measures))

    assert table["category"][0] == "hot_star"
    assert "\N{MINUS SIGN}" not in table["sentence"][0]
    assert table["unit"][0] == "Å"
    assert table["value"][0] < 0


def test_no_kind_is_taken_for_another(make, wave):
    for kind in KINDS:
        batch = make(np.zeros((1, wave.size)), measures=_typical(kind, 1))
        others = [other for other in KINDS if other != kind]
        assert not any(_test(other).measure(batch).holds.any() for other in others)


def test_every_kind_has_a_category_and_thresholds():
    known = {category.name: category for category in categories.load()}
    assert set(stars.load()) == set(KINDS)
    assert all(known[kind].verdict == "astrophysical" for kind in KINDS)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ('{ quantity = "a", side = "left", threshold = 1.0, sigma = 0.0 }', "side = left"),
        ('{ quantity = "a", side = "below", threshold = 1.0 }', "threshold = 1.0"),
    ],
)
def test_a_wrong_threshold_is_refused(tmp_path, row, message):
    path = tmp_path / "thresholds.toml"
    path.write_text(f"[m_star]\ncriteria = [ {row} ]\n")

    with pytest.raises(StoreError, match=message):
        stars.load(path)
