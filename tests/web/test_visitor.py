"""A visitor pauses, backs off, obeys, and takes nothing for what it is not."""

import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.web.server import QUICK, Server

from catalog.errors import WebError
from catalog.web import Answer, Manners, Visitor
from catalog.web.manners import asked_for

JPEG = b"\xff\xd8\xff\xe0 a picture" * 40


def test_a_good_answer_is_given_as_it_is(server, visitor):
    url = server.serve("cutout", JPEG, "image/jpeg; charset=binary")

    answer = visitor.get(url, {"ra": "1.5", "layer": "ls dr9"})

    assert answer == Answer(JPEG, "image/jpeg", url + "?ra=1.5&layer=ls+dr9")
    [seen] = server.requests
    assert seen.headers["user-agent"].startswith("peculiar-spectra/")


@pytest.mark.parametrize(
    "faults",
    [["cut"], ["500", "502"], ["429"], ["503"], ["dropped", "504", "cut"], ["too long"]],
    ids=" then ".join,
)
def test_what_passes_is_waited_for(server, visitor, faults):
    url = server.serve("a.jpg", JPEG, "image/jpeg", faults)

    assert visitor.get(url).content == JPEG
    assert len(server.requests) == len(faults) + 1


@pytest.mark.parametrize(
    ("fault", "said", "n_asked"),
    [
        ("500", "busy or broken[^Z]*500 Internal", 4),
        ("cut", "connection to a server failed", 4),
        ("429", "busy or broken[^Z]*429", 4),
        ("404", "nothing at an address[^Z]*404", 1),
        ("403", "refused[^Z]*403", 1),
        ("wrong type", "something else[^Z]*image/jpeg[^Z]*text/plain: 'no such layer'", 1),
        ("login page", "something else[^Z]*text/html", 1),
        ("circle", "circles", 31),
    ],
)
def test_what_does_not_pass_is_an_error(server, visitor, fault, said, n_asked):
    url = server.serve("a.jpg", JPEG, "image/jpeg", fault)

    with pytest.raises(WebError, match=said):
        visitor.get(url)
    assert len(server.requests) == n_asked


def test_a_silent_server_is_given_up(server):
    url = server.serve("a.jpg", JPEG, "image/jpeg", "silent")

    with Visitor(Manners(0, 2, 0.05, 0)) as visitor, pytest.raises(WebError, match="not answer"):
        visitor.get(url)
    assert len(server.requests) == 2


def test_a_server_that_is_not_there_is_an_error(visitor):
    with Server() as gone:
        url = gone.serve("a.jpg")

    with pytest.raises(WebError, match=r"connection to a server failed[^Z]*again"):
        visitor.get(url)


@pytest.mark.parametrize(
    "url", ["no-address", "ftp://127.0.0.1/", "https://", "file:///etc/passwd"]
)
def test_what_is_no_address_is_an_error(visitor, url):
    with pytest.raises(WebError):
        visitor.get(url)


def test_a_redirect_is_followed_to_another_host(server, visitor):
    with Server() as other:
        there = other.serve("b.jpg", JPEG, "image/jpeg")
        here = server.serve("a.jpg", fault="redirect", to=there)

        assert visitor.get(here) == Answer(JPEG, "image/jpeg", there)


def test_an_untrusted_certificate_is_never_accepted(visitor):
    with Server(tls=True) as server:
        url = server.serve("a.jpg", JPEG, "image/jpeg")

        with pytest.raises(WebError, match=r"certificate[^Z]*never go round it"):
            visitor.get(url)
        assert server.requests == []
        with server.trust() as bundle, Visitor(QUICK, verify=bundle) as trusting:
            assert trusting.get(url).content == JPEG


def test_a_library_cannot_switch_the_check_off():
    with (
        Server(tls=True) as server,
        Visitor(QUICK) as visitor,
        pytest.raises(OSError, match="CERT"),
    ):
        visitor.session.get(server.address, verify=False)


def test_no_redirect_leads_out_of_an_encrypted_connection(server):
    in_clear = server.serve("a.jpg", JPEG, "image/jpeg")
    with Server(tls=True) as safe, safe.trust() as bundle, Visitor(QUICK, bundle) as visitor:
        url = safe.serve("a.jpg", fault="redirect", to=in_clear)

        with pytest.raises(WebError, match="not encrypted"):
            visitor.get(url)
    assert server.requests == []


@pytest.mark.parametrize(
    ("retry_after", "expected"),
    [("3", 3.0), ("date", 0.0), ("soon", 0.5), ("", 0.5), ("-5", 0.5), ("inf", 0.5)],
)
def test_retry_after_is_obeyed_else_the_wait_is_our_own(server, retry_after, expected):
    waits: list[float] = []
    url = server.serve("a.jpg", JPEG, "image/jpeg", ["429"], retry_after=retry_after)

    with Visitor(Manners(0.0, 2, 2.0, 0.5), sleep=waits.append) as visitor:
        visitor.get(url)

    assert sum(waits) == pytest.approx(expected, abs=0.05)


def test_a_server_that_asks_for_hours_is_not_waited_for(server):
    waits: list[float] = []
    url = server.serve("a.jpg", JPEG, "image/jpeg", "429", retry_after="86400")

    with Visitor(QUICK, sleep=waits.append) as visitor, pytest.raises(WebError, match="86400"):
        visitor.get(url)
    assert sum(waits) < 1
    assert len(server.requests) == 1


def test_back_off_doubles(server):
    waits: list[float] = []
    url = server.serve("a.jpg", JPEG, "image/jpeg", "500")

    with Visitor(Manners(0, 4, 2, 0.5), sleep=waits.append) as visitor, pytest.raises(WebError):
        visitor.get(url)
    assert waits == [0.5, 1.0, 2.0]


def test_threads_take_turns(server):
    url = server.serve("a.jpg", JPEG, "image/jpeg")
    start = time.monotonic()
    with Visitor(Manners(pause_s=0.05)) as visitor:
        threads = [threading.Thread(target=visitor.get, args=(url,)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert time.monotonic() - start >= 4 * 0.05
    assert len(server.requests) == 5


def test_the_session_alone_has_the_manners_too(server, visitor):
    url = server.serve("tap/sync", lambda seen: seen.body, "text/xml", ["503", "cut"])

    answer = visitor.session.post(url, data="QUERY")

    assert answer.content == b"QUERY"
    assert [seen.method for seen in server.requests] == ["POST"] * 3


@given(st.integers(-10_000, 10_000))
def test_dates_in_retry_after_are_read(seconds):
    now = datetime(2026, 3, 1, tzinfo=UTC)
    date = format_datetime(now + timedelta(seconds=seconds), usegmt=True)

    assert asked_for(date, now) == max(0.0, seconds)


@given(st.text())
def test_any_text_in_retry_after_is_survived(text):
    wait = asked_for(text)

    assert wait is None or wait >= 0
