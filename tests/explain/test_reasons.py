"""Each test is silent on noise, finds what is planted at a stated rate, and measures it right."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from astropy.io import fits
from numpy.typing import NDArray

from catalog import registry
from catalog.explain import Outliers, lines
from catalog.explain.evidence import Evidence, ReasonTest
from catalog.spectra import Arm, Encodings, coadd

PACKAGE = "catalog.explain.reasons"
MEASURED = (
    "absorption_line",
    "arm_discontinuity",
    "bad_region",
    "broad_line",
    "continuum_misfit",
    "extreme_emission_line",
    "weak_emission_line",
)
N = 200


def measure(name: str, batch: Outliers) -> Evidence:
    return registry.load(PACKAGE, name, ReasonTest).measure(batch)


def repeat(added: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.repeat(added[None], N, axis=0)


@pytest.mark.slow
def test_on_pure_noise_a_test_speaks_less_than_once_in_a_thousand(make):
    """20,000 spectra of Gaussian noise, S/N per bin 2 to 200: at most 20 may be spoken of."""
    spoken = dict.fromkeys(MEASURED, 0)
    for seed, snr in enumerate([2.0, 5.0, 15.0, 50.0, 200.0]):
        batch = make(np.zeros((4000, 1000)), bin_snr=snr, seed=seed)
        for name in MEASURED:
            spoken[name] += int(measure(name, batch).holds.sum())
    assert max(spoken.values()) < 20, spoken


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
    """The same spectra beside another reconstruction, given in the flux of `ordinary`."""
    scaled = (recon / batch.norm[:, None]).astype(np.float32)
    return replace(batch, encodings=replace(batch.encodings, recon=scaled))


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
    said = absent.fields["comparison"] == "is absent, although the reconstruction expects it"
    assert said.mean() >= 0.98
    for name in ("extreme_emission_line", "absorption_line"):
        assert not measure(name, batch).holds.any()


def test_a_dip_of_the_reconstruction_is_no_emission_line(make, line, ordinary):
    batch = _unlike(make(np.zeros((N, 1000))), ordinary - 0.6 * line(6302.046, 470))
    assert not measure("extreme_emission_line", batch).holds.any()


def test_an_extreme_line_that_the_reconstruction_overshoots_is_still_extreme(make, line, ordinary):
    batch = make(repeat(25 * line(6564.6, 470)))  # about 280 Å of equivalent width
    batch = _unlike(batch, ordinary + 40 * line(6564.6, 470) + 5 * line(6585.27, 470))
    evidence = measure("extreme_emission_line", batch)
    assert set(evidence.fields["line"]) == {"Hα"}
    assert set(evidence.unit) == {"Å"}
    assert (evidence.explained > 0.95).all()


@pytest.mark.parametrize("fwhm", [3000, 5000, 9000])
def test_a_broad_component_is_found_and_its_width_known_to_a_third(make, line, fwhm):
    evidence = measure("broad_line", make(repeat(0.3 * line(6564.6, fwhm))))
    assert evidence.holds.mean() >= 0.99
    assert np.median(evidence.value) == pytest.approx(fwhm, rel=0.33)
    assert np.median(evidence.explained) > 0.9


def test_a_narrow_line_is_not_called_broad(make, line):
    assert not measure("broad_line", make(repeat(8 * line(6564.6, 470)))).holds.any()


@pytest.mark.parametrize("step", [0.1, -0.1, 0.2])
@pytest.mark.parametrize("z", [0.0, 0.15, 0.29])
def test_a_step_of_a_tenth_is_found_at_snr_20_wherever_the_join_falls(
    make, ordinary, wave, step, z
):
    # S/N 20 per native pixel of 0.8 Å is 44 per bin of 3.96 Å at z = 0.
    added = repeat(step * ordinary * (wave > 5780 / (1 + z)))
    evidence = measure("arm_discontinuity", make(added, bin_snr=44, z=np.full(N, z)))
    assert evidence.holds.mean() >= 0.95
    assert np.median(evidence.value) == pytest.approx(100 * step, abs=3)
    assert (evidence.explained[evidence.holds] > 0.9).all()


@pytest.mark.parametrize("place", [5255.0, 6882.0])
def test_a_broad_line_at_a_join_is_no_step(make, line, place):
    evidence = measure("arm_discontinuity", make(repeat(0.8 * line(place + 30, 5000))))
    assert evidence.holds.mean() <= 0.01


def test_without_joins_there_is_no_step(make, ordinary, wave):
    batch = make(repeat(0.3 * ordinary * (wave > 5255)), arm_joins=())
    assert not measure("arm_discontinuity", batch).holds.any()


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
    assert evidence.fields["share"][0] == "1.5 %"


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
    batch.encodings.ivar[1] = 0
    evidence = measure(name, batch)
    assert np.isfinite(evidence.explained).all()
    if name in MEASURED:
        assert not evidence.holds.any()


def _only(batch: Outliers, row: int) -> Outliers:
    """One spectrum of a batch, as a batch of its own."""
    chosen = slice(row, row + 1)
    per_spectrum = ("z", "spec_class", "class_fraction", "snr", "coverage", "norm")
    arrays = ("target_id", "flux", "ivar", "latent", "latent_sd", "recon")
    encodings = {name: getattr(batch.encodings, name)[chosen] for name in arrays}
    return replace(
        batch,
        encodings=replace(batch.encodings, **encodings),
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


def _smoothed(path: Path) -> Outliers:
    """Real DESI coadds in bins of 4 Å, against the smoothest curve that resembles them."""
    with fits.open(path) as hdus:
        arms = tuple(
            Arm(
                band,
                hdus[f"{band}_WAVELENGTH"].data.astype(float),
                hdus[f"{band}_FLUX"].data.astype(float),
                np.where(hdus[f"{band}_MASK"].data == 0, hdus[f"{band}_IVAR"].data, 0.0),
            )
            for band in "BRZ"
        )
        ids = hdus["FIBERMAP"].data["TARGETID"].astype(str).astype(object)
    joined = coadd(arms)
    length = joined.wave.size // 5 * 5
    flux, ivar = (
        x[:, :length].reshape(len(ids), -1, 5).astype(float) for x in (joined.flux, joined.ivar)
    )
    weight = ivar.sum(axis=2)
    mean = np.divide((flux * ivar).sum(axis=2), weight, out=np.zeros_like(weight), where=weight > 0)
    wave = joined.wave[:length].reshape(-1, 5).mean(axis=1)
    x = np.linspace(-1, 1, wave.size)
    fitted = [
        np.polynomial.legendre.legval(x, np.polynomial.legendre.legfit(x, f, 8, w=np.sqrt(w)))
        if w.any()
        else 0 * f
        for f, w in zip(mean, weight, strict=True)
    ]
    n, latent = len(ids), np.zeros((len(ids), 2))
    recon = np.array(fitted)
    encodings = Encodings(
        ids, wave, mean, weight, latent, latent + 1, recon, 0 * recon, np.zeros(n)
    )
    ones = np.ones(n)
    joins = ((5760.0, 5800.0), (7520.0, 7620.0))
    galaxy = np.full(n, "GALAXY", dtype=object)
    return Outliers(encodings, 0 * ones, galaxy, ones, ones, ones, ones, joins, lines.load())


@pytest.mark.parametrize(
    "name",
    [
        "coadd-1-80693-thru20210204.fits",
        "coadd-4-80613-thru20210324.fits",
        "coadd-5-169-thru20210419.fits",
        "coadd-main-dark-9144.fits",
        "coadd-special-dark-27247.fits",
        "coadd-sv3-dark-26065.fits",
    ],
)
def test_real_desi_spectra_show_no_step_between_the_arms(realdata, name):
    assert not measure("arm_discontinuity", _smoothed(realdata / "desi" / name)).holds.any()
