"""What people say stands beside the machine's word, names both sides, and is only ever text."""

import re

import pytest
from tests.site.catalogue_fixture import CATEGORIES, HOSTILE, slug_at

from catalog.site import verdict_rows
from catalog.site.atlas import Atlas
from catalog.store.read import Catalogue
from catalog.store.records import PersonVerdict
from catalog.verdicts import WORDS

DISPUTED = f"objects/{slug_at(0)}/index.html"


@pytest.fixture(scope="module")
def atlas(database):
    with Catalogue(database) as catalogue:
        yield Atlas(catalogue)


def section(site, page: str, name: str) -> str:
    found = re.search(
        rf'<section class="{name}".*?</section>', (site / page).read_text(), re.DOTALL
    )
    assert found
    return found[0]


def said(*pairs: tuple[str, str]) -> tuple[PersonVerdict, ...]:
    return tuple(PersonVerdict("1", verdict, "", "", by, "", "") for by, verdict in pairs)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (said(("A", "artefact")), ""),
        (said(("A", "artefact"), ("B", "artefact")), "Both call it an artefact."),
        (said(*((n, "ordinary") for n in "ABC")), "All 3 call it ordinary."),
        (
            said(("A", "artefact"), ("B", "astrophysical")),
            "A calls it an artefact, B astrophysical.",
        ),
        (
            said(("A", "artefact"), ("B", "astrophysical"), ("C", "artefact"), ("D", "ordinary")),
            "A and C call it an artefact, B astrophysical, D ordinary.",
        ),
        (
            said(*((n, "artefact") for n in "ABCDE"), ("F", "unexplained")),
            "A and 4 others call it an artefact, F unexplained.",
        ),
    ],
)
def test_a_sentence_says_whether_people_agree_and_names_both_sides(given, expected):
    assert verdict_rows._summary(given) == expected


def test_a_disputed_object_shows_every_verdict_with_who_when_and_why(site):
    text = section(site, DISPUTED, "people")
    assert "A. Rossi calls it an artefact, B. Chen astrophysical." in text
    for part in ("Sky residual", "Sits on a sky line.", "2026-03-09", "2026-04-01"):
        assert part in text
    assert "The machine, which was not told, calls it astrophysical." in text


def test_the_machines_word_is_untouched_by_what_people_say(site, atlas):
    each = atlas.objects[0]
    assert (each.verdict, each.category) == ("astrophysical", "line_strength")
    header = re.search(r'<p class="kind">.*?</p>', (site / DISPUTED).read_text(), re.DOTALL)
    assert header
    assert "artefact" not in header[0]


def test_an_object_without_verdicts_says_so(site):
    text = section(site, f"objects/{slug_at(2)}/index.html", "people")
    assert "Nobody has given a verdict on it yet." in text


def test_hostile_names_and_comments_are_escaped(site):
    text = section(site, "objects/desi-script-alert-1-script/index.html", "people")
    assert HOSTILE not in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") == 2


def test_the_form_offers_every_verdict_and_every_category(site):
    page = (site / "yours/index.html").read_text()
    text = page.split('<template id="verdict-form">')[1].split("</template>")[0]
    assert re.findall(r'type="radio" name="verdict" value="(\w+)"', text) == list(WORDS)
    assert set(re.findall(r'<option value="(\w+)"', text)) == {name for name, *_ in CATEGORIES}
    assert text.count("<option value=") == 1 + len(CATEGORIES)


def test_every_object_has_a_place_for_the_form_and_names_itself_there(site):
    text = section(site, DISPUTED, "yours")
    assert 'data-target="39627830000000000"' in text
    assert 'data-root="../../"' in text
    assert re.match(r'<section class="yours"[^>]* hidden>', text)
    assert re.search(r'<details[^>]* id="verdict-box" hidden>', text)


def test_the_categories_page_counts_people_against_the_machine(site, atlas):
    found = verdict_rows.agreement_of(atlas)
    assert found is not None
    assert (found.n_people, found.n_verdicts, found.n_objects) == (3, 4, 3)
    assert (found.n_compared, found.n_same) == (3, 1)
    page = (site / "categories/index.html").read_text()
    assert "3 people have given 4 verdicts on 3 objects." in page
    assert re.search(r"divided</span></th><td class=\"num\">0</td><td class=\"num\">1</td>", page)


def test_a_release_without_verdicts_measures_no_agreement(atlas, monkeypatch):
    monkeypatch.setitem(vars(atlas), "verdicts", {})
    assert verdict_rows.agreement_of(atlas) is None
