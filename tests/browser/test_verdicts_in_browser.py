"""A visitor's verdict stays in the browser and leaves it as a file that the pipeline reads."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.site.catalogue_fixture import CATEGORIES, slug_by_id

from catalog.verdicts.reading import read

pytestmark = pytest.mark.browser

TARGET = "39627830000000000"
OTHER = "39627830000000001"
COMMENT = '=1+1; a "sky line",\n🔭 at 6300 Å'
KNOWN = tuple(name for name, *_ in CATEGORIES)
HEADER = "target_id,verdict,category,comment,by,date\n"


def visit(page: Page, address: str, target: str = TARGET) -> None:
    page.goto(f"{address}objects/{slug_by_id(target)}/index.html")
    see_form(page)


def see_form(page: Page) -> None:
    """The form for a verdict is folded away until it is asked for, or holds one."""
    page.wait_for_selector("#yours:not([hidden])")
    if not page.locator("#ballot").is_visible():
        page.click("#verdict-box > summary")


def give(page: Page, verdict: str, comment: str = "", by: str = "José Álvarez") -> None:
    page.check(f"#ballot [value={verdict}]")
    page.fill("#ballot [name=comment]", comment)
    page.fill("#ballot [name=by]", by)
    page.click("text=Keep verdict")


def downloaded(page: Page) -> Path:
    with page.expect_download() as download:
        page.click("text=Download verdicts (CSV)")
    return Path(download.value.path())


def status(page: Page):
    return expect(page.locator("#verdict-status"))


def add_file(page: Page, text: str) -> None:
    page.set_input_files(
        "#ballot [type=file]",
        {"name": "v.csv", "mimeType": "text/csv", "buffer": text.encode()},
    )


def test_a_verdict_survives_a_reload_and_is_accepted_by_the_pipeline(page, address, watch):
    visit(page, address)
    page.select_option("#ballot [name=category]", "sky_residual")
    page.fill("#ballot [name=date]", "2026-03-09")
    give(page, "artefact", COMMENT)
    status(page).to_have_text("Kept. 1 verdict not downloaded yet.")

    page.reload()
    see_form(page)
    assert page.is_checked("#ballot [value=artefact]")
    assert page.input_value("#ballot [name=comment]") == COMMENT
    status(page).to_have_text("1 verdict not downloaded yet.")
    visit(page, address, OTHER)
    assert page.input_value("#ballot [name=by]") == "José Álvarez"
    assert not page.is_checked("#ballot [value=artefact]")
    give(page, "ordinary")
    status(page).to_have_text("Kept. 2 verdicts not downloaded yet.")

    found = read(downloaded(page), "v.csv", KNOWN).verdicts
    status(page).to_have_text("Downloaded 2 verdicts.")
    first = next(each for each in found if each.target_id == TARGET)
    second = next(each for each in found if each.target_id == OTHER)
    assert (first.verdict, first.category, first.date) == ("artefact", "sky_residual", "2026-03-09")
    assert (first.comment, first.by) == (COMMENT, "José Álvarez")
    assert (second.verdict, second.category, second.comment) == ("ordinary", "", "")
    assert second.date == page.evaluate("new Date().toLocaleDateString('sv')")
    assert watch.faults == []


def test_a_verdict_without_name_or_word_is_not_kept(page, address):
    visit(page, address)
    page.click("text=Keep verdict")
    assert page.evaluate("document.querySelector('#ballot').checkValidity()") is False
    status(page).to_have_text("")
    give(page, "artefact", by="  ")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_a_verdict_is_taken_back(page, address):
    visit(page, address)
    give(page, "artefact", "x")
    page.click("text=Take it back")
    status(page).to_have_text("Taken back.")
    expect(page.locator("#ballot [name=download]")).to_be_hidden()
    page.reload()
    see_form(page)
    assert not page.is_checked("#ballot [value=artefact]")


def test_a_downloaded_file_comes_back_as_it_was(page, address, watch):
    visit(page, address)
    give(page, "artefact", COMMENT)
    text = downloaded(page).read_bytes().decode()
    page.evaluate("localStorage.clear()")
    visit(page, address)
    page.fill("#ballot [name=by]", "José Álvarez")
    add_file(page, text)
    status(page).to_have_text("Added 1 verdict.")
    assert page.input_value("#ballot [name=comment]") == COMMENT
    assert page.is_checked("#ballot [value=artefact]")
    assert watch.faults == []


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (f"{TARGET},artifact,,,A,2026-01-01", "row 2: artifact is no verdict"),
        ("3.96E+16,artefact,,,A,2026-01-01", "row 2: 3.96E+16 is no whole identifier"),
        ("1 2,artefact,,,A,2026-01-01", "row 2: 1 2 is no whole identifier"),
        (f"{TARGET},artefact,what,,A,2026-01-01", "row 2: what is no category"),
        (f"{TARGET},artefact,,,A,2026-02-30", "row 2: 2026-02-30 is no date"),
        (f"{TARGET},artefact,,,,2026-01-01", "row 2: nobody's name"),
        (f"{TARGET},artefact,,a,b,A,2026-01-01", "row 2 has 7 cells, not 6"),
        (f'{TARGET},artefact,,"a,A,2026-01-01', "row 2 is not CSV"),
    ],
)
def test_a_bad_file_is_refused_with_its_row_and_nothing_is_taken(page, address, row, expected):
    visit(page, address)
    add_file(page, HEADER + row + "\n")
    status(page).to_have_text(f"v.csv was not read: {expected}.")
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_an_older_verdict_of_a_file_does_not_replace_a_newer_one(page, address):
    visit(page, address)
    give(page, "artefact", by="A")
    add_file(page, f"{HEADER}{TARGET},ordinary,,,A,2020-01-01\n{OTHER},ordinary,,,A,2020-01-01\n")
    status(page).to_contain_text("Added 1 verdict; 1 older than what is here.")
    assert page.is_checked("#ballot [value=artefact]")


def test_a_browser_that_keeps_nothing_still_hands_over_the_file(page, address):
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full'); }")
    visit(page, address)
    give(page, "unexplained")
    status(page).to_contain_text("This browser keeps nothing")
    assert [v.verdict for v in read(downloaded(page), "v.csv", KNOWN).verdicts] == ["unexplained"]


def test_the_form_is_filled_in_by_keyboard_and_arrows_stay_in_it(page, address):
    visit(page, address)
    page.focus("#ballot [value=astrophysical]")
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.is_checked("#ballot [value=unexplained]")
    page.keyboard.press("ArrowRight")
    assert slug_by_id(TARGET) in page.url
    page.fill("#ballot [name=by]", "A")
    page.keyboard.press("Enter")
    status(page).to_contain_text("Kept.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_kept_verdict_fits_a_phone_and_every_field_has_a_name(page, address, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 800})
    visit(page, address)
    give(page, "artefact", "x" * 300)
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    for field in page.locator("#yours :is(input, select, textarea)").all():
        assert field.evaluate("field => field.labels.length") == 1
