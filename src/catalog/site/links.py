"""Every address on the site that is our own leads to a file, and to a place in it."""

import html
import re
from pathlib import Path, PurePosixPath
from posixpath import normpath
from urllib.parse import unquote

from catalog.errors import SiteError

_ADDRESS = re.compile(r'\s(?:href|src|action|data-src)="([^"]*)"')
_DRAWN = re.compile(r' d="[^"]*"')
"""Paths of figures: half of a page, and full of blanks, at each of which an address might begin."""
_IDENTIFIER = re.compile(r'\sid="([^"]*)"')
_ELSEWHERE = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//)", re.IGNORECASE)
SHOWN = 100
ANY_DEPTH = "404.html"
"""Served at every depth of the site, so it also offers its files one or more folders up."""


def addresses(page: str) -> set[str]:
    """Addresses in a page's markup that are not another site's. Our templates quote with `"`."""
    found = {html.unescape(each) for each in _ADDRESS.findall(page)}
    return {each for each in found if not is_elsewhere(each)}


def is_elsewhere(address: str) -> bool:
    """Tell whether an address is another site's, or no file's at all."""
    return _ELSEWHERE.match(address) is not None


def _grounded(address: str) -> str:
    while address.startswith("../"):
        address = address.removeprefix("../")
    return address


def target(page: PurePosixPath, address: str) -> tuple[str, str]:
    """Resolve an address on `page` to a file below the site's root, and a fragment."""
    path, _, fragment = address.partition("#")
    path = unquote(path.partition("?")[0])
    if not path:
        return str(page), unquote(fragment)
    if path.startswith("/"):
        return path, unquote(fragment)
    return normpath(str(page.parent / path)), unquote(fragment)


def _faults(
    page: PurePosixPath, linked: set[str], files: set[str], places: dict[str, set[str]]
) -> list[str]:
    faults = []
    for address in sorted(linked):
        file, fragment = target(page, address)
        if file not in files:
            faults.append(f"{page}: {address} leads to no file")
        elif fragment and file.endswith(".html") and fragment not in places[file]:
            faults.append(f"{page}: {address} names no place in {file}")
    return faults


def check(site: Path) -> int:
    """Follow every internal link and asset of a rendered site.

    Returns
    -------
    int
        Number of HTML pages that were read.

    Raises
    ------
    SiteError
        One message with every link that leads nowhere.
    """
    files = {each.relative_to(site).as_posix() for each in site.rglob("*") if each.is_file()}
    pages = sorted(name for name in files if name.endswith(".html"))
    linked = {}
    places = {}
    for name in pages:
        text = _DRAWN.sub("", (site / name).read_text(encoding="utf-8"))
        places[name] = set(_IDENTIFIER.findall(text))
        linked[name] = addresses(text)
        if name == ANY_DEPTH:
            linked[name] = {_grounded(each) for each in linked[name]}
    faults: list[str] = []
    for name in pages:
        faults += _faults(PurePosixPath(name), linked[name], files, places)
    if faults:
        more = f"\n    and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        raise SiteError(
            f"{len(faults)} link{'s lead' if len(faults) > 1 else ' leads'} nowhere",
            where=site,
            found="\n    " + "\n    ".join(faults[:SHOWN]) + more,
            todo="correct the template or the page that makes the link",
        )
    return len(pages)
