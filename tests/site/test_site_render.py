import dataclasses
import gzip
import hashlib
import json
import os
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from tests.site import unpacked
from tests.site.catalogue_fixture import (
    HOSTILE,
    HOSTILE_CLASS,
    LONG_ID,
    N_PUBLISHED,
    SCORES,
    make_catalogue,
    slug_at,
    slug_by_id,
)

from catalog.errors import SiteError
from catalog.site import links, modules, object_facts, templating
from catalog.site.atlas import Atlas
from catalog.site.drawing import caption_of
from catalog.site.kinds import kind_of
from catalog.site.pages import methods
from catalog.site.render import render
from catalog.site.words import significant
from catalog.site.writing import page_types
from catalog.store.read import Catalogue
from catalog.store.records import ClassScore, Entry

OBJECT = f"objects/{slug_at(0)}"


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


class Markup(HTMLParser):
    """What an HTML page really holds, by a parser of another make than our own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.text.append(data)


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


def test_an_object_without_a_position_says_so_and_links_nowhere(site):
    text = (site / f"objects/{slug_at(4)}/index.html").read_text()
    assert "gives no position" in text
    assert "simbad" not in text


def test_the_object_page_says_rank_rarity_reason_and_the_papers_own_sign(site):
    text = " ".join("".join(Markup((site / OBJECT / "index.html").read_text()).text).split())
    for words in (
        "rank 1 of 60 outliers",
        "it is the most unusual of 2,000 spectra",
        "1 in 2,000 spectra is this unusual",
        "14 times stronger",
        "Fewer than 1 in 1,000,000 ordinary spectra of its class and brightness",
        "a fitted tail gives the number",
        "If the list ended here, fewer than 1 in 2,000 of those on it would be ordinary.",
        "astrophysical",
        "ICRS",
        "explains 92 % of the misfit",
    ):
        assert words in text, words


def cells(page: str) -> list[list[str]]:
    """Cells of every table row of a page, as text."""
    return [
        [" ".join(re.sub("<[^>]+>", "", each).split()) for each in re.findall(CELL, row, re.DOTALL)]
        for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL)
    ]


CELL = r"<t[hd][^>]*>(.*?)</t[hd]>"


def test_the_object_page_has_the_ranking_scores_then_the_papers_two_then_the_rest_folded(site):
    text = (site / OBJECT / "index.html").read_text()
    block = text[text.index('class="scores"') :].split("</section>")[0]
    seen, folded = block.split("<details>")
    names = [row[0] for row in cells(seen) if row[0] != "score"]
    assert names == ["misfit", "arm step", "weighted MSE", "NOF"]
    found = {row[0]: row[1:] for row in cells(seen)}
    assert found["NOF"] == ["1 in 2,000", "99.95 %", "1", "−10.2"]
    assert found["weighted MSE"] == ["1 in 2,000", "99.95 %", "1", "10.2"]
    assert [row[0] for row in cells(folded)[1:]] == [
        title for _, title, role, *_ in SCORES if role in {"further", "baseline"}
    ]


def test_a_score_that_could_not_be_measured_says_so(site):
    text = (site / f"objects/{slug_at(8)}/index.html").read_text()
    assert ["arm step", "could not be measured", "–", "–", "–"] in cells(text)
    assert ["NOF", "could not be measured", "–", "–", "–"] in cells(text)


def test_a_p_that_calibration_spectra_can_count_is_not_called_extrapolated(site):
    text = (site / f"objects/{slug_at(7)}/index.html").read_text()
    assert "a fitted tail" not in text


def test_a_score_that_no_spectrum_has_leaves_no_page_without_words(tmp_path):
    import duckdb

    path = make_catalogue(tmp_path / "c.duckdb", n_published=2, n_scored=600)
    writable = duckdb.connect(str(path))
    writable.execute(
        "UPDATE scores SET median_snr_top = NULL, median_snr_top_calibrated = NULL "
        "WHERE name = 'lof'"
    )
    writable.close()
    render(path, tmp_path / "none", tmp_path / "site")
    assert "not given" in (tmp_path / "site/how-well/index.html").read_text()
    assert "raw local outlier" not in (tmp_path / "site/index.html").read_text()


def test_the_numbers_of_an_object_hold_each_arm_the_suggestion_and_the_worst_window(database, site):
    with Catalogue(database) as catalogue:
        (target,) = [each for each in catalogue.outliers() if each.target_id == LONG_ID]
        spectrum, arms = catalogue.spectra([LONG_ID])[LONG_ID], catalogue.arms([LONG_ID])[LONG_ID]
        suggested = [each.z for each in catalogue.alternatives([LONG_ID]) if each.suggested]
    path = site / f"objects/{target.slug}/data.json"
    file = json.loads(path.read_text())
    assert path.stat().st_size < 60_000
    assert file["suggested"] == (suggested[0] if suggested else None)
    assert [each["name"] for each in file["arms"]] == [arm.name for arm in arms]
    for written, arm in zip(file["arms"], arms, strict=True):
        bins: list[int] = []
        flux: list[float] = []
        for part in written["overlaps"]:
            bins += range(part["first"], part["first"] + len(part["ivar"]))
            flux += [part["flux"]["step"] * value for value in part["flux"]["values"]]
        assert bins == arm.bins.tolist()
        np.testing.assert_allclose(flux, arm.flux, atol=1e-3 * np.abs(arm.flux).max())
    sigmas = (spectrum.flux - spectrum.recon) * np.sqrt(spectrum.ivar)
    peak, low, high = file["departures"][0]
    assert peak == np.abs(sigmas).argmax()
    assert low < peak < high


def test_the_key_names_only_regions_that_the_figure_marks(site):
    for path in sorted((site / "objects").glob("*/index.html")):
        markup = Markup(path.read_text())
        classes = {a.get("class") for t, a in markup.tags if t == "path"}
        keys = {a["data-key"]: a for t, a in markup.tags if "data-key" in a}
        for key, drawn in (("masked", "masked"), ("overlaps", "overlap"), ("window", "window")):
            assert ("hidden" in keys[key]) == (drawn not in classes), (path, key)


def test_the_caption_tells_the_range_that_has_data(database):
    with Catalogue(database) as catalogue:
        wave = catalogue.grid()
        spectrum = catalogue.spectra([LONG_ID])[LONG_ID]
    ivar = np.where((wave > 4000) & (wave < 7000), spectrum.ivar, 0)
    cut = dataclasses.replace(spectrum, ivar=ivar)
    known = wave[ivar > 0]
    assert f"from {known[0]:,.0f} to {known[-1]:,.0f} Å" in caption_of(wave, cut)
    empty = dataclasses.replace(spectrum, ivar=0 * ivar)
    assert "No part" in caption_of(wave, empty)


def test_methods_tell_the_error_of_the_best_epoch_of_the_last_phase_not_of_the_last_epoch(
    database, site
):
    with Catalogue(database) as catalogue:
        epochs = [each for each in catalogue.training() if each.phase == 1]
    best = min(epochs, key=lambda each: each.loss_validation)
    text = " ".join((site / "methods/index.html").read_text().split())

    assert best.epoch < 30
    assert f"on held-out spectra is {significant(best.chi2_validation)};" in text


def test_methods_draw_one_line_per_fold_and_say_how_p_is_made(site):
    text = (site / "methods/index.html").read_text()
    assert text.count('class="held-out"') == 3
    assert text.count('class="refit"') == 1
    assert "There are 3 of them" in text
    for told in ("Probability that one is this unusual.", "False-discovery rate if cut here."):
        assert told in text


def test_methods_show_the_papers_histograms_and_keep_the_others_folded(site):
    text = (site / "methods/index.html").read_text()
    folded = "".join(re.findall(r"<details>.*?</details>", text, re.DOTALL))
    papers = [role for _, _, role, *_ in SCORES].count("paper")
    assert text.count("Histogram of") == len(SCORES)
    assert folded.count("Histogram of") == len(SCORES) - papers


def test_relative_flux_never_carries_a_physical_unit(database):
    with Catalogue(database) as catalogue:
        atlas = Atlas(catalogue)
        each = atlas.objects[0]
        assert "erg" in atlas.flux_unit(each)
        relative = dataclasses.replace(atlas.surveys[each.survey], flux_unit="")
        atlas.surveys[each.survey] = relative
        assert atlas.flux_unit(each) == ""


@pytest.mark.parametrize(
    ("spec_class", "z", "shown"),
    [
        ("STAR", 0.0, "Star"),
        ("STAR", -0.0001, "Star at −30 km s⁻¹"),
        ("STAR", 1.2, "Star at z = 1.2000"),
        ("GALAXY", 0.0001, "Galaxy at z = 0.0001"),
        ("", None, "Unclassified"),
    ],
)
def test_the_kind_tells_velocities_of_stars_and_redshifts_of_others(database, spec_class, z, shown):
    with Catalogue(database) as catalogue:
        each = catalogue.outliers()[0]
    changed = dataclasses.replace(each, spec_class=spec_class, subclass="", z=z)
    assert kind_of(changed) == shown


def test_what_the_survey_does_not_tell_is_left_out(database):
    with Catalogue(database) as catalogue:
        atlas = Atlas(catalogue)
        each = atlas.objects[0]
    entry = Entry("tile", "BIGINT", "", "", None, "Tile; -1: not told.", "-1")
    atlas.__dict__["columns"] = {"tile": entry}
    assert object_facts.survey_facts(atlas, dataclasses.replace(each, extras={"tile": -1})) == ()
    told = object_facts.survey_facts(atlas, dataclasses.replace(each, extras={"tile": 7}))
    assert told == (object_facts.Fact("tile", "7", "Tile."),)


def test_the_table_of_classes_has_all_first_and_then_the_commonest():
    means = [ClassScore("s", name, n, 1.0, 1.0) for name, n in (("STAR", 5), ("all", 9), ("", 7))]
    assert [row.name for row in methods._class_rows(means)] == ["all", "unclassified", "star"]


def test_identifiers_are_text_in_every_file(site):
    data = json.loads((site / f"objects/{slug_by_id(LONG_ID)}/data.json").read_text())
    assert data["target_id"] == LONG_ID
    table = unpacked.objects(site / "explore")
    assert all(isinstance(each, str) for each in table["target_id"])
    assert LONG_ID in table["target_id"]


def test_the_numbers_of_an_object_come_back_as_they_went_in(site, database):
    data = json.loads((site / OBJECT / "data.json").read_text())
    with Catalogue(database) as catalogue:
        spectrum = catalogue.spectra([data["target_id"]])[data["target_id"]]
    flux = np.array(data["flux"]["values"]) * data["flux"]["step"]
    sigma = 1 / np.sqrt(spectrum.ivar[spectrum.ivar > 0])
    assert np.abs(flux - spectrum.flux).max() < 0.1 * sigma.min()
    np.testing.assert_allclose(data["ivar"], spectrum.ivar, rtol=1e-3)


def test_previous_and_next_make_one_chain_through_all_objects(site):
    here, seen = site / OBJECT / "index.html", []
    while here is not None:
        seen.append(here.parent.name)
        after = [
            a["href"]
            for t, a in Markup(here.read_text()).tags
            if t == "a" and a.get("rel") == "next"
        ]
        here = (here.parent / after[0]).resolve() if after else None
    assert len(seen) == len(set(seen)) == N_PUBLISHED


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
