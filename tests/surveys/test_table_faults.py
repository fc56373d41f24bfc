"""What is wrong with a described table is found before a build, and said with the way out."""

import re
import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from astropy.table import Table
from pydantic import ValidationError
from tests.surveys import described_tables as made
from tests.surveys.described_tables import WAVE

from catalog import registry, workspace
from catalog.errors import RecipeError, SurveyError
from catalog.recipe.described import ExtraSection, TableSection
from catalog.stages import Build

BUILD = Path(__file__).parents[2] / "build"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"flux": "FLUX"}, r"flux: there is no column 'FLUX'; did you mean 'flux'\?"),
        ({"wave": "wavelength"}, "wave: there is no column 'wavelength'; did you mean 'wave'"),
        ({"spec_class": "xyzzy"}, "spec_class: there is no column 'xyzzy'; it has: id, z, flux"),
        ({"flux": "z"}, "flux: column 'z' must hold a list of numbers per spectrum; it holds do"),
        ({"z": "id"}, "z: column 'id' must hold numbers; it holds string"),
        ({"z_warn": "z"}, "z_warn: column 'z' must hold whole numbers; it holds double"),
        ({"target_id": "z"}, "target_id: column 'z' must hold text or whole numbers"),
        ({"subclass": "flux"}, "subclass: column 'flux' must hold one value per spectrum"),
        (
            {"extras": [{"column": "Z", "name": "a", "description": "A"}]},
            r"extras\.0\.column: there is no column 'Z'; did you mean 'z'",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["parquet", "fits"])
def test_a_column_that_is_not_as_described_is_named(more, said, kind, tmp_path):
    path = tmp_path / f"a.{kind}"
    if kind == "parquet":
        made.parquet(path)
    else:
        Table({name: np.array(values) for name, values in made.columns().items()}).write(path)
    with pytest.raises(SurveyError, match=said) as caught:
        made.survey(**more).discover([path])
    assert str(path) in caught.value.where


def test_all_faults_are_told_at_once(tmp_path):
    path = made.parquet(tmp_path / "a.parquet")
    with pytest.raises(SurveyError, match=r"flux: [\s\S]*ivar: [\s\S]*wave: [\s\S]*z: "):
        made.survey(flux="a", ivar="b", wave="c", z="d").discover([path])


@pytest.mark.parametrize("name", ["a.parquet", "a.fits", "a.fits.gz", "a.vot"])
@pytest.mark.parametrize("content", [b"", b"no table at all" * 99], ids=["empty", "text"])
def test_a_damaged_file_gives_one_error_that_names_it(name, content, tmp_path):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(SurveyError) as caught:
        made.survey().discover([path])
    assert str(path) in caught.value.where


@pytest.mark.parametrize("name", ["a.parquet", "a.fits"])
def test_a_file_that_was_cut_short_after_the_check_is_an_error(name, tmp_path):
    path = tmp_path / name
    if name == "a.parquet":
        made.parquet(path, 40)
    else:
        Table({n: np.array(v) for n, v in made.columns(40).items()}).write(path)
    survey = made.survey()
    (shard,) = survey.discover([path])
    path.write_bytes(path.read_bytes()[:20_000])
    with pytest.raises(SurveyError) as caught:
        survey.read(shard, ())
    assert str(path) in caught.value.where


def test_a_file_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "stars.csv"
    path.write_text("id,z\n")
    with pytest.raises(SurveyError, match=r"\.parquet, \.pq, \.fits"):
        made.survey().discover([path])


def test_a_table_without_rows_is_refused(tmp_path):
    schema = pa.schema({"id": pa.string(), "z": pa.float64()})
    lists = {name: pa.list_(pa.float64()) for name in ("flux", "ivar", "wave")}
    for name, kind in lists.items():
        schema = schema.append(pa.field(name, kind))
    pq.write_table(schema.empty_table(), tmp_path / "a.parquet")
    with pytest.raises(SurveyError, match="has no rows"):
        made.survey().discover([tmp_path / "a.parquet"])


def test_a_keyword_that_a_later_file_lacks_leaves_its_spectrum_without(tmp_path):
    paths = []
    for i in range(2):
        table = Table({"flux": np.ones(100), "ivar": np.ones(100), "wave": WAVE})
        table.meta |= {"Z": 0.1} if i == 0 else {}
        paths.append(tmp_path / f"{i}.fits")
        table.write(paths[-1])
    survey = made.survey(layout="files", target_id=None, z="Z")
    with pytest.raises(SurveyError, match="z: there is no column 'Z'"):
        survey.discover(paths)


@pytest.mark.parametrize("name", registry.names("catalog.surveys"))
def test_a_described_survey_is_not_called_as_one_with_a_reader(name):
    with pytest.raises(RecipeError, match="called as another"):
        made.survey(name=name)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"unit": "furlong"}, "unit"),
        ({"ucd": "phys.nonsense"}, "ucd"),
    ],
)
def test_a_unit_or_ucd_that_no_format_knows_is_refused(more, said):
    extra = {"column": "a", "name": "a", "description": "A", **more}
    with pytest.raises(RecipeError, match=said):
        made.survey(extras=[extra])


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"z": None}, "z, the column of redshifts, or at_rest"),
        ({"at_rest": True}, "z, the column of redshifts, or at_rest"),
        ({"wave": None}, "wave, the column of wavelengths, or a grid"),
        ({"error": "e"}, "ivar or error, not both"),
        ({"ra": "ra"}, "ra and dec, or neither"),
        ({"target_id": None}, "needs target_id"),
        ({"spec_class": "c", "class_of_all": "STAR"}, "spec_class or class_of_all"),
        ({"url": "javascript:alert(1)"}, "url"),
        ({"grid": {"start": 0.0, "step": 1.0}}, "start must be above 0"),
        ({"noise": {"correlation": [2.0]}}, "between -1 and 1"),
        (
            {"extras": [{"column": "a", "name": "a", "description": "A"}] * 2},
            "extras names one twice",
        ),
        ({"extras": [{"column": "a", "name": "A b", "description": "A"}]}, "pattern"),
    ],
)
def test_a_description_that_contradicts_itself_is_refused(more, said):
    with pytest.raises(ValidationError, match=said):
        made.section(**more)


RECIPE = """
[release]
name = "test"
title = "A test"
seed = 1
{}
[preprocess]
wave_min = 4010.0
wave_max = 4080.0
n_bins = 16
"""
SURVEY = """
[[surveys]]
name = "table"
folder = "."
files = ["*.parquet"]
table = {{ name = "mine", title = "M", url = "https://example.org/", citation = "C",
  acknowledgement = "A", flux = "flux", ivar = "ivar", wave = "wave", target_id = "id", z = "z",
  extras = [{{ column = "z", name = "{}", description = "A" }}] }}
""".replace("\n  ", " ")


def _check(folder: Path, surveys: str) -> Build:
    (folder / "r.toml").write_text(RECIPE.format(surveys))
    return workspace.open_build(folder / "r.toml", data=folder)


def test_a_good_recipe_passes_the_check(tmp_path):
    made.parquet(tmp_path / "a.parquet")
    checked = _check(tmp_path, SURVEY.format("a"))
    assert {file for each in checked.inputs for file in each.shard.files} == {
        tmp_path / "a.parquet"
    }


@pytest.mark.parametrize("name", ["z", "flux", "snr", "score_lof", "p_x", "latent_0", "slug"])
def test_a_further_column_may_not_take_a_name_of_the_catalogue(name, tmp_path):
    made.parquet(tmp_path / "a.parquet")
    with pytest.raises(RecipeError, match=f"the catalogue has a column '{name}' already"):
        _check(tmp_path, SURVEY.format(name))


def test_two_described_surveys_may_not_share_a_name(tmp_path):
    made.parquet(tmp_path / "a.parquet")
    with pytest.raises(RecipeError, match="is called 'mine' already"):
        _check(tmp_path, SURVEY.format("a") + SURVEY.format("b"))


def test_the_faults_of_a_table_are_in_the_one_message_of_check(tmp_path):
    made.parquet(tmp_path / "a.parquet", flux=None, Flux=[np.ones(100)] * 3)
    with pytest.raises(RecipeError, match="did you mean 'Flux'"):
        _check(tmp_path, SURVEY.format("a"))


def test_the_template_names_every_key_that_there_is():
    """Whoever copies it sees all that can be said."""
    text = (BUILD / "my-table.toml").read_text()
    tomllib.loads(text)
    for key in TableSection.model_fields:
        assert re.search(rf"^(# )?{key} = .+#|or {key} = |\.{key}\]\]", text, re.MULTILINE), key
    for key in ExtraSection.model_fields:
        assert re.search(rf"^(# )?{key} = .+#", text, re.MULTILINE), key
    for line in text.splitlines():
        assert not re.match(r"\w+ = [^#]*$", line), f"not explained: {line}"
