"""Label files are read whole, or refused with the place and the reason."""

import json

import pytest

from catalog.errors import VerdictError
from catalog.relevance.labels import Label, read

TARGET = "39627763589581458"
HEADER = "target_id,rating,tags,comment,by,date\n"
ROW = f'{TARGET},5,"step, blue","=1+1, ""so""",A. Rossi,2026-03-09T14:05:00Z\n'
SAID = Label(TARGET, 5, ("step", "blue"), '=1+1, "so"', "A. Rossi", "2026-03-09T14:05:00Z")
AS_JSON = {
    "target_id": TARGET,
    "rating": 5,
    "tags": ["step", "blue"],
    "comment": '=1+1, "so"',
    "by": "A. Rossi",
    "date": "2026-03-09T14:05:00Z",
}


def read_text(folder, text: str, name: str = "a.csv"):
    (folder / name).write_bytes(text.encode())
    return read(folder / name)


@pytest.mark.parametrize(
    "text",
    [HEADER + ROW, "\ufeff" + HEADER + ROW.replace("=1+1", "'=1+1"), HEADER + "\n" + ROW + ",,,,,"],
    ids=["plain", "guarded", "blank rows"],
)
def test_a_csv_is_read_as_it_was_meant(tmp_path, text):
    assert read_text(tmp_path, text) == (SAID,)


@pytest.mark.parametrize("wrapped", [[AS_JSON], {"release": "x", "labels": [AS_JSON]}])
def test_json_says_the_same(tmp_path, wrapped):
    assert read_text(tmp_path, json.dumps(wrapped), "a.JSON") == (SAID,)


def test_only_identifier_and_rating_are_needed(tmp_path):
    expected = (Label(TARGET, 0, (), "", "", ""),)
    assert read_text(tmp_path, f"rating;target_id\n0;{TARGET}\n") == expected
    slim = json.dumps([{"target_id": TARGET, "rating": 0}])
    assert read_text(tmp_path, slim, "a.json") == expected


def test_a_label_may_have_no_rating(tmp_path):
    (found,) = read_text(tmp_path, HEADER + f"{TARGET},,x;y,look again,,2026-03-09\n")
    assert (found.rating, found.tags, found.comment) == (None, ("x", "y"), "look again")


def test_of_one_person_the_latest_holds_and_of_two_both(tmp_path):
    rows = [
        f"{TARGET},1,,,A,2026-03-10\n",
        f"{TARGET},2,,,a,2026-03-09T23:00:00Z\n",
        f"{TARGET},3,,,B,2026-01-01\n",
        f"{TARGET},4,,,A,2026-03-10\n",
    ]
    found = read_text(tmp_path, HEADER + "".join(rows))
    assert [(each.by, each.rating) for each in found] == [("A", 4), ("B", 3)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (",5,", ",6,", r"a\.csv, line 3, column rating.*0, 1, 2, 3, 4 or 5.*'6'"),
        (",5,", ",4.5,", r"column rating.*'4\.5'"),
        (",5,", ",-1,", r"column rating.*'-1'"),
        (",5,", ",five,", r"column rating.*'five'"),
        (TARGET, "3.9627E+16", r"line 3, column target_id.*last digits are lost"),
        (TARGET, "", r"line 3, column target_id.*an empty cell"),
        ("2026-03-09T14:05:00Z", "2026-02-30", r"column date.*'2026-02-30'"),
        ("2026-03-09T14:05:00Z", "2026-03-09T25:00:00Z", r"column date.*T25:00:00Z"),
        ("2026-03-09T14:05:00Z", "2026-03-09T", r"column date"),
        ("2026-03-09T14:05:00Z", "T10:00:00Z", r"column date"),
        ("step, blue", "x" * 41, r"column tags.*at most 20 tags of at most 40.*of 41"),
        ("step, blue", ",".join("abcdefghijklmnopqrstu"), r"column tags.*21 tags"),
        ("A. Rossi", "issoR\u202e", r"column by.*U\+202E"),
        ("A. Rossi", "a,b", r"line 3.*6 cells.*7"),
    ],
)
def test_a_bad_row_refuses_the_file_with_its_place(tmp_path, old, new, expected):
    with pytest.raises(VerdictError, match=f"(?s){expected}"):
        read_text(tmp_path, HEADER + ROW.replace(TARGET, "1") + ROW.replace(old, new))


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"target_id": 39627763589581458}, r"label 2, column target_id.*lose their last digits"),
        ({"rating": 4.0}, r"label 2, column rating.*a whole number.*4\.0"),
        ({"rating": True}, r"column rating.*True"),
        ({"rating": 6}, r"label 2, column rating.*'6'"),
        ({"tags": [1]}, r"column tags.*a list of texts"),
        ({"comment": {}}, r"column comment.*text in quotes"),
    ],
)
def test_a_bad_label_refuses_the_json_with_its_place(tmp_path, change, expected):
    text = json.dumps({"labels": [AS_JSON, AS_JSON | change]})
    with pytest.raises(VerdictError, match=f"(?s){expected}"):
        read_text(tmp_path, text, "a.json")


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.csv", "", r"empty.*a\.csv.*target_id, rating"),
        ("a.csv", "target_id,verdict\n1,artefact\n", r"no ratings.*line 1.*add the column rating"),
        ("a.csv", HEADER + '1,5,"never closed', r"not CSV.*line 2"),
        ("a.json", "{", r"not a list of labels.*a\.json"),
        ("a.json", '{"x": 1}', r"no list of labels"),
        ("a.json", "[1]", r"a\.json, label 1"),
    ],
)
def test_a_file_of_another_kind_is_refused(tmp_path, name, text, expected):
    with pytest.raises(VerdictError, match=f"(?s){expected}"):
        read_text(tmp_path, text, name)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(VerdictError, match=r"(?s)none\.csv.*No such file"):
        read(tmp_path / "none.csv")
