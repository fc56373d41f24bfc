"""Families are what they promise, and prepared alike every time."""

import numpy as np
import pytest

from catalog import registry
from catalog.errors import RecipeError
from catalog.templates import library
from catalog.templates.family import Family
from catalog.templates.grid import FINE_PER_BIN, N_BINS, WAVE

NAMES = library.names()


def test_the_families_are_those_that_reasons_speak_of():
    assert set(NAMES) == {
        "galaxy", "quasar", "star", "hot_star", "white_dwarf", "m_star", "carbon_star",
        "cataclysmic_variable",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_family_covers_every_bin_at_every_redshift(name):
    known = library.prepared(name)
    for step in (known.steps[0] + 2, known.steps[-1] - 2):
        seen = known.at(int(step))
        assert seen.shape == (len(known.spectra), N_BINS)
        assert np.isfinite(seen).all()
        assert (seen >= 0).all()
    assert library.redshift_of(known.steps).min() == pytest.approx(known.family.z_low, abs=2e-4)
    assert library.redshift_of(known.steps).max() == pytest.approx(
        known.family.z_high, rel=1e-3, abs=4e-4
    )


@pytest.mark.parametrize("name", NAMES)
def test_stars_are_at_rest_and_classes_are_known(name):
    kind = registry.load(library.PACKAGE, name, Family)
    assert kind.name == name
    assert kind.spec_class in {"GALAXY", "QSO", "STAR"}
    if kind.spec_class == "STAR":
        assert -0.005 < kind.z_low < 0 < kind.z_high < 0.005


def test_a_redshift_is_a_shift_of_the_lines():
    galaxy = library.prepared("galaxy")
    o_iii = len(galaxy.spectra) - 13 + 3  # the fourth group of lines
    for z in (0.0, 0.1, 0.4):
        step = int(library.step_of(np.array(z)))
        peak = WAVE[np.argmax(galaxy.at(step)[o_iii])]
        assert peak == pytest.approx(5008.24 * (1 + z), rel=2e-4)


def test_the_forest_dims_only_what_lies_bluewards_of_lyman_alpha():
    quasar = library.prepared("quasar")
    step = int(library.step_of(np.array(3.5)))
    begin = -step - quasar.first
    rest = quasar.spectra[0, begin : begin + FINE_PER_BIN * N_BINS : FINE_PER_BIN]
    dimmed = quasar.at(step)[0] / rest
    red = WAVE > 1216 * 4.5
    assert dimmed[red] == pytest.approx(1.0)
    assert 0.3 < dimmed[~red & (WAVE > 5000)].mean() < 0.7


def test_no_such_family_is_an_error_that_names_it():
    with pytest.raises(RecipeError, match="quasars"):
        library.family("quasars")
