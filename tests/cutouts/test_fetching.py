"""Each object gets the first layer's image that shows something; nothing is asked for twice."""

import logging

import pytest
from tests.cutouts.viewer import flat, n_asked, picture, show
from tests.web.server import Server

from catalog.cutouts import address
from catalog.cutouts.cache import Cache, Wanted
from catalog.cutouts.fetching import PATIENCE, Fetcher, Place, Tally
from catalog.web import Manners, Visitor

QUICK = Manners(pause_s=0.0, attempts=2, timeout_s=2.0, back_off_s=0.001)
OPTICAL, INFRARED = "ls-dr9", "unwise-neo11"
PLACES = [Place(str(number), 180.0 + number, 40.0) for number in range(4)]
TODAY = "2026-05-01"


def wanted(place: Place, layer: str = OPTICAL) -> Wanted:
    return Wanted(layer, place.ra, place.dec)


def fetch(
    cache, places=PLACES, *, layers=(OPTICAL, INFRARED), today=TODAY, again=False, manners=QUICK
):
    """Give what was found, and how."""
    with Visitor(manners) as visitor:
        fetcher = Fetcher(cache, visitor, layers, today, again=again)
        return fetcher.images(places, lambda _done, _of: None), fetcher.tally


def show_all(server, layer=OPTICAL, fault=""):
    for number, place in enumerate(PLACES):
        faults = fault if isinstance(fault, str) else list(fault)
        show(server, wanted(place, layer), picture(number), faults)


def nothing_half_written(cache) -> bool:
    kept = {path.stem for path in cache.folder.iterdir() if path.suffix == ".json"}
    names = [p.name for p in cache.folder.iterdir() if p.name.startswith(".")]
    images = {path.stem for path in cache.folder.glob("*.jpg")}
    return not names and images <= kept


def test_every_object_gets_its_own_image_and_none_is_asked_for_twice(server, cache):
    show_all(server)

    found, tally = fetch(cache)
    assert tally == Tally(fetched=4)
    assert [one.target_id for one in found] == ["0", "1", "2", "3"]
    for number, one in enumerate(found):
        assert cache.image(one.wanted).read_bytes() == picture(number)
        assert one.note.date == TODAY
    again, tally = fetch(cache, today="2027-01-01")

    assert again == found
    assert tally == Tally(cached=4)
    assert len(server.requests) == 4
    assert server.most_at_once == 1


def test_requests_wait_for_each_other_with_a_pause(server, cache):
    show_all(server)
    waits: list[float] = []
    with Visitor(Manners(pause_s=7.0, timeout_s=2.0), sleep=waits.append) as visitor:
        Fetcher(cache, visitor, [OPTICAL], TODAY, again=False).images(
            PLACES, lambda _done, _of: None
        )

    assert len(waits) == 3
    assert min(waits) > 6.0


@pytest.mark.parametrize(
    "faults",
    [["slow"], ["cut"], ["dropped"], ["429"], ["500"], ["503"], ["too long"]],
    ids=" then ".join,
)
def test_a_fault_that_passes_costs_a_second_request_and_nothing_else(server, cache, faults):
    server.slowness_s = 0.001
    show_all(server, fault=faults)

    _, tally = fetch(cache)

    assert tally == Tally(fetched=4)
    assert len(server.requests) == (4 if faults == ["slow"] else 8)
    assert nothing_half_written(cache)


@pytest.mark.parametrize(
    "fault", ["cut", "dropped", "429", "500", "404", "login page", "circle", "too short"]
)
def test_a_fault_that_stays_leaves_the_next_layer(server, cache, caplog, fault):
    show_all(server)
    show(server, wanted(PLACES[1]), picture(9), fault)
    show(server, wanted(PLACES[1], INFRARED), picture(8))

    with caplog.at_level(logging.WARNING):
        found, tally = fetch(cache)

    assert tally == Tally(fetched=4, unanswered=1)
    assert found[1].wanted.layer == INFRARED
    assert len(caplog.records) == 1
    assert wanted(PLACES[1]).address in caplog.text.replace("%20", " ")
    assert nothing_half_written(cache)


def test_a_redirect_is_followed(server, cache):
    show(server, wanted(PLACES[0]), b"", "redirect", to=server.address + "elsewhere.jpg")
    server.serve("elsewhere.jpg", picture(3), "image/jpeg")

    found, _ = fetch(cache, PLACES[:1])

    assert cache.image(found[0].wanted).read_bytes() == picture(3)


def test_what_failed_is_not_asked_for_again_that_day_but_on_another_or_when_told_to(server, cache):
    show(server, wanted(PLACES[0]), picture(), "404")
    fetch(cache, PLACES[:1], layers=[OPTICAL])
    assert n_asked(server, wanted(PLACES[0])) == 1

    _, tally = fetch(cache, PLACES[:1], layers=[OPTICAL])
    assert tally == Tally(missing=1, unanswered=1)
    assert n_asked(server, wanted(PLACES[0])) == 1

    fetch(cache, PLACES[:1], layers=[OPTICAL], again=True)
    assert n_asked(server, wanted(PLACES[0])) == 2

    show(server, wanted(PLACES[0]), picture())
    _, tally = fetch(cache, PLACES[:1], layers=[OPTICAL], today="2026-05-02")
    assert tally == Tally(fetched=1)


def test_a_layer_without_an_image_there_leaves_the_next_and_is_asked_once(server, cache):
    show(server, wanted(PLACES[0]), flat())
    show(server, wanted(PLACES[0], INFRARED), picture(5))

    for today, expected in ((TODAY, Tally(fetched=1)), ("2027-01-01", Tally(cached=1))):
        found, tally = fetch(cache, PLACES[:1], today=today)
        assert tally == expected
        assert found[0].wanted.layer == INFRARED
    assert len(server.requests) == 2

    show(server, wanted(PLACES[0]), picture(6))
    found, _ = fetch(cache, PLACES[:1], again=True)
    assert found[0].wanted.layer == OPTICAL


def test_an_object_that_no_layer_shows_is_missing_and_no_fault(server, cache, caplog):
    for layer in (OPTICAL, INFRARED):
        show(server, wanted(PLACES[0], layer), flat(32))

    with caplog.at_level(logging.WARNING):
        found, tally = fetch(cache, PLACES[:1])

    assert found == []
    assert tally == Tally(missing=1)
    assert not caplog.records


def test_a_layer_that_the_viewer_does_not_know_is_asked_for_once_and_named(server, cache, caplog):
    show_all(server, layer="nonsense", fault="wrong type")
    show_all(server)

    with caplog.at_level(logging.WARNING):
        found, tally = fetch(cache, layers=["nonsense", OPTICAL])

    assert tally == Tally(fetched=4)
    assert {one.wanted.layer for one in found} == {OPTICAL}
    assert len(server.requests) == 5
    assert [r.getMessage() for r in caplog.records] == [
        "cutouts: the viewer has no layer 'nonsense'; it is left out"
    ]


def test_near_the_galactic_plane_the_legacy_surveys_are_not_asked(server, cache):
    plane = Place("plane", 266.4, -29.0)
    show(server, wanted(plane, INFRARED), picture())

    found, _ = fetch(cache, [plane])

    assert found[0].wanted.layer == INFRARED
    assert len(server.requests) == 1


def test_a_server_that_is_down_is_left_in_peace(server, cache, caplog):
    show_all(server, fault="500")

    with caplog.at_level(logging.WARNING):
        found, tally = fetch(cache, layers=[OPTICAL])

    assert found == []
    assert tally == Tally(missing=4, unanswered=4)
    assert len(server.requests) == PATIENCE * QUICK.attempts
    assert len(caplog.records) == 1


def test_a_certificate_that_nobody_vouches_for_is_never_passed_over(cache, monkeypatch):
    with Server(tls=True) as secure:
        monkeypatch.setattr(address, "VIEWER", secure.address.rstrip("/"))
        show_all(secure)
        _, tally = fetch(cache, layers=[OPTICAL])

    assert tally == Tally(missing=4, unanswered=4)
    assert secure.requests == []


def test_a_build_that_is_killed_loses_no_image_and_asks_only_for_the_rest(server, cache):
    show_all(server)

    def stop(done: int, _of: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with Visitor(QUICK) as visitor, pytest.raises(KeyboardInterrupt):
        Fetcher(cache, visitor, [OPTICAL], TODAY, again=False).images(PLACES, stop)
    _, tally = fetch(Cache(cache.folder))

    assert tally == Tally(cached=2, fetched=2)
    assert len(server.requests) == 4


def test_an_image_that_somebody_changed_is_fetched_again(server, cache):
    show_all(server)
    fetch(cache)
    cache.image(wanted(PLACES[2])).write_bytes(b"")

    _, tally = fetch(cache)

    assert tally == Tally(cached=3, fetched=1)
    assert cache.image(wanted(PLACES[2])).read_bytes() == picture(2)
