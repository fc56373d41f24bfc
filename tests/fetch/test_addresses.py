"""Addresses of files, for downloading and for provenance: the surveys' own, and nobody is asked."""

import json
from pathlib import Path

import pytest

from catalog import recipe as recipes
from catalog import registry
from catalog.errors import RecipeError
from catalog.fetch import url_of
from catalog.fetch.addresses import base_of
from catalog.fetch.archives import Archive
from catalog.recipe.sections import SurveySection

ROOT = Path(__file__).parents[2]


def section(name, release, folder="here/x"):
    return SurveySection(name=name, folder=folder, files=("*",), release=release)


DESI = "https://data.desi.lbl.gov/public/"
SDSS = "https://data.sdss.org/sas/dr17/"
PIXEL = "healpix/sv3/bright/260/26065/coadd-sv3-bright-26065.fits"
REDROCK = "healpix/main/bright/100/10016/redrock-main-bright-10016.fits"
PLATE = "26/spectra/lite/0266/spec-0266-51602-0001.fits"
EBOSS = "v5_13_2/spectra/lite/4055/spec-4055-55359-0596.fits"
STARS = "mastar-goodspec-v3_1_1-v1_7_7.fits.gz"


@pytest.mark.parametrize(
    ("survey", "release", "path", "expected"),
    [
        ("desi", "edr", PIXEL, f"{DESI}edr/spectro/redux/fuji/{PIXEL}"),
        ("desi", "dr1", REDROCK, f"{DESI}dr1/spectro/redux/iron/{REDROCK}"),
        ("sdss", "dr17", PLATE, f"{SDSS}sdss/spectro/redux/{PLATE}"),
        ("sdss", "dr17", EBOSS, f"{SDSS}eboss/spectro/redux/{EBOSS}"),
        ("mastar", "dr17", STARS, f"{SDSS}manga/spectro/mastar/v3_1_1/v1_7_7/{STARS}"),
        ("desi", "edr", "a b#c?d", f"{DESI}edr/spectro/redux/fuji/a%20b%23c%3Fd"),
        ("desi", "dr99", "healpix/x.fits", ""),
        ("desi", "simulated", "healpix/x.fits", ""),
        ("miles", "v9.1", "MILES_res2.50_star_m0001V.fits", ""),
    ],
)
def test_files_are_where_the_surveys_say(survey, release, path, expected):
    assert url_of(section(survey, release), f"here/x/{path}") == expected


@pytest.mark.parametrize(
    "file", ["elsewhere/a.fits", "/here/x/a.fits", "here/x/../../a", "here/xy/a"]
)
def test_a_file_of_another_folder_has_no_address(file):
    assert url_of(section("desi", "edr"), file) == ""


def test_every_archive_is_encrypted_and_ends_with_a_slash():
    for name in registry.names("catalog.fetch.archives"):
        archive = registry.load("catalog.fetch.archives", name, Archive)
        for bases in archive.releases.values():
            assert all(b.startswith("https://") and b.endswith("/") for b in bases.values())
            assert "" in bases


@pytest.mark.parametrize("name", ["desi-edr", "desi-edr-paper", "desi-dr1", "sdss-dr17", "mastar"])
def test_our_recipes_files_have_addresses(name):
    for part in recipes.load(ROOT / "build" / f"{name}.toml").surveys:
        for pattern in part.files:
            assert base_of(part, pattern).startswith("https://data.")


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (section("miles", "v9.1"), "files of miles cannot be fetched"),
        (section("desi", "edr2"), r"no release[^Z]*edr, dr1[^Z]*'edr2'[^Z]*did you mean 'edr'"),
    ],
)
def test_what_cannot_be_fetched_is_said(part, said):
    with pytest.raises(RecipeError, match=said):
        base_of(part, "x")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("coadd-sv3-dark-1.fits", [["redrock-sv3-dark-1.fits", "redrock-sv3-dark-1.fits.gz"]]),
        ("spectra-5-169-thru20210419.fits.gz",
         [["redrock-5-169-thru20210419.fits", "redrock-5-169-thru20210419.fits.gz"]]),
        ("redrock-sv3-dark-1.fits", []),
        ("tilepix.fits", []),
    ],
)  # fmt: skip
def test_a_coadd_comes_with_its_redshifts(name, expected):
    archive = registry.load("catalog.fetch.archives", "desi", Archive)

    assert json.loads(json.dumps(archive.beside(name))) == expected
