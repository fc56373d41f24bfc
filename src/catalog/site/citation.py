"""How to cite a release or an object, and how to report what is wrong with it."""

from urllib.parse import quote

from catalog.site.atlas import Atlas
from catalog.store.records import Release

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


def latex(text: str) -> str:
    """Write a text so that it is safe, and reads the same, inside a BibTeX brace group."""
    return "".join(c if c.isprintable() else " " for c in text).translate(_LATEX)


def _key(*parts: str) -> str:
    """Make a BibTeX key, of letters, digits and hyphens."""
    kept = (c if c.isascii() and c.isalnum() else "-" for c in "-".join(parts))
    return "-".join(filter(None, "".join(kept).split("-")))


def citation(release: Release, name: str, slug: str) -> str:
    """Cite an object in one line."""
    return (
        f"{name}, in {release.title} ({release.name}), "
        f"Peculiar Spectra {release.software_version}, objects/{slug}/"
    )


def _entry(key: str, title: str, release: Release, note: str) -> str:
    fields = {
        "title": title,
        "author": "{The Peculiar Spectra developers}",
        "version": latex(release.name),
        "note": f"{note}made with peculiar-spectra {latex(release.software_version)}",
    }
    lines = "".join(f",\n  {field:<7} = {{{value}}}" for field, value in fields.items())
    return f"@misc{{{key}{lines}\n}}"


def release_bibtex(release: Release) -> str:
    """Write the BibTeX entry of a release."""
    return _entry(_key("peculiar-spectra", release.name), latex(release.title), release, "")


def bibtex(release: Release, name: str, slug: str) -> str:
    """Write an object's BibTeX entry.

    Parameters
    ----------
    release : Release
        The release it is in.
    name, slug : str
        The object's name, of any characters, and the address of its page.
    """
    title = f"{{{latex(name)}}}, in {latex(release.title)}"
    note = f"Page objects/{latex(slug)}/, "
    return _entry(_key("peculiar-spectra", release.name, slug), title, release, note)


def report_address(atlas: Atlas, name: str, slug: str) -> str:
    """Address a new issue about an object, begun; empty where the recipe gives no repository."""
    if not atlas.repository:
        return ""
    title = f"{name} ({atlas.release.name}, objects/{slug})"
    body = (
        f"Object: {name}\nPage: objects/{slug}/ of {atlas.release.title} ({atlas.release.name}), "
        f"Peculiar Spectra {atlas.release.software_version}\n\n"
        "What is wrong, and where on the page:\n\n\nWhat it should be, and how you know:\n\n"
    )
    asked = f"title={quote(title, safe='')}&body={quote(body, safe='')}"
    return f"{atlas.repository.rstrip('/')}/issues/new?{asked}"
