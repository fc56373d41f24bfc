"""What an object's page tells: rank and reasons, scores, its figure, its numbers."""

import dataclasses
import json
import re

import numpy as np
import pytest
from tests.site import unpacked
from tests.site.catalogue_fixture import LONG_ID, N_PUBLISHED, SCORES, slug_at, slug_by_id
from tests.site.markup import Markup

from catalog.site import object_facts
from catalog.site.atlas import Atlas
from catalog.site.drawing import caption_of
from catalog.site.kinds import kind_of
from catalog.store.read import Catalogue
from catalog.store.records import Entry

OBJECT = f"objects/{slug_at(0)}"


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
