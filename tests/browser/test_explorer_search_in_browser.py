"""Every kind of search in the explorer: names, positions, lists of either."""

import pytest
from playwright.sync_api import expect
from tests.browser.explorer_page import NOT_ARTEFACTS, OUTSIDE, match, names, shown, visit
from tests.site import unpacked
from tests.site.catalogue_fixture import HOSTILE, LONG_ID

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def table(served):
    """The explorer's columns, read without a browser."""
    return unpacked.objects(served / "explore")


@pytest.mark.parametrize("form", ["decimal", "colons", "letters", "designation", "minutes"])
def test_a_position_finds_the_object_there(page, address, table, form):
    row = 7
    ra, dec, name = table["ra"][row], table["dec"][row], unpacked.called(table, row)
    h, d = ra / 15, abs(dec)
    (hh, hm, hs), (dd, dm, ds) = ((int(x), int(x * 60 % 60), x * 3600 % 60) for x in (h, d))
    sign = "-" if dec < 0 else "+"
    asked = {
        "decimal": f"{ra:.5f}, {dec:+.5f}",
        "colons": f"{hh:02d}:{hm:02d}:{hs:06.3f} {sign}{dd:02d}:{dm:02d}:{ds:06.3f}",
        "letters": f"{hh}h{hm}m{hs:.2f}s {sign}{dd}°{dm}′{ds:.1f}″",
        "designation": f"PSA J{hh:02d}{hm:02d}{hs:05.2f}{sign}{dd:02d}{dm:02d}{ds:04.1f}",
        "minutes": f"{hh} {h * 60 % 60:.4f} {sign}{dd} {d * 60 % 60:.4f}",
    }[form]
    visit(page, address)
    page.fill("#site-search", asked)
    page.press("#site-search", "Enter")
    page.wait_for_selector("#explorer.live")
    assert names(page) == [name]
    assert page.locator("#q-note").inner_text().startswith("Within 60.0″ of")


def test_a_radius_widens_the_search_and_what_is_near_is_named(page, address, table):
    visit(page, address)
    ra, dec, name = table["ra"][7], table["dec"][7], unpacked.called(table, 7)
    page.fill("#q", f"{ra:.5f} {dec + 0.05:+.5f}")
    assert shown(page) == 0
    expect(page.locator("#q-note")).to_contain_text(f"the nearest is {name}, 3.0′ away")
    page.fill("#radius", "4")
    page.select_option("#radius-unit", "arcmin")
    page.locator("#radius").blur()
    assert names(page) == [name]
    assert "radius=240" in page.url


def test_a_search_finds_an_artefact_by_its_name_or_any_part(page, address, table):
    artefact = table["target_id"][-1]
    assert table["verdict"][-1] == "artefact"
    visit(page, address)
    for asked in (artefact, f"desi {artefact}", artefact[-9:]):
        page.fill("#q", asked)
        assert names(page) == [unpacked.called(table, -1)]
    page.fill("#q", "")
    assert shown(page) == NOT_ARTEFACTS


def test_a_name_is_found_however_it_is_written(page, address, table):
    name = unpacked.name(table, 7)
    assert name.startswith("PSA J")
    position = name.removeprefix("PSA ")
    other = "-" if "-" in position else "+"
    short = f"{position[:5]}{other}{position.partition(other)[2][:4]}"
    visit(page, address, "?radius=1")
    for asked in (name, position, name.replace(" ", ""), name.lower(), f"PSA  {position} ",
                  name.replace("-", "\N{MINUS SIGN}"), name[:12], short,
                  f"PSA {short}"):  # fmt: skip
        page.fill("#q", asked)
        assert unpacked.called(table, 7) in names(page), asked
    page.fill("#q", short)
    assert shown(page) < 4
    match(page, name, position.replace("-", "\N{EN DASH}"), f"{name}, 12.5", f'"{position}"')
    expect(page.locator("#list-report")).to_contain_text("4 of 4 lines found.")


def test_a_minus_sign_of_any_kind_is_one(page, address, table):
    row = next(i for i, dec in enumerate(table["dec"]) if dec and dec < 0 and i != 3)
    name = unpacked.name(table, row)
    visit(page, address, "?radius=1")
    for sign in "\N{MINUS SIGN}\N{HYPHEN}\N{EN DASH}":
        page.fill("#q", name.replace("-", sign))
        assert names(page) == [name]


def test_a_hostile_name_is_found_and_is_only_ever_text(page, address, watch):
    visit(page, address)
    page.fill("#q", HOSTILE)
    assert names(page) == [f"DESI {HOSTILE}"]
    match(page, HOSTILE, "<img src=x onerror=alert(3)>")
    expect(page.locator("#list-report")).to_contain_text("1 of 2 lines found")
    assert page.locator("main script, main img").count() == 0
    assert watch.faults == []


def test_a_pasted_list_is_matched_and_what_is_missing_is_told(page, address, table):
    visit(page, address)
    ra, dec = table["ra"][7], table["dec"][7]
    lines = [table["target_id"][0], f"DESI {table['target_id'][1]}", f"{LONG_ID},1.5,2.5",
             f"{ra:.5f} {dec:.5f}", f"name, {ra:.5f}, {dec + 0.05:.5f}", OUTSIDE,
             "target_id,ra,dec"]  # fmt: skip
    match(page, *lines)
    expect(page.locator("#list-report")).to_contain_text("4 of 7 lines found.")
    assert shown(page) == 4
    missing = page.locator("#list-report li").all_inner_texts()
    assert len(missing) == 3
    assert missing[0].endswith(f"nearest is {unpacked.called(table, 7)}, 3.0′ away")
    assert missing[1] == OUTSIDE
    again = page.url
    page.goto(address + "index.html")
    page.goto(again)
    page.wait_for_selector("#explorer.live")
    assert shown(page) == 4
    assert page.locator("#list").input_value().splitlines() == lines
    page.click("#list-clear")
    assert shown(page) == NOT_ARTEFACTS


def test_lines_pasted_into_the_search_are_a_list(page, address, table):
    visit(page, address)
    page.evaluate(
        """(text) => {
          const clipboardData = new DataTransfer();
          clipboardData.setData("text", text);
          const paste = new ClipboardEvent("paste", { clipboardData, cancelable: true });
          document.querySelector("#q").dispatchEvent(paste);
        }""",
        "\n".join(table["target_id"][:9]),
    )
    expect(page.locator("#list-report")).to_contain_text("9 of 9 lines found.")
    assert shown(page) == 9
