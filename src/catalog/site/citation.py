"""How a page says to cite an object, and how to report what is wrong with it."""

from urllib.parse import quote

from catalog.citing import bibtex
from catalog.site.atlas import Atlas


def citation(atlas: Atlas, name: str, slug: str) -> str:
    """Cite an object in one line."""
    return f"{name}, in {bibtex.in_a_line(atlas.work)}, objects/{slug}/"


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
