"""Of each person and object one verdict is kept, and what is left out is counted."""

import numpy as np
import pytest
from tests.verdicts.files import TARGET, own, read_text

from catalog.errors import VerdictError
from catalog.verdicts.merging import merge

OTHER = "39627763589581459"


def row(verdict="artefact", by="A. Rossi", date="2026-03-09", target=TARGET, comment=""):
    return f"{target},{verdict},,{comment},{by},{date}"


@pytest.fixture
def merged(tmp_path):
    def make(*files: str, targets=(TARGET, OTHER)):
        read = [read_text(tmp_path, text, f"{i}.csv") for i, text in enumerate(files)]
        return merge(read, targets)

    return make


@pytest.mark.parametrize("order", [1, -1])
def test_a_persons_later_verdict_replaces_the_earlier_in_any_order_of_files(merged, order):
    files = [own(row("artefact")), own(row("astrophysical", date="2026-04-01"))]
    found = merged(*files[::order])
    assert found.table["verdict"].tolist() == ["astrophysical"]
    assert found.n_superseded == 1


def test_on_the_same_day_the_later_row_of_one_file_holds(merged):
    found = merged(own(row("artefact"), row("ordinary")))
    assert found.table["verdict"].tolist() == ["ordinary"]
    assert found.n_superseded == 1


def test_two_files_that_contradict_each_other_on_one_day_are_refused_by_name(merged):
    expected = rf"(?s)0\.csv and 1\.csv.*A\. Rossi on {TARGET}, 2026-03-09: artefact, and ordinary"
    with pytest.raises(VerdictError, match=expected):
        merged(own(row("artefact")), own(row("ordinary")))


def test_the_same_verdict_given_twice_is_one(merged):
    found = merged(own(row()), own(row()))
    assert (found.table["position"].tolist(), found.n_superseded) == ([1], 1)


def test_a_name_is_the_same_in_any_case(merged):
    assert merged(own(row(by="A. ROSSI"), row(by="A. Rossi"))).n_superseded == 1


def test_two_people_are_both_kept_and_numbered_by_date(merged):
    found = merged(own(row("artefact", "B. Chen"), row("ordinary", date="2026-01-01")))
    assert found.table["by"].tolist() == ["A. Rossi", "B. Chen"]
    assert found.table["position"].tolist() == [1, 2]


def test_verdicts_on_targets_of_other_releases_are_counted_not_kept(merged):
    found = merged(own(row(), row(target="5")))
    assert found.table["target_id"].tolist() == [TARGET]
    assert found.n_elsewhere == 1


def test_identifiers_whose_end_a_spreadsheet_turned_to_zeros_are_refused(merged):
    rounded = (TARGET[:15] + "00", "39627763589582700")
    with pytest.raises(VerdictError, match=rf"(?s)last digits.*0\.csv.*{rounded[0]}"):
        merged(own(*(row(target=target) for target in rounded)))


def test_an_identifier_that_truly_ends_in_zeros_is_kept(merged):
    real = TARGET[:15] + "00"
    assert merged(own(row(target=real)), targets=(real,)).table["target_id"].tolist() == [real]
    assert merged(own(row(target=real), row(target=OTHER)), targets=()).n_elsewhere == 2


def test_no_files_give_an_empty_table_of_the_right_columns(merged):
    table = merged().table
    assert set(table) == {
        "target_id", "position", "verdict", "category", "comment", "by", "date", "source"
    }  # fmt: skip
    assert {len(column) for column in table.values()} == {0}
    assert table["position"].dtype == np.int64
