"""Band indices and lines at rest: the ratio that is planted, its scatter, and real stars."""

from dataclasses import replace

import numpy as np
import pytest
from tests.measures.spectra import flat, line, native

from catalog.measures import _ratios as ratios
from catalog.measures import bands, star_lines


def _steps(wave):
    """Half of the light within TiO5's band, and nowhere else."""
    return np.where((wave > 7127.96) & (wave < 7136.97), 0.5, 1.0)


def test_an_index_is_the_ratio_of_the_means():
    found = bands.of(native(_steps, 1, snr=1e5))

    assert found["tio5"][0] == pytest.approx(0.5, abs=0.03)  # the band ends within a pixel
    assert found["cah2"][0] == pytest.approx(1.0, abs=1e-4)


@pytest.mark.parametrize("name", ["tio5", "c2_5636", "vo7445", "hbeta_wings", "cn_7872"])
def test_the_error_is_the_scatter_of_repeated_observations(name):
    found = bands.of(native(flat, 4000, snr=10, seed=1))

    assert np.std(found[name]) == pytest.approx(np.median(found[name + "_error"]), rel=0.06)
    assert np.mean(found[name]) == pytest.approx(1.0, abs=0.005)


def test_pixels_at_a_windows_ends_count_by_the_part_inside():
    arm = native(lambda wave: wave, 1, snr=1e9).arms[0]

    means = ratios.mean((arm,), (4000.3, 4010.7))

    assert means.value[0] == pytest.approx(4005.5, abs=0.05)
    assert means.variance[0] == pytest.approx(0.8 / 10.4 / 1e18, rel=0.05)


@pytest.mark.parametrize(("lost", "measured"), [(3, True), (6, False)])
def test_an_index_needs_seven_tenths_of_each_window(lost, measured):
    whole = native(flat)
    arm = whole.arms[1]
    first = int(np.searchsorted(arm.wave, 7128.5))
    arm.ivar[0, first : first + lost] = 0.0
    arm.flux[0, first : first + lost] = 1e6

    found = bands.of(whole)["tio5"][0]

    assert np.isfinite(found) == measured
    assert not measured or found == pytest.approx(1, abs=0.1)


def test_where_two_arms_saw_the_same_window_both_count():
    both = native(flat, 3000, snr=10)
    one = replace(both, arms=both.arms[1:2])

    error = np.std(bands.of(both)["vo7434"]), np.std(bands.of(one)["vo7434"])

    assert error[0] < 0.9 * error[1]


def test_nothing_is_divided_by_noise():
    found = bands.of(native(np.zeros_like, 50))

    assert np.mean(np.isnan(found["tio5"])) > 0.9


@pytest.mark.parametrize("width", [-3.0, 8.0, 40.0])
@pytest.mark.parametrize("shift", [-3.0, 0.0, 3.0])
def test_an_equivalent_width_is_found_with_its_sign(width, shift):
    light = line(6564.6 + shift, width, 6.0)

    found = star_lines.of(native(light, 200, snr=30))["ew_halpha"]

    assert np.mean(found) == pytest.approx(width, abs=0.15)


def test_the_continuum_may_slope():
    def light(wave):
        return line(4862.7, 10.0, 5.0)(wave) * (1 + (wave - 4862.7) / 1000)

    assert star_lines.of(native(light, 1, 1e5))["ew_hbeta"][0] == pytest.approx(10, abs=0.2)


def test_sums_of_lines_add_values_and_squared_errors():
    found = star_lines.of(native(flat, 2000, snr=20))

    parts = [found[f"ew_{name}"] for name in star_lines.SUMS["he_i"]]
    assert np.allclose(found["ew_he_i"], np.sum(parts, axis=0))
    assert np.std(found["ew_he_i"]) == pytest.approx(np.median(found["ew_he_i_error"]), rel=0.06)
