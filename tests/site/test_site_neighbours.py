"""What an object is compared with, and what a survey's team is told."""

import dataclasses
import re

import duckdb
import numpy as np
import pytest
from tests.site import svg_paths
from tests.site.catalogue_fixture import STANDING_PETAL, make_catalogue, name_of, slug_at

from catalog.site import origin_words
from catalog.site.plots.compared import compared
from catalog.site.render import render
from catalog.store.nearby_records import OriginKind

OBJECT = f"objects/{slug_at(0)}/index.html"


def strip(text, name):
    """One section of an object's page, by the identifier of its heading."""
    return text.split(f'<section class="like" aria-labelledby="{name}">')[1].split("</section>")[0]


def test_an_object_is_shown_with_three_ordinary_spectra_and_three_unusual_ones(site):
    text = (site / OBJECT).read_text()
    for name in ("ordinary", "unusual"):
        part = strip(text, name)
        assert part.count('<li class="near">') == 3
        assert part.count('class="compared"') == 3
        # Each picture holds the neighbour and, behind it, the object itself.
        assert re.findall(r'class="(own|data)" d="M', part).count("own") >= 3


def test_ordinary_spectra_have_no_page_to_go_to_and_unusual_ones_do(site):
    text = (site / OBJECT).read_text()
    assert "href" not in strip(text, "ordinary")
    assert strip(text, "unusual").count('href="../../objects/') == 3


def test_name_class_redshift_and_distance_of_a_neighbour_are_told(site, database):
    connection = duckdb.connect(str(database), read_only=True)
    name, z, distance = connection.execute(
        "SELECT other.name, other.z, distance FROM neighbours AS near JOIN spectra AS other "
        "ON other.target_id = neighbour WHERE near.target_id = '39627830000000000' "
        "AND kind = 'ordinary' AND position = 1"
    ).fetchall()[0]
    connection.close()
    part = strip((site / OBJECT).read_text(), "ordinary")
    assert f">{name}</" in part
    assert f"z = {z:.4f}" in part
    assert f"{distance:.2f} away" in part
    assert f"The nearest ordinary spectrum is {distance:.2f} standard deviations" in part


def test_an_unusual_neighbour_without_a_page_is_named_and_not_linked(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=5, n_scored=40)
    with duckdb.connect(str(path)) as connection:
        gone = "39627830000000001"
        connection.execute("UPDATE spectra SET slug = '' WHERE target_id = ?", [gone])
        connection.execute(
            "INSERT INTO neighbour_spectra SELECT ?, list_resize([0.02], 250, 0.03)", [gone]
        )
        connection.execute("DELETE FROM object_spectra WHERE target_id = ?", [gone])
    render(path, tmp_path / "none", tmp_path / "site")
    part = strip((tmp_path / "site" / OBJECT).read_text(), "unusual")
    assert name_of(1) in part
    assert "has no page" in part
    assert part.count("href") == 2
    assert part.count('class="compared"') == 3


def test_a_catalogue_without_neighbours_has_pages_without_them(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=2, n_scored=20)
    with duckdb.connect(str(path)) as connection:
        for table in ("neighbours", "neighbour_spectra", "origins", "origin_groups"):
            connection.execute(f"DELETE FROM {table}")
    render(path, tmp_path / "none", tmp_path / "site")
    assert "nearest ordinary" not in (tmp_path / "site" / OBJECT).read_text()
    said = (tmp_path / "site/for-the-survey/index.html").read_text()
    assert "do not tell where their spectra were taken" in said
    assert "How it was tested" not in said


def heights(picture, name):
    """Ordinates of a line of a picture."""
    (path,) = re.findall(rf'class="{name}" d="([^"]*)"', picture)
    return np.concatenate(svg_paths.runs(path))[:, 1]


def test_a_scaled_copy_of_the_object_lies_exactly_under_it():
    flux = np.random.default_rng(1).normal(5, 1, 250)
    picture = str(compared(flux, 40 * flux))
    np.testing.assert_allclose(heights(picture, "own"), heights(picture, "data"), atol=0.5)


def test_an_extreme_line_is_cut_off_rather_than_press_the_neighbour_flat():
    rng = np.random.default_rng(2)
    ordinary, strange = rng.normal(5, 1, 250), rng.normal(5, 1, 250)
    strange[100] = 5000
    picture = str(compared(ordinary, strange))
    assert np.ptp(heights(picture, "data")) > 15
    assert heights(picture, "own").min() >= 0


@pytest.mark.parametrize("own", [np.full(50, np.nan), np.full(50, -1.0), np.zeros(50)])
def test_a_picture_is_drawn_whatever_the_objects_own_spectrum_holds(own):
    picture = str(compared(np.linspace(1, 2, 50), own))
    assert "nan" not in picture
    assert "inf" not in picture


def survey_page(site):
    return (site / "for-the-survey/index.html").read_text()


def test_the_group_that_stands_out_is_named_with_its_numbers_and_its_objects(site, database):
    text = survey_page(site)
    part = text.split('id="standing"')[1].split("</section>")[0]
    connection = duckdb.connect(str(database), read_only=True)
    ranks = connection.execute(
        "SELECT rank, slug FROM spectra JOIN origins USING (target_id) WHERE verdict = 'artefact' "
        "AND kind = 'petal' AND origins.name = ? ORDER BY rank",
        [STANDING_PETAL],
    ).fetchall()
    connection.close()
    assert part.count("<h3>") == 1
    assert f"Petal {STANDING_PETAL}" in part
    assert f"{len(ranks)} of its 1,000 spectra look like artefacts, where 10 would be" in part
    for rank, slug in ranks[:12]:
        assert f"rank {rank}<" in part
        assert f'href="../objects/{slug}/index.html"' in part
    assert "One petal stands out: it has more artefacts than chance would give." in text


def test_every_category_of_artefact_is_counted_and_the_test_is_told(site):
    text = survey_page(site)
    for title in ("Step between arms", "Sky residual"):
        assert title in text
    assert "Extreme emission line" not in text
    assert "takes spectra for independent" in text
    assert "no telescope to report" not in text


def test_a_simulated_release_says_that_there_is_nobody_to_report_to(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", simulated=True, n_published=6, n_scored=20)
    render(path, tmp_path / "none", tmp_path / "site")
    assert "no telescope to report this to" in survey_page(tmp_path / "site")


def test_the_files_to_report_back_are_linked_where_they_are_offered(site, database, tmp_path):
    assert "artefacts.csv" not in survey_page(site)
    offered = tmp_path / "offered"
    offered.mkdir()
    for name in ("artefacts.csv", "origin_groups.csv"):
        (offered / name).write_text("target_id\n")
    render(database, offered, tmp_path / "site")
    text = survey_page(tmp_path / "site")
    assert 'href="../download/artefacts.csv"' in text
    assert 'href="../download/origin_groups.csv"' in text


def test_every_page_leads_to_the_survey_teams(site):
    assert 'href="for-the-survey/index.html"' in (site / "index.html").read_text()
    assert 'href="../../for-the-survey/index.html"' in (site / OBJECT).read_text()


PETALS = OriginKind("petal", 10, 0, 0.4)


@pytest.mark.parametrize(
    ("kinds", "said"),
    [
        ([PETALS, OriginKind("fibre", 5000, 0, 1.0)], "Of 10 petals and 5,000 fibres, none"),
        ([dataclasses.replace(PETALS, n_standing=2)], "2 petals stand out: they have"),
        ([OriginKind("night", 1, 0, 1.0)], "All spectra were taken alike"),
        ([OriginKind("night", 1, 0, 1.0), PETALS], "Of 10 petals, none stands out"),
    ],
)
def test_whether_anything_stands_out_is_said_in_one_plain_sentence(kinds, said):
    assert origin_words.summary(kinds).startswith(said)
