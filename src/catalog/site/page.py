"""What a page type is, and what every page shows around its own content."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from catalog.cutouts.address import VIEWER
from catalog.site import feed, structured
from catalog.site.atlas import Atlas
from catalog.store.records import Outlier

NAVIGATION = (
    ("Explore", "explore/index.html"),
    ("Map", "map/index.html"),
    ("Categories", "categories/index.html"),
    ("Methods", "methods/index.html"),
    ("How well", "how-well/index.html"),
    ("Download", "download/index.html"),
)


@dataclass(frozen=True)
class Door:
    """A link of the header; `here` marks the page that the visitor is on."""

    title: str
    address: str
    here: bool


@dataclass(frozen=True)
class Frame:
    """What every page has: its title, its way back to the root, the release, and its policy.

    Attributes
    ----------
    root
        Relative path from the page to the site's root, with its final slash; empty at the root.
    policy
        Content-Security-Policy. No inline script or style, and no other host, except the images of
        the Legacy Surveys where the recipe offers them.
    canonical, card
        Full addresses of the page and of the picture that stands for it; empty where the recipe
        does not tell where the site is published, or the page has no picture.
    feed
        Path of the Atom feed below the site's root; empty where there is none.
    latent
        Whether the release tells what its latent space means, on pages of their own.
    structured
        What the page is about, for machines: JSON-LD, safe inside a `script` element; may be empty.
    """

    title: str
    description: str
    root: str
    release_title: str
    release_name: str
    software_version: str
    simulated: bool
    model_from_simulation: bool
    doors: tuple[Door, ...]
    policy: str
    canonical: str
    card: str
    feed: str
    latent: bool
    structured: Markup


@dataclass(frozen=True)
class Sheet:
    """One HTML file to be: its path below the site's root, its context, its data files.

    A data file is text, written as UTF-8, or bytes, written as they are.
    """

    path: str
    context: Any
    data: Mapping[str, str | bytes] = field(default_factory=dict)


@dataclass(frozen=True)
class Draft:
    """A page that is drawn only where what it is made from has changed since the last rendering.

    Attributes
    ----------
    path
        Of its HTML file, below the site's root; all its files are in that file's folder.
    sources
        Everything that it shows and that not all pages of the release share, in a fixed order.
    draw
        Makes it.
    """

    path: str
    sources: tuple[Any, ...]
    draw: Callable[[], Sheet]


@dataclass(frozen=True)
class Page:
    """A page type: one file in `catalog.site.pages` defines one.

    Attributes
    ----------
    template
        File in `site_templates`.
    context
        The frozen dataclass whose fields the template uses, every one of them.
    sheets
        The atlas and all its objects -> the pages.
    drafts
        The same for a page type of which every object has one: called with part of the objects at
        a time, in any process. A page type has either `sheets` or `drafts`.
    """

    template: str
    context: type
    sheets: Callable[[Atlas, Sequence[Outlier]], Iterator[Sheet]] | None = None
    drafts: Callable[[Atlas, Sequence[Outlier]], Iterator[Draft]] | None = None


def _policy(atlas: Atlas) -> str:
    images = f" {VIEWER}" if atlas.cutouts else ""
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src 'self' data:{images}; base-uri 'none'; form-action 'self'"
    )


def frame(
    atlas: Atlas,
    path: str,
    title: str,
    description: str,
    card: str = "",
    *,
    about: structured.Entity | None = None,
) -> Frame:
    """Make the frame of the page at `path`.

    `card` is the path of its picture, if it has one; `about` tells machines what the page is about,
    and goes there with the way that leads to it.
    """
    return Frame(
        title=title,
        description=description,
        root="../" * path.count("/"),
        release_title=atlas.release.title,
        release_name=atlas.release.name,
        software_version=atlas.release.software_version,
        simulated=atlas.release.simulated,
        model_from_simulation=atlas.model.trained_on_simulated and not atlas.release.simulated,
        doors=tuple(Door(name, address, address == path) for name, address in NAVIGATION),
        policy=_policy(atlas),
        canonical=f"{atlas.address}{path.removesuffix('index.html')}" if atlas.address else "",
        card=f"{atlas.address}{card}" if atlas.address and card else "",
        feed=feed.PATH if atlas.has_feed else "",
        latent=bool(atlas.dimensions),
        structured=structured.block(about, structured.breadcrumbs(atlas, path, title)),
    )
