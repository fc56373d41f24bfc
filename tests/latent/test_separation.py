"""Purity and silhouette of classes, against other implementations and known chance."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_samples
from sklearn.neighbors import NearestNeighbors

from catalog.latent import separation
from catalog.latent.labels import Label


def label(code, kind="physics", name="spec_class"):
    value = np.asarray(code, float)
    classes = tuple(f"c{i}" for i in range(int(np.nanmax(value)) + 1))
    return Label(name, name, "", kind, True, value, classes)


def rows(table, **where):
    kept = np.logical_and.reduce([table[name] == each for name, each in where.items()])
    return {name: column[kept] for name, column in table.items()}


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1), st.integers(30, 150), st.integers(2, 4))
def test_values_are_those_of_another_implementation(seed, n, n_classes):
    rng = np.random.default_rng(seed)
    points, code = rng.normal(size=(n, 3)), np.arange(n) % n_classes
    points[:, 0] += code
    np.testing.assert_allclose(
        separation.silhouettes(points, [code])[0], silhouette_samples(points, code), atol=1e-5
    )
    near = NearestNeighbors(n_neighbors=10).fit(points).kneighbors(return_distance=False)
    np.testing.assert_allclose(
        separation.purities(points, code), (code[near] == code[:, None]).mean(axis=1)
    )


def test_classes_far_apart_are_pure_and_those_on_top_of_each_other_are_chance():
    rng = np.random.default_rng(1)
    code = rng.permutation(np.repeat([0, 1, 2], [600, 300, 100]))
    latent = rng.normal(size=(1_000, 4))
    mixed = separation.measure(latent, [label(code)], 0)
    latent[:, 0] += 40 * code
    apart = separation.measure(latent, [label(code)], 0)
    whole = {"class": "all", "metric": "purity"}
    assert rows(apart, **whole)["value"] == pytest.approx(1)
    assert rows(mixed, **whole)["value"] == pytest.approx(1 / 3, abs=0.02)
    np.testing.assert_allclose(
        rows(apart, metric="purity")["chance"], [0.333, 599 / 999, 299 / 999, 99 / 999], atol=1e-3
    )
    silhouette = rows(mixed, metric="silhouette")
    assert (np.abs(silhouette["value"] - silhouette["chance"]) < 0.02).all()


def test_intervals_hold_the_value_and_narrow_with_more_spectra():
    rng = np.random.default_rng(2)
    widths = []
    for n in (200, 2_000):
        code = np.arange(n) % 2
        table = separation.measure(rng.normal(size=(n, 2)) + code[:, None], [label(code)], 0)
        assert ((table["low"] <= table["value"]) & (table["value"] <= table["high"])).all()
        widths.append((table["high"] - table["low"]).mean())
    assert widths[1] < 0.5 * widths[0]


def test_copies_of_a_spectrum_are_neighbours_and_no_spectrum_is_its_own():
    points = np.repeat(np.random.default_rng(3).normal(size=(4, 2)), 30, axis=0)
    assert separation.purities(points, np.repeat([0, 1, 2, 3], 30)).tolist() == [1.0] * 120
    assert np.isfinite(separation.silhouettes(points, [np.repeat([0, 1, 2, 3], 30)])[0]).all()


def test_only_classes_are_measured_and_of_observing_labels_the_mean():
    code = np.arange(300) % 3
    unknown = np.where(np.arange(300) < 40, np.nan, code)
    number = Label("teff", "", "", "physics", False, np.arange(300.0))
    names = label(np.arange(300) % 31, name="subclass")
    petal = label(unknown, kind="observing", name="petal")
    latent = np.random.default_rng(4).normal(size=(300, 2))
    table = separation.measure(latent, [number, names, label(code), petal], 0)
    assert set(table["label"]) == {"spec_class", "petal"}
    assert set(rows(table, label="petal")["class"]) == {"all"}
    assert set(rows(table, label="petal")["n"].tolist()) == {260}
    assert len(separation.measure(latent, [number], 0)["label"]) == 0


@pytest.mark.alone
def test_ten_thousand_spectra_take_seconds():
    rng = np.random.default_rng(5)
    start = time.process_time()
    separation.measure(rng.normal(size=(10_000, 10)), [label(rng.integers(0, 7, 10_000))], 0)
    assert time.process_time() - start < 60  # about 4 s of one core
