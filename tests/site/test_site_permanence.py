"""Survey identifiers lead to the pages of names, and what is gone keeps a page."""

import re
from html import unescape
from posixpath import normpath

import pytest
from tests.site.catalogue_fixture import name_of, slug_at
from tests.site.released import ADDRESS, GONE, GONE_NAMELESS, N_PUBLISHED, with_a_past

from catalog.designation import identifier_slug
from catalog.site.render import render


def _redirects(site):
    return sorted((site / "id").rglob("index.html"))


def test_every_identifier_leads_to_its_objects_page_by_refresh_link_and_canonical_address(released):
    found = {}
    for path in _redirects(released.site):
        text = path.read_text()
        assert len(text.encode()) < 500, path
        (refresh,) = re.findall(r'http-equiv="refresh" content="0; url=([^"]+)"', text)
        (link,) = re.findall(r'<a href="([^"]+)"', text)
        (canonical,) = re.findall(r'rel="canonical" href="([^"]+)"', text)
        assert refresh == link
        file = normpath(f"{path.parent.relative_to(released.site)}/{link}")
        assert (released.site / file).is_file()
        assert canonical == ADDRESS + file.removesuffix("index.html")
        found[path.parent.name] = file
    assert len(found) == N_PUBLISHED + 2
    assert found["39627830000000000"] == f"objects/{slug_at(0)}/index.html"
    assert found[GONE[0]] == f"objects/{GONE[2]}/index.html"
    assert found[identifier_slug(GONE_NAMELESS[0])] == f"objects/{GONE_NAMELESS[2]}/index.html"


def test_a_redirect_says_what_is_what_to_who_has_no_refresh(released):
    text = (released.site / "id/desi/39627830000000000/index.html").read_text()
    assert f"<title>{name_of(0)}</title>" in text
    assert f'DESI 39627830000000000 is <a href="../../../objects/{slug_at(0)}/index.html">' in text


def test_a_withdrawn_object_keeps_a_page_that_says_what_it_was_and_why_it_is_gone(released):
    text = (released.site / f"objects/{GONE[2]}/index.html").read_text()
    told = unescape(re.sub(r"\s+", " ", re.sub("<[^>]+>", "", text)))
    assert f"<h1>{GONE[1]}</h1>" in text
    assert f"DESI {GONE[0]}" in told
    assert "was last in release first, as number 7 by how unusual it is." in told
    assert "Its spectrum is flagged <now>." in told
    assert f'href="{ADDRESS}releases/first/objects/{GONE[2]}/"' in text
    assert '<meta name="robots" content="noindex">' in text
    assert f"@misc{{peculiar-spectra-first-{GONE[2].replace('.', '-')}," in told


def test_a_withdrawn_object_without_a_name_goes_by_its_identifier(released):
    text = (released.site / f"objects/{GONE_NAMELESS[2]}/index.html").read_text()
    assert "<h1>DESI an id / with signs</h1>" in text


def test_where_the_address_is_not_known_a_withdrawn_page_links_nothing_that_is_not_there(
    database, tmp_path
):
    own = tmp_path / "catalog.duckdb"
    own.write_bytes(database.read_bytes())
    with_a_past(own, address="")
    render(own, tmp_path / "none", tmp_path / "site")  # and with it the check of all links
    text = (tmp_path / "site" / f"objects/{GONE[2]}/index.html").read_text()
    assert f"<code>releases/first/objects/{GONE[2]}/</code>" in text
    assert "https://" not in re.findall(r"<article.*</article>", text, re.DOTALL)[0]


@pytest.mark.parametrize("target", ["39627830000000000", "<script>alert(1)</script>", "../../etc"])
def test_an_identifier_is_never_a_path(target):
    assert re.fullmatch(r"[a-z0-9-]+", identifier_slug(target))
