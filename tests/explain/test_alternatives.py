"""Reasons that templates of other classes and redshifts give."""

import numpy as np
import pytest

from catalog import registry
from catalog.explain import alternative, categories, explain
from catalog.explain.evidence import ReasonTest
from catalog.templates import Alternatives, Foreground, SecondRedshift, Votes

N = 3
FAMILIES = ("galaxy", "m_star", "quasar")


def _alternatives(chi2, **known):
    return Alternatives(
        families=FAMILIES,
        classes=("GALAXY", "STAR", "QSO"),
        z=np.array([[0.257, 0.0001, 2.043]] * N),
        chi2=np.array(chi2, float),
        chi2_survey=np.full(N, 2290.0),
        n_bins=np.full(N, 1000),
        **known,
    )


# A galaxy as the survey says; an M star; a quasar.
CHI2 = [[2290, 2400, 2300], [2290, 1100, 2280], [2290, 2280, 1050]]


def _batch(make, chi2=CHI2, **known):
    said = {"z": np.full(N, 0.257), "class_fraction": np.full(N, 0.98)}
    return make(np.zeros((N, 1000)), **said, alternatives=_alternatives(chi2, **known))


def _measure(name, batch):
    return registry.load("catalog.explain.reasons", name, ReasonTest).measure(batch)


def _sentence(name, evidence, row):
    category = next(each for each in categories.load() if each.name == name)
    fields = {key: column[row] for key, column in evidence.fields.items()}
    return category.sentence.format(significance="9 σ", explained="50 %", **fields)


def test_another_redshift_holds_only_where_templates_say_so(make):
    votes = Votes(
        np.array([0, 0, 3]),
        np.array([0, 0, 0]),
        np.array(["", "", "C IV 1549, C III] 1909, Mg II 2799"], object),
    )
    batch = _batch(make, votes=votes, warned=np.array([False, False, True]))
    evidence = _measure("wrong_redshift", batch)
    assert evidence.holds.tolist() == [False, True, True]
    assert evidence.value[2] == 2.043
    assert evidence.explained[2] == pytest.approx(1 - 50 / 1290)
    assert evidence.significance[2] == pytest.approx(np.sqrt(1240))
    assert _sentence("wrong_redshift", evidence, 2) == (
        "Templates of a quasar at z = 2.043 fit far better than the survey's galaxy at z = 0.2570 "
        "(χ² lower by 1,240; C IV 1549, C III] 1909 and Mg II 2799 line up), and the survey itself "
        "is not sure of its redshift."
    )
    assert _sentence("wrong_redshift", evidence, 1).endswith("(χ² lower by 1,190).")


def test_stars_and_quasars_by_templates_are_named(make):
    batch = _batch(make)
    star, agn = _measure("star", batch), _measure("agn", batch)
    assert star.holds.tolist() == [False, True, False]
    assert agn.holds.tolist() == [False, False, True]
    assert _sentence("star", star, 1).startswith("Templates of an M star identify it as a star.")
    assert _sentence("agn", agn, 2).startswith("Templates of a quasar identify it as a quasar.")


def test_a_star_in_front_of_a_galaxy_is_a_star_and_no_wrong_redshift(make):
    front = Foreground(np.array([900.0, 0.0, 0.0]), np.array([0.6, 0.0, 0.0]))
    batch = _batch(make, [CHI2[0]] * N, foreground=front)
    star = _measure("star", batch)
    assert star.holds.tolist() == [True, False, False]
    assert "60 % of the light" in _sentence("star", star, 0)
    assert not _measure("wrong_redshift", batch).holds.any()


def test_two_objects_are_told_with_the_second_redshift(make):
    second = SecondRedshift(
        np.array([np.nan, np.nan, 0.611]), np.array([0.0, 0.0, 1250.0]), np.array([0, 0, 4])
    )
    batch = _batch(make, second=second)
    blend = _measure("blend", batch)
    assert blend.holds.tolist() == [False, False, True]
    assert blend.explained[2] == pytest.approx(1250 / 1290)
    assert "second object at z = 0.611" in _sentence("blend", blend, 2)
    assert not _measure("wrong_redshift", batch).holds[2]


def test_a_wrong_redshift_comes_first_and_its_class_with_it(make):
    reasons = explain(_batch(make))
    rows = reasons["target_id"] == reasons["target_id"][-1]
    assert reasons["category"][rows][:2].tolist() == ["wrong_redshift", "agn"]
    assert reasons["verdict"][rows][0] == "artefact"


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ("", ""),
        ("Hα", "; of its emission lines only Hα is seen"),
        ("Hβ, Hα", "; Hβ and Hα line up"),
        ("A, B, C, D, E", "; A, B, C, D and others line up"),
    ],
)
def test_lines_are_listed_as_a_person_would(names, text):
    assert alternative.lined_up(names) == text


def test_redshifts_are_written_with_the_decimals_they_deserve():
    assert alternative.redshift(0.25704) == "0.2570"
    assert alternative.redshift(2.0431) == "2.043"
    assert alternative.redshift(-0.0003) == "\N{MINUS SIGN}0.0003"
    assert alternative.redshift(-0.00001) == "0.0000"
