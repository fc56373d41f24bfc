from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.site import sky_links


@pytest.mark.parametrize("service", sky_links.SERVICES, ids=lambda s: s.name)
@given(ra=st.floats(0, 359.999999), dec=st.floats(-90, 90))
def test_every_service_is_told_the_position_with_its_sign(service, ra, dec):
    address = service.address(ra, dec)
    parts = urlsplit(address)
    assert parts.scheme == "https"
    # A bare plus would arrive as a space.
    assert "+" not in parts.query.replace("DSS2+color", "")
    told = " ".join(text for values in parse_qs(parts.query).values() for text in values)
    assert f"{dec:+.6f}" in told
    assert f"{ra:.6f}" in told


@given(ra=st.floats(0, 359.999999), dec=st.floats(-90, 90))
def test_the_cutout_has_the_size_that_the_page_reserves(ra, dec):
    asked = parse_qs(urlsplit(sky_links.cutout(ra, dec, "ls-dr9")).query)
    assert float(asked["ra"][0]) == pytest.approx(ra, abs=1e-6)
    assert float(asked["dec"][0]) == pytest.approx(dec, abs=1e-6)
    side = int(asked["size"][0]) * float(asked["pixscale"][0])
    assert side == pytest.approx(sky_links.CUTOUT_ARCSEC, abs=0.1)


def test_a_hostile_layer_cannot_leave_its_parameter():
    assert parse_qs(urlsplit(sky_links.cutout(1, 2, "a&ra=9#x")).query)["ra"] == ["1.000000"]
