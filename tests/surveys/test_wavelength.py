"""Air and vacuum."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.surveys._wavelength import air_to_vacuum, vacuum_to_air


@pytest.mark.parametrize(
    ("line", "air", "vacuum"),
    [
        # Pairs of the SDSS and NIST line lists, Å.
        ("[O III]", 5006.843, 5008.240),
        ("Hα", 6562.801, 6564.614),
        ("Hβ", 4861.325, 4862.683),
        ("Hδ", 4101.734, 4102.892),
        ("[S II]", 6730.816, 6732.674),
        ("Na D2", 5889.951, 5891.583),
    ],
)
def test_known_lines_are_found_in_both(line: str, air: float, vacuum: float) -> None:
    assert air_to_vacuum(np.array([air]))[0] == pytest.approx(vacuum, abs=2e-3)
    assert vacuum_to_air(np.array([vacuum]))[0] == pytest.approx(air, abs=2e-3)


@given(st.floats(2000.5, 100_000.0))
def test_there_and_back_is_exact_to_a_billionth_of_an_angstrom(wave: float) -> None:
    there = vacuum_to_air(np.array([wave]))
    assert there[0] < wave
    np.testing.assert_allclose(air_to_vacuum(there), wave, rtol=0, atol=1e-9)


def test_the_index_is_that_of_another_standard_to_a_ten_millionth() -> None:
    """Against Edlén 1966 as Peck & Reeder give it, a fit of its own to measured air."""
    air = np.linspace(3500.0, 10_000.0, 500)
    vacuum = air_to_vacuum(air)
    square = (1e4 / vacuum) ** 2
    edlen = 1 + 8.34213e-5 + 2.406030e-2 / (130 - square) + 1.5997e-4 / (38.9 - square)
    np.testing.assert_allclose(vacuum / air, edlen, rtol=1e-7)


def test_the_input_is_left_as_it_was() -> None:
    wave = np.array([5000.0, 6000.0])
    air_to_vacuum(wave)
    assert wave.tolist() == [5000.0, 6000.0]
