"""DESI's visual inspection, as the viewer prospect writes it.

Columns and codes: `vi_file_fields` and `vi_flags` of `prospect.utilities`
(https://github.com/desihub/prospect); how the quality is used: Lan et al. (2023), ApJ 943, 68,
section 3, where 2.5 and above is a secure redshift.

An inspection asks whether the pipeline's class and redshift are right, not why a spectrum is
unusual. It is turned into a verdict on an outlier so, first rule that holds:

========================  ============================================  ==========================
VI_issue, VI_quality      prospect's meaning                            verdict, category
========================  ============================================  ==========================
issue S                   bad spectrum: cosmic or sky-line residuals    artefact, bad_region
issue R or C              pipeline's redshift or class is wrong         artefact, wrong_redshift
quality 0                 nothing there, no signal                      artefact, low_snr
quality 1 or 2            signal, but what it is remains open           unexplained
quality 3 or 4            probable or confident: spectrum, class and    astrophysical; star or agn
                          redshift are sound, so what is unusual is     by VI_spectype STAR or QSO
                          in the sky
quality -1 or empty       not inspected, perhaps a comment              none: the row is counted
========================  ============================================  ==========================

Quality, issues, VI_z and VI_spectype are kept in words after the comment. Prospect gives no date;
where a file has the column VI_date, it is read.
"""

from collections.abc import Collection

from catalog.errors import VerdictError
from catalog.verdicts import Format, Row, Verdict, cells

QUALITIES = ("", "-1", "0", "1", "2", "3", "4")
ISSUES = {"R": "redshift", "C": "class", "S": "spectrum"}
CATEGORY_OF_CLASS = {"STAR": "star", "QSO": "agn"}


def _quality(row: Row) -> str:
    found = cells.text(row, "VI_quality")
    if found not in QUALITIES:
        raise VerdictError(
            "an inspection has an unknown quality",
            where=row.where("VI_quality"),
            wanted="0 to 4, or -1 where it was not given",
            found=repr(found),
            todo="give one person's inspections, not an average over several",
        )
    return "" if found == "-1" else found


def _issues(row: Row) -> str:
    found = cells.text(row, "VI_issue").upper()
    unknown = set(found) - set(ISSUES)
    if unknown:
        raise VerdictError(
            "an inspection has an unknown issue",
            where=row.where("VI_issue"),
            wanted="letters of R (redshift), C (class), S (spectrum), or nothing",
            found=repr(found),
            todo="correct it, or leave it empty",
        )
    return found


def _judged(quality: str, issues: str, spec_class: str) -> tuple[str, str] | None:
    """Verdict and category by the table above; None where nothing was judged."""
    if "S" in issues:
        return "artefact", "bad_region"
    if issues:
        return "artefact", "wrong_redshift"
    if not quality:
        return None
    if quality == "0":
        return "artefact", "low_snr"
    if quality in {"1", "2"}:
        return "unexplained", ""
    return "astrophysical", CATEGORY_OF_CLASS.get(spec_class, "")


def _comment(row: Row, quality: str, issues: str, spec_class: str) -> str:
    z = cells.text(row, "VI_z")
    parts = [
        f"quality {quality}" if quality else "",
        f"wrong {' and '.join(ISSUES[i] for i in issues if i != 'S')}"
        if set(issues) - {"S"}
        else "",
        "bad spectrum" if "S" in issues else "",
        spec_class,
        f"z = {z}" if z else "",
    ]
    inspection = "Visual inspection: " + ", ".join(part for part in parts if part) + "."
    said = cells.text(row, "VI_comment")
    return f"{said}\n{inspection}" if said else inspection


def _read(row: Row, categories: Collection[str]) -> Verdict | None:
    quality, issues = _quality(row), _issues(row)
    spec_class = cells.text(row, "VI_spectype").upper()
    judged = _judged(quality, issues, spec_class)
    if judged is None:
        return None
    verdict, category = judged
    return Verdict(
        target_id=cells.identifier(row, "TARGETID"),
        verdict=verdict,
        category=category if category in categories else "",
        comment=_comment(row, quality, issues, spec_class),
        by=cells.name(row, "VI_scanner"),
        date=cells.date(row, "VI_date"),
        source=row.file,
    )


FORMAT = Format(
    title="DESI's visual inspection (prospect)",
    required=("TARGETID", "VI_scanner", "VI_quality", "VI_issue", "VI_comment"),
    optional=("VI_z", "VI_spectype", "VI_date"),
    passed_over=(
        "EXPID", "NIGHT", "TILEID", "Spec_version", "Redrock_version", "Template_version",
        "Redrock_spectype", "Redrock_z", "Redrock_deltachi2",
    ),
    read=_read,
)  # fmt: skip
