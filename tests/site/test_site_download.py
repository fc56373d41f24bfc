"""The download page offers every file for its purpose, and says how to open it."""

import hashlib
import re

import pytest

from catalog.site import render as rendering
from catalog.site.atlas import Atlas
from catalog.site.pages.download import PAGE
from catalog.site.writing import write_sheet
from catalog.store.read import Catalogue

FILES = {
    "outliers.csv": b"target_id\n1\n",
    "outliers.vot": b"<VOTABLE/>",
    "hats/hats.properties": b"dataproduct_type=object\n",
    "hats/dataset/Norder=0/Dir=0/Npix=1.parquet": b"PAR1" * 500,
    "model/fold-0.safetensors": b"weights",
    ".zenodo.json": b"{}",
    "MODEL_CARD.md": b"# Card",
    "a <b> & 100 %.bin": b"?",
    "SHA256SUMS": b"0  outliers.csv\n",
}
UNOFFERED = (".DS_Store", ".outliers.csv.x1.part", "hats/.hidden")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("download")
    for name, content in {**FILES, **dict.fromkeys(UNOFFERED, b"")}.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


@pytest.fixture(scope="module")
def markup(database, folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("page")
    with Catalogue(database) as catalogue:
        atlas = Atlas(catalogue, rendering._offered(database, folder))
        for sheet in PAGE.sheets(atlas, atlas.objects) if PAGE.sheets else ():
            write_sheet(PAGE, sheet, out)
    return (out / "download/index.html").read_text()


def entry(markup: str, name: str) -> str:
    """The list item of one file."""
    return next(part for part in markup.split("<li>") if f">{name}</a>" in part)


def test_files_of_all_folders_are_offered_and_what_is_hidden_or_unfinished_is_not(database, folder):
    offered = rendering._offered(database, folder)
    names = [rendering._below(folder, file) for file in offered]
    assert set(names) == {*FILES, "catalog.duckdb"}
    assert names[0] == "catalog.duckdb"
    assert names[-1] == "a <b> & 100 %.bin"


def test_copies_lie_in_the_same_folders_with_the_same_bytes(database, folder, tmp_path):
    files = rendering._offered(database, folder)
    rendering._copy_downloads(files, folder, tmp_path / "out")
    for name, content in FILES.items():
        assert (tmp_path / "out" / name).read_bytes() == content


def test_files_stand_under_their_purpose(markup):
    parts = dict(re.findall(r'<h2 id="[^"]+">([^<]+)</h2>(.*?)</section>', markup, re.DOTALL))
    assert list(parts) == [
        "The whole catalogue", "The outliers", "Latents and model", "For the Virtual Observatory",
        "Dictionary and checksums", "Citing and provenance", "Further files",
    ]  # fmt: skip
    assert ">outliers.vot</a>" in parts["The outliers"]
    assert ">.zenodo.json</a>" in parts["Citing and provenance"]
    assert "a &lt;b&gt; &amp; 100 %.bin</a>" in parts["Further files"]
    assert 'href="a%20%3Cb%3E%20%26%20100%20%25.bin"' in parts["Further files"]


def test_each_purpose_is_reached_from_the_top_of_the_page(markup):
    anchors = re.findall(r'<h2 id="([^"]+)">', markup)
    assert re.findall(r'<a href="#(files-[^"]+)">', markup) == anchors


def test_a_folder_that_is_used_as_one_thing_is_one_entry(markup):
    assert markup.count(">hats/</a>") == 1
    assert "Npix=1" not in markup.split("<main")[1]
    found = entry(markup, "hats/")
    assert 'href="hats/hats.properties"' in found
    assert "lsdb.open_catalog(&#39;hats&#39;)" in found
    assert "2.0 kB" in found
    assert "sha256" not in found


def test_an_entry_gives_size_and_the_line_that_opens_it(markup):
    found = entry(markup, "outliers.vot")
    assert "10 bytes" in found
    assert "Table.read(&#39;outliers.vot&#39;, format=&#39;votable&#39;)" in found
    assert "model/fold-0.safetensors&#39;)" in entry(markup, "model/fold-0.safetensors")


def test_a_table_tells_how_many_rows_it_has(markup, database):
    with Catalogue(database) as catalogue:
        n_outliers = catalogue.release().n_outliers
    heading = markup.split(">outliers.csv</a>")[0].rpartition("<h3>")[2]
    assert f">{n_outliers} rows</span>" in heading


def test_checksums_are_those_of_files_whose_bytes_are_always_the_same(markup):
    for name in ("outliers.csv", ".zenodo.json", "MODEL_CARD.md"):
        assert hashlib.sha256(FILES[name]).hexdigest() in entry(markup, name)
    for name in ("catalog.duckdb", "SHA256SUMS"):
        assert "sha256 <code>" not in entry(markup, name)
