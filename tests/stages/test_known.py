"""The stage that looks outliers up says what is known, and of whom nothing is known: when."""

import numpy as np
import pytest
from tests.known import lists
from tests.known.tap_service import QUERY, VOTABLE, Basic, error
from tests.stages import ranked_release
from tests.stages.ranked_release import DEC, OUTLIERS, RA, run

from catalog.errors import KnownError, RecipeError
from catalog.stages import known, unanswered
from catalog.web import Manners

PLACED = [OUTLIERS[0], OUTLIERS[1], OUTLIERS[3]]
TABLE = """
[[known]]
name = "Ours 2024"
table = "lists/ours.csv"
identifier = "source_id"
kind = "otype"
redshift = "z"
date = "2024-06-01"
radius_arcsec = 3.0
address = "https://example.org/o/{identifier}"
"""


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setattr(known, "MANNERS", Manners(0.0, 2, 2.0, 0.001))


def tap(server) -> str:
    return f"""
[[known]]
name = "SIMBAD"
tap = "{server.address}tap"
query = \"\"\"{QUERY}\"\"\"
kind = "otype"
redshift = "rvz_redshift"
batch = 2
"""


def ours(tmp_path) -> None:
    """A list with two matches of the second outlier across 0°, and one beyond the radius."""
    rows = {
        "source_id": ["9007199254740993", "4051234567890123777", "a b/c?d"],
        "ra": np.array([RA[OUTLIERS[1]] - 360 + 1e-4, RA[OUTLIERS[1]], RA[OUTLIERS[0]]]),
        "dec": np.array([DEC[OUTLIERS[1]], DEC[OUTLIERS[1]], DEC[OUTLIERS[0]] + 4 / 3600]),
        "otype": ["QSO", "", "Star"],
        "z": np.array([2.5, np.nan, 0.0]),
    }
    place = tmp_path / "build" / "lists"
    place.mkdir(parents=True)
    lists.write(place / "ours.csv", rows)


def near(target: str, name: str):
    return (name, "G", 0.1, RA[target], DEC[target])


def rows_of(build, table):
    found = known.load(build)[table]
    return list(zip(*(column.tolist() for column in found.values()), strict=True))


def test_a_table_gives_every_match_nearest_first_with_its_address(tmp_path):
    ours(tmp_path)
    build = ranked_release.write(tmp_path, more=TABLE)

    counts = run(build, known.STAGE)

    assert counts["known"] == 1
    assert rows_of(build, "known_sources") == [
        ("Ours 2024", 1, "2024-06-01", 3.0, "", 3, 1),
    ]
    first, second = rows_of(build, "known")
    assert first[:5] == (OUTLIERS[1], "Ours 2024", 1, "4051234567890123777", "")
    assert np.isnan(first[5])
    assert first[6:] == (0.0, "https://example.org/o/4051234567890123777")
    assert second[:6] == (OUTLIERS[1], "Ours 2024", 2, "9007199254740993", "QSO", 2.5)
    assert second[6] == pytest.approx(0.36 * np.cos(np.radians(DEC[OUTLIERS[1]])), abs=1e-6)


def test_an_identifier_stays_in_its_place_in_an_address(tmp_path):
    ours(tmp_path)
    build = ranked_release.write(tmp_path, more=TABLE.replace("3.0", "5.0"))
    run(build, known.STAGE)

    addresses = {row[3]: row[7] for row in rows_of(build, "known")}
    assert addresses["a b/c?d"] == "https://example.org/o/a%20b%2Fc%3Fd"


def test_a_service_is_asked_once_and_the_same_cache_gives_the_same_bytes(tmp_path, server):
    basic = Basic([near(PLACED[0], "NGC 1"), near(PLACED[2], "NGC 2")])
    server.serve("tap/sync", basic, VOTABLE)
    build = ranked_release.write(tmp_path, more=tap(server))

    counts = run(build, known.STAGE)
    assert counts == {"known": 2, "positions_asked_for_now": 3, "not_answered": 0, "done": 1}
    first = {name: build.layout.known(name).read_bytes() for name in known.TABLES}
    assert run(build, known.STAGE)["done"] == 0
    build.layout.known("known").unlink()
    assert run(build, known.STAGE)["positions_asked_for_now"] == 0

    assert {name: build.layout.known(name).read_bytes() for name in known.TABLES} == first
    assert len(basic.batches) == 2
    [source] = rows_of(build, "known_sources")
    assert source == (
        "SIMBAD", 1, unanswered.today(), 5.0, server.address + "tap", 3, 2,
    )  # fmt: skip


def test_a_service_that_fails_fails_no_build_and_nobody_is_said_to_be_unknown(
    tmp_path, server, monkeypatch
):
    basic = Basic([near(PLACED[0], "NGC 1")])
    server.serve("tap/sync", basic, VOTABLE, ["", "404", "404"])
    build = ranked_release.write(tmp_path, more=tap(server))

    assert run(build, known.STAGE)["not_answered"] == 1
    assert rows_of(build, "known_unasked") == [(PLACED[2], "SIMBAD")]
    [source] = rows_of(build, "known_sources")
    assert source[-2:] == (2, 1)
    assert run(build, known.STAGE)["done"] == 0

    monkeypatch.setattr(unanswered, "today", lambda: "2999-01-01")
    assert run(build, known.STAGE) == {
        "known": 1, "positions_asked_for_now": 1, "not_answered": 0, "done": 1,
    }  # fmt: skip
    assert rows_of(build, "known_unasked") == []


def test_a_service_that_answers_with_an_error_gives_an_empty_date(tmp_path, server):
    server.serve("tap/sync", error("no such column"), VOTABLE)
    build = ranked_release.write(tmp_path, more=tap(server))
    run(build, known.STAGE)

    assert rows_of(build, "known_sources")[0][2:] == ("", 5.0, server.address + "tap", 0, 0)
    assert len(rows_of(build, "known_unasked")) == 3


def test_lists_come_in_the_order_of_the_recipe(tmp_path, server):
    ours(tmp_path)
    server.serve("tap/sync", Basic([near(PLACED[1], "M 1")]), VOTABLE)
    build = ranked_release.write(tmp_path, more=tap(server) + TABLE)
    run(build, known.STAGE)

    assert [row[:2] for row in rows_of(build, "known_sources")] == [("SIMBAD", 1), ("Ours 2024", 2)]
    assert {row[1] for row in rows_of(build, "known")} == {"SIMBAD", "Ours 2024"}


def test_another_table_is_looked_into_again(tmp_path):
    ours(tmp_path)
    build = ranked_release.write(tmp_path, more=TABLE)
    run(build, known.STAGE)
    path = tmp_path / "build" / "lists" / "ours.csv"
    path.write_text(path.read_text().replace("a b/c?d", "other"))

    assert run(build, known.STAGE)["done"] == 1


def test_a_bad_table_ends_the_build(tmp_path):
    build = ranked_release.write(tmp_path, more=TABLE)
    path = tmp_path / "build" / "lists" / "ours.csv"
    path.parent.mkdir()
    path.write_text("source_id,ra,dec,otype,z\n1,12:00:00,3,,\n")

    with pytest.raises(KnownError, match=r"ours\.csv, column ra, row 1"):
        run(build, known.STAGE)


def test_a_release_without_lists_has_empty_tables(tmp_path):
    build = ranked_release.write(tmp_path)
    run(build, known.STAGE)

    assert {name: rows_of(build, name) for name in known.TABLES} == {
        name: [] for name in known.TABLES
    }


def test_a_simulated_release_may_not_name_a_list(tmp_path):
    with pytest.raises(RecipeError, match="simulated"):
        ranked_release.write(tmp_path, simulated=True, more=TABLE)
