"""Downloads for which a host has no room lie where its release's files are attached."""

import pytest
from tests.publish.crawler import crawl, served
from tests.publish.small_sites import entry, site

from catalog.publish import moved, parts, placing
from catalog.publish.hosts import Host

FILES = "https://files.example.org/v1/"
OWN = "https://atlas.example.org/"
MB = 10**6


@pytest.fixture
def made(tmp_path):
    """A site of 9 MB: a database of 3, a CSV of 2 and a FITS of 4, and a small one."""
    folder = site(tmp_path / "made", "one", padding=3 * MB)
    (folder / "download/a.csv").write_bytes(b"1" * 2 * MB)
    (folder / "download/a.fits").write_bytes(b"2" * 4 * MB)
    (folder / "download/small.csv").write_bytes(b"3" * 1000)
    (folder / "download/hats").mkdir()
    (folder / "download/hats/large.csv").write_bytes(b"4" * 2 * MB)
    (folder / "use").mkdir()
    (folder / "use/index.html").write_text(f"<p>read('{OWN}download/a.fits')</p>")
    return folder


def host(n_bytes=None, file_bytes=None):
    return Host("small", "Small Host", file_bytes, n_bytes, None, "its manual")


def test_where_there_is_room_nothing_moves(made):
    assert moved.choose(made, host(100 * MB), (), FILES) == {}
    assert moved.choose(made, host(), (), FILES) == {}


def test_what_says_the_same_as_others_goes_first_the_largest_before_all(made):
    assert moved.choose(made, host(9 * MB), (), FILES) == {"download/a.fits": f"{FILES}a.fits"}
    found = moved.choose(made, host(6 * MB), (), FILES)
    assert sorted(found) == ["download/a.csv", "download/a.fits"]
    found = moved.choose(made, host(3 * MB), (), FILES)
    assert sorted(found) == ["download/a.csv", "download/a.fits", "download/big.duckdb"]


def test_without_an_address_nothing_moves(made):
    assert moved.choose(made, host(MB), ("download/a.fits",), "") == {}


def test_a_file_too_large_moves_whole_and_not_one_in_a_folder(made):
    large = ("download/a.fits", "download/hats/large.csv")
    assert moved.choose(made, host(file_bytes=MB), large, FILES) == {
        "download/a.fits": f"{FILES}a.fits"
    }


def test_links_and_lines_lead_to_the_new_place_and_all_others_stay(made, tmp_path):
    away = moved.choose(made, host(6 * MB), (), FILES)
    divided = tmp_path / "divided"
    parts.divide(made, divided, parts.Fit((), away, OWN), host(6 * MB), simulated=True)

    text = (divided / "download/index.html").read_text()
    assert f'<a href="{FILES}a.csv">some</a>' in text
    assert '<a href="big.duckdb" download>all</a>' in text
    assert (divided / "use/index.html").read_text() == f"<p>read('{FILES}a.fits')</p>"
    assert not (divided / "download/a.fits").exists()
    assert (divided / "download/big.duckdb").samefile(made / "download/big.duckdb")

    described = entry(divided, "one", moved=tuple(away.values()))
    done = placing.put(divided, described, tmp_path / "public", host(6 * MB))
    assert [note for note in done.notes if FILES in note]
    with served(tmp_path / "public") as root:
        assert not crawl(root).broken
    again = placing.put(divided, described, tmp_path / "public", host(6 * MB))
    assert not again.changed
