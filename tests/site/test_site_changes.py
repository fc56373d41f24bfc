"""The page and the file of changes: everything is told, escaped, and leads somewhere."""

import csv
import io
import re

import duckdb
import pytest
from tests.site.catalogue_fixture import HOSTILE
from tests.site.changed_catalogue import GONE_SLUG, N_GONE, N_NEW, make_first, make_second

from catalog.site import templating
from catalog.site.atlas import Atlas
from catalog.site.pages import changes
from catalog.store.read import Catalogue

ADDRESS = "https://example.org/atlas/"


def page(path):
    """The page, and its data files."""
    with Catalogue(path) as catalogue:
        atlas = Atlas(catalogue)
        assert changes.PAGE.sheets is not None
        (sheet,) = changes.PAGE.sheets(atlas, atlas.objects)
        return templating.fill(changes.PAGE.template, sheet.context), sheet.data


@pytest.fixture(scope="module")
def second(tmp_path_factory):
    return make_second(tmp_path_factory.mktemp("second") / "catalog.duckdb", address=ADDRESS)


@pytest.fixture(scope="module")
def written(second):
    return page(second)


def test_a_first_release_says_that_it_is_one(tmp_path):
    html, data = page(make_first(tmp_path / "catalog.duckdb"))
    assert "This is the first release" in html
    assert "changes/changes.csv" not in data
    assert "changes.csv" not in html


def test_the_page_counts_every_kind_of_change(written):
    html, _ = written
    assert f'<a href="#new">{N_NEW}</a> are new' in html
    assert f'<a href="#gone">{N_GONE}</a> are gone' in html
    assert f'<a href="#moved">{N_NEW}</a> are of another rank or category' in html
    assert "and 20 are as before" in html
    assert f"{N_GONE - changes.SHOWN} more are in" in html


def test_what_moved_most_comes_first(written):
    html, _ = written
    moved = html[html.index('id="moved"') :]
    was = [int(n.replace(",", "")) for n in re.findall(r"rank \d+, was ([\d,]+)", moved)]
    assert was == [10 * i for i in reversed(range(N_NEW, 2 * N_NEW))]


def test_each_change_leads_to_its_page_or_its_tombstone(second, written):
    html, _ = written
    with duckdb.connect(str(second), read_only=True) as database:
        rows = database.execute("SELECT slug FROM spectra WHERE slug <> ''").fetchall()
    known = {slug for (slug,) in rows} | {GONE_SLUG}
    found = re.findall(r"\.\./objects/([^/]+)/index\.html", html)
    assert len(found) == 2 * N_NEW + 1
    assert set(found) <= known


def test_the_release_before_is_linked_where_it_is_kept(written, tmp_path):
    assert f'href="{ADDRESS}releases/one/"' in written[0]
    assert "releases/one" not in page(make_second(tmp_path / "catalog.duckdb"))[0]


def test_the_differences_of_the_making_stand_once(written):
    html, _ = written
    made = html[html.index('id="made"') :]
    assert "scores.outlier_fraction" in made
    assert "spectra read" not in made  # it is among the counts
    assert html.count("spectra read") == 1
    assert f"<code>{'0' * 12}…</code>" in made
    assert "0" * 13 not in made


def test_text_from_data_is_escaped(written):
    html, _ = written
    assert HOSTILE not in html
    assert "&lt;script&gt;" in html


def test_the_file_holds_every_change_and_no_formula(written):
    _, data = written
    rows = list(csv.DictReader(io.StringIO(data["changes/changes.csv"])))
    assert [r["kind"] for r in rows].count("gone") == N_GONE
    assert len(rows) == N_GONE + 2 * N_NEW
    assert all(r["why"].startswith("'=") for r in rows if r["kind"] == "gone")
    assert {r["target_id"] for r in rows} >= {"0", "20", "gone-129"}


def test_duckdb_reads_the_file_as_it_was_written(second, written, tmp_path):
    path = tmp_path / "changes.csv"
    path.write_text(written[1]["changes/changes.csv"], newline="")
    with duckdb.connect(str(second), read_only=True) as database:
        columns = "target_id, slug, kind, rank_before, rank_now, percentile_now"
        wanted = database.execute(f"SELECT {columns} FROM differences ORDER BY ALL").fetchall()
        types = "{'target_id': 'VARCHAR', 'slug': 'VARCHAR'}"
        read = f"read_csv('{path}', types = {types})"
        found = database.execute(
            f"SELECT target_id, coalesce(slug, ''), kind, rank_before, rank_now, percentile_now "
            f"FROM {read} ORDER BY ALL"
        ).fetchall()
    assert found == wanted


def test_the_same_catalogue_gives_the_same_bytes(second, written):
    assert page(second) == written


def test_every_address_of_the_page_is_relative_or_of_the_release_before(written):
    content = written[0].partition("<main")[2].partition("</main>")[0]
    found = re.findall(r'href="([^"]*)"', content)
    assert [a for a in found if ":" in a or a.startswith("/")] == [
        f"{ADDRESS}releases/index.html",
        f"{ADDRESS}releases/one/",
    ]
