"""Verdict files of either format are read whole, or refused with the place and the reason."""

import pytest
from tests.verdicts.files import DESI, OWN, TARGET, inspected, own, read_text

from catalog.errors import CatalogError, VerdictError
from catalog.explain import categories
from catalog.verdicts import Verdict
from catalog.verdicts.formats import desi_vi
from catalog.verdicts.reading import read

ROW = f"{TARGET},artefact,bad_region,A cosmic ray.,A. Rossi,2026-03-09"
REORDERED = (
    "by,date,comment,category,verdict,target_id\n"
    f"A. Rossi,2026-03-09,A cosmic ray.,bad_region,artefact,{TARGET}\n"
)
SAID = Verdict(TARGET, "artefact", "bad_region", "A cosmic ray.", "A. Rossi", "2026-03-09", "a.csv")


@pytest.mark.parametrize(
    "text",
    [
        own(ROW),
        own(ROW).replace("\n", "\r\n"),
        "\ufeff" + own(ROW),
        own(ROW).replace(",", ";"),
        own(ROW, ",,,,,", ""),
        REORDERED,
        own('"39627763589581458","Artefact"," bad_region","A cosmic ray. ","A.  Rossi",2026-03-09'),
        own(ROW).rstrip("\n"),
    ],
    ids=["plain", "crlf", "bom", "semicolon", "blank rows", "other order", "blanks", "no end"],
)
def test_what_spreadsheets_do_to_a_file_does_no_harm(tmp_path, text):
    assert read_text(tmp_path, text).verdicts == (SAID,)


def test_a_comment_may_hold_commas_quotes_line_ends_and_emoji(tmp_path):
    comment = 'Strange; "very",\nindeed 🔭'
    quoted = comment.replace('"', '""')
    text = own(f'{TARGET},artefact,,"{quoted}",A. Rossi,2026-03-09', ROW)
    first, second = read_text(tmp_path, text.replace("\n", "\r\n")).verdicts
    assert first.comment == comment
    assert second == SAID


@pytest.mark.parametrize(
    "target", [TARGET, "-1695072", "7084023500000005918702060103", "0012", "s0001"]
)
def test_identifiers_stay_text_to_the_last_digit(tmp_path, target):
    found = read_text(tmp_path, own(ROW.replace(TARGET, target)))
    assert found.verdicts[0].target_id == target


@pytest.mark.parametrize(
    "target", ["3.9627E+16", "3.96277635895815E16", "3,9628E+16", "39627763589581456.0", "4e16"]
)
def test_an_identifier_that_a_spreadsheet_rounded_is_refused_and_explained(tmp_path, target):
    text = own(ROW, ROW.replace(TARGET, f'"{target}"'))
    expected = r"(?s)floating-point.*a\.csv, line 3, column target_id.*last digits are lost"
    with pytest.raises(VerdictError, match=expected):
        read_text(tmp_path, text)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("artefact", "artifact", r"line 2, column verdict.*'artifact'.*did you mean 'artefact'"),
        ("artefact", "", r"column verdict.*astrophysical, unexplained, artefact, ordinary.*''"),
        ("bad_region", "bad_regions", r"column category.*did you mean 'bad_region'"),
        ("2026-03-09", "2026-02-30", r"column date.*YYYY-MM-DD.*'2026-02-30'"),
        ("2026-03-09", "09/03/2026", r"column date.*'09/03/2026'.*spreadsheets"),
        ("2026-03-09", "20260309", r"column date.*'20260309'"),
        ("2026-03-09", "0026-03-09", r"column date.*'0026-03-09'"),
        ("A. Rossi", " ", r"column by.*name of the person"),
        ("A. Rossi", "A" * 101, r"column by.*at most 100 characters.*101"),
        ("A cosmic ray.", "x" * 2001, r"column comment.*at most 2,000.*2,001"),
        ("A cosmic ray.", "a\x00b", r"column comment.*U\+0000"),
        ("A. Rossi", "issoR\u202e .A", r"column by.*U\+202E"),
        (TARGET, "", r"column target_id.*an empty cell"),
        (TARGET, "1 2", r"column target_id.*'1 2'"),
    ],
)
def test_a_bad_cell_is_refused_with_its_place_and_value(tmp_path, old, new, expected):
    with pytest.raises(VerdictError, match=f"(?s){expected}"):
        read_text(tmp_path, own(ROW.replace(old, new)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", r"empty.*a\.csv.*a header"),
        ("\ufeff\n\n", r"empty"),
        ("target_id,verdct,category,comment,by,date\n", r"header.*verdict.*'verdct'"),
        ("ra,dec\n1,2\n", r"unknown header.*line 1.*DESI's visual inspection.*ra, dec"),
        (OWN + ",by\n", r"column twice.*line 1.*found: by"),
        (own(ROW.replace("A cosmic ray.", "a, b")), r"line 2.*6 cells.*7: .*quote the cell"),
        (own('1,artefact,,"a"b,A,2026-03-09'), r"not CSV.*line 2"),
        (own(ROW, f'{TARGET},artefact,,"never closed,A,2026-03-09', ROW), r"not CSV.*line 3"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path, text, expected):
    with pytest.raises(VerdictError, match=f"(?s){expected}"):
        read_text(tmp_path, text)


@pytest.mark.parametrize(
    ("encoding", "expected"), [("latin-1", r"byte 0xe9 in line 2"), ("utf-16", "UTF-16")]
)
def test_a_file_in_another_encoding_is_refused_and_told_so(tmp_path, encoding, expected):
    text = own(ROW.replace("A. Rossi", "José"))
    with pytest.raises(VerdictError, match=f"(?s)not UTF-8.*{expected}.*CSV UTF-8"):
        read_text(tmp_path, text, encoding=encoding)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(CatalogError, match=r"(?s)none\.csv.*No such file"):
        read(tmp_path / "none.csv", "none.csv", ())


def test_a_header_alone_is_a_file_without_verdicts(tmp_path):
    assert read_text(tmp_path, OWN + "\n").verdicts == ()


def test_columns_that_no_format_knows_are_reported_and_those_passed_over_are_not(tmp_path):
    assert read_text(tmp_path, own(ROW).replace("date\n", "date,mood\n").replace("-09\n", "-09,1\n")
                     ).unread == ("mood",)  # fmt: skip
    assert read_text(tmp_path, inspected("4")).unread == ()


@pytest.mark.parametrize(("cell", "unread"), [("", ()), ("x", ("a column without a name",))])
def test_a_column_without_a_name_is_reported_where_it_holds_anything(tmp_path, cell, unread):
    text = own(ROW).replace("date\n", "date,,\n").replace("-09\n", f"-09,,{cell}\n")
    assert read_text(tmp_path, text).unread == unread


@pytest.mark.parametrize(
    ("quality", "issue", "spectype", "expected"),
    [
        ("4", "", "GALAXY", ("astrophysical", "")),
        ("3", "", "STAR", ("astrophysical", "star")),
        ("4", "", "QSO", ("astrophysical", "agn")),
        ("2", "", "QSO", ("unexplained", "")),
        ("1", "", "", ("unexplained", "")),
        ("0", "", "", ("artefact", "low_snr")),
        ("4", "R", "QSO", ("artefact", "wrong_redshift")),
        ("2", "RC", "STAR", ("artefact", "wrong_redshift")),
        ("-1", "C", "", ("artefact", "wrong_redshift")),
        ("1", "RS", "", ("artefact", "bad_region")),
    ],
)
def test_an_inspection_becomes_a_verdict_by_the_documented_table(
    tmp_path, quality, issue, spectype, expected
):
    (found,) = read_text(tmp_path, inspected(quality, issue, spectype)).verdicts
    assert (found.verdict, found.category) == expected
    assert (found.target_id, found.by, found.date) == (TARGET, "ABC", "")


def test_nothing_of_an_inspection_is_lost(tmp_path):
    (found,) = read_text(tmp_path, inspected("1", "RC", "QSO", "2.31", "Broad C IV")).verdicts
    assert found.comment == (
        "Broad C IV\nVisual inspection: quality 1, wrong redshift and class, QSO, z = 2.31."
    )


def test_inspections_without_a_verdict_are_counted(tmp_path):
    found = read_text(tmp_path, inspected("-1", comment="Look again"))
    assert (found.verdicts, found.n_without) == ((), 1)


def test_prospects_own_test_file_layout_is_read(tmp_path):
    # Older files lack Redrock_deltachi2; names have blanks, comments are quoted.
    where = "12345,20200703,65432,0.33.3,0.22.2,1.0"
    text = (
        DESI.replace("Redrock_deltachi2,", "")
        + f'\n123456789,{where},GALAXY,0.22,D. Arnaz,1,R,0.23,QSO,"a, b"'
        + f"\n987654321,{where},STAR,0.0003,D. Arnaz,4,,0.0004,STAR,Nice\n"
    )
    found = read_text(tmp_path, text).verdicts
    assert [(v.target_id, v.verdict, v.by) for v in found] == [
        ("123456789", "artefact", "D. Arnaz"),
        ("987654321", "astrophysical", "D. Arnaz"),
    ]
    assert found[0].comment.startswith("a, b\n")


def test_a_date_of_inspection_is_read_where_there_is_one(tmp_path):
    text = inspected("4").replace("VI_comment\n", "VI_comment,VI_date\n").rstrip("\n")
    assert read_text(tmp_path, text + ",2021-05-01\n").verdicts[0].date == "2021-05-01"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (inspected("3.5"), r"VI_quality.*0 to 4.*'3\.5'.*average"),
        (inspected("4", "X"), r"VI_issue.*'X'"),
        (inspected("4").replace("ABC", " "), r"VI_scanner.*name of the person"),
        (inspected("4").replace(TARGET, "3.96E+16"), r"TARGETID.*3\.96E\+16"),
        # A comma in a comment, as prospect itself writes it.
        (inspected("4", comment='a"," b'), r"not CSV.*line 2.*quote the cell"),
    ],
)
def test_a_bad_inspection_is_refused(tmp_path, text, expected):
    with pytest.raises(VerdictError, match=f"(?s){expected}"):
        read_text(tmp_path, text)


def test_the_categories_of_inspections_are_categories_of_the_catalogue():
    known = {category.name: category.verdict for category in categories.load()}
    given = {
        desi_vi._judged(q, i, c)
        for q in "01234"
        for i in ("", "R", "S")
        for c in ("STAR", "QSO", "")
    }
    for verdict, category in filter(None, given):
        assert not category or known[category] == verdict
