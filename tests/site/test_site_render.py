"""Rendering a site: whole and alike every time, safe in all its pages, within its budgets."""

import dataclasses
import gzip
import hashlib
import os
import re
import sys
from pathlib import Path

import pytest
from tests.site.catalogue_fixture import (
    HOSTILE,
    HOSTILE_CLASS,
    N_PUBLISHED,
    make_catalogue,
    slug_at,
)
from tests.site.markup import Markup, pages

from catalog.errors import SiteError
from catalog.site import links, modules, templating
from catalog.site.render import render
from catalog.site.writing import page_types
from catalog.store.read import Catalogue

OBJECT = f"objects/{slug_at(0)}"


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("name", sorted(page_types()))
def test_template_and_context_agree_on_every_name(name):
    page = page_types()[name]
    fields = {each.name for each in dataclasses.fields(page.context)}
    assert templating.names_used(page.template) == fields
    with pytest.raises(dataclasses.FrozenInstanceError):
        vars(page.context)["__setattr__"](object.__new__(page.context), next(iter(fields)), None)


def test_there_is_a_page_for_every_object_and_every_page_type(site):
    with Catalogue(site / "download" / "catalog.duckdb") as catalogue:
        slugs = {each.slug for each in catalogue.outliers()}
    assert {path.name for path in (site / "objects").iterdir()} == slugs
    for path in (
        "index.html",
        "404.html",
        *(
            f"{folder}/index.html"
            for folder in (
                "explore",
                "map",
                "methods",
                "how-well",
                "categories",
                "download",
                "columns",
                "about",
                "for-the-survey",
            )
        ),
    ):
        assert (site / path).is_file(), path


def test_a_second_render_gives_the_same_bytes_with_any_number_of_processes(
    database, downloads, site, tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    monkeypatch.setattr(sys.modules["catalog.site.object_pages"], "WORTH_WORKERS", 0)
    counts = render(database, downloads, tmp_path / "again", jobs=2)
    assert digests(tmp_path / "again") == digests(site)
    assert counts["objects"] == N_PUBLISHED
    assert counts["pages"] == len(pages(site))
    assert counts["bytes"] == sum(p.stat().st_size for p in site.rglob("*") if p.is_file())


def test_progress_ends_at_the_number_of_objects(database, downloads, tmp_path):
    seen = []
    render(database, downloads, tmp_path / "s", progress=lambda done, of: seen.append((done, of)))
    assert seen[-1] == (N_PUBLISHED, N_PUBLISHED)
    assert seen == sorted(seen)


def is_data(attributes):
    """Tell a block of data from a script: no browser runs this type, and no other will do."""
    return attributes == {"type": "application/ld+json"}


def test_no_page_has_an_inline_script_style_or_handler(site):
    for path in pages(site):
        for tag, attributes in Markup(path.read_text()).tags:
            assert tag != "style", path
            assert "style" not in attributes, (path, tag)
            assert not [name for name in attributes if name.startswith("on")], (path, tag)
            assert tag != "script" or "src" in attributes or is_data(attributes), path


def test_every_page_has_a_strict_policy_and_loads_nothing_from_elsewhere(site):
    for path in pages(site):
        tags = Markup(path.read_text()).tags
        policy = next(
            a["content"] for t, a in tags if a.get("http-equiv") == "Content-Security-Policy"
        )
        assert "unsafe" not in policy
        assert policy.startswith("default-src 'none'")
        loaded = [
            a.get("src") or a.get("href", "") for t, a in tags if t in {"script", "img", "link"}
        ]
        assert not [each for each in loaded if re.match(r"[a-z]+:|//", each)], path


def test_no_address_on_the_site_is_absolute(site):
    for path in pages(site):
        assert not [each for each in links.addresses(path.read_text()) if each.startswith("/")]


def test_a_hostile_name_is_text_wherever_it_stands(site):
    carriers = 0
    for path in pages(site):
        markup = Markup(path.read_text())
        assert not [a for t, a in markup.tags if t == "script" and not ("src" in a or is_data(a))]
        assert not [a for t, a in markup.tags if t == "img"]
        carriers += HOSTILE in "".join(markup.text)
    assert carriers >= 3
    text = (site / "objects/desi-script-alert-1-script/index.html").read_text()
    assert HOSTILE_CLASS.lower() in "".join(Markup(text).text).lower()


def test_a_slug_that_would_leave_the_site_is_refused(tmp_path):
    import duckdb

    path = make_catalogue(tmp_path / "c.duckdb", n_published=2, n_scored=20)
    writable = duckdb.connect(str(path))
    writable.execute("UPDATE spectra SET slug = '../../../out' WHERE rank = 2")
    writable.close()
    with pytest.raises(SiteError, match="outside the site"):
        render(path, tmp_path, tmp_path / "site")
    assert not list(tmp_path.parent.glob("out*"))
    assert not (tmp_path / "site").exists()


def test_a_failed_render_leaves_the_last_good_site(database, downloads, tmp_path, monkeypatch):
    out = tmp_path / "site"
    render(database, downloads, out)
    before = digests(out)
    monkeypatch.setattr(links, "check", lambda _site: (_ for _ in ()).throw(SiteError("no")))
    with pytest.raises(SiteError, match="no"):
        render(database, downloads, out)
    assert digests(out) == before
    assert sorted(each.name for each in tmp_path.iterdir()) == [".site.pages.json", "site"]


def test_a_render_killed_between_its_two_renames_is_recovered(database, downloads, tmp_path):
    (tmp_path / ".site.old").mkdir()
    (tmp_path / ".site.old" / "index.html").write_text("last good")
    render(database, downloads, tmp_path / "site")
    assert (tmp_path / "site" / "404.html").is_file()
    assert not (tmp_path / ".site.old").exists()


def test_broken_links_are_all_reported_at_once(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "index.html").write_text('<a id="here" href="a/none.html"> <img src="no.png">')
    (tmp_path / "a" / "x.html").write_text(
        '<a href="../index.html#here"> <a href="../index.html#no">'
    )
    with pytest.raises(SiteError) as caught:
        links.check(tmp_path)
    found = str(caught.value)
    assert "3 links lead nowhere" in found
    for wrong in ("a/none.html", "no.png", "#no"):
        assert wrong in found


def test_the_missing_page_offers_its_files_at_every_depth_and_other_pages_may_not_climb(tmp_path):
    (tmp_path / "a.css").write_text("")
    climbing = '<link href="a.css"> <link href="../../a.css">'
    (tmp_path / "404.html").write_text(climbing)
    assert links.check(tmp_path) == 1
    (tmp_path / "index.html").write_text(climbing)
    with pytest.raises(SiteError, match=r"index\.html: \.\./\.\./a\.css leads to no file"):
        links.check(tmp_path)


def test_a_simulated_release_says_so_on_every_page_and_has_no_place_in_the_sky(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", simulated=True, n_published=6, n_scored=20)
    render(path, tmp_path / "none", tmp_path / "site")
    for page in pages(tmp_path / "site"):
        text = "".join(Markup(page.read_text()).text)
        if page.is_relative_to(tmp_path / "site" / "id"):  # leads elsewhere at once
            assert text.rstrip().endswith("simulated.")
            continue
        assert "Simulated spectra: nothing on this page is a real object" in text, page
        assert "legacysurvey" not in page.read_text()
        assert "simbad" not in page.read_text()
        if page.parents[1].name == "objects":
            assert "ICRS" not in text, page
            assert ("no object is there" in text) or ("none given by the survey" in text), page


def test_a_real_release_never_claims_to_be_simulated_but_owns_up_to_its_model(site):
    assert "nothing on this page is a real object" not in (site / "index.html").read_text()
    assert "trained on simulated spectra" in (site / "methods/index.html").read_text()
    assert "trained on simulated spectra" in (site / "index.html").read_text()


def test_downloads_are_listed_with_the_sha256_of_the_file_that_is_served(site):
    text = (site / "download/index.html").read_text()
    served = (site / "download/outliers.csv").read_bytes()

    assert hashlib.sha256(served).hexdigest() in text
    assert 'href="catalog.duckdb"' in text  # its own checksum is in SHA256SUMS: see download.py


def compressed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))


def weight_of_module(static: Path, entry: str) -> int:
    """Bytes of a module and all that it imports, compressed one by one as a host sends them."""
    names = (entry, *modules.needed(static, entry))
    return sum(compressed(static / name) for name in names)


def test_bytes_stay_within_the_budgets(site):
    static = site / "static"
    markup = site / OBJECT / "index.html"
    styles = [
        static / Path(href).name for href in re.findall(r'href="([^"]+[.]css)"', markup.read_text())
    ]
    before_plot = sum(map(compressed, [markup, *styles, static / "start.js"]))
    before_plot += weight_of_module(static, "object.js")
    assert len(styles) >= 4
    assert before_plot <= 80_000
    assert (site / OBJECT / "data.json").stat().st_size <= 60_000
    plot = [*static.glob("bokeh-*.min.js"), static / "spectrum.json", site / OBJECT / "data.json"]
    cold = before_plot + sum(map(compressed, plot)) + weight_of_module(static, "plot/wake.js")
    assert cold <= 600_000


def test_ten_thousand_objects_fit_a_free_host(site):
    """Of 1 GB a tenth is left for what all pages share and for the downloads."""
    folders = [each for each in (site / "objects").iterdir() if each.is_dir()]
    sizes = [sum(f.stat().st_size for f in folder.iterdir()) for folder in folders]
    assert 10_000 * sum(sizes) / len(sizes) <= 900_000_000
