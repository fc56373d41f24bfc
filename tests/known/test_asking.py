"""A service is asked once for each position, and what it does not answer stays unknown."""

import logging

import numpy as np
import pytest
from tests.known.tap_service import VOTABLE, Basic, error, section
from tests.web.server import Server

from catalog.known import tap
from catalog.known.answers import Answers
from catalog.known.looking_up import PATIENCE, Asking
from catalog.known.tap import TapService, TooMuchError
from catalog.web import Manners, Visitor

QUICK = Manners(pause_s=0.0, attempts=2, timeout_s=2.0, back_off_s=0.001)
RA = np.array([10.0, 359.9999, 123.4, 123.4, 50.0, 50.1, 50.2])
DEC = np.array([0.5, -30.0, 89.9, -89.9, 1.0, 1.0, 1.0])
TODAY = "2026-05-01"


def near(place: int, north_arcsec: float, name: str, z: float = np.nan):
    return (name, "G", z, float(RA[place]), float(DEC[place] + north_arcsec / 3600))


OBJECTS = [
    near(0, 3.0, "far"),
    near(0, -1.0, "near", 0.25),
    near(1, 4.9, "M & M <b>"),
    near(2, 5.1, "outside"),
    near(6, 0.0, "39627763589581458"),
]


@pytest.fixture
def basic(server):
    """The service's table, served."""
    table = Basic(OBJECTS)
    server.serve("tap/sync", table, VOTABLE)
    return table


def ask(tmp_path, chosen, *, ra=RA, dec=DEC, today=TODAY, again=False):
    with Visitor(QUICK) as visitor:
        answers = Answers(tmp_path / "known", chosen)
        asking = Asking(chosen, TapService(chosen, visitor), answers, today)
        return asking.look_up(ra, dec, lambda _done, _of: None, again=again)


def names(looked):
    return [[one.identifier for one in matches] for matches in looked.matches]


KNOWN = [["near", "far"], ["M & M <b>"], [], [], [], [], ["39627763589581458"]]


def test_positions_are_asked_in_batches_and_come_back_nearest_first(tmp_path, server, basic):
    looked = ask(tmp_path, section(server))

    assert names(looked) == KNOWN
    assert all(looked.asked)
    assert looked.date == TODAY
    assert [len(batch) for batch in basic.batches] == [3, 3, 1]
    nearest = looked.matches[0][0]
    assert (nearest.kind, nearest.z) == ("G", 0.25)
    assert nearest.separation_arcsec == pytest.approx(1.0, abs=1e-4)
    assert np.isnan(looked.matches[0][1].z)
    assert "0.0013888889" in basic.queries[0]


def test_nothing_is_asked_for_twice_and_the_date_stays(tmp_path, server, basic):
    first = ask(tmp_path, section(server))
    again = ask(tmp_path, section(server), today="2027-01-01")

    assert repr(again) == repr(first)  # not-a-number is equal to nothing
    assert len(basic.batches) == 3


def test_only_new_positions_are_asked_for_whatever_their_order(tmp_path, server, basic):
    ask(tmp_path, section(server), ra=RA[2:5], dec=DEC[2:5])
    looked = ask(tmp_path, section(server), ra=RA[::-1], dec=DEC[::-1], today="2026-06-01")

    asked = [place for batch in basic.batches for place in batch]
    assert len(asked) == len(set(asked)) == 7
    assert names(looked) == KNOWN[::-1]
    assert looked.date == TODAY  # that of the oldest answer


def test_a_position_that_two_objects_share_is_asked_for_once(tmp_path, server, basic):
    looked = ask(tmp_path, section(server), ra=RA[[0, 0]], dec=DEC[[0, 0]])

    assert names(looked) == [["near", "far"]] * 2
    assert basic.batches == [[(10.0, 0.5)]]


def test_another_question_is_asked_anew(tmp_path, server, basic):
    ask(tmp_path, section(server))
    looked = ask(tmp_path, section(server, radius_arcsec=6.0))

    assert names(looked)[2] == ["outside"]
    assert len(basic.batches) == 6
    ask(tmp_path, section(server, batch=1, name="CDS"))  # how, not what
    assert len(basic.batches) == 6


def test_when_told_to_it_asks_for_everything_again_and_keeps_what_does_not_come(
    tmp_path, server, basic
):
    ask(tmp_path, section(server))
    basic.objects = [near(0, 2.0, "renamed")]
    server.serve("tap/sync", basic, VOTABLE, ["", "", "404", "404"])

    looked = ask(tmp_path, section(server), today="2026-06-01", again=True)

    assert names(looked) == [["renamed"], [], [], [], [], [], ["39627763589581458"]]
    assert all(looked.asked)
    assert looked.date == TODAY


@pytest.mark.parametrize("fault", ["429", "500", "503", "dropped", "cut", "slow"])
def test_a_fault_that_passes_is_waited_for(tmp_path, server, fault):
    server.slowness_s = 0.001
    server.serve("tap/sync", Basic(OBJECTS), VOTABLE, [fault])

    looked = ask(tmp_path, section(server))

    assert names(looked) == KNOWN
    assert all(looked.asked)


def _status(answer: bytes) -> bytes:
    return error("Unknown table basic")


BROKEN = {
    "an error": _status,
    "a cut answer": lambda answer: answer[: len(answer) * 2 // 3],
    "a page": lambda _answer: b"<html><body>Sign in</body></html>",
    "nothing": lambda _answer: b"",
    "another column": lambda answer: answer.replace(b'"main_id"', b'"oid"'),
    "another unit": lambda answer: answer.replace(b'unit="deg"', b'unit="rad"'),
    "no row": lambda answer: answer.replace(b'"row"', b'"line"'),
    "rows that were not asked for": lambda answer: answer.replace(b"<TD>1</TD>", b"<TD>7</TD>"),
}


@pytest.mark.parametrize("how", BROKEN)
def test_an_answer_that_is_no_answer_leaves_the_positions_unknown(
    tmp_path, server, basic, caplog, how
):
    basic.spoil = BROKEN[how]
    with caplog.at_level(logging.WARNING):
        looked = ask(tmp_path, section(server), ra=RA[:3], dec=DEC[:3])

    assert looked.asked == (False,) * 3
    assert names(looked) == [[], [], []]
    assert looked.date == ""
    assert len(caplog.records) == 1
    assert not list((tmp_path / "known").rglob("*.parquet"))


@pytest.mark.parametrize("fault", ["500", "404", "dropped", "cut", "429", "login page"])
def test_a_fault_that_stays_leaves_them_unknown_and_the_service_in_peace(
    tmp_path, server, caplog, fault
):
    server.serve("tap/sync", Basic(OBJECTS), VOTABLE, fault)
    with caplog.at_level(logging.WARNING):
        looked = ask(tmp_path, section(server, batch=1))

    assert not any(looked.asked)
    assert len(server.requests) <= PATIENCE * QUICK.attempts * 2
    assert len(caplog.records) == 1


def test_one_batch_that_fails_costs_the_others_nothing(tmp_path, server):
    basic = Basic(OBJECTS)
    server.serve("tap/sync", basic, VOTABLE, ["", "404", "404"])

    looked = ask(tmp_path, section(server))
    assert looked.asked == (True,) * 3 + (False,) * 3 + (True,)

    looked = ask(tmp_path, section(server))
    assert names(looked) == KNOWN
    assert all(looked.asked)
    assert [len(batch) for batch in basic.batches] == [3, 3, 3, 1, 3]
    assert basic.batches[1] == basic.batches[2] == basic.batches[4]


def test_an_answer_that_is_too_long_is_asked_for_in_halves(tmp_path, server, basic):
    basic.most_rows = 2
    looked = ask(tmp_path, section(server, batch=7))

    assert names(looked) == KNOWN
    assert all(looked.asked)
    assert max(len(batch) for batch in basic.batches[1:]) < 7


def test_a_single_position_with_too_long_an_answer_stays_unknown(tmp_path, server, basic, caplog):
    basic.most_rows = 1
    looked = ask(tmp_path, section(server, batch=7))

    assert looked.asked == (False, *(True,) * 6)
    assert names(looked) == [[], *KNOWN[1:]]
    assert len(caplog.records) == 1


@pytest.mark.parametrize("asked_for", [1, 100])
def test_too_long_an_answer_is_never_taken_for_a_whole_one(server, basic, monkeypatch, asked_for):
    monkeypatch.setattr(tap, "MOST_ROWS", asked_for)
    basic.most_rows = 1
    with Visitor(QUICK) as visitor, pytest.raises(TooMuchError):
        TapService(section(server), visitor).ask(RA, DEC)


def test_a_build_that_is_killed_keeps_its_answers(tmp_path, server, basic):
    chosen = section(server)

    def stop(done: int, _of: int) -> None:
        if done == 6:
            raise KeyboardInterrupt

    with Visitor(QUICK) as visitor, pytest.raises(KeyboardInterrupt):
        Asking(
            chosen, TapService(chosen, visitor), Answers(tmp_path / "known", chosen), TODAY
        ).look_up(RA, DEC, stop, again=False)
    looked = ask(tmp_path, chosen)

    assert names(looked) == KNOWN
    assert [len(batch) for batch in basic.batches] == [3, 3, 1]


def test_a_damaged_answer_is_asked_for_again(tmp_path, server, basic):
    ask(tmp_path, section(server), ra=RA[:2], dec=DEC[:2])
    [kept] = (tmp_path / "known").rglob("*.parquet")
    kept.write_bytes(kept.read_bytes()[:60])

    looked = ask(tmp_path, section(server), ra=RA[:2], dec=DEC[:2])

    assert names(looked) == KNOWN[:2]
    assert len(basic.batches) == 2


def test_a_redirect_to_a_result_is_followed(tmp_path, server, basic):
    server.serve("tap/sync", b"", VOTABLE, "redirect", to=server.address + "result")
    server.serve("result", Basic([])(_first_request(server)), VOTABLE)

    looked = ask(tmp_path, section(server), ra=RA[:1], dec=DEC[:1])

    assert looked.asked == (True,)


def _first_request(server):
    """A request as the service gets it, to make an answer beforehand."""
    with Server() as other:
        heard = Basic([])
        other.serve("tap/sync", heard, VOTABLE)
        with Visitor(QUICK) as visitor:
            TapService(section(other), visitor).ask(RA[:1], DEC[:1])
        return other.requests[0]


def test_a_certificate_that_nobody_vouches_for_is_never_passed_over(tmp_path):
    with Server(tls=True) as secure:
        secure.serve("tap/sync", Basic(OBJECTS), VOTABLE)
        looked = ask(tmp_path, section(secure))

    assert not any(looked.asked)
    assert secure.requests == []
