"""Features are what was planted; the table's signs are those of the generator's factors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.latent.made_spectra import LINES, PLAIN, STEPS, WAVE, decoded, gaussian, spectrum

from catalog.latent import features, profiles, traversal
from catalog.latent.occupied import occupied

NAMES = [each.name for each in features.FEATURES]


def measured(flux, reference=None, wave=WAVE):
    reference = spectrum() if reference is None else reference
    found = features.measure(wave, np.atleast_2d(flux), reference, LINES)
    return dict(zip(NAMES, found[0], strict=True))


def test_planted_line_strengths_are_found():
    found = measured(spectrum())
    assert found["halpha"] == pytest.approx(15, rel=0.01)
    assert found["nii"] == pytest.approx(8, rel=0.01)
    for name in ("hbeta", "oiii", "oii"):
        assert found[name] == pytest.approx(PLAIN[name], rel=0.01)


@given(st.floats(90, 500), st.floats(-150, 150), st.floats(2, 60), st.floats(0, 30))
@settings(max_examples=20, deadline=None)
def test_halpha_is_told_from_its_neighbours_at_any_width(width, velocity, halpha, nii):
    made = spectrum(broadening=width, velocity=velocity, halpha=halpha, nii=nii)
    found = measured(made)
    assert found["halpha"] == pytest.approx(halpha, abs=0.05)
    assert found["nii"] == pytest.approx(nii, abs=0.05)
    assert found["broadening"] == pytest.approx(2.3548 * width, rel=0.02)


def test_a_line_in_absorption_is_negative_and_has_a_width():
    found = measured(spectrum(halpha=-6.0, nii=0.0, hbeta=-5.0))
    assert found["halpha"] == pytest.approx(-6, abs=0.05)
    assert found["hbeta"] == pytest.approx(-5, abs=0.1)
    assert found["broadening"] == pytest.approx(2.3548 * 150, rel=0.02)


def test_a_line_that_is_hardly_there_has_no_width():
    assert np.isnan(measured(spectrum(halpha=0.2, nii=0.0))["broadening"])


@pytest.mark.parametrize("velocity", [-140.0, -45.0, 45.0, 140.0])
def test_a_shift_of_all_lines_is_a_velocity(velocity):
    assert measured(spectrum(velocity=velocity))["velocity"] == pytest.approx(velocity, abs=5)


def test_absorption_rises_as_it_deepens():
    plain = np.ones(WAVE.size)
    deep = plain.copy()
    for name in ("ca_k", "mgb_5174", "na_d1"):
        deep -= 4.0 * gaussian(WAVE, LINES[name], 3.0)
    deep -= 0.3 * ((WAVE > 7055) & (WAVE < 7200))
    found, before = measured(deep), measured(plain)
    for name in ("ca_k", "mg_b", "na_d"):
        assert found[name] - before[name] == pytest.approx(4, abs=0.3)
    assert found["tio"] - before["tio"] == pytest.approx(0.3, abs=0.02)


def test_the_calcium_triplet_is_measured_where_the_grid_has_it():
    wave = np.linspace(8300.0, 8900.0, 1200)
    flux = np.ones(wave.size)
    for name, depth in (("ca_8500", 1.0), ("ca_8544", 3.0), ("ca_8665", 2.5)):
        flux -= depth * gaussian(wave, LINES[name], 2.0)
    found = measured(flux, flux, wave)
    assert found["ca_triplet"] == pytest.approx(6.5, rel=0.03)
    off_the_grid = ("break_4000", "halpha", "nii", "hbeta", "oiii", "oii", "broadening", "ca_k")
    assert all(np.isnan(found[name]) for name in (*off_the_grid, "mg_b", "na_d", "tio"))


def test_where_next_to_no_light_is_left_nothing_is_divided_by_it():
    flux = spectrum(oii=0.0)
    flux[WAVE < 3950] = 1e-6
    found = measured(flux)
    assert np.isnan(found["oii"])
    assert np.isnan(found["break_4000"])


def test_every_feature_has_its_words_and_a_name_of_its_own():
    assert len(set(NAMES)) == len(NAMES)
    table = features.table()
    assert all(table["title"])
    assert all(text.endswith(".") for text in table["description"])


coefficients = st.sampled_from([0.0, 0.0, 1.0]).flatmap(
    lambda used: st.floats(0.4, 1.0).map(lambda size: used * size)
)
mixes = st.lists(
    st.lists(st.tuples(coefficients, st.sampled_from([-1, 1])), min_size=10, max_size=10),
    min_size=2, max_size=4,
)  # fmt: skip


@given(mixes)
@settings(max_examples=12, deadline=None)
def test_signs_are_those_of_the_generators_factors_whatever_the_mix(mix):
    mixing = np.array([[size * sign for size, sign in row] for row in mix])
    latent = np.random.default_rng(1).normal(size=(2_000, len(mixing)))
    region = occupied(latent, 1)
    dimensions = range(1, len(mixing) + 1)
    path = traversal.route(region, dimensions, 1.0, 5)
    flux = decoded(path.points, mixing)
    reference = decoded(region.mean[None], mixing)[0]
    ends = traversal.ends(path)
    low, high = (features.measure(WAVE, flux[rows], reference, LINES) for rows in ends)
    found = traversal.changes(dimensions, low, high, NAMES, features.least(WAVE))
    signs = {
        (dimension, feature): sign
        for dimension, feature, sign in zip(
            found["dimension"], found["feature"], found["sign"], strict=True
        )
    }
    for d, row in enumerate(mixing, 1):
        for feature, by in zip(STEPS, row, strict=True):
            assert signs[d, feature] == np.sign(by), (d, feature, by)


def test_the_grid_decides_how_small_a_shift_can_be_told():
    fine, coarse = (features.least(np.arange(5000.0, 6000.0, step)) for step in (0.01, 4.0))
    at = NAMES.index("velocity")
    assert fine[at] == 1.0
    assert coarse[at] == pytest.approx(0.5 * 4 / 5500 * profiles.SPEED_OF_LIGHT, rel=0.01)
