"""`sitemap.xml` and `robots.txt`: which pages there are, for those that search.

Source: https://www.sitemaps.org/protocol.html.
"""

from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST = 50_000
"""Addresses in one file; the protocol allows no more."""
NAME = "sitemap.xml"


def files(address: str, paths: Sequence[str], date: str) -> dict[str, str]:
    """Write the sitemap of a site, an index of several where one cannot hold it, and robots.txt.

    Parameters
    ----------
    address : str
        Where the site is published, with its final slash. Without it there is no sitemap.
    paths : sequence of str
        Pages below it, `map/index.html`.
    date : str
        Day on which they were published, YYYY-MM-DD; empty where it is not known.

    Returns
    -------
    dict
        Texts by file name.
    """
    if not address:
        return {"robots.txt": "User-agent: *\nAllow: /\n"}
    told = {"robots.txt": f"User-agent: *\nAllow: /\n\nSitemap: {address}{NAME}\n"}
    pages = [f"{address}{path.removesuffix('index.html')}" for path in paths]
    parts = [pages[at : at + MOST] for at in range(0, len(pages), MOST)]
    if len(parts) <= 1:
        return told | {NAME: _written("urlset", "url", pages, date)}
    names = [f"sitemap-{i}.xml" for i in range(1, len(parts) + 1)]
    told |= {
        name: _written("urlset", "url", part, date) for name, part in zip(names, parts, strict=True)
    }
    index = [f"{address}{name}" for name in names]
    return told | {NAME: _written("sitemapindex", "sitemap", index, date)}


def _written(root: str, each: str, addresses: Sequence[str], date: str) -> str:
    return "\n".join(_lines(root, each, addresses, date)) + "\n"


def _lines(root: str, each: str, addresses: Sequence[str], date: str) -> Iterator[str]:
    changed = f"<lastmod>{escape(date)}</lastmod>" if date else ""
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f'<{root} xmlns="{NAMESPACE}">'
    for address in addresses:
        yield f"<{each}><loc>{escape(address)}</loc>{changed}</{each}>"
    yield f"</{root}>"
