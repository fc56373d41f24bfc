"""Verdict files as people send them."""

from pathlib import Path
from typing import Any

from catalog.verdicts.reading import VerdictFile, read

CATEGORIES = ("unexplained", "extreme_emission_line", "agn", "star", "bad_region", "low_snr",
              "wrong_redshift")  # fmt: skip
TARGET = "39627763589581458"
OWN = "target_id,verdict,category,comment,by,date"
DESI = (
    "TARGETID,EXPID,NIGHT,TILEID,Spec_version,Redrock_version,Template_version,Redrock_spectype,"
    "Redrock_z,Redrock_deltachi2,VI_scanner,VI_quality,VI_issue,VI_z,VI_spectype,VI_comment"
)


def read_text(folder: Path, text: str, name: str = "a.csv", **how: Any) -> VerdictFile:
    """Write a text as a verdict file, and read it."""
    path = folder / name
    path.write_bytes(text.encode(how.get("encoding", "utf-8")))
    return read(path, name, CATEGORIES)


def own(*rows: str) -> str:
    """A file of our own format."""
    return "\n".join([OWN, *rows]) + "\n"


def inspected(quality: str, issue: str = "", spectype: str = "", z: str = "", comment: str = ""):
    """A file of DESI's visual inspection with one row."""
    row = f"{TARGET},-1,20210405,80605,0.34,0.13,1.0,GALAXY,0.2201,48.2,ABC,{quality},{issue},{z}"
    return f"{DESI}\n{row},{spectype},{comment}\n"
