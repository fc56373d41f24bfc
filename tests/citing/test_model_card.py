"""The card: what the catalogue says, and nothing that somebody wrote by hand."""

from dataclasses import replace
from typing import Any

import duckdb
import pytest
import yaml
from hypothesis import given
from markdown_it import MarkdownIt
from tests.citing.texts import HARD, anything, one_line
from tests.citing.works import MODEL, SIMULATED, WORK, with_texts

from catalog.citing import Work, markdown
from catalog.citing.card import Card, Paragraph, Points, Section, Table
from catalog.citing.model_card import card_of
from catalog.store.read import Catalogue

SECTIONS = [ # Mitchell et al. 2019, figure 1
    "Model details", "Intended use", "Factors", "Metrics", "Evaluation data", "Training data",
    "Quantitative analyses", "Ethical considerations", "Caveats and recommendations",
]  # fmt: skip
READER = MarkdownIt("commonmark").enable("table")


@pytest.fixture(scope="module")
def work(database):
    with Catalogue(database) as catalogue:
        return Work.read(catalogue)


def front_of(text: str) -> dict[str, Any]:
    _, front, _ = text.split("---\n", 2)
    return yaml.safe_load(front)


def texts_of(markdown_text: str) -> list[str]:
    """What a reader sees, piece by piece."""
    return [
        "".join(child.content for child in token.children or ())
        for token in READER.parse(markdown_text)
        if token.type == "inline"
    ]


def tables_of(card: Card) -> dict[str, Table]:
    blocks = [block for section in card.sections for block in section.blocks]
    return {block.caption: block for block in blocks if isinstance(block, Table)}


@pytest.mark.parametrize("case", ["measured", "not measured", "simulated"])
def test_the_card_has_every_section_in_the_order_of_the_paper(work, case):
    card = card_of({"measured": work, "not measured": WORK, "simulated": SIMULATED}[case])
    assert [section.title for section in card.sections] == SECTIONS
    assert all(section.blocks for section in card.sections)


def test_numbers_are_those_of_the_catalogue(work, database):
    with duckdb.connect(str(database), read_only=True) as connection:
        value, low, high = connection.execute(
            "SELECT value, low, high FROM benchmark_scores WHERE score = 'combined' "
            "AND kind = 'all' AND snr_group = 'all' AND metric = 'auprc'"
        ).fetchone() or (0, 0, 0)
    table = tables_of(card_of(work))["Planted anomalies of all kinds, by score"]
    assert table.rows[0][:2] == ("combined p", f"{value:.2f} ({low:.2f}–{high:.2f})")
    assert table.rows[1] == ("isolation", "0.125")
    by_snr = tables_of(card_of(work))["The combined p, by signal-to-noise ratio"]
    assert [row[0] for row in by_snr.rows] == ["5-10", ">40"]
    by_kind = tables_of(card_of(work))["The combined p, by kind of anomaly"]
    assert by_kind.rows == (("blend", "0.75 (0.50–1.00)"),)
    index = front_of(markdown.write(card_of(work)))["model-index"][0]["results"][0]
    assert {"auprc": round(value, 6)}.items() <= {
        each["type"]: each["value"] for each in index["metrics"]
    }.items()
    assert {"task", "dataset", "metrics"} == index.keys()


def test_the_head_is_what_the_hub_reads(work):
    front = front_of(markdown.write(card_of(work)))
    assert front["license"] == "cc-by-4.0"
    assert "anomaly-detection" in front["tags"]
    assert "simulated-data" in front["tags"]
    assert front["model-index"][0]["name"] == "pca-test"


def test_a_release_without_a_benchmark_says_so_and_shows_no_number_of_it():
    text = markdown.write(card_of(WORK))
    assert "model-index" not in front_of(text)
    assert "No benchmark was run on this release: how much it finds is not known." in text


def test_it_tells_weights_folds_training_and_settings():
    text = " ".join(texts_of(markdown.write(card_of(WORK)).split("---\n", 2)[2]))
    for told in ("b2" * 32, "663,806 parameters", "There are 2 of them", "1,500 spectra",
                 "500 held out", "settings.hidden 256, 256", f"1 {'cd' * 32}",
                 "Licence of the weights: CC-BY-4.0",
                 "100 of 2,100 spectra read"):  # fmt: skip
        assert told in text


@pytest.mark.parametrize(
    ("model", "release", "said"),
    [(True, False, "those of this release are real"), (True, True, "This release is simulated")],
)
def test_limits_that_come_from_simulation_are_said_first(model, release, said):
    work = replace(
        WORK,
        model=replace(MODEL, trained_on_simulated=model),
        release=replace(WORK.release, simulated=release),
    )
    (points,) = card_of(work).sections[-1].blocks
    assert isinstance(points, Points)
    assert said in points.items[0]


@given(text=anything)
def test_markdown_shows_every_text_as_it_is(text):
    card = Card(text, {"license": text}, (
        Section(text, "a", (Paragraph(text), Points((text, text)),
                            Table(text, (text, text), ((text, text),)))),
    ))  # fmt: skip
    written = markdown.write(card)
    head, _, body = written.partition("---\n")[2].partition("\n---\n")
    assert yaml.safe_load(head)["license"] == text
    shown = one_line(text)
    assert texts_of(body) == [shown] * 5 + [f"{shown}:"] + [shown] * 4


@pytest.mark.parametrize("text", HARD)
def test_markdown_has_no_element_that_a_text_made(text):
    html = READER.render(markdown.plain(text))
    assert html.count("<") in (0, 2)  # a paragraph, or nothing but blanks


@pytest.mark.parametrize("text", HARD)
def test_a_card_has_the_same_sections_whatever_the_release_is_called(text):
    written = markdown.write(card_of(with_texts(text, WORK.named[0], text)))
    read = READER.parse(written.split("\n---\n", 1)[1])
    headings = [read[i + 1].content for i, t in enumerate(read) if t.type == "heading_open"]
    assert headings[1:] == SECTIONS
