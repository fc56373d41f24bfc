"""The object page tells what templates and native pixels say, and never as the survey's word."""

import re

from tests.site.catalogue_fixture import N_PUBLISHED

from catalog.site.evidence_rows import alternatives_of, measures_of
from catalog.store.evidence_records import Alternative, NativeMeasure


def _words(page: str) -> str:
    return " ".join(re.sub("<[^>]+>", " ", page).replace("\N{NO-BREAK SPACE}", " ").split())


def _alternative(family, spec_class, z, *, suggested):
    return Alternative("1", family, spec_class, z, 1.117, 3.46, suggested)


def test_a_suggestion_names_family_and_redshift_and_says_that_it_is_one():
    found = alternatives_of([_alternative("quasar", "QSO", 2.04312, suggested=True)])
    assert found is not None
    assert "χ² of 3.46 per bin" in found.sentence
    assert "A quasar at z = 2.0431 fits with 1.12: a suggestion" in found.sentence


def test_without_a_suggestion_the_survey_is_left_in_peace():
    found = alternatives_of([_alternative("m_star", "STAR", 0.0001, suggested=False)])
    assert found is not None
    assert "No other class or redshift fits better by enough" in found.sentence
    assert (found.rows[0].family, found.rows[0].place) == ("m star", "30 km s⁻¹")
    assert alternatives_of([]) is None


def test_a_measure_has_its_error_and_its_unit_where_it_has_them():
    rows = measures_of(
        [
            NativeMeasure("1", "tio5", "TiO5", 0.4213, 0.013, ""),
            NativeMeasure("1", "sky_lines", "Sky", -0.3, None, "σ"),
        ]
    )
    assert [row.value for row in rows] == ["0.421 ± 0.013", "−0.300 σ"]


def test_the_columns_page_says_what_each_measure_is(site):
    told = _words((site / "columns" / "index.html").read_text())
    assert "tio5 TiO5 Mean flux in 7127-7137 Å over that in 7044-7048 Å." in told


def test_every_object_page_shows_both(site):
    pages = sorted(site.glob("objects/*/index.html"))
    assert len(pages) == N_PUBLISHED
    told = [_words(page.read_text()) for page in pages]
    assert sum("a suggestion" in each for each in told) == N_PUBLISHED / 2
    assert all("Measured on its own pixels" in each for each in told)
    assert all("TiO5 0.420 ± 0.013" in each for each in told)
