import json
import shutil
import tomllib
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest
from tests.citing.works import UNPUBLISHED, WORK

from catalog import citing, recipe
from catalog.citing.making import rebuilding
from catalog.citing.recipe_file import recipe_toml

RECIPES = sorted((Path(__file__).parents[2] / "build").glob("*.toml"))
ALL = ["CITATION.cff", ".zenodo.json", "datacite.json", "citation.bib", "recipe.toml",
       "MODEL_CARD.md", "ro-crate-metadata.json"]  # fmt: skip


def test_every_file_is_written_the_description_of_all_last(release):
    folder, _, made = release
    assert [file.relative_to(folder).as_posix() for file in made] == ALL


def test_the_same_catalogue_gives_the_same_bytes_even_of_another_database_file(
    database, release, tmp_path
):
    folder, others, made = release
    again = []
    for file in others:
        path = tmp_path / file.relative_to(folder)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(file.read_bytes())
        again.append(path)
    (tmp_path / "catalog.duckdb").write_bytes(b"other bytes, the same content")
    written = citing.write(database, tmp_path, list(reversed(again)))
    assert [f.read_bytes() for f in written] == [f.read_bytes() for f in made]


def test_without_a_date_what_needs_one_is_left_out_and_removed(database, tmp_path):
    mine = shutil.copyfile(database, tmp_path / "mine.duckdb")
    folder = tmp_path / "release"
    citing.write(mine, folder)
    with duckdb.connect(str(mine)) as connection:
        connection.execute("UPDATE citation SET date = ''")
    left = [file.name for file in citing.write(mine, folder)]
    assert left == [name for name in ALL if name not in {"datacite.json", ALL[-1]}]
    assert sorted(file.name for file in folder.iterdir()) == sorted(left)


def test_every_file_is_text_that_ends_its_last_line(release):
    for file in release[2]:
        text = file.read_text(encoding="utf-8")
        assert text.endswith("\n")
        assert "\r" not in text
        if file.suffix == ".json":
            json.loads(text)


@pytest.mark.parametrize("path", RECIPES, ids=lambda path: path.stem)
def test_the_recipe_that_is_published_is_the_one_that_was_built(path, tmp_path):
    built = recipe.load(path)
    kept = json.dumps(built.model_dump(mode="json"), sort_keys=True)
    published = tmp_path / "recipe.toml"
    text = recipe_toml(replace(WORK, release=replace(WORK.release, recipe=kept)))
    published.write_text(text, encoding="utf-8")
    assert recipe.load(published) == built


@pytest.mark.parametrize("kept", ["", "{", "[]", "{}", "3"])
def test_a_recipe_that_cannot_be_read_is_no_file(kept):
    assert recipe_toml(replace(WORK, release=replace(WORK.release, recipe=kept))) == ""


def test_nothing_that_toml_cannot_say_is_said():
    kept = json.dumps({"a": None, "b": [{"c": None, "d": "\u007f\u0000\n"}]})
    text = recipe_toml(replace(WORK, release=replace(WORK.release, recipe=kept)))
    assert tomllib.loads(text) == {"b": [{"d": "\u007f\u0000\n"}]}


def test_the_commands_begin_with_the_very_source():
    assert rebuilding(WORK) == (
        "git clone https://example.org/repo atlas",
        f"git -C atlas checkout {'d4' * 20}",
        "pip install ./atlas",
        "catalog fetch recipe.toml --data data",
        "catalog build recipe.toml --data data",
    )
    unknown = replace(UNPUBLISHED, provenance=replace(WORK.provenance, code_commit=""))
    assert rebuilding(unknown)[0] == "# with Peculiar Spectra 0.1.0 of that source installed"
