"""A web server's page of a folder -> the names in it, in every style that surveys' servers use.

Read from the links, not from the layout: a link that leads one step down is an entry.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from catalog.errors import WebError

_DATE = re.compile(
    r"\d{4}-(?:\d\d|[A-Z][a-z]{2})-\d\d\s+\d\d:\d\d(?::\d\d)?"
    r"|\d\d-[A-Z][a-z]{2}-\d{4}\s+\d\d:\d\d(?::\d\d)?"
)
_SIZE = re.compile(r"(?:^|\s)(\d{1,15}(?:\.\d{1,3})?)\s*([KMGT]?)(i?B)?(?=\s|$)")
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


@dataclass(frozen=True)
class Entry:
    """A name in a folder; `size` in bytes, None where it is not shown, rounded unless `exact`."""

    name: str
    is_folder: bool
    size: int | None = None
    exact: bool = False


def entries(page: str, url: str) -> tuple[Entry, ...]:
    """Read a folder's page.

    Parameters
    ----------
    page : str
        Its HTML.
    url : str
        Its address, with the final slash.

    Returns
    -------
    tuple of Entry
        By name, each once. Hidden names and all that lead elsewhere are left out.

    Raises
    ------
    WebError
        If the page is not that of a folder: it has neither entries nor a way up.
    """
    links = _Links()
    links.feed(page)
    found: dict[str, Entry] = {}
    for href, text in links.found:
        name, is_folder = _step_down(href, url)
        if name and name not in found:
            size, exact = (None, False) if is_folder else _size(text)
            found[name] = Entry(name, is_folder, size, exact)
    if not found and not any(_leads_up(href, url) for href, _ in links.found):
        raise WebError(
            "a page is not the listing of a folder",
            where=url,
            wanted="links to the files in it",
            found=f"{len(links.found)} links, none of them one step down or up",
            todo="see in a browser what the server shows there",
        )
    return tuple(found[name] for name in sorted(found))


class _Links(HTMLParser):
    """Collects each link and the text between it and the next."""

    def __init__(self) -> None:
        super().__init__()
        self._open = False
        self._parts: list[tuple[str, list[str]]] = []

    @property
    def found(self) -> list[tuple[str, str]]:
        """Links, each with the text after it."""
        return [(href, " ".join(texts)) for href, texts in self._parts]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        href = dict(attrs).get("href")
        if tag == "a":
            self._open = True
            if href:
                self._parts.append((href, []))

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._parts and not self._open:
            self._parts[-1][1].append(data)


def _step_down(href: str, url: str) -> tuple[str, bool]:
    """Name that a link one step down leads to, and whether it is a folder; else an empty name."""
    try:
        target, here = urlsplit(urljoin(url, href)), urlsplit(url)
    except ValueError:
        return "", False
    if target.netloc != here.netloc or target.query or not target.path.startswith(here.path):
        return "", False
    rest, slash, more = target.path[len(here.path) :].partition("/")
    name = unquote(rest)
    safe = name.isprintable() and not name.startswith(".") and not set(name) & set("/\\:")
    return (name, bool(slash)) if safe and not more else ("", False)


def _leads_up(href: str, url: str) -> bool:
    try:
        target, here = urlsplit(urljoin(url, href)), urlsplit(url)
    except ValueError:
        return False
    above = here.path.rstrip("/").rpartition("/")[0] + "/"
    return target.netloc == here.netloc and target.path == above and not target.query


def _size(text: str) -> tuple[int | None, bool]:
    """Size in the text after a link, bytes, and whether it is to the byte."""
    match = _SIZE.search(_DATE.sub(" ", text))
    if match is None:
        return None, False
    number, letter, unit = match.groups()
    exact = not letter and "." not in number
    return round(float(number) * 1024 ** _POWERS[letter]), exact and unit != "iB"
