"""Scores of single bins are the sums that their formulas say, by plain loops."""

from dataclasses import replace

import numpy as np
import pytest
from tests.scores.samples import LINES, N, rows_of, sample

from catalog import registry
from catalog.scores import Score
from catalog.scores.chi2 import chi2
from catalog.scores.continuum_chi2 import continuum_chi2
from catalog.scores.fractional_misfit import fractional_misfit
from catalog.scores.line_chi2 import line_chi2
from catalog.scores.misfit import misfit
from catalog.scores.reconstruction_error import reconstruction_error
from catalog.scores.reconstruction_probability import reconstruction_probability
from catalog.scores.trimmed_chi2 import trimmed_chi2
from catalog.scores.weighted_mse import weighted_mse
from catalog.stages.rank import calibrated


def _squares(whole, i, scatter):
    """Each valid bin's wavelength and squared residual over its variance."""
    e = whole.encodings
    found = []
    for j, wave in enumerate(e.wave):
        if e.ivar[i, j] > 0:
            variance = 1 / float(e.ivar[i, j]) + (float(e.scatter[i, j]) if scatter else 0.0)
            found.append((wave, (float(e.flux[i, j]) - float(e.recon[i, j])) ** 2 / variance))
    return found


def _at_line(wave):
    return any(abs(wave / line - 1) * 299_792.458 <= 300 for line in LINES)


def _mean(squares):
    return sum(squares) / len(squares)


def _trimmed(squares):
    return _mean(sorted(squares)[: len(squares) - int(0.03 * len(squares))])


def _unweighted(whole, i):
    """log10 of the mean squared error where the mean square of the spectrum is 1."""
    e = whole.encodings
    good = [j for j in range(e.wave.size) if e.ivar[i, j] > 0]
    squares = [(float(e.flux[i, j]) - float(e.recon[i, j])) ** 2 for j in good]
    return np.log10(_mean(squares) * e.wave.size)


ORACLES = {
    reconstruction_error: _unweighted,
    weighted_mse: lambda s, i: sum(q for _, q in _squares(s, i, False)) / s.encodings.wave.size,
    chi2: lambda s, i: _mean([q for _, q in _squares(s, i, False)]),
    misfit: lambda s, i: _mean([q for _, q in _squares(s, i, True)]),
    trimmed_chi2: lambda s, i: _trimmed([q for _, q in _squares(s, i, True)]),
    line_chi2: lambda s, i: _mean([q for w, q in _squares(s, i, True) if _at_line(w)]),
    continuum_chi2: lambda s, i: _mean([q for w, q in _squares(s, i, True) if not _at_line(w)]),
}


@pytest.mark.parametrize("score", ORACLES, ids=lambda score: score.__name__)
def test_equals_the_formula_bin_by_bin(score):
    whole = sample()
    some = [0, 5, 17, 60]

    value = score(whole)[some]

    assert value == pytest.approx([ORACLES[score](whole, i) for i in some], rel=1e-5)


@pytest.mark.parametrize("score", [chi2, misfit, trimmed_chi2, line_chi2, continuum_chi2])
def test_a_spectrum_without_valid_bins_cannot_be_told(score):
    whole = sample()
    ivar = whole.encodings.ivar.copy()
    ivar[7] = 0

    value = score(replace(whole, encodings=replace(whole.encodings, ivar=ivar)))

    assert np.flatnonzero(np.isnan(value)).tolist() == [7]


def test_without_lines_on_the_grid_all_is_continuum():
    whole = replace(sample(), line_waves=np.array([1216.0]))

    assert np.isnan(line_chi2(whole)).all()
    assert np.allclose(continuum_chi2(whole), misfit(whole))
    assert np.isnan(line_chi2(replace(whole, line_waves=np.array([])))).all()


def test_a_few_bad_bins_do_not_move_the_trimmed_misfit():
    whole = sample()
    flux = whole.encodings.flux.copy()
    flux[30, 60:64] += 1.0

    hit = replace(whole, encodings=replace(whole.encodings, flux=flux))

    assert misfit(hit)[30] > 100 * misfit(whole)[30]
    assert trimmed_chi2(hit)[30] < 1.3 * trimmed_chi2(whole)[30]


def test_noise_alone_gives_one():
    ordinary = np.delete(np.arange(N), 17)

    assert chi2(sample())[ordinary].mean() == pytest.approx(1, abs=0.02)
    assert weighted_mse(sample())[ordinary].mean() == pytest.approx(196 / 200, abs=0.02)


@pytest.mark.parametrize("snr", [10.0, 40.0, 160.0])
def test_fractional_misfit_is_the_planted_fraction_at_any_noise(snr):
    whole = sample(snr)
    recon = whole.encodings.recon * 0.8

    value = fractional_misfit(replace(whole, encodings=replace(whole.encodings, recon=recon)))

    assert np.median(value) == pytest.approx(0.2, abs=0.005)


def test_fractional_misfit_of_noise_is_none_and_keeps_its_order():
    ordinary = rows_of(sample(), np.delete(np.arange(N), 17))

    value = fractional_misfit(ordinary)

    assert abs(np.median(value)) < 0.01
    assert (value < 0).any()
    assert np.array_equal(np.argsort(np.sign(value) * value**2), np.argsort(value))


def test_reconstruction_probability_is_minus_the_log_likelihood():
    whole = sample()

    assert np.array_equal(reconstruction_probability(whole), -whole.encodings.log_likelihood)


def test_an_error_of_one_per_cent_of_the_rms_is_minus_four_in_its_logarithm():
    whole = sample()
    e = whole.encodings
    flux = np.ones_like(e.flux) / np.sqrt(e.wave.size)
    found = reconstruction_error(
        replace(whole, encodings=replace(e, flux=flux, recon=flux * np.float32(1.01)))
    )

    assert found == pytest.approx(np.full(N, -4.0), abs=1e-4)


def test_a_spectrum_that_is_drawn_exactly_has_a_finite_logarithm_and_one_without_data_none():
    whole = sample()
    ivar = whole.encodings.ivar.copy()
    ivar[3] = 0
    exact = replace(whole.encodings, recon=whole.encodings.flux, ivar=ivar)

    found = reconstruction_error(replace(whole, encodings=exact))

    assert np.isnan(found[3])
    assert np.isfinite(np.delete(found, 3)).all()


def test_a_logarithmic_score_is_calibrated_below_zero():
    """Negative values keep their order, and the highest is the least probable."""
    rng = np.random.default_rng(5)
    value = rng.normal(-4.0, 0.2, 4000)
    value[17] = -1.0
    table = {
        "score_reconstruction_error": value,
        "snr": rng.uniform(5, 50, value.size),
        "spec_class": np.full(value.size, "STAR", object),
    }
    score = registry.load("catalog.scores", "reconstruction_error", Score)

    p = calibrated(score, table).p

    assert p.argmin() == 17
    assert p[17] < 1e-4
    assert np.quantile(p, 0.5) == pytest.approx(0.5, abs=0.02)
