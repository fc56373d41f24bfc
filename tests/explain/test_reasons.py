"""Each test is silent on noise, finds what is planted at a stated rate, and measures it right."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tests.explain.conftest import no_alternatives

from catalog import registry
from catalog.explain import Outliers
from catalog.explain.evidence import Evidence, ReasonTest
from catalog.simulate.signals import type_ia

PACKAGE = "catalog.explain.reasons"
MEASURED = (
    "absorption_line",
    "arm_discontinuity",
    "bad_region",
    "broad_line",
    "continuum_misfit",
    "double_peaked",
    "extreme_emission_line",
    "supernova",
    "very_broad_line",
    "weak_emission_line",
)
N = 200


def measure(name: str, batch: Outliers) -> Evidence:
    return registry.load(PACKAGE, name, ReasonTest).measure(batch)


def repeat(added: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.repeat(added[None], N, axis=0)


@pytest.mark.slow
def test_on_pure_noise_a_test_speaks_less_than_once_in_a_thousand(make):
    """6,000 spectra of Gaussian noise, S/N per bin 2 to 200: at most 6 may be spoken of."""
    spoken = dict.fromkeys(MEASURED, 0)
    for seed, snr in enumerate([2.0, 15.0, 200.0]):
        batch = make(np.zeros((2000, 1000)), bin_snr=snr, seed=seed)
        for name in MEASURED:
            spoken[name] += int(measure(name, batch).holds.sum())
    assert max(spoken.values()) <= 6, spoken


@pytest.mark.parametrize(
    ("sigma", "recall"), [(12.0, 0.80), (15.0, 0.98), (20.0, 1.0)], ids=["12σ", "15σ", "20σ"]
)
def test_an_emission_line_is_found_from_its_flux_on(make, line, sigma, recall):
    # The peak of a line whose matched filter gives `sigma`, were its level known: Σ g² over bins.
    peak = sigma / 40.0 / np.sqrt((line(6302.046, 470) ** 2).sum())
    evidence = measure("extreme_emission_line", make(repeat(peak * line(6302.046, 470))))
    assert evidence.holds.mean() >= recall
    assert set(evidence.fields["line"][evidence.holds]) == {"[O I] 6302"}


def test_a_line_is_as_many_times_stronger_as_was_planted(make, line):
    evidence = measure("extreme_emission_line", make(repeat(13 * 0.6 * line(6564.6, 470))))
    assert evidence.holds.all()
    assert np.median(evidence.value) == pytest.approx(14, rel=0.05)
    assert set(evidence.unit) == {"times"}
    assert set(evidence.fields["line"]) == {"Hα"}
    assert (evidence.explained > 0.98).all()
    assert evidence.wave_low[0] < 6564.6 < evidence.wave_high[0]


def test_a_line_that_is_not_expected_is_given_as_an_equivalent_width(make, line):
    planted = 8 * line(6302.046, 470)
    evidence = measure("extreme_emission_line", make(repeat(planted)))
    continuum = 0.8 + 0.4 * (6302 - 3600) / 3956
    assert np.median(evidence.value) == pytest.approx(planted.sum() * 3.96 / continuum, rel=0.05)
    assert set(evidence.unit) == {"Å"}


def _unlike(batch: Outliers, recon: NDArray[np.float64]) -> Outliers:
    """The same spectra where something else is expected, given in the flux of `ordinary`."""
    return replace(batch, expected=(recon / batch.norm[:, None]).astype(np.float32))


def test_a_line_that_the_spectrum_lacks_is_weak_and_neither_extreme_nor_absorbing(
    make, line, ordinary
):
    missing = -0.55 * line(6564.6, 470)
    evidence = measure("weak_emission_line", make(repeat(missing)))
    assert evidence.holds.all()
    assert set(evidence.fields["line"]) == {"Hα"}
    assert np.median(evidence.value) == pytest.approx(1 / 12, abs=0.03)
    assert np.median(evidence.explained) > 0.9
    batch = _unlike(make(np.zeros((N, 1000))), ordinary + 3 * line(6302.046, 470))
    absent = measure("weak_emission_line", batch)
    said = absent.fields["comparison"] == "is absent, although it is expected"
    assert said.mean() >= 0.98
    for name in ("extreme_emission_line", "absorption_line"):
        assert not measure(name, batch).holds.any()


def test_a_dip_of_what_is_expected_is_no_emission_line(make, line, ordinary):
    batch = _unlike(make(np.zeros((N, 1000))), ordinary - 0.6 * line(6302.046, 470))
    assert not measure("extreme_emission_line", batch).holds.any()


@pytest.mark.parametrize("fwhm", [3000, 5000, 7000, 11_000, 14_000])
def test_a_broad_component_is_found_and_its_width_known_to_a_third(make, line, fwhm):
    name = "broad_line" if fwhm < 9_000 else "very_broad_line"
    evidence = measure(name, make(repeat(0.3 * line(6564.6, fwhm))))
    assert evidence.holds.mean() >= 0.99
    assert np.median(evidence.value) == pytest.approx(fwhm, rel=0.33)
    assert np.median(evidence.explained) > 0.9


def test_a_narrow_line_is_not_called_broad(make, line):
    assert not measure("broad_line", make(repeat(8 * line(6564.6, 470)))).holds.any()


@pytest.mark.parametrize("name", ["arm_step", "amplifier_step"])
def test_a_step_on_native_pixels_is_placed_in_the_rest_frame_and_explains_the_arm(
    make, ordinary, wave, name
):
    step, z = 0.15, 0.15
    added = repeat(step * ordinary * (wave > 5780 / (1 + z)))
    known = {name: step, f"{name}_sigma": -9.0, f"{name}_wave": 5780.0}
    measures = {key: np.full(N, value) for key, value in known.items()}
    reason = {"arm_step": "arm_discontinuity"}.get(name, name)
    evidence = measure(reason, make(added, z=np.full(N, z), measures=measures))
    assert evidence.holds.all()
    assert set(evidence.value) == {15.0}
    assert set(evidence.significance) == {9.0}
    assert set(evidence.fields["wave"]) == {"5,026"}
    assert (evidence.explained > 0.9).all()


@pytest.mark.parametrize(
    ("step", "sigma", "why"),
    [(0.04, 20.0, "small"), (0.2, 3.9, "uncertain"), (np.nan, np.nan, "not measured")],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_small_or_uncertain_step_is_no_reason(make, step, sigma, why):
    known = {"arm_step": step, "arm_step_sigma": sigma, "arm_step_wave": 5780.0}
    measures = {name: np.full(N, value) for name, value in known.items()}
    assert not measure(
        "arm_discontinuity", make(np.zeros((N, 1000)), measures=measures)
    ).holds.any()


@pytest.mark.parametrize("separation", [400, 600, 850])
def test_lines_with_two_peaks_are_double_and_their_separation_is_known(make, line, separation):
    lines_of_gas = [(6564.6, 2.0), (6585.3, 0.7), (4862.7, 0.7), (5008.2, 2.5), (4960.3, 0.8)]
    shifts = [side * separation / 2 / 299_792.458 for side in (-1, 1)]
    added = sum(h * line(c * (1 + s), 250) for c, h in lines_of_gas for s in shifts)
    evidence = measure("double_peaked", make(repeat(added)))
    assert evidence.holds.mean() >= 0.99
    assert np.median(evidence.value) == pytest.approx(separation, abs=75)
    assert (evidence.explained > 0.95).all()


@pytest.mark.parametrize("fwhm", [250, 470, 900])
def test_lines_with_one_peak_are_not_double_however_wide(make, line, fwhm):
    lines_of_gas = [(6564.6, 2.0), (6585.3, 0.7), (4862.7, 0.7), (5008.2, 2.5), (4960.3, 0.8)]
    added = sum(height * line(centre, fwhm) for centre, height in lines_of_gas)
    assert measure("double_peaked", make(repeat(added))).holds.mean() <= 0.01


def test_the_humps_of_a_supernova_are_known_from_any_other_tilt(make, ordinary, wave):
    humps = type_ia(wave, 9_500.0, 1.003)
    evidence = measure("supernova", make(repeat(0.3 * humps / humps.max())))
    assert evidence.holds.mean() >= 0.99
    assert np.median(evidence.value) == pytest.approx(30, abs=6)
    tilted = repeat(0.3 * ordinary * (wave / 5578 - 1))
    assert not measure("supernova", make(tilted)).holds.any()


def test_a_stretch_ten_times_as_noisy_as_it_says_is_bad(make, wave):
    inside = (wave > 5400) & (wave < 5480)
    noise = np.random.default_rng(8).normal(size=(N, wave.size)) * inside * 10 / 40
    evidence = measure("bad_region", make(noise))
    assert evidence.holds.mean() >= 0.95
    assert np.median(evidence.explained) > 0.75
    said = evidence.fields["comparison"][evidence.holds]
    assert (said == "scatters far more than its errors say").mean() >= 0.95


def test_a_comb_at_sky_lines_is_blamed_on_the_sky(make, wave):
    batch = make(np.zeros((N, wave.size)))
    sky = batch.sky_waves / 1.1
    comb = sum(0.3 * (np.abs(wave - centre) < 3) for centre in sky)
    measures = {"sky_line_power": np.full(N, 4.0), "sky_line_power_error": np.full(N, 0.2)}
    evidence = measure("sky_residuals", make(repeat(comb), measures=measures))
    assert evidence.holds.all()
    assert (evidence.explained > 0.9).all()
    assert set(evidence.fields["power"]) == {"4.0"}
    assert not measure("sky_residuals", make(repeat(comb))).holds.any()
    assert not measure(
        "sky_residuals", make(repeat(0.3 * (wave > 5000)), measures=measures)
    ).holds.any()


@pytest.mark.parametrize("sign", [1, -1])
def test_a_tilted_continuum_is_found_and_measured(make, ordinary, wave, sign):
    tilt = sign * 0.2 * (wave - 5578) / 1978
    evidence = measure("continuum_misfit", make(repeat(tilt * ordinary)))
    assert evidence.holds.all()
    assert (evidence.explained > 0.95).all()
    reddest = np.sign(evidence.value) == sign
    assert np.array_equal(reddest, evidence.fields["region"] == "red")
    assert np.abs(evidence.value).mean() == pytest.approx(13, abs=2)


def test_a_run_below_zero_is_bad_and_its_flux_is_in_physical_units(make, wave):
    hole = np.where((wave > 5400) & (wave < 5480), -1.5, 0.0)
    evidence = measure("bad_region", make(repeat(hole)))
    assert evidence.holds.all()
    assert np.median(evidence.value) == pytest.approx(0.8 + 0.4 * 1840 / 3956 - 1.5, rel=0.05)
    assert set(evidence.unit) == {"1e-17 erg/s/cm2/Å"}
    assert evidence.wave_low == pytest.approx(5402, abs=6)
    assert evidence.wave_high == pytest.approx(5478, abs=6)


@pytest.mark.parametrize("height", [0.5, -0.5])
def test_a_blemish_away_from_lines_is_a_bad_region(make, wave, height):
    evidence = measure(
        "bad_region", make(repeat(np.where((wave > 6030) & (wave < 6110), height, 0.0)))
    )
    assert evidence.holds.mean() >= 0.99
    assert (evidence.explained[evidence.holds] > 0.8).all()


def test_a_spectrum_that_is_off_everywhere_has_no_bad_region(make, wave):
    assert not measure("bad_region", make(repeat(0.5 * np.sin(wave / 60)))).holds.any()


def test_deeper_sodium_is_found_and_its_equivalent_width_is_what_was_planted(make, line):
    planted = -0.3 * line(5891.583, 400) - 0.3 * line(5897.558, 400)
    evidence = measure("absorption_line", make(repeat(planted)))
    assert evidence.holds.mean() >= 0.99
    wanted = -planted.sum() * 3.96 / (0.8 + 0.4 * 2294 / 3956)
    assert np.median(evidence.value) == pytest.approx(wanted, rel=0.25)
    assert set(evidence.fields["comparison"]) == {"more"}
    assert all(label.startswith("Na D") for label in evidence.fields["line"])


def test_broad_balmer_absorption_is_found_and_emission_is_not_absorption(make, line):
    deep = sum(-0.4 * line(centre, 4000) for centre in (4102.9, 4341.7, 4862.7))
    assert measure("absorption_line", make(repeat(deep))).holds.all()
    assert not measure("absorption_line", make(repeat(2 * line(4862.7, 470)))).holds.any()


@pytest.mark.parametrize(("name", "spec_class"), [("star", "STAR"), ("agn", "QSO")])
def test_a_class_counts_only_where_it_is_rare(make, name, spec_class):
    known = {"spec_class": np.full(2, spec_class, dtype=object)}
    rare = {"class_fraction": np.array([0.015, 0.6])}
    evidence = measure(name, make(np.zeros((2, 1000)), **known, **rare))
    assert evidence.holds.tolist() == [True, False]
    assert "only 1.5 % of the spectra" in evidence.fields["share"][0]


@pytest.mark.parametrize(
    ("name", "known", "other"),
    [
        ("low_snr", {"snr": np.full(N, 3.0)}, {"snr": np.full(N, 9.0)}),
        ("low_coverage", {"coverage": np.full(N, 0.85)}, {"coverage": np.full(N, 0.99)}),
    ],
)
def test_poor_data_are_a_reason_only_where_the_fit_is_good(make, wave, name, known, other):
    assert measure(name, make(np.zeros((N, 1000)), **known)).holds.mean() >= 0.98
    assert not measure(name, make(np.zeros((N, 1000)), **other)).holds.any()
    assert not measure(name, make(repeat(0.5 * np.sin(wave / 60)), **known)).holds.any()


@pytest.mark.parametrize("name", registry.names(PACKAGE))
def test_a_test_answers_for_no_spectra_and_for_spectra_without_data(make, name):
    assert measure(name, make(np.zeros((0, 1000)))).holds.shape == (0,)
    batch = make(np.zeros((3, 1000)))
    batch.rest.ivar[1] = 0
    evidence = measure(name, batch)
    assert np.isfinite(evidence.explained).all()
    if name in MEASURED:
        assert not evidence.holds.any()


def _only(batch: Outliers, row: int) -> Outliers:
    """One spectrum of a batch, as a batch of its own."""
    chosen = slice(row, row + 1)
    per_spectrum = ("expected", "scatter", "z", "spec_class", "class_fraction", "snr", "coverage")
    rest = {name: getattr(batch.rest, name)[chosen] for name in ("target_id", "flux", "ivar")}
    return replace(
        batch,
        rest=replace(batch.rest, **rest),
        norm=batch.norm[chosen],
        alternatives=no_alternatives(1),
        **{name: getattr(batch, name)[chosen] for name in per_spectrum},
    )


@pytest.mark.parametrize("name", registry.names(PACKAGE))
def test_a_spectrums_answer_does_not_depend_on_its_neighbours(make, line, wave, name):
    added = np.stack([0 * wave, 3 * line(6302, 470), 0.5 * line(6564.6, 5000), 0.1 * np.sin(wave)])
    whole = make(added)
    among = measure(name, whole)
    for row in range(len(whole)):
        alone = measure(name, _only(whole, row))
        assert alone.holds[0] == among.holds[row]
        if alone.holds[0]:
            assert alone.value[0] == pytest.approx(among.value[row])
            assert alone.explained[0] == pytest.approx(among.explained[row])
