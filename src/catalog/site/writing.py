"""Page types, and how what they make becomes files."""

from functools import cache
from pathlib import Path

from catalog import registry
from catalog.errors import SiteError
from catalog.site import templating
from catalog.site.page import Page, Sheet


@cache
def page_types() -> dict[str, Page]:
    """Every page type, by the name of its file."""
    package = "catalog.site.pages"
    return {name: registry.load(package, name, Page) for name in registry.names(package)}


def write_sheet(page: Page, sheet: Sheet, folder: Path) -> None:
    """Write a page and its data files below `folder`.

    Raises
    ------
    SiteError
        If its template and its context disagree, or a file would lie outside the folder.
    """
    files = {sheet.path: templating.fill(page.template, sheet.context), **sheet.data}
    for name, content in files.items():
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()):
            raise SiteError(
                "a page would be written outside the site",
                where=folder,
                found=name,
                todo="build the catalogue again: its slugs are not safe",
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
