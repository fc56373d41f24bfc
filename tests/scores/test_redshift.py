"""The redshift scan finds the shift that was planted, and none where there is none."""

from dataclasses import replace

import numpy as np
import pytest
from tests.scores.samples import WAVE, Model, rows_of, sample

from catalog.scores import redshift as module
from catalog.scores.redshift import best_redshift, redshift, shifts


def _shifted(whole, shift):
    """Every spectrum is the mean, shifted, with fresh noise."""
    e = whole.encodings
    noise = e.flux - e.recon
    noise[17] = noise[16]
    flux = (Model().mean(WAVE / np.exp(shift)) + noise).astype(np.float32)
    return rows_of(replace(whole, encodings=replace(e, flux=flux)), slice(0, 40))


@pytest.mark.parametrize("shift", [-0.2, -0.05, 0.0123, 0.1, 0.25])
def test_finds_the_planted_shift(shift):
    whole = _shifted(sample(), shift)

    z = best_redshift(whole)

    assert np.abs(np.log((1 + z) / 1.1) - shift).max() <= 0.001
    assert redshift(whole).min() > 3


def test_a_spectrum_at_its_redshift_gives_no_evidence():
    ordinary = rows_of(_shifted(sample(), 0.0), slice(0, 40))

    assert redshift(ordinary).max() < redshift(_shifted(sample(), 0.05)).min()
    assert redshift(ordinary).max() < 2


def test_shifts_leave_out_what_is_no_more_than_a_velocity():
    tried = shifts()

    assert np.abs(tried).min() > 0.004
    assert np.abs(tried).max() == pytest.approx(0.262)
    assert np.allclose(tried, -tried[::-1])


def test_scales_with_the_misfit_at_the_survey_redshift():
    whole = sample()
    gain, shift, reduced = module._scan(whole)

    expected = np.arcsinh(gain / np.maximum(reduced, 1) / 10)

    assert np.allclose(redshift(whole), expected)
    assert shift[17] == pytest.approx(0.1, abs=1e-9)


def test_chunks_join_without_a_seam(monkeypatch):
    whole = sample()
    value = redshift(whole)

    monkeypatch.setattr(module, "CHUNK", 70)

    assert np.allclose(redshift(whole), value, rtol=1e-3, atol=1e-4)


def test_on_a_grid_too_short_for_a_shift_it_cannot_be_told():
    whole = sample()
    e = whole.encodings
    short = replace(whole, encodings=replace(e, wave=5000 + np.arange(e.wave.size) * 0.05))

    assert np.isnan(redshift(short)).all()
    assert np.isnan(best_redshift(short)).all()


def test_what_the_model_of_its_own_class_draws_is_no_evidence_of_another_redshift():
    whole = sample()
    e, basis = whole.encodings, whole.basis
    stars = whole.spec_class == "STAR"
    band = (0.4 * np.exp(-0.5 * ((WAVE - 6200) / 60) ** 2) / np.sqrt(WAVE.size)).astype(np.float32)
    flux = e.flux - band * stars[:, None]
    banded = replace(whole, encodings=replace(e, flux=flux), class_basis={})
    own = replace(banded, class_basis={"STAR": replace(basis, mean=basis.mean - band)})

    without, known = module._scan(banded)[2], module._scan(own)[2]

    assert (without[stars] > 1.5).all()
    assert known[stars] == pytest.approx(np.ones(stars.sum()), abs=0.4)
    assert np.array_equal(without[~stars], known[~stars])
