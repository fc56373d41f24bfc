from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog import registry
from catalog.cutouts.address import cutout
from catalog.site import sky_links
from catalog.surveys import Survey

DESI = "https://www.legacysurvey.org/viewer/desi-spectrum/{release}/targetid{target_id}"


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
    asked = parse_qs(urlsplit(cutout(ra, dec, "ls-dr9")).query)
    assert float(asked["ra"][0]) == pytest.approx(ra, abs=1e-6)
    assert float(asked["dec"][0]) == pytest.approx(dec, abs=1e-6)
    side = int(asked["size"][0]) * float(asked["pixscale"][0])
    assert side == pytest.approx(67, abs=0.1)


def test_a_hostile_layer_cannot_leave_its_parameter():
    assert parse_qs(urlsplit(cutout(1, 2, "a&ra=9#x")).query)["ra"] == ["1.000000"]


def test_the_services_that_astronomers_ask_for_are_all_there():
    assert {each.name for each in sky_links.SERVICES} == {
        "SIMBAD", "NED", "VizieR", "Aladin Lite", "ESASky", "ADS"
    }  # fmt: skip


@given(ra=st.floats(0, 359.999999), dec=st.floats(-90, 90))
def test_the_sky_viewer_is_opened_with_the_position_marked(ra, dec):
    asked = parse_qs(urlsplit(sky_links.sky_viewer(ra, dec, "ls-dr9")).query)
    assert asked["mark"] == [f"{ra:.6f},{dec:.6f}"]
    assert asked["ra"] == [f"{ra:.6f}"]
    assert asked["dec"] == [f"{dec:.6f}"]


def test_a_surveys_own_page_is_filled_with_what_is_known():
    known = {"release": "dr1", "target_id": "39089837596371002"}
    assert sky_links.survey_page(DESI, known) == (
        "https://www.legacysurvey.org/viewer/desi-spectrum/dr1/targetid39089837596371002"
    )


@pytest.mark.parametrize(
    ("template", "values"),
    [
        ("", {"target_id": "1"}),
        (DESI, {"target_id": "1"}),
        (DESI, {"target_id": "1", "release": ""}),
        ("https://example.org/{target_id", {"target_id": "1"}),
        ("https://example.org/{target_id.__class__}", {"target_id": "1"}),
        ("https://{release}.org/{target_id}", {"target_id": "1", "release": "evil"}),
        ("javascript:alert({target_id})", {"target_id": "1"}),
        ("http://example.org/{target_id}", {"target_id": "1"}),
    ],
)
def test_what_cannot_be_filled_safely_gives_no_address(template, values):
    assert sky_links.survey_page(template, values) == ""


@given(name=st.text(min_size=1))
def test_a_value_cannot_leave_its_place_in_a_surveys_address(name):
    address = sky_links.survey_page(DESI, {"release": "dr1", "target_id": name})
    parts = urlsplit(address)
    assert parts.netloc == "www.legacysurvey.org"
    assert parts.path.count("/") == 4
    assert (parts.query, parts.fragment) == ("", "")
    assert unquote(parts.path.split("/targetid", 1)[1]) == name


@pytest.mark.parametrize(
    ("name", "known", "address"),
    [
        (
            "desi",
            {"release": "edr", "target_id": "39627700846068901"},
            "https://www.legacysurvey.org/viewer/desi-spectrum/edr/targetid39627700846068901",
        ),
        (
            "sdss",
            {"release": "dr17", "plate": 4055, "mjd": 55359, "fibre": 596},
            "https://dr16.sdss.org/optical/spectrum/view/?plateid=4055&mjd=55359&fiberid=596",
        ),
    ],
)
def test_each_survey_says_where_its_own_page_of_a_spectrum_is(name, known, address):
    survey = registry.load("catalog.surveys", name, Survey)
    assert sky_links.survey_page(survey.object_page, known) == address


def test_every_survey_that_has_a_page_states_an_address_that_can_be_filled():
    for name in registry.names("catalog.surveys"):
        template = registry.load("catalog.surveys", name, Survey).object_page
        names = ("target_id", "release", "plate", "mjd", "fibre")
        assert not template or sky_links.survey_page(template, dict.fromkeys(names, "1")), name


@pytest.mark.parametrize("layer", ["ls-dr9", "ls-dr10-grz", "unwise-neo11", "sdss", "decaps2"])
def test_every_layer_has_someone_to_thank(layer):
    assert sky_links.credit(layer)
