"""One function writes the address of an image, and no layer can change what it asks for."""

from urllib.parse import parse_qs, urlsplit

import pytest
from astropy.coordinates import SkyCoord
from hypothesis import given
from hypothesis import strategies as st

from catalog.cutouts.address import PIXELS, PIXSCALE, cutout
from catalog.cutouts.footprint import galactic_latitude, is_outside

RA, DEC = st.floats(0, 359.9999), st.floats(-90, 90)


@given(RA, DEC, st.text(min_size=1, max_size=30))
def test_the_server_is_told_position_layer_and_size_as_they_are(ra, dec, layer):
    parts = urlsplit(cutout(ra, dec, layer))
    asked = parse_qs(parts.query, strict_parsing=True, keep_blank_values=True)

    assert (parts.scheme, parts.netloc) == ("https", "www.legacysurvey.org")
    assert set(asked) == {"ra", "dec", "layer", "size", "pixscale"}
    assert asked["layer"] == [layer]
    assert float(asked["ra"][0]) == pytest.approx(ra, abs=1e-6)
    assert float(asked["dec"][0]) == pytest.approx(dec, abs=1e-6)
    assert (asked["size"], asked["pixscale"]) == ([str(PIXELS)], [str(PIXSCALE)])


@given(RA, DEC)
def test_galactic_latitude_is_that_of_astropy(ra, dec):
    expected = SkyCoord(ra, dec, unit="deg").galactic.b.deg
    assert galactic_latitude(ra, dec) == pytest.approx(expected, abs=1e-3)


def test_only_the_legacy_surveys_keep_away_from_the_galactic_plane():
    assert is_outside(266.4, -29.0, "ls-dr9")
    assert not is_outside(266.4, -29.0, "unwise-neo11")
    assert not is_outside(180.0, 40.0, "ls-dr9")
