"""What is written is read back as it was, and no spreadsheet runs it."""

import csv
import datetime as dt
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.verdicts.files import CATEGORIES

from catalog.verdicts import WORDS, Verdict, formulas, table_of
from catalog.verdicts.reading import read
from catalog.verdicts.writing import write

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")

# Formulas, quotes and separators far more often than chance would give them.
PIECES = st.sampled_from(
    ["=", "+", "-", "@", "'", '"', ",", ";", "\n", "🔭", "=1+1", "é", "\uff1d"]
)
LINES = st.lists(
    PIECES | st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs")), max_size=8), max_size=6
)
COMMENT = LINES.map(lambda parts: "".join(parts).strip())
NAME = LINES.map(lambda parts: normalize("NFC", " ".join("".join(parts).split()))).filter(
    lambda name: 0 < len(name) <= 90
)
TARGET = st.from_regex(r"-?[0-9]{1,28}|[A-Za-z=+'@][A-Za-z0-9+'.-]{1,20}", fullmatch=True)


@st.composite
def verdicts(draw) -> list[Verdict]:
    targets = draw(st.lists(TARGET, max_size=5, unique=True))
    return [
        Verdict(
            target,
            draw(st.sampled_from(WORDS)),
            draw(st.sampled_from(("", *CATEGORIES))),
            draw(COMMENT),
            draw(NAME),
            draw(st.just("") | st.dates(min_value=dt.date(1950, 1, 1)).map(str)),
            "v.csv",
        )
        for target in targets
    ]


@given(given_verdicts=verdicts())
def test_any_text_survives_writing_and_reading(tmp_path_factory, given_verdicts):
    path = tmp_path_factory.mktemp("round") / "v.csv"
    write(path, table_of(given_verdicts))
    found = read(path, "v.csv", CATEGORIES).verdicts
    wanted = sorted(given_verdicts, key=lambda verdict: verdict.target_id)
    assert list(found) == wanted


@given(text=st.lists(PIECES | st.text(max_size=5), max_size=8).map("".join))
def test_guarding_is_undone_exactly_and_leaves_no_formula(text):
    written = formulas.guarded(text)
    assert formulas.bare(written) == text
    assert not written.startswith(DANGEROUS) or written.lstrip("-").isdecimal()


def test_formulas_are_written_as_text(tmp_path):
    said = Verdict("1", "artefact", "", '=HYPERLINK("http://x","y")', "@A", "2026-01-01", "s")
    write(tmp_path / "v.csv", table_of([said]))
    with (tmp_path / "v.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["comment"] == "'" + said.comment
    assert row["by"] == "'@A"


def test_negative_identifiers_stay_numbers_that_others_can_read(tmp_path):
    write(tmp_path / "v.csv", table_of([Verdict("-7", "ordinary", "", "", "A", "2026-01-01", "")]))
    assert '"-7","ordinary"' in (tmp_path / "v.csv").read_text()


@pytest.mark.parametrize("n", [0, 3])
def test_the_same_verdicts_give_the_same_bytes(tmp_path, n):
    said = [Verdict(str(i), "ordinary", "", "x", "A", "2026-01-01", "s") for i in range(n)]
    for name, order in (("a", 1), ("b", -1)):
        write(tmp_path / name, table_of(said[::order]))
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
