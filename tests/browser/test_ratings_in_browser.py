"""A visitor's ratings are kept, order the list, and leave as files that Python reads."""

import csv
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from tests.browser.waiting import until
from tests.site.catalogue_fixture import HOSTILE, name_of, slug_by_id

from catalog.relevance import reranking
from catalog.relevance.labels import Label, read

pytestmark = pytest.mark.browser

TARGET, OTHER, THIRD = (f"3962783000000000{i}" for i in range(3))
NASTY = f'{HOSTILE}, =1+1; "so"\n🔭 `` ```'
STORED = "Object.keys(localStorage).filter((key) => key.includes(':rating:'))"


def visit(page: Page, address: str, target: str = TARGET) -> None:
    page.goto(f"{address}objects/{slug_by_id(target)}/index.html")
    page.wait_for_selector("#yours:not([hidden])")


def own(page: Page, address: str) -> None:
    page.goto(f"{address}yours/index.html")
    page.wait_for_selector("#yours:not([hidden])")


def said(page: Page):
    return expect(page.locator("#rating-status"))


def told(page: Page):
    return expect(page.locator("#status"))


def key(target: str) -> str:
    return f"peculiar-spectra:rating:test:{target}"


def kept(page: Page, target: str = TARGET) -> dict[str, Any]:
    found = page.evaluate(f"localStorage.getItem('{key(target)}')")
    return json.loads(found) if found else {}


def saved(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.click(f"#tools [name={name}]")
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def add_file(page: Page, name: str, text: str) -> None:
    page.set_input_files(
        "#tools [type=file]",
        {"name": name, "mimeType": "text/plain", "buffer": text.encode()},
    )


def faults(watch) -> list[str]:
    """What went wrong, but for what a page still loaded when the visitor left it."""
    return [fault for fault in watch.faults if not fault.startswith("failed: ")]


def rate(page: Page, address: str, ratings: dict[str, int]) -> None:
    for target, rating in ratings.items():
        visit(page, address, target)
        page.keyboard.press(str(rating))
        said(page).to_contain_text(f"Rated {rating}.")


def test_keys_rate_at_once_and_undo_takes_it_back(page, address, watch):
    visit(page, address)
    page.keyboard.press("4")
    said(page).to_have_text("Rated 4.")
    assert kept(page)["rating"] == 4
    assert page.is_checked("#rating [value='4']")
    page.keyboard.press("2")
    page.fill("#rating [name=tags]", "blue")
    page.click("#rating [name=undo]")
    said(page).to_have_text("Undone.")
    assert (kept(page)["rating"], kept(page)["tags"]) == (4, ["blue"])
    page.fill("#rating [name=tags]", "")
    page.click("#rating [name=clear]")
    assert kept(page) == {}
    page.click("#rating [name=undo]")
    assert kept(page)["rating"] == 4
    assert faults(watch) == []


def test_keys_type_in_fields_and_can_be_switched_off(page, address):
    visit(page, address)
    page.focus("#rating [name=comment]")
    page.keyboard.type("z = 3")
    assert kept(page)["rating"] is None
    page.click("#rating [name=tags]")
    page.keyboard.type("5 lines")
    assert (kept(page)["rating"], kept(page)["tags"]) == (None, ["5 lines"])
    page.uncheck("#rating [name=keys]")
    page.keyboard.press("5")
    assert kept(page)["rating"] is None
    visit(page, address, OTHER)
    page.keyboard.press("5")
    assert kept(page, OTHER) == {}
    page.check("#rating [name=keys]")
    page.keyboard.press("5")
    assert kept(page, OTHER)["rating"] == 5
    page.keyboard.press("Control+3")
    assert kept(page, OTHER)["rating"] == 5


def test_every_letter_is_kept_without_leaving_the_field_or_the_page(page, address, context):
    visit(page, address)
    page.focus("#rating [name=comment]")
    page.keyboard.type("half a sen")
    # Another tab sees what a crash of this one would leave.
    other = context.new_page()
    visit(other, address)
    assert other.input_value("#rating [name=comment]") == "half a sen"
    page.reload()
    page.wait_for_selector("#yours:not([hidden])")
    assert page.input_value("#rating [name=comment]") == "half a sen"


def test_two_tabs_add_to_each_other_and_show_it(page, address, context):
    other = context.new_page()
    visit(page, address)
    visit(other, address, OTHER)
    page.keyboard.press("1")
    other.keyboard.press("5")
    page.fill("#rating [name=tags]", "blue")
    until(page, f"localStorage.getItem('{key(OTHER)}') !== null")  # tabs hear of it a little later
    assert {kept(page)["rating"], kept(page, OTHER)["rating"]} == {1, 5}
    third = context.new_page()
    visit(third, address)
    third.keyboard.press("3")
    expect(page.locator("#rating [value='3']")).to_be_checked()
    assert (kept(page)["rating"], kept(page)["tags"]) == (3, ["blue"])


def test_own_tags_are_offered_as_buttons(page, address):
    visit(page, address)
    page.fill("#rating [name=tags]", "blue, double  peak,blue")
    visit(page, address, OTHER)
    button = page.locator("#own-tags button", has_text="double peak")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#rating [name=tags]")).to_have_value("double peak")
    assert kept(page)["tags"] == ["blue", "double peak"]
    button.click()
    assert kept(page, OTHER) == {}


def test_too_long_a_tag_is_refused_and_said(page, address):
    visit(page, address)
    page.fill("#rating [name=tags]", "x" * 41)
    said(page).to_contain_text("At most 20 tags")
    assert kept(page) == {}


def test_where_nothing_can_be_kept_it_lasts_as_long_as_the_page_and_says_so(page, address):
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full'); }")
    visit(page, address)
    page.keyboard.press("4")
    said(page).to_have_text(re.compile("Rated 4. This browser keeps nothing"))
    assert page.is_checked("#rating [value='4']")


def test_labels_order_the_list_leave_as_files_and_come_back(page, address, watch, served, tmp_path):
    rate(page, address, {TARGET: 5, OTHER: 0})
    page.fill("#rating [name=comment]", NASTY)
    page.fill("#rating [name=tags]", "=x, <b>")
    own(page, address)
    told(page).to_have_text("You have an opinion on 2 objects.")
    page.fill("#tools [name=by]", "José Álvarez")

    as_csv, as_json = saved(page, "csv", tmp_path), saved(page, "json", tmp_path)
    labels = read(as_csv)
    assert labels == read(as_json)
    by_target = {label.target_id: label for label in labels}
    assert by_target[TARGET].rating == 5
    expected = by_target[OTHER]
    assert (expected.rating, expected.tags, expected.comment) == (0, ("=x", "<b>"), NASTY)
    assert expected.by == "José Álvarez"
    assert as_csv.name == "ratings-test.csv"

    found = reranking.rerank(next(served.glob("download/*.duckdb")), labels)
    reranking.write(tmp_path / "relevant.csv", found)
    with (tmp_path / "relevant.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    expect(page.locator("#relevance tr")).to_have_count(50)
    shown = page.locator("#relevance tr").evaluate_all("rows => rows.map(r => r.dataset.target)")
    assert shown == [row["target_id"] for row in rows[:50]]
    asked = page.locator("#informative tr").evaluate_all("rows => rows.map(r => r.dataset.target)")
    turns = sorted((int(r["informative"]), r["target_id"]) for r in rows if r["informative"])
    assert asked == [target for _, target in turns[:10]]
    said_of = page.locator(f"#relevance tr[data-target='{shown[0]}'] td").nth(4)
    assert float(said_of.inner_text()) == pytest.approx(float(rows[0]["relevance"]), abs=0.005)

    for path in (as_csv, as_json):
        page.evaluate("localStorage.clear()")
        own(page, address)
        told(page).to_have_text("You have rated nothing yet.")
        expect(page.locator("#lists")).to_be_hidden()
        add_file(page, path.name, path.read_text(encoding="utf-8"))
        told(page).to_contain_text("Added 2 objects.")
        again = saved(page, "json", tmp_path / "again")
        assert read(again) == labels
    assert faults(watch) == []


def test_of_two_labels_the_newer_is_kept_whatever_the_order(page, address):
    own(page, address)
    page.evaluate(
        """([target]) => localStorage.setItem(`peculiar-spectra:rating:test:${target}`,
            JSON.stringify({ target_id: target, rating: 4, tags: [], comment: "", by: "",
                             date: "2026-05-05T12:00:00Z" }))""",
        [TARGET],
    )
    own(page, address)
    rows = f"{TARGET},1,2026-05-05T11:59:59Z\n{OTHER},2,2026-01-02\n{OTHER},3,2026-01-01\n"
    add_file(page, "a.csv", "target_id,rating,date\n" + rows)
    told(page).to_contain_text("Added 1 object; 1 older than what is here, or empty.")
    assert (kept(page)["rating"], kept(page, OTHER)["rating"]) == (4, 2)
    add_file(page, "b.csv", f"target_id,rating,date\n{TARGET},0,2026-05-05T12:00:01Z\n")
    told(page).to_contain_text("Added 1 object.")
    assert kept(page)["rating"] == 0


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", f"target_id,rating\n{TARGET},6\n", "row 2: 6 is no rating from 0 to 5"),
        ("a.csv", "target_id,rating\n3.9E+16,5\n", "row 2: 3.9E+16 is no whole identifier"),
        ("a.csv", "target_id,stars\n1,5\n", "it has no column rating"),
        ("a.csv", f"target_id,rating,date\n{TARGET},1,2026-02-30\n", "2026-02-30 is no date"),
        ("a.csv", f"target_id,rating,tags\n{TARGET},1,{'x' * 41}\n", "row 2: too many tags"),
        ("a.json", "{", "it is not JSON"),
        ("a.json", '{"labels": 3}', "it holds no list of labels"),
        ("a.json", '[{"target_id": 39627830000000000, "rating": 1}]', "its target_id is not text"),
        ("a.json", '[{"target_id": "1", "rating": 1.5}]', "label 1: its rating is not text"),
        ("a.json", "[null]", "label 1 is none"),
    ],
)
def test_a_bad_file_is_refused_whole_with_its_place(page, address, name, text, expected):
    own(page, address)
    add_file(page, name, text)
    told(page).to_contain_text(f"{name} was not read: ")
    told(page).to_contain_text(expected)
    assert page.evaluate(STORED) == []


def test_hostile_text_from_storage_and_files_is_only_ever_text(page, address, watch):
    own(page, address)
    label = {"target_id": HOSTILE.replace(" ", ""), "rating": 5, "tags": [HOSTILE],
             "comment": HOSTILE, "by": HOSTILE, "date": ""}  # fmt: skip
    add_file(page, "a.json", json.dumps([label, {**label, "target_id": "__proto__"}]))
    told(page).to_contain_text("Added 2 objects.")
    page.evaluate(
        """() => { localStorage.setItem("peculiar-spectra:rating:test:a", "{");
                   localStorage.setItem("peculiar-spectra:rating:test:b", '{"target_id": 3}');
                   localStorage.setItem("peculiar-spectra:rating:test:c", "null"); }"""
    )
    own(page, address)
    told(page).to_have_text("You have an opinion on 2 objects.")
    expect(page.locator("#relevance tr")).to_have_count(50)
    assert page.locator("script:not([src]), img[src=x], main b").count() == 0
    expect(page.locator("#labels textarea").first).to_have_value(HOSTILE)
    expect(page.locator("#labels", has_text="__proto__ not in this release")).to_be_visible()
    visit(page, address, TARGET)
    expect(page.locator("#own-tags button")).to_have_text(HOSTILE)
    assert faults(watch) == []


def test_the_list_is_edited_in_place_and_what_is_removed_comes_back(page, address):
    rate(page, address, {TARGET: 5, OTHER: 1})
    own(page, address)
    page.get_by_label(f"Rating of {name_of(0)}").select_option("2")
    page.get_by_label(f"Tags on {name_of(0)}").fill("b, a")
    assert (kept(page)["rating"], kept(page)["tags"]) == (2, ["b", "a"])
    page.get_by_label(f"Remove what you said of {name_of(0)}").click()
    told(page).to_contain_text("Removed 1 object.")
    assert kept(page) == {}
    page.click("#tools [name=undo]")
    assert kept(page)["tags"] == ["b", "a"]
    page.click("#tools [name=clear]")
    assert page.evaluate(STORED) == []
    page.click("#tools [name=undo]")
    assert len(page.evaluate(STORED)) == 2


def test_sending_opens_a_filled_issue_or_asks_for_the_file(page, address):
    rate(page, address, {TARGET: 5})
    page.fill("#rating [name=comment]", NASTY)
    own(page, address)
    link = urlsplit(page.get_attribute("#issue", "href"))
    assert (link.netloc, link.path) == ("example.org", "/repo/issues/new")
    body = parse_qs(link.query)["body"][0]
    assert "target_id" in body
    assert TARGET in body
    # Nothing in the comment closes the fence.
    assert body.count("````") == 2
    rows = [f"{i},3,{'long ' * 8}" for i in range(400)]
    add_file(page, "many.csv", "target_id,rating,comment\n" + "\n".join(rows))
    expect(page.locator("#send-note")).to_contain_text("attach it")
    address_now = page.get_attribute("#issue", "href")
    assert len(address_now) < 1_000
    assert "attached" in parse_qs(urlsplit(address_now).query)["body"][0]
    expect(page.locator("#labels tr")).to_have_count(100)
    page.click("#more")
    expect(page.locator("#labels tr")).to_have_count(401)


def test_the_csv_is_copied(page, address, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    rate(page, address, {TARGET: 5})
    own(page, address)
    page.click("#tools [name=copy]")
    told(page).to_contain_text("Copied.")
    assert TARGET in page.evaluate("navigator.clipboard.readText()")


def test_what_to_rate_next_is_rated_by_keys_or_by_choice(page, address):
    rate(page, address, {TARGET: 5, OTHER: 0})
    own(page, address)
    expect(page.locator("#informative tr")).to_have_count(10)
    page.focus("#informative a")
    for rating in "05":
        target = page.evaluate("document.activeElement.closest('tr').dataset.target")
        page.keyboard.press(rating)
        expect(page.locator(f"#informative tr[data-target='{target}']")).to_have_count(0)
        assert kept(page, target)["rating"] == int(rating)
        assert page.evaluate("document.activeElement.closest('tbody')?.id") == "informative"
    page.locator("#informative select").first.select_option("3")
    expect(page.locator("#order-status")).to_have_text("Ordered by 5 ratings.")
    expect(page.locator("#labels tr")).to_have_count(5)


def test_without_the_latent_vectors_it_says_that_there_is_no_order(page, address):
    rate(page, address, {TARGET: 5})
    page.route("**/latents.bin", lambda route: route.fulfill(status=404))
    own(page, address)
    expect(page.locator("#order-status")).to_contain_text("There is no order: cannot load")
    told(page).to_have_text("You have an opinion on 1 object.")


def test_on_the_next_object_keys_rate_that_one(page, address):
    visit(page, address)
    page.keyboard.press("1")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(f"**/objects/{slug_by_id(OTHER)}/index.html")
    expect(page.locator(f"#yours[data-target='{OTHER}']")).to_be_visible()
    assert page.locator("#rating [name=rating]:checked").count() == 0
    page.keyboard.press("5")
    said(page).to_have_text("Rated 5.")
    assert (kept(page)["rating"], kept(page, OTHER)["rating"]) == (1, 5)


def test_after_a_swap_the_keys_rate_the_new_object_once(page, address, watch):
    visit(page, address)
    page.evaluate(
        """async (module) => {
            const { offerOpinion } = await import(module);
            window.leave = new AbortController();
            const section = document.getElementById("yours");
            section.dataset.target = "after";
            offerOpinion(section.parentElement, window.leave.signal);
            window.leave.abort();
            window.leave = new AbortController();
            offerOpinion(section.parentElement, window.leave.signal);
        }""",
        f"{address}static/opinion/rating_panel.js",
    )
    writes = """() => { window.writes = 0; const set = Storage.prototype.setItem;
        Storage.prototype.setItem = function (key, text) {
            if (key.endsWith("after")) window.writes += 1;
            return set.call(this, key, text); }; }"""
    page.evaluate(writes)
    page.keyboard.press("3")
    assert page.evaluate("window.writes") == 1
    assert faults(watch) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_page_is_accessible_and_fits(page, address, scheme, width):
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    rate(page, address, {TARGET: 5, OTHER: 0, THIRD: 3})
    page.fill("#rating [name=tags]", "a tag")
    own(page, address)
    expect(page.locator("#relevance tr")).to_have_count(50)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
    for _ in range(2):
        found = Axe().run(page, options=options)["violations"]
        assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in found] == []
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
        visit(page, address)


def test_without_script_the_page_says_what_it_is_for(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}yours/index.html")
    expect(page.locator("main")).to_contain_text("Rate a few from 0")
    expect(page.locator("main")).to_contain_text("catalog rerank test")
    expect(page.locator("noscript p")).to_contain_text("target_id, rating, tags")
    expect(page.locator("#yours")).to_be_hidden()
    context.close()


def test_a_label_of_another_release_is_not_this_ones(page, address):
    visit(page, address)
    page.keyboard.press("4")
    page.evaluate("document.documentElement.dataset.release = 'another'")
    found = page.evaluate(
        "async (module) => (await import(module)).ratingsOf('another').all()",
        f"{address}static/opinion/ratings.js",
    )
    assert found == []


def test_labels_are_what_python_calls_them():
    assert Label.__dataclass_fields__.keys() == {
        "target_id", "rating", "tags", "comment", "by", "date"
    }  # fmt: skip
