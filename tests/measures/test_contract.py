"""Every measure keeps its word: names, shapes, NaN where nothing can be measured."""

from dataclasses import replace

import numpy as np
import pytest
from tests.measures.spectra import flat, native

from catalog import measures
from catalog.errors import StoreError
from catalog.measures import ERROR, Measure, Native, Quantity, measure_all, quantities
from catalog.spectra import Arm


def test_every_quantity_is_given_once_with_words_for_people():
    names = [quantity.name for quantity in quantities()]

    assert len(set(names)) == len(names)
    assert all(q.title and q.description.endswith(".") for q in quantities())
    found = measure_all(native(flat, 3))
    assert [name for name in found if not name.endswith(ERROR)] == names
    assert all(column.shape == (3,) and column.dtype == np.float32 for column in found.values())


def test_no_spectra_give_empty_columns():
    assert all(column.shape == (0,) for column in measure_all(native(flat, 0)).values())


def test_a_spectrum_without_data_gives_nothing_and_harms_no_other():
    whole = native(flat, 3)
    for arm in whole.arms:
        arm.ivar[1] = 0.0
    found = measure_all(whole)
    alone = measure_all(
        replace(
            whole,
            arms=tuple(Arm(a.name, a.wave, a.flux[:1], a.ivar[:1]) for a in whole.arms),
            z=whole.z[:1],
        )
    )

    assert all(np.isnan(column[1]) for column in found.values())
    for name, column in alone.items():
        assert found[name][0] == pytest.approx(column[0], rel=1e-4, abs=1e-5, nan_ok=True), name


def test_a_survey_of_one_arm_is_measured_as_far_as_it_reaches():
    blue = native(flat, 2).arms[0]
    found = measure_all(Native((replace(blue, name="miles"),), np.zeros(2), ()))

    assert np.isfinite(found["c2_5165"]).all()
    for name in ("tio5", "arm_step_sigma", "amplifier_step_sigma", "snr_b", "sky_line_power"):
        assert np.isnan(found[name]).all(), name


@pytest.mark.parametrize(("given", "wrong"), [("x", "x"), ("a_error_2", "a_error_2")])
def test_a_measure_that_gives_what_it_did_not_declare_is_refused(monkeypatch, given, wrong):
    odd = Measure(
        "odd", (Quantity("a", "A", "", "A."),), lambda _: {"a": np.zeros(1), given: np.zeros(1)}
    )
    monkeypatch.setattr(measures, "measures", lambda: (odd,))

    with pytest.raises(StoreError, match=f"found: {wrong}"):
        measure_all(native(flat))
