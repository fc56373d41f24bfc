"""What a page tells services that show links to it, where the recipe says where it is published."""

import io
import json
import re

import duckdb
import numpy as np
import pytest
from PIL import Image
from pydantic import ValidationError
from tests.site.catalogue_fixture import HOSTILE, make_catalogue

from catalog.recipe.publication import SiteSection
from catalog.site.plots import card
from catalog.site.render import render
from catalog.store.records import ObjectSpectrum

ADDRESS = "https://spectra.example.org/atlas/"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A site that knows its own address."""
    folder = tmp_path_factory.mktemp("published")
    database = make_catalogue(folder / "catalog.duckdb", n_published=12, n_scored=50)
    with duckdb.connect(str(database)) as connection:
        (text,) = connection.execute("SELECT recipe FROM release").fetchone() or ("{}",)
        recipe = json.loads(text)
        recipe["site"]["address"] = ADDRESS
        connection.execute("UPDATE release SET recipe = ?", [json.dumps(recipe)])
    render(database, folder / "none", folder / "site")
    return folder / "site"


def test_every_page_tells_its_own_address(published):
    for page in set(published.rglob("index.html")) - set((published / "id").rglob("*")):
        (canonical,) = re.findall(r'rel="canonical" href="([^"]+)"', page.read_text())
        folder = page.parent.relative_to(published).as_posix()
        assert canonical == ADDRESS + ("" if folder == "." else f"{folder}/")


def test_every_object_has_a_picture_of_the_size_that_services_show_whole(published):
    for folder in (published / "objects").iterdir():
        text = (folder / "index.html").read_text()
        (address,) = re.findall(r'property="og:image" content="([^"]+)"', text)
        assert address == f"{ADDRESS}objects/{folder.name}/card.png"
        content = (folder / "card.png").read_bytes()
        assert len(content) < 20_000
        assert Image.open(io.BytesIO(content)).size == (600, 315)


def test_without_an_address_there_is_neither(site):
    text = (site / "index.html").read_text()
    assert "canonical" not in text
    assert "og:image" not in text
    assert not list(site.rglob("card.png"))


def _spectrum(peak: float) -> ObjectSpectrum:
    flux = np.full(1000, 1.0)
    flux[500] = peak
    ivar = np.full(1000, 100.0)
    ivar[:100] = 0
    return ObjectSpectrum(flux, ivar, np.full(1000, 1.0), np.full(1000, 1.0), 1.0)


def _pixels(content: bytes):
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"), int)


def test_a_picture_shows_the_spectrum_in_ink_over_the_reconstruction_in_blue():
    pixels = _pixels(card.card(_spectrum(9.0), "", ""))
    dark = pixels.sum(axis=2) < 150
    blue = (pixels[..., 2] > 140) & (pixels[..., 0] < 60)
    middle, empty = card.WIDTH // 2, card.MARGIN + 50
    assert dark[card.TOP : 150, middle - 5 : middle + 5].any()  # the peak
    assert not dark[card.TOP : 225, : middle - 15].any()
    assert blue[-60:, card.MARGIN : empty].any()  # there are no data, only the reconstruction
    assert not dark[-60:, card.MARGIN : empty].any()


@pytest.mark.parametrize("name", ["", HOSTILE, "Hα 星\n\t", "x" * 300])
def test_a_picture_is_drawn_whatever_the_name_and_the_same_every_time(name):
    first = card.card(_spectrum(2.0), name, name)
    assert first == card.card(_spectrum(2.0), name, name)
    nothing = np.full(50, np.nan)
    empty = ObjectSpectrum(nothing, nothing, nothing, nothing, 1.0)
    assert _pixels(card.card(empty, name, "")).shape == (315, 600, 3)


@pytest.mark.parametrize(
    "address", ["http://a.org/", "https://a.org", "https://", 'https://a.org/"onload=x/', "a"]
)
def test_an_address_without_https_or_a_final_slash_is_refused(address):
    with pytest.raises(ValidationError, match="address"):
        SiteSection(address=address)
