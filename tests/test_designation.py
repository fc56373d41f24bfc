import math
import re
from decimal import ROUND_DOWN, Decimal, getcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.designation import acronym, assign, designation, slug_of

getcontext().prec = 80
RA = st.floats(0, 360, exclude_max=True, allow_nan=False)
DEC = st.floats(-90, 90, allow_nan=False)


def by_decimals(ra: float, dec: float) -> str:
    """The same by another way: decimal arithmetic, and quantising with ROUND_DOWN."""
    hours = Decimal(ra) / 15
    h = int(hours)
    m = int((hours - h) * 60)
    s = ((hours - h) * 3600 - 60 * m).quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    size = abs(Decimal(dec))
    d = int(size)
    am = int((size - d) * 60)
    sec = ((size - d) * 3600 - 60 * am).quantize(Decimal("0.1"), rounding=ROUND_DOWN)
    sign = "-" if math.copysign(1, dec) < 0 else "+"
    return f"PSA J{h:02d}{m:02d}{s:05.2f}{sign}{d:02d}{am:02d}{sec:04.1f}"


@given(RA, DEC)
def test_a_name_is_the_position_cut_off_as_decimal_arithmetic_cuts_it(ra, dec):
    assert designation(ra, dec, "PSA") == by_decimals(ra, dec)


@pytest.mark.parametrize(
    ("ra", "dec", "name"),
    [
        # The example of the CDS: 19h57m40.558s +33d38m27.96s.
        (15 * (19 + 57 / 60 + 40.558 / 3600), 33 + 38 / 60 + 27.96 / 3600, "J195740.55+333827.9"),
        (359.99999999, -0.00000001, "J235959.99-000000.0"),
        (0.0, 90.0, "J000000.00+900000.0"),
        (360.0, -90.0, "J000000.00-900000.0"),
        (10.0, -0.5, "J004000.00-003000.0"),
        (10.0, -0.0, "J004000.00-000000.0"),
    ],
)
def test_known_names(ra, dec, name):
    assert designation(ra, dec, "PSA") == f"PSA {name}"


@pytest.mark.parametrize("position", [(math.nan, 0.0), (0.0, 90.1), (math.inf, 0.0)])
def test_what_is_no_position_has_no_name(position):
    with pytest.raises(ValueError, match="no position"):
        designation(position[0], position[1], "PSA")


@given(RA, DEC)
def test_an_address_holds_only_letters_that_survive_everywhere_and_can_be_turned_back(ra, dec):
    name = designation(ra, dec, "PSA")
    slug = slug_of(name)
    assert re.fullmatch(r"j\d{6}\.\d\d[pm]\d{6}\.\d", slug)
    assert slug.upper().replace("P", "+").replace("M", "-") == name.removeprefix("PSA ")


def test_a_simulated_object_is_called_so():
    assert acronym("PSA", simulated=True) == "SIM-PSA"
    assert acronym("PSA", simulated=False) == "PSA"


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(-2, 2)), max_size=90),
    st.sets(st.integers(0, 89)),
)
def test_names_are_unique_and_kept_whatever_comes_later(places, first_ones):
    keys = [("s", str(i)) for i in range(len(places))]
    where = [(ra * 1e-6, dec * 1e-6) for ra, dec in places]  # all in a few cells
    early = [i for i in range(len(places)) if i in first_ones]
    before = assign([keys[i] for i in early], [where[i] for i in early], "PSA", {})
    kept = dict(zip([keys[i] for i in early], before, strict=True))
    moved = [(ra + 1.0, dec) if i in first_ones else (ra, dec) for i, (ra, dec) in enumerate(where)]
    names = assign(keys, moved, "PSA", kept)
    assert len(set(names)) == len(names)
    assert [names[i] for i in early] == before
    assert all(re.fullmatch(r"PSA J[\d.]+[+-][\d.]+[a-z]{0,2}", name) for name in names)


def test_names_do_not_depend_on_the_order_of_rows():
    keys = [("s", "2"), ("s", "1"), ("s", "3")]
    where = [(1.0, 1.0), (1.0, 1.0), (2.0, 1.0)]
    names = dict(zip(keys, assign(keys, where, "PSA", {}), strict=True))
    again = assign(keys[::-1], where[::-1], "PSA", {})
    assert dict(zip(keys[::-1], again, strict=True)) == names
    assert names["s", "1"].endswith("+010000.0a")
    assert names["s", "2"].endswith("+010000.0b")
    assert names["s", "3"].endswith("+010000.0")


def test_without_a_position_there_is_no_name():
    assert assign([("s", "1")], [(math.nan, math.nan)], "PSA", {}) == [""]


def test_another_acronym_gives_no_address_that_an_earlier_one_gave():
    kept = {("s", "1"): "OLD J000400.00+010000.0"}
    names = assign([("s", "2")], [(1.0, 1.0)], "PSA", kept)
    assert names == ["PSA J000400.00+010000.0a"]
