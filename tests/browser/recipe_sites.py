"""The sites of the shipped recipes, each built when it is first asked for, and all their pages.

What a recipe is built from, and what is changed in it, is in `tests.pipeline.shipped_recipes`.
"""

import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from click.testing import CliRunner
from playwright.sync_api import Page
from tests.browser.serving import hosted
from tests.browser.waiting import PAUSE_MS
from tests.pipeline import shipped_recipes
from tests.pipeline.shipped_recipes import FEEDS, NAMES

from catalog.cli import cli

OF_STARS = ("harps", "high-resolution", "lamost", "mastar", "miles", "miles-attention")
OF_GALAXIES = tuple(name for name in NAMES if name not in OF_STARS)
"""All others."""

EVERYWHERE = {
    "", "about", "accessibility", "categories", "changes", "columns", "download", "explore",
    "for-the-survey", "how-well", "id", "map", "methods", "objects", "provenance", "use", "yours",
}  # fmt: skip
OF_LATENT_SPACE = {"latent", "latent/decoder", "latent/traversals"}
BANNER = "Simulated spectra:"
READY = {
    "explore": "#explorer.live",
    "latent/decoder": "#decoder:not([hidden])",
    "map": "#map-box canvas",
    "objects": "#figure[data-state=live]",
    "id": "#figure[data-state=live]",
}
"""What shows that a page's scripts have done their work; the others have none to wait for."""
LOOKS_AT_MOST = 500
Look = tuple[int, Literal["light", "dark"]]
LOOKS: tuple[Look, Look] = ((1440, "light"), (390, "dark"))
FAULTS = """() => ({
  "px too wide": Math.max(0, document.documentElement.scrollWidth - innerWidth),
  "headings of the first level but one": document.querySelectorAll("h1").length - 1,
  "empty headings": [...document.querySelectorAll("h1, h2, h3, h4")]
    .filter((heading) => !heading.textContent.trim()).length,
})"""


def for_everybody(names: Iterable[str]) -> list[tuple[str, str, str]]:
    """Give what axe looks at: each recipe's latent page in light, a page of an object in dark."""
    latent = [(name, "latent", "light") for name in names if FEEDS[name].has_latent_pages]
    return latent + [(name, "objects", "dark") for name in names]


@dataclass(frozen=True)
class Site:
    """A shipped recipe's site.

    Attributes
    ----------
    recipe, release, folder : Path
        The changed recipe, the folder of what it made, and that of the site.
    address : str
        Where the site is served, with the final slash.
    """

    recipe: Path
    release: Path
    folder: Path
    address: str

    @cached_property
    def told(self) -> dict[str, Any]:
        """Give all that the recipe says."""
        return tomllib.loads(self.recipe.read_text())

    @cached_property
    def expected(self) -> set[str]:
        """Give the kinds of pages that the site must have."""
        if not FEEDS[self.recipe.stem].has_latent_pages:
            return EVERYWHERE
        return (
            EVERYWHERE | OF_LATENT_SPACE | ({"latent/tracks"} if "tracks" in self.told else set())
        )

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Give a page of each kind, with its path: of objects and of identifiers, the first."""
        kinds: dict[str, str] = {}
        for page in sorted(self.folder.rglob("index.html")):
            path = page.parent.relative_to(self.folder).as_posix().removeprefix(".")
            first = path.split("/")[0]
            kinds.setdefault(first if first in {"objects", "id"} else path, path)
        return kinds

    def visit(self, page: Page, kind: str) -> None:
        """Open the page of a kind, and wait until it is all there."""
        path = f"{self.kinds[kind]}/index.html".removeprefix("/")
        page.goto(f"{self.address}{path}")
        if kind in READY:
            page.wait_for_selector(READY[kind])

    def faults(self, page: Page) -> list[str]:
        """Open a page of each kind, look at it wide and light, and narrow and dark; tell faults."""
        found = []
        for number, kind in enumerate(self.kinds):
            # Every other page begins as narrow as a phone: its scripts lay it out for that.
            looks = LOOKS if number % 2 else LOOKS[::-1]
            for place, (width, scheme) in enumerate(looks):
                page.set_viewport_size({"width": width, "height": 850})
                page.emulate_media(color_scheme=scheme)
                if place == 0:
                    self.visit(page, kind)
                for fault, number_of in _seen(page).items():
                    found += [f"{kind} at {width} px: {number_of} {fault}"] if number_of else []
            if self.told["release"]["title"] not in page.title():
                found.append(f"{kind} is called {page.title()}")
        return found


def _seen(page: Page) -> dict[str, int]:
    """Count a page's faults when it has settled: a plot follows the width of the screen late."""
    for _ in range(LOOKS_AT_MOST):
        counts: dict[str, int] = page.evaluate(FAULTS)
        if not any(counts.values()):
            break
        page.wait_for_timeout(PAUSE_MS)
    return counts


class Sites:
    """The sites, by the names of their recipes."""

    def __init__(self, folder: Path, address: str, realdata: Path) -> None:
        self.folder, self.address, self.realdata = folder, address, realdata
        self._built: dict[str, Site] = {}

    def __getitem__(self, name: str) -> Site:
        """Give a site; it is built when it is first asked for."""
        if name not in self._built:
            self._built[name] = self._build(name)
        return self._built[name]

    def _build(self, name: str) -> Site:
        recipe = shipped_recipes.write(name, self.folder / "made" / name, self.realdata)
        done = CliRunner().invoke(cli, ["build", str(recipe), "--jobs", "1"])
        assert done.exit_code == 0, done.output
        release = recipe.parent / "out" / name
        folder = self.folder / "served/atlases" / name
        (release / "site").rename(folder)
        return Site(recipe, release, folder, f"{self.address}atlases/{name}/")


@contextmanager
def opened(folder: Path, realdata: Path) -> Iterator[Sites]:
    """Serve the sites below sub-paths of one host, from below a folder."""
    (folder / "served/atlases").mkdir(parents=True)
    with hosted(folder / "served") as address:
        yield Sites(folder, address, realdata)
