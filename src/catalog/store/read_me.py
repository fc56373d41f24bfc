"""README.txt: what each file of a release is, for whoever finds them without the site."""

import textwrap
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from catalog.store import offered, origin
from catalog.store.offered import Offered
from catalog.store.source import Source
from catalog.store.text_files import lines_to

NAME = "README.txt"
WIDTH = 80
UNREAL = "These spectra are simulated, not real."


def write(source: Source, folder: Path, files: Sequence[Path]) -> Path:
    """Write the index of `files`, which lie below `folder`, of itself, and of what comes after."""
    names = sorted(file.relative_to(folder).as_posix() for file in files)
    later = {offered.DICTIONARY, offered.CITING}
    listed = [
        (each, next(filter(each.holds, names), each.name))
        for each in offered.OFFERED
        if each.group in later or any(map(each.holds, names))
    ]
    lines = [*_head(source), *_index(source, listed), *_foot(source)]
    with lines_to(folder / NAME) as stream:
        stream.write("\n".join([*lines, ""]).encode())
    return folder / NAME


def _head(source: Source) -> list[str]:
    title = " ".join(origin.title(source).split())
    return [
        title,
        "=" * len(title),
        "",
        *_paragraph(source.release["description"]),
        *_paragraph(UNREAL if source.release["simulated"] else ""),
        *_paragraph(
            "The column target_id identifies a spectrum in every table; it is text, and a program "
            "that reads it as a number loses its last digits. The column name is the object's "
            "permanent designation. Every format has the same columns under the same names, and "
            "columns.csv says what each means (DuckDB, Parquet and HATS hold the latent means as "
            "one list, latent; the others as latent_1, latent_2 and so on). Text formats give the "
            "decimals that columns.csv declares, and three digits of probabilities; the others all "
            "digits. FITS and the tables for CDS and the AAS hold printable ASCII only, so that "
            "other letters in texts are escaped as in Python's string literals; CDS and the AAS "
            "call ra, dec and z_err RAdeg, DEdeg and e_z."
        ),
    ]


def _index(source: Source, listed: Sequence[tuple[Offered, str]]) -> list[str]:
    """Lines of every kind of file, with the line that opens the first of it."""
    lines: list[str] = []
    for group, files in groupby(listed, lambda each: each[0].group):
        note = " (as far as this release has them)" if group == offered.CITING else ""
        lines += [group + note, "-" * len(group + note), ""]
        for each, example in files:
            lines += [each.title, *_indented(f"{each.what}.{_rows(source, each)}")]
            lines += [f"    {each.usage.format(name=example)}"] if each.usage else []
        lines.append("")
    return lines


def _rows(source: Source, each: Offered) -> str:
    n_rows = source.count(each.rows) if each.rows else None
    return "" if n_rows is None else f" {n_rows:,} row{'' if n_rows == 1 else 's'}."


def _foot(source: Source) -> list[str]:
    citation = source.citation
    told = {"Version": citation["version"], "DOI": citation["doi"], "Licence": citation["licence"]}
    lines = [f"{name}: {text}" for name, text in told.items() if text]
    return [*lines, "Authors: " + "; ".join(source.authors)] if source.authors else lines


def _paragraph(text: str) -> list[str]:
    return [*textwrap.wrap(text, WIDTH), ""] if text else []


def _indented(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH, initial_indent="    ", subsequent_indent="    ")
