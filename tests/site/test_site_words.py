import math

import pytest
from astropy import units
from astropy.coordinates import SkyCoord
from hypothesis import given
from hypothesis import strategies as st

from catalog.site import words


@given(st.floats(0, 100))
def test_a_percentile_is_never_rounded_up(percentile):
    shown = float(words.percent(percentile).removesuffix(" %"))
    assert shown <= percentile + 1e-6
    assert shown < 100 or percentile > 100 - 1e-6


@pytest.mark.parametrize(
    ("percentile", "shown"),
    [
        (99.9935, "99.993 %"),
        (99.95, "99.95 %"),
        (98.06, "98.0 %"),
        (100.0, "100 %"),
        (0.0, "0.0 %"),
    ],
)
def test_a_percentile_has_the_decimals_that_tell_it_from_100(percentile, shown):
    assert words.percent(percentile) == shown


@pytest.mark.parametrize(
    ("rank", "total", "shown"),
    [
        (13, 154_392, "1 in 11,900"),
        (1, 984, "1 in 984"),
        (984, 984, "1 in 1"),
        (1, 154_392, "1 in 154,000"),
    ],
)
def test_rarity_has_three_digits(rank, total, shown):
    assert words.one_in(rank, total) == shown


@pytest.mark.parametrize(
    ("rank", "total", "shown"),
    [
        (57, 4631, "1 in 81 spectra is this unusual"),
        (2, 2, ""),
        (75, 984, "1 in 13 spectra is this unusual"),
    ],
)
def test_a_rarity_that_is_none_is_not_told(rank, total, shown):
    assert words.rarity(rank, total) == shown


def test_a_place_among_all_is_a_sentence_that_someone_would_say():
    assert words.place(1, 100.0, 4631) == "the most unusual of 4,631 spectra"
    assert words.place(2, 0.0, 2) == "number 2 of 2 spectra"
    assert words.place(57, 98.75, 4631) == "more unusual than 98.7 % of 4,631 spectra"


def test_a_number_keeps_its_unit_on_its_line():
    assert words.bound("92 % of it (38 σ) at 5 Ångström") == (
        "92\N{NO-BREAK SPACE}% of it (38\N{NO-BREAK SPACE}σ) at 5 Ångström"
    )


@given(st.floats(0, 359.99999), st.floats(-89.99999, 89.99999))
def test_sexagesimal_agrees_with_astropy_to_its_last_digit(ra, dec):
    shown = words.sexagesimal(ra, dec).replace("−", "-")
    for old, new in {"ʰ": "h", "ᵐ": "m", "ˢ": "s", "°": "d", "′": "m", "″": "s"}.items():
        shown = shown.replace(old, new)
    back = SkyCoord(shown)
    apart = back.separation(SkyCoord(ra, dec, unit="deg")).to_value(units.arcsec)
    assert apart < math.hypot(0.15, 0.1) + 1e-3


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "not given"),
        (math.nan, "not given"),
        (0.0, "0"),
        (-1.234, "−1.23"),
        (12345.0, "12,345"),
        (2e-7, "2.00 × 10⁻⁷"),
        (0.0999, "0.0999"),
    ],
)
def test_a_number_has_three_significant_digits_and_a_true_minus(value, shown):
    assert words.significant(value) == shown


def test_a_rank_below_the_outliers_is_one_among_all_spectra():
    assert words.standing(17, 2_080, 154_392) == "rank 17 of 2,080 outliers"
    assert words.standing(3_001, 2_080, 154_392) == "rank 3,001 of 154,392 spectra"


@pytest.mark.parametrize(
    ("p", "told"),
    [
        (1.0, "more than 1 in 2"),
        (0.5, "1 in 2"),
        (0.01, "1 in 100"),
        (1 / 12_345, "1 in 12,000"),
        (1e-6, "1 in 1,000,000"),
        (1e-9, "fewer than 1 in 1,000,000"),
        (0.0, "fewer than 1 in 1,000,000"),
    ],
)
def test_a_probability_is_told_as_one_in_so_many_and_never_as_one_that_nobody_can_check(p, told):
    assert words.chance(p) == told


def test_the_combined_p_and_the_false_discovery_rate_are_sentences():
    assert words.ordinariness(1 / 12_345) == (
        "About 1 in 12,000 ordinary spectra of its class and brightness look this unusual "
        "(p = 8.1 × 10⁻⁵)."
    )
    assert words.ordinariness(0.9).startswith("More than 1 in 2 ordinary spectra")
    assert words.false_share(0.03) == (
        "If the list ended here, about 3 % of those on it would be ordinary."
    )


@pytest.mark.parametrize(
    ("seconds", "told"),
    [
        (0.44, "0.4 s"),
        (12.4, "12 s"),
        (59.9, "1 min 0 s"),
        (200, "3 min 20 s"),
        (7_500, "2 h 5 min"),
    ],
)
def test_a_time_is_told_in_its_own_units(seconds, told):
    assert words.duration(seconds) == told


def test_a_title_loses_its_capital_within_a_sentence_unless_it_is_an_acronym():
    assert words.in_sentence("Reduced χ²") == "reduced χ²"
    assert words.in_sentence("PCA χ²") == "PCA χ²"
