"""Is a release fit to be published? Each check gives its faults; all are told at once."""

import hashlib
import html
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from catalog import pipeline
from catalog.errors import CatalogError, PublishError, StoreError
from catalog.publish import budgets
from catalog.publish.standing import ADDED
from catalog.release import Layout
from catalog.site import links
from catalog.stages import Build
from catalog.store import checks
from catalog.store.export import CHECKSUMS
from catalog.store.read import Catalogue

SHOWN = 10
"""Faults of one check that are told one by one."""
_BANNER = 'class="banner"'
_LEADS_ON = 'http-equiv="refresh"'
"""A page that leads on at once has one sentence, and says it there."""
_INDEX = "api/index.json"


def check(work: Build) -> None:
    """Verify a release with every check.

    Raises
    ------
    PublishError
        One message with all that is wrong.
    """
    layout = work.layout
    found = list(shown(unfinished(work)))
    made = layout.database.is_file() and (layout.site / "index.html").is_file()
    for each in CHECKS if made else ():
        found += shown(told(each, layout))
    if found:
        raise PublishError(
            "the release is not fit to be published",
            where=layout.root,
            found="\n    " + "\n    ".join(found),
            todo="run `catalog build` on the recipe, correct what it does not, and try again",
        )


def shown(faults: Iterator[str]) -> Iterator[str]:
    """Give the first faults of a check, and how many more there are."""
    told = list(faults)
    yield from told[:SHOWN]
    if len(told) > SHOWN:
        yield f"and {len(told) - SHOWN:,} more of this kind"


def told(each: Callable[[Layout], Iterator[str]], layout: Layout) -> Iterator[str]:
    """Run a check; what it cannot even open is its fault."""
    try:
        yield from each(layout)
    except CatalogError as fault:
        yield _one_line(fault)
    except (OSError, ValueError, LookupError, duckdb.Error) as fault:
        yield f"{each.__name__.replace('_', ' ')}: {fault}"


def _one_line(fault: CatalogError) -> str:
    found = f": {fault.found.strip()}" if fault.found else ""
    return f"{fault.what}{found} ({fault.where})"


def unfinished(work: Build) -> Iterator[str]:
    """Stages that did not finish or whose inputs changed since, and results altered by hand."""
    for state in pipeline.status(work):
        if state.n_current < state.n_tasks:
            done = f"{state.n_current} of {state.n_tasks}"
            yield f"stage {state.stage.name}: {done} tasks are current"
    for path in pipeline.altered(work, ("store", "render")):
        yield f"{path}: not as the build left it"


def disagreeing(layout: Layout) -> Iterator[str]:
    """Tables of the catalogue that break its promises."""
    with duckdb.connect(str(layout.database), read_only=True) as connection:
        try:
            checks.check(connection, str(layout.database))
        except StoreError as fault:
            yield f"{fault.what}: {fault.wanted}; {fault.found}"


def uncounted(layout: Layout) -> Iterator[str]:
    """Files that SHA256SUMS does not list, or not as they are; on the site too."""
    listed = _checksums(layout.downloads / CHECKSUMS)
    for folder in (layout.downloads, layout.site / "download"):
        for name, wanted in listed.items():
            file = folder / name
            if not file.is_file():
                yield f"{file}: missing, and {CHECKSUMS} lists it"
            elif _sha256(file) != wanted:
                yield f"{file}: not as {CHECKSUMS} says"
    names = (p.relative_to(layout.downloads) for p in layout.downloads.rglob("*") if p.is_file())
    for name in sorted(each.as_posix() for each in names):
        if name not in listed and name != CHECKSUMS:
            yield f"{layout.downloads / name}: not in {CHECKSUMS}"


def _checksums(path: Path) -> dict[str, str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {name: digest for digest, _, name in (line.partition("  ") for line in lines)}


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def broken_links(layout: Layout) -> Iterator[str]:
    """Links of the site that lead nowhere, and names that publishing needs for itself."""
    for name in sorted(ADDED):
        if (layout.site / name).exists():
            yield f"{layout.site / name}: publishing makes a file of this name itself"
    try:
        links.check(layout.site)
    except CatalogError as fault:
        yield from (line.strip() for line in fault.found.splitlines() if line.strip())


def over_budget(layout: Layout) -> Iterator[str]:
    """Pages that weigh more than they may."""
    yield from budgets.faults(layout.site)


def without_banner(layout: Layout) -> Iterator[str]:
    """Pages of a simulated release that do not say so."""
    with Catalogue(layout.database) as catalogue:
        simulated = catalogue.release().simulated
    for page in sorted(layout.site.rglob("*.html")) if simulated else ():
        text = page.read_text(encoding="utf-8")
        said = "simulated" in text.lower() and (_BANNER in text or _LEADS_ON in text)
        if not said:
            yield f"{page}: does not say that its spectra are simulated"


def other_objects(layout: Layout) -> Iterator[str]:
    """Objects of the site that are not those of the catalogue."""
    with Catalogue(layout.database) as catalogue:
        known = {each.slug: each.target_id for each in catalogue.outliers()}
        withdrawn = {each.slug for each in catalogue.withdrawn()}
    folder = layout.site / "objects"
    pages = {each.name: each / "index.html" for each in folder.iterdir() if each.is_dir()}
    for slug in sorted(known.keys() - pages.keys()):
        yield f"{known[slug]}: has no page, objects/{slug}/"
    for slug in sorted(pages.keys() & known.keys()):
        if known[slug] not in html.unescape(pages[slug].read_text(encoding="utf-8")):
            yield f"objects/{slug}/: does not name its object, {known[slug]}"
    for slug in sorted(pages.keys() - known.keys() - withdrawn):
        yield f"objects/{slug}/: the catalogue has no such object"
    told = json.loads((layout.site / _INDEX).read_text(encoding="utf-8"))["columns"]
    listed = dict(zip(told["slug"], told["target_id"], strict=True))
    for slug in sorted(known.keys() | listed.keys()):
        if known.get(slug) != listed.get(slug):
            yield f"{_INDEX}: {slug} is {listed.get(slug)}, in the catalogue {known.get(slug)}"


def uncitable(layout: Layout) -> Iterator[str]:
    """Parts that the citation of a real release lacks; a simulated one is for nobody to cite."""
    with Catalogue(layout.database) as catalogue:
        if catalogue.release().simulated:
            return
        citation, authors = catalogue.citation(), catalogue.authors()
    given = {"authors": authors, "date": citation.date, "version": citation.version,
             "doi": citation.doi}  # fmt: skip
    for key, value in given.items():
        if not value:
            yield f"citation.{key} in the recipe: not given, and the release is a real one"


def unknown_code(layout: Layout) -> Iterator[str]:
    """Code that nobody can look up, since it was changed after its last commit."""
    with Catalogue(layout.database) as catalogue:
        made = catalogue.provenance()
    if made.code_dirty:
        yield (
            f"the code was changed after commit {made.code_commit[:12] or 'unknown'}: commit it, "
            "and build again"
        )


CHECKS: tuple[Callable[[Layout], Iterator[str]], ...] = (
    disagreeing,
    uncounted,
    broken_links,
    over_budget,
    without_banner,
    other_objects,
    uncitable,
    unknown_code,
)
