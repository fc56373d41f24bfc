"""What people said goes from files beside the recipe to catalogue, downloads and site."""

import hashlib
import logging
import shutil

import duckdb
import numpy as np
import pytest
from tests.pipeline import finished, tiny_release
from tests.pipeline.test_build import build

from catalog import workspace
from catalog.errors import RecipeError, VerdictError
from catalog.explain import categories
from catalog.stages import verdicts
from catalog.verdicts.reading import read

TARGET = str(tiny_release.FIRST_ID + 2011)
HEADER = "target_id,verdict,category,comment,by,date\n"
RECIPE = tiny_release.RECIPE + '\n[verdicts]\nfiles = ["verdicts/*.csv"]\n'
DESI = (
    "TARGETID,EXPID,VI_scanner,VI_quality,VI_issue,VI_comment,Mood\n"
    f"{TARGET},-1,XY,1,S,cosmic,blue\n5,-1,XY,4,,,blue\n{TARGET},-1,ZZ,-1,,look again,blue\n"
)


def write(folder, **files: str):
    """Write a recipe with verdict files beside it, and the survey's files; gives the recipe."""
    return say(tiny_release.write(folder, recipe=RECIPE), **files)


def say(recipe, **files: str):
    """Write verdict files beside a recipe; gives the recipe."""
    place = recipe.parent / "verdicts"
    place.mkdir(exist_ok=True)
    for name, text in files.items():
        (place / f"{name}.csv").write_text(text)
    return recipe


def own(verdict: str, by: str, date: str = "2026-03-09", comment: str = "") -> str:
    return f"{HEADER}{TARGET},{verdict},,{comment},{by},{date}\n"


@pytest.fixture(scope="module")
def built(tiny_build, tmp_path_factory):
    """A release with verdicts of two people, its recipe, and what each stage did."""
    folder = finished.copy(tiny_build, tmp_path_factory.mktemp("said"))
    recipe = folder / "build/tiny.toml"
    recipe.write_text(RECIPE)
    say(recipe, rossi=own("astrophysical", "A. Rossi", comment="=odd"), inspected=DESI)
    return recipe, build(recipe, folder / "out")


def test_verdicts_of_both_formats_reach_catalogue_download_and_page(built):
    recipe, outcomes = built
    release = recipe.parents[1] / "out/tiny"
    with duckdb.connect(str(release / "catalog.duckdb"), read_only=True) as db:
        rows = db.execute(
            'SELECT target_id, verdict, "by", source FROM verdicts ORDER BY position'
        ).fetchall()
        slug = db.execute("SELECT slug FROM spectra WHERE target_id = ?", [TARGET]).fetchall()[0][0]
    assert rows == [
        (TARGET, "artefact", "XY", "verdicts/inspected.csv"),
        (TARGET, "astrophysical", "A. Rossi", "verdicts/rossi.csv"),
    ]
    page = (release / "site/objects" / slug / "index.html").read_text()
    assert "XY calls it an artefact, A. Rossi astrophysical." in page
    counts = outcomes["store"].counts
    assert (counts["verdicts"], counts["verdicts_on_other_targets"]) == (2, 1)
    assert (counts["rows_without_verdict"], counts["verdicts_superseded"]) == (1, 0)


def test_the_downloaded_verdicts_are_those_of_the_catalogue_and_are_summed(built):
    recipe, _ = built
    download = recipe.parents[1] / "out/tiny/download"
    text = (download / "verdicts.csv").read_bytes()
    assert (
        f"{hashlib.sha256(text).hexdigest()}  verdicts.csv"
        in (download / "SHA256SUMS").read_text().splitlines()
    )
    known = tuple(category.name for category in categories.load())
    found = read(download / "verdicts.csv", "verdicts.csv", known).verdicts
    assert [(v.by, v.date, v.comment.split("\n")[0]) for v in found] == [
        ("XY", "", "cosmic"),
        ("A. Rossi", "2026-03-09", "=odd"),
    ]


def test_a_new_verdict_redoes_the_catalogue_and_the_site_alone(built, tmp_path):
    shutil.copytree(built[0].parents[1], tmp_path, dirs_exist_ok=True)
    recipe = tmp_path / "build/tiny.toml"
    (recipe.parent / "verdicts/chen.csv").write_text(own("artefact", "B. Chen"))
    outcomes = build(recipe, tmp_path / "out")
    assert {name for name, outcome in outcomes.items() if outcome.n_done} == {"store", "render"}
    assert outcomes["store"].counts["verdicts"] == 3

    recipe.write_text(tiny_release.RECIPE)
    assert "verdicts" not in build(recipe, tmp_path / "out")["store"].counts
    assert not list((tmp_path / "out/tiny").glob("**/verdicts.csv"))


def test_what_is_left_out_is_logged(tmp_path, caplog):
    work = workspace.open_build(write(tmp_path, inspected=DESI))
    with caplog.at_level(logging.WARNING):
        verdicts.load(work, target_id=np.array([TARGET], object))
    assert "verdicts/inspected.csv: columns that are not read: Mood" in caplog.text
    assert "verdicts on targets that this release lacks: 1" in caplog.text


def test_a_bad_verdict_file_ends_the_build_with_its_place(tmp_path):
    work = workspace.open_build(write(tmp_path, rossi=own("artifact", "A. Rossi")))
    with pytest.raises(VerdictError, match=r"(?s)verdicts/rossi\.csv, line 2, column verdict"):
        verdicts.load(work, target_id=np.array([TARGET], object))


def test_a_recipe_that_names_no_verdict_file_is_refused(tmp_path):
    with pytest.raises(RecipeError, match=r"verdicts\.files: nothing in .* matches 'verdicts/\*"):
        workspace.open_build(write(tmp_path))
