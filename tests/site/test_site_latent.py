"""The page of the latent space, and what the decoder's page loads."""

import html
import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import duckdb
import numpy as np
import pytest
from tests.site import unpacked
from tests.site.catalogue_fixture import HOSTILE, N_LATENT, make_catalogue
from tests.site.latent_fixture import (
    HOSTILE_TITLE,
    LEAKING,
    N_INFORMATIVE,
    OBSERVING,
    UNEXPLAINED,
    decoded,
)

from catalog.publish import budgets
from catalog.site.atlas import Atlas
from catalog.site.meaning.corner import PER_CLASS, _Counts, corner_of
from catalog.site.meaning.dimension_rows import _summary, dimensions_of
from catalog.site.meaning.information_rows import information_of, observing_of
from catalog.site.meaning.occupied import occupied_of
from catalog.site.meaning.separation_rows import (
    gathered_of,
    leakage_of,
    prevalences_of,
    separations_of,
)
from catalog.site.meaning.sweep_rows import sweep_of
from catalog.site.plots import prevalence as prevalence_plot
from catalog.site.plots.corner import Axis
from catalog.site.render import render
from catalog.store.latent_records import Prevalence
from catalog.store.read import Catalogue

LATENT_PAGE, DECODER_PAGE_COLD = 400_000, 1_000_000
DEMO_NUMBERS = 340_000  # of the demo's decoder


class Texts(HTMLParser):
    """Tags and text of a page, by a parser of another make than our own."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("latent")
    return make_catalogue(
        folder / "c.duckdb", n_published=12, n_scored=400, benchmark=False, latent=True
    )


@pytest.fixture(scope="module")
def rendered(made):
    render(made, made.parent / "none", made.parent / "site")
    return made.parent / "site"


@pytest.fixture
def atlas(made):
    with Catalogue(made) as catalogue:
        yield Atlas(catalogue)


def test_a_release_without_a_latent_space_has_no_page_of_it_and_no_link(tmp_path):
    path = make_catalogue(tmp_path / "c.duckdb", n_published=3, n_scored=60, benchmark=False)
    render(path, tmp_path / "none", tmp_path / "site")
    assert not (tmp_path / "site/latent").exists()
    for page in (tmp_path / "site").rglob("*.html"):
        assert "latent/" not in page.read_text().replace("latent/nearest.js", ""), page


def test_the_latent_space_is_reached_from_every_page_and_objects_open_the_decoder(rendered):
    for page in rendered.rglob("*.html"):
        if "id/" not in str(page.relative_to(rendered)) + "/":
            assert "latent/index.html" in page.read_text(), page
    one = next((rendered / "objects").iterdir())
    assert f"latent/decoder/index.html?object={one.name}" in (one / "index.html").read_text()


@pytest.mark.parametrize("name", ["latent", "latent/decoder"])
def test_hostile_labels_are_text(rendered, name):
    text = (rendered / name / "index.html").read_text()
    page = Texts(text)
    assert HOSTILE_TITLE in page.text
    assert not [
        a for t, a in page.tags if t == "img" or (t == "script" and not {"src", "type"} & set(a))
    ]
    assert "alert(3)" in html.unescape(text)
    assert "<script>alert" not in text
    assert HOSTILE not in text


def test_pages_keep_their_budgets(rendered):
    assert (rendered / "latent/index.html").stat().st_size < LATENT_PAGE
    folder = rendered / "latent/decoder"
    own = budgets.transfer(rendered, folder / "index.html")
    own += budgets.compressed(folder / "decoder.json")
    assert own + 2 * DEMO_NUMBERS < DECODER_PAGE_COLD


def test_dimensions_are_told_in_words_and_the_unexplained_one_is_named(atlas, rendered):
    told = dimensions_of(atlas)
    assert told.summary[0] == f"{N_INFORMATIVE} of the {N_LATENT} dimensions are used."
    assert f"{UNEXPLAINED} and {OBSERVING} are unexplained" in told.summary[2]
    rows = {row.number: row for row in (*told.informative, *told.others)}
    assert len(told.informative) == N_INFORMATIVE
    assert rows[1].told == f"{HOSTILE_TITLE} (0.86 nat)"
    assert rows[OBSERVING].observing.startswith("Fibre")
    assert rows[N_LATENT].kl == "–"
    text = (rendered / "latent/index.html").read_text()
    assert text.count("<strong>unexplained</strong>") == 2


def test_where_no_dimension_is_explained_they_are_not_listed(atlas):
    unnamed = [replace(each, label="") for each in atlas.dimensions]
    told = _summary(unnamed, {"z": "Redshift"})
    assert told[1].startswith("None is explained: used, but they tell next to nothing")
    one = _summary([unnamed[0]], {"z": "Redshift"})
    assert one[1].startswith("It is unexplained: used, but it tells next to nothing")


def test_mutual_information_is_a_table_by_each_estimator_and_chance_is_marked(atlas, rendered):
    found = information_of(atlas)
    assert [table.anchor for table in found.tables] == [
        "by-neighbours",
        "by-histogram",
        "by-mixture",
    ]
    assert found.columns == tuple(range(1, N_LATENT + 1))
    for table in found.tables:
        levels = {row.title: [cell.level for cell in row.cells if cell] for row in table.rows}
        assert levels["Class"][1] is not None
        assert levels["Class"][2] is None
        assert levels["Signal-to-noise ratio"] == [None] * N_LATENT
    assert {cell.error for cell in found.tables[2].rows[0].cells if cell} == {"0.02"}
    text = (rendered / "latent/index.html").read_text()
    assert len(re.findall(r'class="chance"', text)) == 3 * (N_LATENT * 4 - 4)


def test_of_many_dimensions_only_those_in_use_are_columns(atlas, monkeypatch):
    monkeypatch.setattr("catalog.site.meaning.information_rows.FEW", 5)
    assert information_of(atlas).columns == tuple(range(1, N_INFORMATIVE + 1))


def test_it_is_said_whether_the_observing_is_encoded(atlas):
    found = observing_of(atlas)
    assert found.verdict.startswith(f"Partly: dimension {OBSERVING} tells of fibre.")
    assert [(row.title, row.dimension, row.significant) for row in found.rows] == [
        ("Fibre", OBSERVING, True),
        ("Signal-to-noise ratio", 4, False),
    ]


def test_it_is_said_whether_spectra_that_were_taken_alike_lie_together(made, tmp_path):
    path = tmp_path / "c.duckdb"
    path.write_bytes(made.read_bytes())
    with duckdb.connect(str(path)) as database:
        database.execute(
            "INSERT INTO class_separation VALUES ('fibre', 'all', 'purity', .05, .04, .06, .05, 9)"
        )
    with Catalogue(path) as catalogue:
        atlas = Atlas(catalogue)
        (row,) = gathered_of(atlas)
        assert (row.name, row.purity, row.chance) == ("fibre", "5 % (4 to 6 %)", "5 %")
        assert [each.label for each in separations_of(atlas)] == ["class"]


def test_dimensions_that_repeat_each_other_are_named(atlas):
    found = leakage_of(atlas)
    assert (
        f"1 of 6 pairs share more than chance gives: {LEAKING[0]} with {LEAKING[1]}"
        in found.sentence
    )
    assert [row.significant for row in found.rows] == [True] + [False] * 5


def test_the_dots_of_the_corner_plot_come_from_the_whole_of_a_class():
    axes = [Axis(1, 0.0, 1000.0), Axis(2, 0.0, 1000.0)]
    place = np.arange(1000.0)
    whole, parts = (_Counts(axes, 2) for _ in range(2))
    word = (place >= 980).astype(float)  # twenty members: all are shown
    whole.add(word, [place, place])
    for part in np.split(np.arange(1000), 4):
        parts.add(word[part], [place[part], place[part]])

    for counts in (whole, parts):
        many, few = counts.dots
        assert len(many) == PER_CLASS
        assert 400 < many[:, 0].mean() < 580
        assert len(np.unique(many[:, 0])) == PER_CLASS
        assert sorted(few[:, 1]) == list(range(980, 1000))
    np.testing.assert_array_equal(whole.dots[0], parts.dots[0])


def test_the_corner_plot_counts_every_spectrum_once(atlas):
    found = corner_of(atlas)
    pairs = N_INFORMATIVE * (N_INFORMATIVE - 1) // 2
    assert found.picture.count('<g transform="scale') == pairs
    assert (found.n_used, found.n_shown) == (N_INFORMATIVE, N_INFORMATIVE)
    assert [key.title for key in found.key[:3]] == ["galaxy", "qso", "star"]
    points = np.stack(
        [np.concatenate(c) for c in zip(*atlas.catalogue.map_batches([0, 1]), strict=True)]
    )
    axes = [
        (d.low - 0.15 * (d.high - d.low), d.high + 0.15 * (d.high - d.low))
        for d in atlas.dimensions[:2]
    ]
    cells = np.histogram2d(points[0], points[1], bins=32, range=axes)[0]
    first = found.picture.split('<g transform="scale')[1].split("</g>")[0]
    area = sum(int(run) for run in re.findall(r"h(\d+)v1", first))
    assert area == (cells > 0).sum()


def test_the_occupied_region_is_whitened_and_holds_99_per_cent(atlas):
    found = occupied_of(atlas)
    columns = [d - 1 for d in found.dimensions]
    points = np.stack(
        [np.concatenate(c) for c in zip(*atlas.catalogue.map_batches(columns), strict=True)], 1
    )
    white = (points - found.mean) @ found.whitening.T
    np.testing.assert_allclose(np.cov(white.T, bias=True), np.eye(len(columns)), atol=1e-9)
    inverse = np.linalg.inv(np.cov(points.T, bias=True))
    away = points - points.mean(axis=0)
    mahalanobis = np.sqrt(np.einsum("ij,jk,ik->i", away, inverse, away))
    assert found.radius == pytest.approx(np.quantile(mahalanobis, 0.99), rel=1e-2)


def test_the_decoder_s_file_holds_the_catalogue_s_decoder_in_half_precision(rendered, atlas):
    folder = rendered / "latent/decoder"
    said = json.loads((folder / "decoder.json").read_text())
    assert said["numbers"] == "float16"
    numbers = np.frombuffer((folder / "decoder.bin").read_bytes(), "<f2").astype(float)
    stored = atlas.catalogue.decoder()
    np.testing.assert_allclose(numbers, stored.weights, rtol=1e-3, atol=1e-7)
    mean = np.array([d["mean"] for d in said["dimensions"]])
    straight, bias = numbers[: 1000 * N_LATENT].reshape(1000, -1), numbers[1000 * N_LATENT :][:1000]
    inner = numbers[1001 * N_LATENT - N_LATENT + 1000 :]
    hidden = np.maximum(inner[: 6 * N_LATENT].reshape(6, -1) @ mean, 0)
    outer = inner[6 * N_LATENT + 6 :][:6000].reshape(1000, 6)
    flux = straight @ mean + bias + outer @ hidden
    np.testing.assert_allclose(flux, decoded(mean, atlas.wave), atol=1e-4)


def test_ordinary_spectra_to_find_again_are_no_outliers_and_always_the_same(rendered, atlas, made):
    said = json.loads((rendered / "latent/decoder/spectra.json").read_text())
    data = (rendered / "latent/decoder/spectra.bin").read_bytes()
    columns, at = {}, 0
    for header in said["columns"]:
        columns[header["name"]] = unpacked.column(header, data[at:], said["size"])
        at += -(-header["bits"] * said["size"] // 8)
    assert at == len(data)
    with duckdb.connect(str(made), read_only=True) as database:
        rows = database.execute(
            "SELECT target_id, latent FROM spectra WHERE NOT outlier AND rank IS NOT NULL"
        ).fetchall()
    latents = dict(rows)
    assert set(columns["target_id"]) == set(latents)
    for k in range(N_LATENT):
        stored = [latents[name][k] for name in columns["target_id"]]
        np.testing.assert_allclose(columns[f"latent_{k + 1}"], stored, atol=6e-4)
    few, again = ([each.target_id for each in atlas.catalogue.ordinary_sample(7)] for _ in range(2))
    assert len(few) == 7
    assert few == again


def test_methods_tell_five_percentiles_of_every_score(rendered, atlas):
    text = (rendered / "methods/index.html").read_text()
    table = text[text.index('id="percentiles"') :].split("</table>")[0]
    rows = re.findall(r"<tr><th[^>]*>(.*?)</th>(.*?)</tr>", table)
    assert [re.sub("<[^>]*>", "", row[0]) for row in rows[1:]] == [s.title for s in atlas.scores]
    assert re.findall(r">([\d.]+)<", rows[1][1]) == ["1.22", "1.40", "2.20", "3.00", "3.18"]


def test_a_logarithmic_score_is_drawn_on_its_own_scale(made, tmp_path):
    path = tmp_path / "c.duckdb"
    path.write_bytes(made.read_bytes())
    with duckdb.connect(str(path)) as database:
        database.execute(
            "UPDATE scores SET logarithmic = true, threshold = -3.1 WHERE name = 'lof'"
        )
        database.execute(
            "UPDATE score_histograms SET low = low - 4, high = high - 4 WHERE score = 'lof'"
        )
        database.execute("UPDATE score_percentiles SET value = value - 5 WHERE score = 'lof'")
    render(path, tmp_path / "none", tmp_path / "site")
    text = (tmp_path / "site/methods/index.html").read_text()
    assert text.count("log₁₀ of local outlier factor of ten") == 1
    assert "log₁₀ of local outlier factor</text>" not in text
    assert 'local outlier factor <span class="small">log₁₀</span>' in text
    assert "−3.78" in text
    section = text[text.index("<h3>local outlier factor</h3>") :].split("</figure>")[0]
    assert "threshold" in section
    assert "−3.10" in section


def test_prevalence_is_drawn_for_kinds_that_nobody_saw(atlas):
    tables = prevalences_of(atlas)
    assert [table.title for table in tables] == ["Categories of outliers", "Classes"]
    assert tables[0].is_corrected
    nobody = Prevalence("subclass", "C", 0, 400, 0.0, 0.0, 0.009, None, None, None, None)
    drawn = prevalence_plot.dots([prevalence_plot.Named("C", nobody)], "l")
    assert "nan" not in drawn
    assert drawn.count("<circle") == 1


def test_the_sweep_tells_which_beta_was_chosen_and_shows_every_model(atlas):
    found = sweep_of(atlas)
    assert found is not None
    assert found.sentence == (
        "β = 1 is the smallest at which all 2 sizes agree on 4 informative dimensions."
    )
    assert found.columns == ("plain", "β = 0.1", "β = 1")
    assert [line.n_latent for line in found.lines] == [4, 8]
    assert found.dispersions.count('class="bar bar-outlier"') == 6
    assert found.examples.count('class="recon"') == 18


def test_without_a_sweep_labels_or_a_decoder_the_page_stands(made, tmp_path):
    path = tmp_path / "c.duckdb"
    path.write_bytes(made.read_bytes())
    with duckdb.connect(str(path)) as database:
        for table in ("sweep", "sweep_dimensions", "sweep_examples", "decoder", "latent_labels",
                      "latent_information", "latent_leakage", "class_separation",
                      "prevalence"):  # fmt: skip
            database.execute(f"DELETE FROM {table}")
        database.execute("UPDATE latent_dimensions SET informative = false")
    render(path, tmp_path / "none", tmp_path / "site")
    text = (tmp_path / "site/latent/index.html").read_text()
    assert "None of the 10 dimensions is used" in text
    assert not (tmp_path / "site/latent/decoder").exists()
