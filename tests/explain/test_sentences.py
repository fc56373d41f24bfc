import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.explain import sentences


@pytest.mark.parametrize(
    ("value", "error", "text"),
    [
        (14.27, 0.6, "14.3"),
        (14.27, 1.0, "14"),
        (4480, 300, "4,500"),
        (0.0123456, 0.0001, "0.012"),
        (-2.345, 0.02, "\N{MINUS SIGN}2.35"),
        (-0.001, 1.0, "0"),
        (100.0, 0.0, "100"),
        (1.0, math.nan, "1.00"),
        (math.nan, 1.0, "an unknown number of"),
    ],
)
def test_a_number_has_the_decimals_its_error_allows(value, error, text):
    assert sentences.number(value, error) == text


@given(st.floats(-1e9, 1e9), st.floats(0.001, 1e6))
def test_a_number_is_never_further_off_than_its_error(value, error):
    shown = sentences.number(value, error).replace(",", "").replace("\N{MINUS SIGN}", "-")
    assert re.fullmatch(r"-?\d+(\.\d{1,3})?", shown)
    assert abs(float(shown) - value) <= error * (1 + 1e-9) + 1e-6


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        (0.0, "less than 1 %"),
        (0.0099, "less than 1 %"),
        (0.923, "92 %"),
        (0.9951, "more than 99 %"),
        (1.0, "100 %"),
    ],
)
def test_percentages_say_when_they_are_not_quite_none_or_all(fraction, text):
    assert sentences.percentage(fraction) == text


@pytest.mark.parametrize(("sigma", "text"), [(8.4, "8 σ"), (38.2, "38 σ"), (412.3, "410 σ")])
def test_significances_are_whole_and_large_ones_round(sigma, text):
    assert sentences.significance(sigma) == text


@pytest.mark.parametrize(
    ("fraction", "text"), [(0.015, "1.5 %"), (0.07, "7 %"), (0.0007, "0.07 %")]
)
def test_rare_shares_keep_a_figure(fraction, text):
    assert sentences.rarity(fraction) == text


def test_windows_are_whole_angstroms():
    assert sentences.wave_range(3600.4, 4919.2) == "3,600 to 4,919 Å"


def test_text_is_written_only_where_a_reason_holds():
    written = sentences.texts(np.array([True, False]), str, np.array([3, 4]))
    assert written.tolist() == ["3", ""]
