"""Downloads that lie elsewhere, since the site's host has no room for them."""

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

from catalog.publish import tree
from catalog.publish.hosts import Host

DOWNLOADS = "download/"
ROOM = 0.9
"""Share of a host's limit that a release may fill: the rest is for pages that publishing adds."""
LEAST = 2**20
"""Smaller files stay, in bytes: moving them would win nothing."""
TWICE = (".csv", ".fits", ".gz")
"""Endings of files that say what others say, too: they go first."""


def choose(site: Path, host: Host, too_large: tuple[str, ...], address: str) -> dict[str, str]:
    """Choose the downloads that lie elsewhere, and give their addresses there.

    Parameters
    ----------
    site : Path
        The site.
    host : Host
        Its limits hold.
    too_large : tuple of str
        Files that the host takes in no case.
    address : str
        Where all downloads are published besides, with its final slash; empty where nowhere.

    Returns
    -------
    dict
        Address by name below the site. Files in folders stay, as what they are attached to is flat.
    """
    if not address:
        return {}
    sizes = {name: file.stat().st_size for name, file in tree.files(site)}
    found = [name for name in too_large if _may_go(name)]
    left = sum(sizes.values()) - sum(sizes[name] for name in found)
    rest = [n for n, size in sizes.items() if _may_go(n) and size >= LEAST and n not in found]
    for name in sorted(rest, key=lambda n: (not n.endswith(TWICE), -sizes[n], n)):
        if host.site_bytes is None or left <= ROOM * host.site_bytes:
            break
        found.append(name)
        left -= sizes[name]
    return {name: address + quote(name.removeprefix(DOWNLOADS)) for name in sorted(found)}


def _may_go(name: str) -> bool:
    return name.startswith(DOWNLOADS) and name.count("/") == 1 and not name.endswith(".html")


def renamed(text: str, moved: Mapping[str, str], own: str) -> str:
    """Write the new addresses of files where a page's text names them by the site's own address."""
    if own:
        for name, address in moved.items():
            text = text.replace(f"{own}{name}", address)
    return text
