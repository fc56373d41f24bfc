"""Objects are found for what they are, wherever their survey says that they are."""

import numpy as np
import pytest
from tests.templates import made

from catalog import simulate
from catalog.simulate.stars import HYDROGEN
from catalog.spectra import Arm
from catalog.templates import blended, compare, favoured, fit, in_front, library, suggested
from catalog.templates.compare import observed
from catalog.templates.library import prepared, transmission


def _said(n, z, spec_class):
    return np.full(n, z, float), np.full(n, spec_class, object)


def _best(found):
    index = favoured(found)
    rows = np.arange(len(found))
    return [found.families[i] for i in index], found.z[rows, index]


@pytest.mark.parametrize("name", ["galaxy", "quasar", "m_star"])
def test_the_scan_gives_at_every_shift_what_a_plain_fit_gives(name):
    target = observed(made.arms(made.galaxy(0.2), 8))[0]
    family = prepared(name)
    chi2 = fit.scan(target, name)

    for index in np.linspace(0, family.steps.size - 1, 7).astype(int):
        begin = -int(family.steps[index]) - family.first
        coarse = family.scan[:, begin // 3 : begin // 3 + target.flux.size]
        blue = family.blue[begin : begin + 3 * target.flux.size : 3]
        rows = np.vstack([np.where(blue, transmission(), 1.0) * coarse, family.polynomials])
        root = np.sqrt(target.weight)
        norm = np.linalg.norm(rows * root, axis=1, keepdims=True)
        seen = norm[:, 0] > 1e-3 * norm.max()
        rows = ((rows * root) / np.where(norm > 0, norm, 1.0))[seen]
        coefficients, *_ = np.linalg.lstsq(rows.T, target.flux * root, rcond=None)
        wanted = ((target.flux * root - coefficients @ rows) ** 2).sum()
        assert chi2[index] == pytest.approx(wanted, rel=3e-4)


def test_galaxies_are_found_at_their_redshifts_from_a_wrong_one():
    z = np.array([0.03, 0.11, 0.25])
    spectra = made.arms(made.galaxy(z), 5)
    found = compare(spectra, *_said(3, 0.18, "GALAXY"))

    kinds, at = _best(found)

    assert kinds == ["galaxy"] * 3
    assert at == pytest.approx(z, abs=6e-4)
    assert suggested(found, *_said(3, 0.18, "GALAXY")).any(axis=1).all()


def test_what_the_survey_has_right_is_left_alone():
    z = np.array([0.03, 0.11, 0.25])
    said = np.full(3, "GALAXY", object)
    for kind in ("star_forming", "quiescent"):
        found = compare(made.arms(made.galaxy(z, kind), 5), z, said)
        assert not suggested(found, z, said).any()
        assert not blended(found).any()
        assert not in_front(found).any()


@pytest.mark.parametrize("z", [0.4, 1.2, 2.1, 3.3])
def test_a_quasar_is_found_at_a_galaxys_redshift(z):
    said = _said(1, 0.257, "GALAXY")
    found = compare(made.arms(made.quasar(z), 4), *said)
    kinds, at = _best(found)
    assert kinds == ["quasar"]
    assert at == pytest.approx([z], abs=0.006 * (1 + z))
    assert suggested(found, *said)[0, found.families.index("quasar")]


WHITE = dict.fromkeys(HYDROGEN, 0.6) | {"he_i": 0.0}


@pytest.mark.parametrize(
    ("family", "flux"),
    [
        ("star", made.star(5700)),
        ("m_star", made.star(3200, 4.9)),
        ("white_dwarf", made.star(14_000, 8.0, -6.0, scale=WHITE)),
        ("carbon_star", made.star(4300, 1.8, -0.5, 0.8, {"c2": 1.0, "cn_red": 1.0})),
        ("hot_star", made.star(22_000, 4.0, -0.2)),
    ],
)
def test_stars_are_found_as_their_kind_at_a_galaxys_redshift(family, flux):
    said = _said(1, 0.0692, "GALAXY")
    found = compare(made.arms(flux, 6), *said)
    kinds, at = _best(found)
    assert kinds == [family]
    assert abs(at[0]) < 6e-4
    assert suggested(found, *said).any()
    truth = _said(1, 0.0, "STAR")
    assert not suggested(compare(made.arms(flux, 6), *truth), *truth).any()


def test_a_cataclysmic_variable_needs_its_lines():
    rng = np.random.default_rng(0)
    spectra, _ = simulate.inject(
        made.arms(made.galaxy(0.1), 5), np.array([0.1]), "cataclysmic", np.array([80.0]), rng
    )
    found = compare(spectra, *_said(1, 0.0, "STAR"))
    assert _best(found)[0] == ["cataclysmic_variable"]
    plain = compare(made.arms(made.star(3200, 4.9), 20), *_said(1, 0.0, "STAR"))
    assert np.isnan(plain.chi2[0, plain.families.index("cataclysmic_variable")])


def test_lines_of_a_second_galaxy_are_no_wrong_redshift():
    host, behind = made.galaxy(0.15, "quiescent"), np.random.default_rng(3)
    spectra, z2 = simulate.inject(
        made.arms(host, 6), np.array([0.15]), "blend", np.array([60.0]), behind
    )
    said = _said(1, 0.15, "GALAXY")
    found = compare(spectra, *said)
    assert blended(found).all()
    assert found.second is not None
    assert found.second.z == pytest.approx(z2, abs=2e-3)
    assert not suggested(found, *said).any()


def test_a_star_in_front_of_a_galaxy_is_found():
    star, galaxy = made.star(5200), made.galaxy(0.15, "quiescent")
    found = compare(made.arms(0.6 * star + 0.4 * galaxy, 10), *_said(1, 0.15, "GALAXY"))
    assert found.foreground is not None
    assert found.foreground.share == pytest.approx([0.6], abs=0.25)
    assert in_front(found).all()


def test_each_spectrum_is_judged_by_itself_and_alike_every_time():
    spectra = made.arms(made.galaxy([0.05, 0.2]), 5)
    said = _said(2, 0.2, "GALAXY")
    both = compare(spectra, *said)
    alone = compare(
        (Arm("coadd", spectra[0].wave, spectra[0].flux[1:], spectra[0].ivar[1:]),),
        *_said(1, 0.2, "GALAXY"),
    )
    assert np.array_equal(both.z[1:], alone.z, equal_nan=True)
    assert both.chi2[1:] == pytest.approx(alone.chi2, nan_ok=True)
    again = compare(spectra, *said)
    assert np.array_equal(both.chi2, again.chi2, equal_nan=True)


def test_a_spectrum_with_hardly_any_data_gives_no_answer():
    arm = made.arms(made.galaxy(0.1), 5)[0]
    ivar = arm.ivar.copy()
    ivar[:, 60:] = 0
    said = _said(1, 0.1, "GALAXY")
    found = compare((Arm("coadd", arm.wave, arm.flux, ivar),), *said)
    assert np.isnan(found.chi2).all()
    assert np.isnan(found.chi2_survey).all()
    assert not suggested(found, *said).any()


def test_no_spectra_give_no_rows():
    found = compare((), *_said(0, 0.0, "GALAXY"))
    assert found.z.shape == (0, len(library.names()))
    assert not suggested(found, *_said(0, 0.0, "GALAXY")).any()


def test_a_class_that_nobody_knows_is_fitted_by_every_family():
    z = 0.11
    found = compare(made.arms(made.galaxy(z), 5), *_said(1, z, "UNKNOWN"))
    assert found.chi2_survey == pytest.approx(np.nanmin(found.chi2, axis=1), rel=1e-6)
