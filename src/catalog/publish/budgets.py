"""What pages may weigh, and whether those of a site do. Transfer is counted compressed by gzip."""

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from catalog.site import modules

OBJECT_PAGE = 80_000
"""Bytes transferred for an object page before its plot (design, section 5)."""
OBJECT_DATA = 60_000
"""Bytes of an object's data file (design, section 5)."""
EXPLORER = 1_000_000
"""Bytes transferred for the explorer (design, section 5, for 20,000 objects)."""
OBJECTS, OBJECTS_BYTES = 10_000, 900_000_000
"""Objects, and bytes of all their files (design, section 5); more objects, more in proportion."""

HEAVIEST = 5
"""Object pages that are weighed compressed: the largest before compression."""
_EXPLORER_DATA = ("explore/objects.json", "explore/objects.bin", "explore/sparks-0.json",
                  "map/map.json", "map/points.bin")  # fmt: skip
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)"')
_SCRIPT = re.compile(r'<script src="([^"]+)"(?: data-module="([^"]+)")?')


def faults(site: Path) -> Iterator[str]:
    """Say which budgets a site exceeds, and by how much."""
    folder = site / "objects"
    objects = sorted(each for each in folder.iterdir() if each.is_dir()) if folder.is_dir() else []
    pages = sorted(
        (page for each in objects if (page := each / "index.html").is_file()),
        key=lambda page: page.stat().st_size,
        reverse=True,
    )
    for page in pages[:HEAVIEST]:
        yield from _over(page.parent.name, transfer(site, page), OBJECT_PAGE, "before its plot")
    for each in objects:
        data = each / "data.json"
        size = data.stat().st_size if data.is_file() else 0
        yield from _over(each.name, size, OBJECT_DATA, "of data")
    explorer = site / "explore" / "index.html"
    if explorer.is_file():
        files = (site / name for name in _EXPLORER_DATA)
        size = transfer(site, explorer) + sum(compressed(each) for each in files if each.is_file())
        yield from _over("the explorer", size, EXPLORER, "to load")
    if objects:
        size = sum(each.stat().st_size for each in folder.rglob("*") if each.is_file())
        budget = OBJECTS_BYTES * max(len(objects), OBJECTS) // OBJECTS
        yield from _over(f"all {len(objects):,} objects", size, budget, "of the site")


def _over(what: str, n_bytes: int, budget: int, of_what: str) -> Iterator[str]:
    if n_bytes > budget:
        yield f"{what} takes {n_bytes:,} bytes {of_what}, the budget is {budget:,}"


def compressed(file: Path) -> int:
    """Bytes of a file as a host sends it: text compressed, packed numbers as they are."""
    content = file.read_bytes()
    return len(content) if file.suffix == ".bin" else len(gzip.compress(content, 6))


def transfer(site: Path, page: Path) -> int:
    """Bytes that a page takes with its styles, its scripts and all modules that these need."""
    text = page.read_text(encoding="utf-8")
    static = site / "static"
    wanted = {page}
    wanted |= {(page.parent / address).resolve() for address in _STYLE.findall(text)}
    for address, module in _SCRIPT.findall(text):
        wanted.add((page.parent / address).resolve())
        entries = (f"{module}.js",) if module else ()
        names = {name for entry in entries for name in (entry, *modules.needed(static, entry))}
        wanted |= {(static / name).resolve() for name in names}
    return sum(compressed(each) for each in wanted if each.is_file())
