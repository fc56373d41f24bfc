"""A recipe is refused with every fault named at once; the shipped ones are good."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from catalog import recipe, registry
from catalog.errors import RecipeError
from catalog.recipe.sections import ModelSection, ScoresSection

BUILD = Path(__file__).parents[1] / "build"

GOOD = """
[release]
name = "test"
title = "A test"
seed = 1
[[surveys]]
name = "desi"
folder = "x"
files = ["*.fits"]
[preprocess]
wave_min = 3600.0
wave_max = 7556.0
n_bins = 1000
"""


def _load(tmp_path: Path, text: str) -> recipe.Recipe:
    path = tmp_path / "r.toml"
    path.write_text(text)
    return recipe.load(path)


@pytest.mark.parametrize("path", sorted(BUILD.glob("*.toml")), ids=lambda p: p.name)
def test_every_shipped_recipe_is_good_and_named_like_its_file(path):
    assert recipe.load(path).release.name == path.stem


def test_the_papers_recipe_is_the_papers():
    paper = recipe.load(BUILD / "desi-edr-paper.toml")

    assert (paper.select.z_min, paper.select.z_max, paper.select.snr_min) == (0.0, 0.3, 5.0)
    assert (paper.preprocess.wave_min, paper.preprocess.wave_max) == (3600.0, 7556.0)
    assert paper.preprocess.n_bins == 1000
    assert paper.surveys[0].targets == ("bgs",)
    assert paper.model.kind == "mlp_vae"
    assert paper.model.hidden == (800, 600, 500, 300)
    assert (paper.model.n_latent, paper.model.dropout) == (10, 0.2)
    assert (paper.model.epochs, paper.model.batch_size) == (50, 512)
    assert (paper.model.learning_rate, paper.model.patience) == (1e-3, 5)
    assert (paper.model.schedule, paper.model.beta, paper.model.warm_up) == ("plateau", 1.0, 0)
    assert (paper.model.trim, paper.model.refits) == (0.0, 0)  # it trains on every spectrum
    assert paper.scores.use == paper.scores.rank_by == ("weighted_mse", "lof")
    assert (paper.scores.neighbours, paper.scores.outlier_fraction) == (20, 0.01)


def test_our_recipe_differs_from_the_papers_in_model_and_scores_alone():
    ours, paper = (recipe.load(BUILD / f"{name}.toml") for name in ("desi-edr", "desi-edr-paper"))

    assert ours.surveys == paper.surveys
    assert ours.select == paper.select
    assert ours.preprocess == paper.preprocess
    assert ours.release.seed == paper.release.seed
    assert ours.model == ModelSection()
    assert ours.scores == ScoresSection()


def test_the_papers_scores_are_published_but_do_not_rank_by_default():
    scores = ScoresSection()

    assert {"weighted_mse", "lof"} <= set(scores.use) - set(scores.rank_by)
    assert set(scores.use) <= set(registry.names("catalog.scores"))


def test_a_recipe_is_frozen(tmp_path):
    loaded = _load(tmp_path, GOOD)
    with pytest.raises(ValueError, match="frozen"):
        loaded.release.seed = 2


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("seed = 1", 'seed = "one"'), r"release\.seed: .*integer.*'one'"),
        (("seed = 1", "sead = 1"), r"release\.sead: unknown key; did you mean 'seed'\?"),
        (("n_bins = 1000", "n_bins = 3"), r"preprocess\.n_bins: .*greater than or equal to 16"),
        (('name = "desi"', 'name = "dsei"'), r"surveys\.0\.name: there is no 'dsei'; .*'desi'"),
        (('folder = "x"', ""), r"surveys\.0\.folder: missing"),
        (('files = ["*.fits"]', "files = []"), r"surveys\.0\.files: .*at least 1"),
        (("wave_max = 7556.0", "wave_max = 3000.0"), r"wave_min \(3600.0\) must be below wave_max"),
        (('name = "test"', 'name = "../test"'), r"release\.name: .*pattern"),
        (("seed = 1", "seed = -5"), r"release\.seed: .*greater than or equal to 0"),
        (("seed = 1", "seed = 18446744073709551615"), r"release\.seed: .*less than"),
        (("seed = 1", "seed = true"), r"release\.seed: .*integer"),
        (("n_bins = 1000", 'n_bins = "1000"'), r"preprocess\.n_bins: .*integer"),
        (("wave_max = 7556.0", "wave_max = inf"), r"preprocess\.wave_max: .*finite"),
        (("[preprocess]", '[scores]\nuse = ["lof", "lof"]\n[preprocess]'), r"names a score twice"),
        (("[preprocess]", "[proprocess]"), r"proprocess: unknown key; did you mean 'preprocess'"),
        (("[preprocess]", '[scores]\nuse = ["loff"]\n[preprocess]'), r"scores\.use\.0: .*'lof'"),
        (("[preprocess]", '[model]\nkind = "mlpvae"\n[preprocess]'), r"model\.kind: .*'mlp_vae'"),
        (("[preprocess]", '[model]\ncheckpoint = "x"\n[preprocess]'), r"needs its checkpoint_sha"),
        (("[preprocess]", "[model]\nfolds = 1\n[preprocess]"), r"model\.folds: .*equal to 2"),
        (("[preprocess]", "[model]\ntrim = 0.5\n[preprocess]"), r"model\.trim: .*less than 0\.5"),
        (("[preprocess]", "[model]\nrefits = -1\n[preprocess]"), r"model\.refits: .*equal to 0"),
        (("[preprocess]", "[model]\nwarm_up = -1\n[preprocess]"), r"model\.warm_up: .*equal to 0"),
        (
            ("[preprocess]", '[model]\nschedule = "cycle"\n[preprocess]'),
            r"model\.schedule: .*'one_cycle' or 'plateau'.*'cycle'",
        ),
        (
            ("[preprocess]", "[model]\nvalidation_fraction = 0.2\n[preprocess]"),
            r"model\.validation_fraction: unknown key",
        ),
        (
            ("[preprocess]", '[scores]\nrank_by = ["lof"]\nuse = ["misfit"]\n[preprocess]'),
            r"rank_by names lof, which `use` does not",
        ),
        (
            ("[preprocess]", "[scores]\nrank_by = []\n[preprocess]"),
            r"scores\.rank_by: .*at least 1",
        ),
        (("[preprocess]", "[benchmark]\nrounds = 0\n[preprocess]"), r"benchmark\.rounds: .*to 1"),
        (
            ("[preprocess]", "[benchmark]\nprevalence = 0.3\n[preprocess]"),
            r"benchmark\.prevalence: .*less than or equal to 0\.2",
        ),
        (("[preprocess]", "[site]\ncutouts = 5\n[preprocess]"), r"site\.cutouts: .*'link'"),
    ],
    ids=lambda value: value[1] if isinstance(value, tuple) else "",
)
def test_a_fault_is_named_with_its_place(tmp_path, change, expected):
    with pytest.raises(RecipeError, match=expected):
        _load(tmp_path, GOOD.replace(*change))


def test_all_faults_come_at_once(tmp_path):
    text = GOOD.replace("seed = 1", "sead = 1").replace('"desi"', '"dsei"').replace("1000", "'x'")

    with pytest.raises(RecipeError) as caught:
        _load(tmp_path, text)

    message = str(caught.value)
    assert "4 faults" in message
    for place in ("release.seed: missing", "release.sead", "surveys.0.name", "preprocess.n_bins"):
        assert place in message


def test_not_toml_and_not_there(tmp_path):
    with pytest.raises(RecipeError, match=r"not valid TOML[\s\S]*end of document"):
        _load(tmp_path, "[release")
    with pytest.raises(RecipeError, match=r"no such recipe[\s\S]*did you mean 'r\.toml'"):
        recipe.load(tmp_path / "rr.toml")
    (tmp_path / "latin.toml").write_bytes(b"title = '\xff'")
    with pytest.raises(RecipeError, match="cannot be read"):
        recipe.load(tmp_path / "latin.toml")


def test_every_field_says_what_it_is():
    for name, section in recipe.Recipe.model_fields.items():
        annotation: Any = section.annotation
        kind = getattr(annotation, "__args__", (annotation,))[0]
        for key, field in kind.model_fields.items():
            assert field.description, f"{name}.{key} has no description"
            assert field.description.endswith("."), f"{name}.{key}: {field.description}"


def test_registry_knows_its_folders_without_importing_them():
    assert set(registry.names("catalog.surveys")) >= {"desi", "miles"}
    assert set(registry.names("catalog.scores")) >= {"lof", "weighted_mse"}


def test_recipes_are_toml_only():
    for path in BUILD.glob("*"):
        assert path.name == "out" or path.suffix == ".toml"
        if path.suffix == ".toml":
            tomllib.loads(path.read_text())


@pytest.mark.parametrize(
    ("section", "fault"),
    [
        ('[citation]\ndate = "2026-13-01"', "citation.date"),
        ('[citation]\ndoi = "https://doi.org/10.5281/zenodo.1"', "citation.doi"),
        ('[citation]\nkeywords = ["a, b"]', "comma"),
        (
            '[citation]\nauthors = [{ family = "A", orcid = "0000-0002-1825-0098" }]',
            "check digit",
        ),
        ('[[known]]\nname = "SIMBAD"', "either a table or a tap service"),
        ('[[known]]\nname = "SIMBAD"\ntap = "https://example.org/tap"', "query"),
        ('[[known]]\nname = "SIMBAD"\ntable = "a.csv"', "date"),
        (
            '[[known]]\nname = "S"\ntable = "a.csv"\ndate = "2026-01-01"\n' * 2,
            "names a list twice",
        ),
    ],
)
def test_what_would_be_cited_wrongly_is_refused(tmp_path, section, fault):
    with pytest.raises(RecipeError, match=fault):
        _load(tmp_path, GOOD + section)


def test_nothing_simulated_is_known(tmp_path):
    text = GOOD.replace("seed = 1", "seed = 1\nsimulated = true")
    with pytest.raises(RecipeError, match="nothing at a simulated position is known"):
        _load(tmp_path, text + '[[known]]\nname = "S"\ntable = "a.csv"\ndate = "2026-01-01"\n')


@pytest.mark.parametrize("orcid", ["0000-0002-1825-0097", "0000-0002-1694-233X"])
def test_an_orcid_with_a_right_check_digit_is_taken(tmp_path, orcid):
    section = f'[citation]\nauthors = [{{ family = "A", orcid = "{orcid}" }}]'
    assert _load(tmp_path, GOOD + section).citation.authors[0].orcid == orcid


HAND = "across = 1\nup = 2\npoints = [[0, 0], [1, 1]]"


@pytest.mark.parametrize("body", [HAND, 'along = "halpha"', 'along = "oiii"\nspec_class = "QSO"'])
def test_a_track_goes_through_points_or_along_a_feature(tmp_path, body):
    text = f'{GOOD}\n[[tracks]]\nname = "a"\ntitle = "A"\n{body}\n'
    assert len(_load(tmp_path, text).tracks) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (f'{HAND}\nalong = "halpha"', "not both"),
        ("", "two dimensions, across and up, or `along`"),
        ("across = 1\nup = 1\npoints = [[0, 0], [1, 1]]", "two dimensions"),
        ("across = 1\nup = 2\npoints = [[0, 0]]", "two points"),
        ("across = 1\nup = 11\npoints = [[0, 0], [1, 1]]", "the model does not have"),
    ],
)
def test_a_track_that_goes_nowhere_is_refused(tmp_path, body, said):
    with pytest.raises(RecipeError, match=said):
        _load(tmp_path, f'{GOOD}\n[[tracks]]\nname = "a"\ntitle = "A"\n{body}\n')
