"""Kinds of stars on real spectra: LAMOST's by spectral type, MILES's by temperature."""

from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits

from catalog import registry, tables
from catalog.explain import stars
from catalog.measures import Measure, Native
from catalog.spectra import Arm
from catalog.surveys import miles

KINDS = stars.load()


def _measured(arms: tuple[Arm, ...]) -> tables.Table:
    native = Native(arms, np.zeros(len(arms[0].flux)), ())
    found: tables.Table = {}
    for name in ("bands", "star_lines"):
        found |= registry.load("catalog.measures", name, Measure).of(native)
    return found


def _of_type(realdata: Path) -> tuple[np.ndarray, tables.Table]:
    """Spectral types of LAMOST's stars and their measures; the wavelength is in the header."""
    types, parts = [], []
    for path in sorted((realdata / "lamost").glob("*.fits")):
        with fits.open(path) as hdus:
            header, (flux, ivar, _, bad, _) = hdus[0].header, hdus[0].data.astype(float)
        wave = 10 ** (header["COEFF0"] + header["COEFF1"] * np.arange(flux.size))
        ivar = np.where((bad == 0) & (ivar > 0), ivar, 0.0)
        types.append(header["SUBCLASS"])
        parts.append(_measured((Arm("lamost", wave, flux[None], ivar[None]),)))
    return np.array(types), tables.concatenate(parts)


@pytest.fixture(scope="module")
def lamost(realdata):
    return _of_type(realdata)


@pytest.fixture(scope="module")
def library(realdata):
    parts = []
    for shard in miles.SURVEY.discover(sorted((realdata / "miles").glob("*.fits"))):
        spectra = miles.SURVEY.read(shard, ())
        parts.append(_measured(spectra.arms) | {"teff": spectra.extras["teff"]})
    return tables.concatenate(parts)


def test_lamosts_m_stars_are_found_and_its_a_to_k_stars_are_not(lamost):
    types, measures = lamost
    cool = np.char.startswith(types, "M")
    found = stars.meets(KINDS["m_star"], measures)

    assert cool.sum() == 14
    assert found[cool].sum() >= 12
    assert not found[~cool].any()


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"m_star"}))
def test_lamosts_ordinary_stars_are_of_no_other_kind(lamost, kind):
    assert not stars.meets(KINDS[kind], lamost[1]).any()


def test_miles_m_stars_are_found_by_their_temperature(library):
    found, teff = stars.meets(KINDS["m_star"], library), library["teff"]

    assert found[teff < 3700].mean() > 0.9
    assert found[(teff > 4100) & (teff < 5000)].mean() < 0.02
    assert not found[teff > 5000].any()


def test_miles_hot_stars_are_found_by_their_temperature(library):
    found, teff = stars.meets(KINDS["hot_star"], library), library["teff"]

    assert found[teff > 14_000].mean() > 0.85
    assert found[teff > 11_500].mean() > 0.75
    assert found[(teff > 7500) & (teff < 9500)].mean() < 0.05
    assert not found[teff < 7500].any()


def test_no_star_of_miles_is_a_white_dwarf_a_carbon_star_or_a_cataclysmic_variable(library):
    for kind in ("white_dwarf", "carbon_star", "cataclysmic_variable"):
        assert not stars.meets(KINDS[kind], library).any()


def test_no_real_quasar_or_galaxy_is_taken_for_a_star(realdata):
    n_seen = 0
    for path in sorted((realdata / "sdss").glob("spec-*.fits")):
        with fits.open(path) as hdus:
            pixels, known = hdus[1].data, hdus[2].data
            spec_class = str(known["CLASS"][0]).strip()
            wave = 10.0 ** pixels["loglam"].astype(float)
            flux = pixels["flux"].astype(float)
            ivar = np.where(pixels["and_mask"] == 0, pixels["ivar"], 0).astype(float)
        if spec_class not in {"QSO", "GALAXY"}:
            continue
        measures = _measured((Arm("sdss", wave, flux[None], ivar[None]),))
        for kind, criteria in KINDS.items():
            assert not stars.meets(criteria, measures).any(), (path.name, kind)
        n_seen += 1
    assert n_seen >= 40
