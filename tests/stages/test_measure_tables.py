"""What the measure stage leaves becomes the catalogue's tables of measures."""

from types import SimpleNamespace

import numpy as np
import pytest
from tests.measures.spectra import flat, native

from catalog import tables
from catalog.measures import ERROR, measure_all, quantities
from catalog.stages import measure


def _build(tmp_path, *targets: str):
    found = measure_all(native(flat, len(targets)))
    path = tmp_path / "measure.parquet"
    tables.write(path, {"target_id": np.array(targets, dtype=object), **found})
    return SimpleNamespace(shards=lambda _: (path,)), found


def test_only_wanted_targets_and_finite_values_are_published(tmp_path):
    build, found = _build(tmp_path, "39633345008634465", "7", "12")

    wanted = np.array(["12", "39633345008634465"], dtype=object)
    table = measure.load(build, wanted)["object_measures"]

    assert list(dict.fromkeys(table["target_id"])) == ["39633345008634465", "12"]
    assert np.isfinite(table["value"]).all()
    finite = sum(int(np.isfinite(found[q.name][[0, 2]]).sum()) for q in quantities())
    assert len(table["value"]) == finite
    row = (table["target_id"] == "12") & (table["name"] == "tio5")
    assert table["value"][row] == pytest.approx(found["tio5"][2])
    assert table["error"][row] == pytest.approx(found["tio5" + ERROR][2])
    assert np.isnan(table["error"][table["name"] == "snr_b"]).all()


def test_what_is_measured_is_described_in_order(tmp_path):
    build, _ = _build(tmp_path, "1")

    table = measure.load(build, np.array(["1"], dtype=object))["measures"]

    assert table["name"].tolist() == [quantity.name for quantity in quantities()]
    assert table["position"].tolist() == list(range(1, len(quantities()) + 1))
    assert all(table["title"])


def test_no_wanted_target_gives_an_empty_table(tmp_path):
    build, _ = _build(tmp_path, "1")

    table = measure.load(build, np.array([], dtype=object))["object_measures"]

    assert all(len(column) == 0 for column in table.values())
