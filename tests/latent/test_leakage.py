"""What dimensions tell of each other, and one number for all."""

import numpy as np
import pytest

from catalog.latent import leakage
from catalog.latent.information import neighbours


@pytest.fixture(scope="module")
def latent():
    """Dimensions 1 and 3 lean on each other, 2 and 4 share a curve; 5 is not used."""
    x = np.random.default_rng(0).normal(size=(2_000, 5))
    x[:, 2] = -0.6 * x[:, 0] + 0.8 * x[:, 2]
    x[:, 3] = x[:, 1] ** 2 + 0.5 * x[:, 3]
    return x


def test_shared_information_is_found_with_and_without_correlation(latent):
    table = leakage.measure(latent, np.array([True] * 4 + [False]), 60, 1)
    pairs = list(zip(table["dimension_a"].tolist(), table["dimension_b"].tolist(), strict=True))
    assert pairs == [(1, 2), (1, 3), (1, 4), (2, 3), (2, 4), (3, 4)]
    assert table["significant"][[1, 4]].all()
    assert (np.delete(table["information"], [1, 4]) < 0.06).all()
    straight, curved = table["information"][[1, 4]]
    assert straight == pytest.approx(-0.5 * np.log(1 - 0.36), abs=0.06)
    assert curved > 0.4
    assert table["correlation"][1] == pytest.approx(-0.58, abs=0.05)
    assert abs(table["correlation"][4]) < 0.1
    assert (table["null_high"] < 0.05).all()


def test_pairs_are_those_of_the_estimator(latent):
    table = leakage.measure(latent, np.array([True, False, True, False, False]), 20, 1)
    alone = neighbours.information(latent[:, 0], latent[:, 2], seed=1)
    assert table["information"][0] == pytest.approx(alone, abs=1e-9)


@pytest.mark.parametrize("n_used", [0, 1])
def test_one_dimension_leaks_into_none(latent, n_used):
    table = leakage.measure(latent, np.arange(5) < n_used, 20, 1)
    assert {len(column) for column in table.values()} == {0}
    assert np.isnan(leakage.disentanglement(table["information"]))


def test_disentanglement_is_one_without_and_near_none_with_all_shared():
    assert leakage.disentanglement(np.array([0.0, -0.01])) == 1
    assert leakage.disentanglement(np.array([20.0])) == pytest.approx(0, abs=1e-6)
    rho = np.array([0.2, 0.5, 0.9])
    gaussian = -0.5 * np.log(1 - rho**2)
    assert leakage.disentanglement(gaussian) == pytest.approx(1 - rho.mean())


def test_a_model_of_many_dimensions_is_measured_on_fewer_spectra(latent, monkeypatch):
    monkeypatch.setattr(leakage, "FEWEST", 100)
    monkeypatch.setattr(leakage, "PAIRS_TIMES_SPECTRA", 3_000)
    table = leakage.measure(latent, np.ones(5, bool), 20, 1)
    of_first = leakage.measure(latent[:300], np.ones(5, bool), 20, 1)
    assert len(table["information"]) == 10
    np.testing.assert_array_equal(table["information"], of_first["information"])
