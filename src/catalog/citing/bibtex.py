"""BibTeX entries of a release and of its objects."""

import re

from catalog.citing import people
from catalog.citing.work import SOFTWARE, Work
from catalog.store.release_records import Author

_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        '"': r"\textquotedbl{}",
        **{special: f"\\{special}" for special in "&%$#_"},
    }
)
"""Braces become commands: BibTeX counts braces, even those behind a backslash."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SIMPLE = re.compile(r"[^\W\d_]+(-[^\W\d_]+)*\Z")
"""A name of letters and hyphens, which BibTeX cannot misread."""
_ADDRESS = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})
"""An address is read letter by letter; only what BibTeX itself would misread is encoded."""


def latex(text: str) -> str:
    """Write a text so that it is safe, and reads the same, inside a BibTeX brace group."""
    return "".join(c if c.isprintable() else " " for c in text).translate(_LATEX)


def key(*parts: str) -> str:
    """Make a BibTeX key, of letters, digits and hyphens."""
    kept = (c if c.isascii() and c.isalnum() else "-" for c in "-".join(parts))
    return "-".join(filter(None, "".join(kept).split("-")))


def _part(name: str) -> str:
    return latex(name) if _SIMPLE.match(name) else f"{{{latex(name)}}}"


def _author(author: Author) -> str:
    """Spell one author; braces keep commas, *and* and several words together."""
    if people.is_group(author):
        return f"{{{latex(author.family)}}}"
    given = latex(author.given)
    risky = "," in given or re.search(r"\band\b", given, re.IGNORECASE) or given != given.strip()
    return f"{_part(author.family)}, {f'{{{given}}}' if risky else given}"


def _entry(name: str, title: str, work: Work, note: str, address: str) -> str:
    citation = work.citation
    fields = {
        "title": title,
        "author": " and ".join(_author(author) for author in work.authors),
        "year": work.year,
        "month": _MONTHS[int(citation.date[5:7]) - 1] if work.published else "",
        "publisher": latex(work.publisher),
        "version": latex(work.version),
        "doi": (citation.doi or citation.concept_doi).translate(_ADDRESS),
        "url": address.translate(_ADDRESS),
        "note": f"{note}release {latex(work.release.name)}, "
        f"made with peculiar-spectra {latex(work.release.software_version)}",
    }
    lines = "".join(
        f",\n  {field:<9} = {value if field == 'month' else f'{{{value}}}'}"
        for field, value in fields.items()
        if value
    )
    return f"@misc{{{name}{lines}\n}}"


def release_entry(work: Work) -> str:
    """Write the BibTeX entry of a release; without year where it is not published yet."""
    named = key("peculiar-spectra", work.release.name)
    return _entry(named, latex(work.title), work, "", work.identifier)


def object_entry(work: Work, name: str, slug: str) -> str:
    """Write an object's BibTeX entry.

    Parameters
    ----------
    work : Work
        The release it is in.
    name, slug : str
        The object's name, of any characters, and the address of its page.
    """
    title = f"{{{latex(name)}}}, in {latex(work.title)}"
    note = f"Page objects/{latex(slug)}/, "
    named = key("peculiar-spectra", work.release.name, slug)
    page = f"{work.address}objects/{slug}/" if work.address else ""
    return _entry(named, title, work, note, page)


def in_a_line(work: Work) -> str:
    """Cite the release in one line: authors (year), title, version, publisher, DOI."""
    year = f" ({work.year})" if work.year else ""
    parts = [
        f"{people.in_a_line(work.authors)}{year}",
        f"{work.title} ({work.release.name})",
        f"version {work.version}" if work.version != work.release.name else "",
        work.publisher,
        f"{SOFTWARE} {work.release.software_version}",
        work.identifier,
    ]
    return ", ".join(filter(None, parts))
