"""Three releases of the tiny survey, one after the other: what changed is told rightly."""

import shutil

import duckdb
import pytest
from tests.pipeline import finished, tiny_release
from tests.pipeline.test_build import build

from catalog import pipeline, workspace
from catalog.errors import RecipeError

pytestmark = pytest.mark.slow
SCORES = 'use = ["misfit", "coherent_misfit", "redshift", "arm_step", "weighted_mse", "lof"]'
CITATION = '\n[citation]\ndate = "2026-11-21"\n'


def recipe(name: str, previous: str = "", fraction: float = 0.1) -> str:
    """The tiny recipe under another name, after another release, with another line."""
    first = f'name = "{name}"\nprevious = "{previous}"'
    made = tiny_release.RECIPE.replace('name = "tiny"', first)
    return made.replace("outlier_fraction = 0.05", f"outlier_fraction = {fraction}\n{SCORES}") + (
        CITATION
    )


@pytest.fixture(scope="module")
def chain(tiny_build, tmp_path_factory):
    """Releases one, two (a shorter list) and three (a survey file fewer), in out/."""
    folder = finished.copy(tiny_build, tmp_path_factory.mktemp("chain"))
    out, path = folder / "out", folder / "build/one.toml"
    (out / "tiny").rename(out / "one")
    path.write_text(recipe("one"))
    build(path, out, last="store")
    for name, before, fraction in (("two", "one", 0.03), ("three", "two", 0.1)):
        shutil.copytree(out / before, out / name)  # what does not differ is not made again
        path = path.with_name(f"{name}.toml")
        path.write_text(recipe(name, f"../out/{before}/catalog.duckdb", fraction))
        if name == "three":
            for file in (folder / "data/survey").rglob("*26002.fits"):
                file.unlink()
        build(path, out, last="" if name == "two" else "store")
    return folder


def query(chain, name: str, sql: str):
    with duckdb.connect(str(chain / f"out/{name}/catalog.duckdb"), read_only=True) as database:
        return database.execute(sql).fetchall()


def test_a_first_release_has_nothing_before_it(chain):
    for table in ("previous", "release_differences", "differences", "withdrawn"):
        assert query(chain, "one", f"FROM {table}") == []
    assert not (chain / "out/one/download/changes.csv").exists()


def test_a_shorter_list_names_the_fraction_and_nothing_else(chain):
    before = dict(query(chain, "one", "SELECT target_id, rank FROM spectra WHERE outlier"))
    now = dict(query(chain, "two", "SELECT target_id, rank FROM spectra WHERE outlier"))
    rows = query(chain, "two", "SELECT target_id, kind, why FROM differences")
    assert {target for target, *_ in rows} == before.keys() - now.keys()
    assert {kind for _, kind, _ in rows} == {"gone"}
    assert all("scores.outlier_fraction was 0.1, is 0.03." in why for *_, why in rows)
    assert not any("What differs" in why for *_, why in rows)
    subjects = [s for (s,) in query(chain, "two", "SELECT subject FROM release_differences")]
    assert subjects == ["outliers", "outliers with a page", "recipe: scores.outlier_fraction"]


def test_every_page_of_the_release_before_is_a_page_or_withdrawn(chain):
    sql = "SELECT slug FROM spectra WHERE slug <> ''"
    pages = [set(query(chain, name, sql)) for name in ("one", "two")]
    stones = query(chain, "two", "SELECT slug, release FROM withdrawn")
    assert {(slug,) for slug, _ in stones} == pages[0] - pages[1]
    assert {release for _, release in stones} == {"one"}


def test_a_file_taken_away_is_the_reason_that_its_objects_are_gone(chain):
    lost = {t for (t,) in query(chain, "two", "SELECT target_id FROM spectra WHERE outlier")} - {
        t for (t,) in query(chain, "three", "SELECT target_id FROM spectra")
    }
    rows = query(chain, "three", "SELECT target_id, why FROM differences WHERE kind = 'gone'")
    whys = dict(rows)
    assert str(tiny_release.FIRST_ID + 2011) in lost  # the planted line, the most unusual
    wanted = "It is not read any more: its survey file is not among the inputs."
    assert {whys[target] for target in lost} == {wanted}
    made = dict(query(chain, "three", "SELECT subject, before FROM release_differences"))
    assert made["survey files that the other release lacks"] == "2"
    assert made["recipe: scores.outlier_fraction"] == "0.03"


def test_names_are_kept_although_their_twins_are_gone(chain):
    names = [dict(query(chain, n, "SELECT target_id, name FROM spectra")) for n in ("one", "three")]
    assert names[1].items() <= names[0].items()


def test_pages_changes_and_feed_agree_with_the_catalogue(chain):
    release = chain / "out/two"
    html = (release / "site/changes/index.html").read_text()
    n_gone = query(chain, "two", "SELECT count(*) FROM differences")[0][0]
    assert f'<a href="#gone">{n_gone}</a>' in html
    listed = (release / "site/changes/changes.csv").read_bytes()
    assert listed == (release / "download/changes.csv").read_bytes()
    assert listed.count(b"\n") == n_gone + 1
    assert "changes.csv" in (release / "download/SHA256SUMS").read_text()
    assert (release / "site/feed.xml").read_text().count("<entry>") == n_gone + 1
    assert 'href="../feed.xml"' in html


def test_a_release_before_that_is_made_anew_makes_the_catalogue_anew(chain):
    def is_current() -> bool:
        work = workspace.open_build(chain / "build/three.toml", out=chain / "out")
        found = {state.stage.name: state for state in pipeline.status(work)}["store"]
        return found.n_current == found.n_tasks

    assert is_current()
    with duckdb.connect(str(chain / "out/two/catalog.duckdb")) as database:
        database.execute("UPDATE release SET title = 'Another title'")
    assert not is_current()


def test_a_release_before_that_is_not_there_is_a_fault_of_the_recipe(tmp_path):
    path = tiny_release.write(tmp_path, recipe=recipe("two", "../out/none/catalog.duckdb"))
    with pytest.raises(RecipeError) as caught:
        workspace.open_build(path)
    assert "release.previous: there is no file" in caught.value.found
