"""A second rendering draws only what has changed, and gives what a first one would."""

import shutil
from dataclasses import dataclass

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.site.catalogue_fixture import LONG_ID, make_catalogue

from catalog.site import reuse
from catalog.site.render import render

N_PUBLISHED = 20
CHANGES = {
    "a reason": "UPDATE reasons SET sentence = 'Another.' WHERE target_id = ?",
    "the spectrum": "UPDATE object_spectra SET norm = 2 * norm WHERE target_id = ?",
    "one bin": "UPDATE object_spectra SET flux = list_transform(flux, lambda x, i: "
    "if(i = 500, x * 3, x)) WHERE target_id = ?",
    "an arm": "UPDATE arm_overlaps SET flux = 2 * flux WHERE target_id = ?",
    "the row": "UPDATE spectra SET snr = snr + 1 WHERE target_id = ?",
    "a measure": "UPDATE object_measures SET value = value + 1 WHERE target_id = ?",
    "a verdict": "INSERT INTO verdicts VALUES (?, 9, 'ordinary', '', '', 'D. Novak', '', '')",
    "an alternative": "UPDATE alternatives SET z = z + 0.01 WHERE target_id = ?",
    "what a list knows of it": "INSERT INTO known VALUES (?, 'NED', 1, 'NGC 1', '', NULL, 1.0, '')",
    "its neighbours": "UPDATE neighbours SET distance = distance * 1.01 WHERE target_id = ?",
}


@pytest.fixture(scope="module")
def first(tmp_path_factory):
    """Folder of a catalogue and of its site, rendered for the first time."""
    folder = tmp_path_factory.mktemp("first")
    database = make_catalogue(folder / "catalog.duckdb", n_published=N_PUBLISHED, n_scored=200)
    counts = render(database, folder / "none", folder / "site")
    assert counts["objects_drawn"] == N_PUBLISHED
    return folder


@pytest.fixture
def whole(first, tmp_path):
    """A catalogue of this test's own, beside its site."""
    shutil.copytree(first, tmp_path, dirs_exist_ok=True)
    return tmp_path / "catalog.duckdb"


def _files(site):
    found = (each for each in site.rglob("*") if each.is_file())
    return {each.relative_to(site).as_posix(): each.read_bytes() for each in found}


def test_nothing_is_drawn_again_where_nothing_has_changed(whole, tmp_path):
    before = _files(tmp_path / "site")

    counts = render(whole, tmp_path / "none", tmp_path / "site")

    assert counts["objects_drawn"] == 0
    assert counts["objects"] == N_PUBLISHED
    assert _files(tmp_path / "site") == before


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_drawn_again_and_equals_a_first_rendering(whole, tmp_path, change):
    with duckdb.connect(str(whole)) as connection:
        connection.execute(CHANGES[change], [LONG_ID])

    counts = render(whole, tmp_path / "none", tmp_path / "site")
    render(whole, tmp_path / "none", tmp_path / "anew")

    assert 1 <= counts["objects_drawn"] < N_PUBLISHED / 2
    assert _files(tmp_path / "site") == _files(tmp_path / "anew")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE release SET n_scored = n_scored + 1",
        "UPDATE lines SET wave = wave + 1 WHERE name = 'halpha'",
        "UPDATE categories SET title = 'Something else' WHERE name = 'blend'",
        "UPDATE citation SET doi = '10.5281/zenodo.7'",
        "UPDATE authors SET family = 'Bianchi' WHERE position = 1",
    ],
)
def test_what_all_pages_share_draws_all_again(whole, tmp_path, change):
    with duckdb.connect(str(whole)) as connection:
        connection.execute(change)

    counts = render(whole, tmp_path / "none", tmp_path / "site")

    assert counts["objects_drawn"] == N_PUBLISHED


def test_a_page_that_was_damaged_or_removed_is_drawn_again(whole, tmp_path):
    before = _files(tmp_path / "site")
    pages = sorted((tmp_path / "site" / "objects").iterdir())
    shutil.rmtree(pages[0])
    (pages[1] / "index.html").write_text("half a p")
    (pages[2] / "data.json").unlink()

    counts = render(whole, tmp_path / "none", tmp_path / "site")

    assert counts["objects_drawn"] == 3
    assert _files(tmp_path / "site") == before


@pytest.mark.parametrize("note", ["", "{", "[]", '{"shared": 1}', '{"shared": "x", "pages": 3}'])
def test_a_damaged_note_only_costs_time(whole, tmp_path, note):
    (tmp_path / ".site.pages.json").write_text(note)

    counts = render(whole, tmp_path / "none", tmp_path / "site")

    assert counts["objects_drawn"] == N_PUBLISHED


def test_several_processes_hand_on_what_one_drew(whole, tmp_path, monkeypatch):
    monkeypatch.setattr("catalog.site.object_pages.WORTH_WORKERS", 1)
    before = _files(tmp_path / "site")

    counts = render(whole, tmp_path / "none", tmp_path / "site", jobs=2)

    assert counts["objects_drawn"] == 0
    assert _files(tmp_path / "site") == before


@dataclass(frozen=True)
class _Record:
    name: str
    values: np.ndarray


def test_a_fingerprint_sees_the_middle_of_an_array():
    values = np.zeros(10_000)
    other = values.copy()
    other[5_000] = 1e-9

    assert reuse.fingerprint(_Record("a", values)) == reuse.fingerprint(_Record("a", values.copy()))
    assert reuse.fingerprint(_Record("a", values)) != reuse.fingerprint(_Record("a", other))


@given(st.lists(st.text(max_size=4), max_size=4), st.lists(st.text(max_size=4), max_size=4))
def test_different_texts_have_different_fingerprints(a, b):
    assert (reuse.fingerprint(a) == reuse.fingerprint(b)) == (a == b)
    assert (reuse.fingerprint(*a) == reuse.fingerprint(*b)) == (a == b)
