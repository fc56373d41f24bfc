import re
from dataclasses import replace

import pytest
from hypothesis import given
from pybtex.database import parse_string
from tests.citing.texts import anything, authors
from tests.citing.works import AUTHORS, UNPUBLISHED, WORK, cited, with_texts

from catalog.citing import bibtex, thanks
from catalog.citing.people import is_group

SIGNS = {
    "backslash": "\\", "braceleft": "{", "braceright": "}", "asciitilde": "~",
    "asciicircum": "^", "less": "<", "greater": ">", "bar": "|", "quotedbl": '"',
}  # fmt: skip

APART = "".join(chr(0xE000 + i) for i in range(len(SIGNS)))  # signs that no entry holds itself


def plain(latex: str) -> str:
    """What LaTeX would print, braces that only group left out."""
    names = list(SIGNS)
    kept = re.sub(r"\\text([a-z]+)\{\}", lambda found: APART[names.index(found[1])], latex)
    bare = re.sub(r"\\([&%$#_])", r"\1", re.sub("[{}]", "", kept))
    return bare.translate({ord(c): SIGNS[names[i]] for i, c in enumerate(APART)})


def printed(text: str) -> str:
    """A text as it can be printed: what has no shape is a blank."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def read(entry: str):
    (found,) = parse_string(entry, "bibtex").entries.values()
    return found


def test_an_entry_has_all_that_a_reader_needs_to_find_the_release():
    entry = read(bibtex.release_entry(WORK))
    assert entry.type == "misc"
    assert dict(entry.fields) == {
        "title": "Test Atlas", "year": "2026", "month": "November", "publisher": "Zenodo",
        "version": "2.0", "doi": "10.5281/zenodo.1234567",
        "url": "https://doi.org/10.5281/zenodo.1234567",
        "note": "release test-2, made with peculiar-spectra 0.1.0",
    }  # fmt: skip
    ada, group = entry.persons["author"]
    assert (ada.last_names, ada.first_names) == (["Rossi"], ["Ada"])
    assert group.last_names == ["{The Test Collaboration}"]


def test_an_objects_entry_leads_to_its_own_page():
    entry = read(bibtex.object_entry(WORK, "PSA J000000.00+000000.0", "j000000.00p000000.0"))
    assert entry.fields["url"] == ("https://spectra.example.org/atlas/objects/j000000.00p000000.0/")
    assert entry.fields["doi"] == "10.5281/zenodo.1234567"
    assert "url" not in read(bibtex.object_entry(UNPUBLISHED, "a", "b")).fields


def test_what_is_not_published_has_no_year_and_no_doi():
    entry = read(bibtex.release_entry(UNPUBLISHED))
    assert not {"year", "month", "doi", "url", "publisher"} & set(entry.fields)


def test_nobody_is_called_the_keeper_of_what_has_no_doi():
    work = cited(doi="", concept_doi="")
    assert "publisher" not in read(bibtex.release_entry(work)).fields
    assert "Zenodo" not in bibtex.in_a_line(work)


def test_an_earlier_release_is_not_cited_by_this_ones_doi():
    entry = read(bibtex.object_entry(WORK.earlier("test-1", "Old"), "a", "b"))
    assert (entry.fields["version"], entry.fields["doi"]) == ("test-1", "10.5281/zenodo.1234566")
    assert "year" not in entry.fields


@given(title=anything, author=authors)
def test_every_text_comes_back_as_it_was(title, author):
    entry = read(bibtex.release_entry(with_texts(title, author, "x")))
    assert printed(plain(entry.fields["title"])) == printed(title)
    people = entry.persons["author"]
    assert len(people) == 1 + len(AUTHORS)
    family = " ".join(people[0].prelast_names + people[0].last_names)
    assert printed(plain(family)) == printed(author.family)
    if not is_group(author):
        given_names = " ".join(people[0].first_names + people[0].middle_names)
        assert printed(plain(given_names)) == printed(author.given)


def test_an_address_that_bibtex_would_misread_is_encoded():
    work = cited(doi="10.1234/a{b}\\c")
    assert "10.1234/a%7Bb%7D%5Cc" in bibtex.release_entry(work)
    assert read(bibtex.release_entry(work)).fields["doi"] == "10.1234/a%7Bb%7D%5Cc"


@pytest.mark.parametrize(
    ("n", "line"),
    [(1, "Rossi"), (2, "Rossi & Rossi"), (3, "Rossi, Rossi & Rossi"), (4, "Rossi et al.")],
)
def test_a_line_names_a_few_authors_and_the_first_of_many(n, line):
    work = replace(WORK, named=(AUTHORS[0],) * n)
    assert bibtex.in_a_line(work) == (
        f"{line} (2026), Test Atlas (test-2), version 2.0, Zenodo, Peculiar Spectra 0.1.0, "
        "https://doi.org/10.5281/zenodo.1234567"
    )


def test_acknowledgements_thank_the_release_and_every_survey():
    text = thanks.block(WORK)
    assert text.startswith("This work uses Rossi & The Test Collaboration (2026), Test Atlas")
    assert "10.5281/zenodo.1234567" in text
    assert text.endswith(
        "This research used data of DESI. Cite: DESI Collaboration, 2024, AJ 168, 58 "
        "(arXiv:2306.06308)."
    )
    assert [doi.value for doi in thanks.dois(WORK)] == [
        "10.5281/zenodo.1234567", "10.5281/zenodo.1234566",
    ]  # fmt: skip
    assert thanks.dois(UNPUBLISHED) == ()
