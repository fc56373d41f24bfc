"""All pairs within the radius and no others, anywhere on the sphere, against exact arithmetic."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mpmath import mp, mpf

from catalog.known.matching import separation_arcsec, within

mp.dps = 40
NEAR_BORDER = 1e-7
"""Arcsec: nearer than this to the radius, a pair may fall on either side."""


def exact(one, other) -> float:
    """Great-circle separation, arcsec, in forty digits (the formula that is good at any angle)."""
    a, b, c, d = (mp.radians(mpf(x)) for x in (*one, *other))
    y = mp.sqrt(
        (mp.cos(d) * mp.sin(c - a)) ** 2
        + (mp.cos(b) * mp.sin(d) - mp.sin(b) * mp.cos(d) * mp.cos(c - a)) ** 2
    )
    x = mp.sin(b) * mp.sin(d) + mp.cos(b) * mp.cos(d) * mp.cos(c - a)
    return float(mp.degrees(mp.atan2(y, x)) * 3600)


def columns(positions):
    return tuple(np.array([p[i] for p in positions], float) for i in (0, 1))


def test_the_oracle_agrees_with_what_is_known():
    assert exact((0, 0), (0, 1)) == pytest.approx(3600)
    assert exact((0, 90), (123, 90)) == pytest.approx(0, abs=1e-9)
    assert exact((359.5, 0), (0.5, 0)) == pytest.approx(3600)
    assert exact((10, 0), (190, 0)) == pytest.approx(180 * 3600)
    # Mizar and Alcor, J2000 (Hipparcos 65378, 65477): 11.8 arcmin.
    assert exact((200.9814286, 54.9253518), (201.3064076, 54.9879600)) / 60 == pytest.approx(
        11.8, abs=0.05
    )


@st.composite
def crowds(draw):
    """Positions in a small field anywhere: over a pole, across 0°, at high declination."""
    ra = draw(st.sampled_from([0.0, 359.9999, 180.0]) | st.floats(0, 360, exclude_max=True))
    dec = draw(st.sampled_from([90.0, -90.0, 89.999, -89.9995, 0.0, 84.0]) | st.floats(-90, 90))
    steps = st.floats(-12, 12)

    def few():
        found = []
        for _ in range(draw(st.integers(0, 6))):
            east, north = draw(steps) / 3600, draw(steps) / 3600
            up = dec + north
            turn = 180.0 if abs(up) > 90 else 0.0
            up = np.sign(up) * 180 - up if abs(up) > 90 else up
            shrunk = max(np.cos(np.radians(up)), 1e-6)
            found.append(((ra + turn + east / shrunk) % 360, float(np.clip(up, -90, 90))))
        return found

    return few(), few(), draw(st.sampled_from([0.01, 1.0, 5.0, 30.0]))


@given(crowds())
def test_pairs_are_those_of_exact_arithmetic(crowd):
    mine, theirs, radius = crowd
    pairs = within(columns(mine), columns(theirs), radius)
    found = {(int(i), int(j)) for i, j in zip(pairs.mine, pairs.theirs, strict=True)}

    assert len(found) == pairs.mine.size
    for i, j in product(range(len(mine)), range(len(theirs))):
        apart = exact(mine[i], theirs[j])
        if abs(apart - radius) > NEAR_BORDER:
            assert ((i, j) in found) == (apart < radius)
    for i, j, apart in zip(pairs.mine, pairs.theirs, pairs.separation_arcsec, strict=True):
        assert apart == pytest.approx(exact(mine[i], theirs[j]), abs=1e-8)


@given(crowds())
def test_pairs_come_by_object_and_nearest_first(crowd):
    mine, theirs, radius = crowd
    pairs = within(columns(mine), columns(theirs), radius)
    rows = list(zip(pairs.mine, pairs.separation_arcsec, pairs.theirs, strict=True))

    assert rows == sorted(rows)


def test_over_the_whole_sky_as_by_brute_force():
    rng = np.random.default_rng(1)
    z, ra = rng.uniform(-1, 1, 300), rng.uniform(0, 360, 300)
    dec = np.degrees(np.arcsin(z))
    shift = rng.normal(0, 4 / 3600, (2, 300))
    theirs = (ra + shift[0] / np.cos(np.radians(dec))) % 360, np.clip(dec + shift[1], -90, 90)
    pairs = within((ra, dec), theirs, 5.0)
    found = set(zip(pairs.mine.tolist(), pairs.theirs.tolist(), strict=True))

    for i in range(300):
        apart = exact((ra[i], dec[i]), (theirs[0][i], theirs[1][i]))
        assert ((i, i) in found) == (apart < 5.0)
    assert 60 < len(found) < 240


def test_a_position_twice_in_a_list_is_two_matches():
    pairs = within(columns([(0.0, 0.0)]), columns([(0.0, 0.0), (360.0, 0.0), (0.0, 0.0)]), 1.0)
    assert pairs.theirs.tolist() == [0, 1, 2]


def test_what_has_no_position_is_near_nothing():
    nowhere = [(np.nan, 0.0), (0.0, np.nan), (0.0, 0.0)]
    pairs = within(columns(nowhere), columns(nowhere), 5.0)
    assert list(zip(pairs.mine, pairs.theirs, strict=True)) == [(2, 2)]
    assert within(columns(nowhere[:2]), columns(nowhere), 5.0).mine.size == 0


def test_separations_pair_by_pair_are_exact_too():
    mine, theirs = [(0.0, 89.9999), (359.99999, -1.0)], [(180.0, 89.9999), (0.00001, -1.0)]
    apart = separation_arcsec(columns(mine), columns(theirs))
    expected = [exact(*pair) for pair in zip(mine, theirs, strict=True)]
    np.testing.assert_allclose(apart, expected, atol=1e-8)
