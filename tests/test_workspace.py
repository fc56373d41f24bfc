"""A recipe's inputs are found and checked before any work is done."""

import pytest
from tests.pipeline import tiny_release

from catalog import workspace
from catalog.errors import RecipeError


@pytest.fixture
def recipe(tmp_path):
    return tiny_release.write(tmp_path)


def _change(path, old, new):
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))


def test_inputs_are_sorted_and_paired(recipe):
    work = workspace.open_build(recipe)

    assert work.shard_names == tuple(f"desi-sv3-bright-2600{i}" for i in range(3))
    assert [len(entry.shard.files) for entry in work.inputs] == [2, 2, 2]
    assert work.layout.root == recipe.parent.resolve() / "out" / "tiny"


@pytest.mark.parametrize("place", ["", "data", "data/survey", "data/survey/healpix/sv3"])
def test_simulated_spectra_are_never_built_as_real(recipe, tmp_path, place):
    (tmp_path / place / "SIMULATED").write_text("simulated")
    workspace.open_build(recipe)
    _change(recipe, "simulated = true", "simulated = false")

    with pytest.raises(RecipeError, match=r"surveys\.0\.folder: .*simulated spectra"):
        workspace.open_build(recipe)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('folder = "survey"', 'folder = "survy"', r"surveys\.0\.folder: .* did you mean 'survey'"),
        ("coadd-*.fits", "coad-*.fits", r"surveys\.0\.files: nothing in .* matches"),
        ('["bgs"]', '["bgz"]', r"surveys\.0\.targets: .*'bgz'; did you mean 'bgs'\?"),
        ("healpix/*/*/*/*/coadd-*.fits", "/etc/*", r"files: '/etc/\*' is not a pattern"),
        ("[model]", '[model]\ncheckpoint = "m"\ncheckpoint_sha256 = "0"', r"model\.checkpoint: "),
    ],
    ids=["folder", "pattern", "target", "absolute", "checkpoint"],
)
def test_what_does_not_fit_this_machine_is_named(recipe, old, new, expected):
    _change(recipe, old, new)

    with pytest.raises(RecipeError, match=expected):
        workspace.open_build(recipe)


def test_faults_of_the_recipe_and_missing_folders_come_at_once(recipe):
    _change(recipe, 'folder = "survey"', 'folder = "x"')
    _change(recipe, "n_latent = 3", "n_latents = 3")
    _change(recipe, 'name = "desi"', 'name = "dsei"')

    with pytest.raises(RecipeError, match="3 faults") as caught:
        workspace.open_build(recipe)

    for place in ("surveys.0.folder", "surveys.0.name", "model.n_latents"):
        assert place in str(caught.value)


def test_faults_of_the_files_come_at_once(recipe):
    _change(recipe, "coadd-*.fits", "coad-*.fits")
    _change(recipe, '["bgs"]', '["bgz"]')
    _change(recipe, "[model]", '[model]\ncheckpoint = "m"\ncheckpoint_sha256 = "0"')

    with pytest.raises(RecipeError) as caught:
        workspace.open_build(recipe)

    for place in ("surveys.0.files", "surveys.0.targets", "model.checkpoint"):
        assert place in str(caught.value)


@pytest.mark.parametrize("pattern", ["*.fits", "coadd-*.fits"])
def test_a_redrock_without_its_coadd_is_named(recipe, tmp_path, pattern):
    _change(recipe, "coadd-*.fits", pattern)
    next((tmp_path / "data/survey").rglob("coadd-*26001.fits")).unlink()

    with pytest.raises(RecipeError, match=r"redrock-sv3-bright-26001"):
        workspace.open_build(recipe)
