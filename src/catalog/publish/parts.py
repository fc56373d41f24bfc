"""Files that a host does not take whole: numbered parts, a page that says how to join them."""

import hashlib
import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from catalog.errors import PublishError
from catalog.publish import moved, tree
from catalog.publish.hosts import Host
from catalog.publish.moved import DOWNLOADS
from catalog.site import links
from catalog.site.reuse import link_or_copy
from catalog.site.templating import fill

PAGE = ".parts.html"
_BLOCK = 2**20
_LINK = re.compile(r"<a\b[^>]*>")
_HREF = re.compile(r'(\shref=")([^"]*)(")')
_SAVE = re.compile(r'\sdownload(?:="[^"]*")?(?=[\s>])')


@dataclass(frozen=True)
class Part:
    """One part of a file."""

    name: str
    n_bytes: int


@dataclass(frozen=True)
class PartsContext:
    """Everything that `parts.html` shows."""

    style: str
    atlas: str
    simulated: bool
    name: str
    n_bytes: int
    sha256: str
    parts: tuple[Part, ...]
    back: str


def too_large(site: Path, host: Host) -> tuple[str, ...]:
    """Name the files of a site that a host does not take whole.

    Raises
    ------
    PublishError
        If one of them is no download: a page would lack it, and parts of it are of no use there.
    """
    limit = host.file_bytes
    if limit is None:
        return ()
    found = tuple(name for name, file in tree.files(site) if file.stat().st_size > limit)
    pages = [name for name in found if not name.startswith(DOWNLOADS) or name.endswith(".html")]
    if pages:
        raise PublishError(
            f"{host.title} does not take {'these files' if len(pages) > 1 else 'this file'}",
            where=site,
            wanted=f"files of at most {limit:,} bytes ({host.source})",
            found=", ".join(pages),
            todo="publish fewer objects (site.n_objects in the recipe), or choose another host",
        )
    return found


@dataclass(frozen=True)
class Fit:
    """How a site is made fit for a host.

    `split` names the files that become parts; `moved` gives the addresses of those that lie
    elsewhere; `own` is the site's own address, empty where it is not known.
    """

    split: tuple[str, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    own: str = ""


def divide(site: Path, to: Path, fit: Fit, host: Host, *, simulated: bool) -> None:
    """Put a site below `to`, some of its files in parts or left out, and links led to them.

    Raises
    ------
    SiteError
        If a link then leads nowhere.
    """
    limit = host.file_bytes or 0
    for name, file in tree.files(site):
        if name in fit.moved:
            continue
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        if name in fit.split:
            _divide_file(name, file, to, limit, simulated=simulated)
        elif not (name.endswith(".html") and _rewrite(name, file, to, fit)):
            link_or_copy(file, to / name)
    links.check(to)


def _divide_file(name: str, file: Path, to: Path, limit: int, *, simulated: bool) -> None:
    made: list[Part] = []
    whole = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(min(_BLOCK, limit)):
            part = Path(f"{to / name}.part-{len(made) + 1:03d}")
            with part.open("wb") as output:
                while block:
                    whole.update(block)
                    output.write(block)
                    block = stream.read(min(_BLOCK, limit - output.tell()))
            made.append(Part(part.name, part.stat().st_size))
    root = "../" * name.count("/")
    depth = name.count("/") - DOWNLOADS.count("/")
    context = PartsContext(
        root, f"{root}index.html", simulated, file.name, file.stat().st_size, whole.hexdigest(),
        tuple(made), f"{'../' * depth}index.html",
    )  # fmt: skip
    tree.write_text(Path(f"{to / name}{PAGE}"), fill("published/parts.html", context))


def _rewrite(name: str, file: Path, to: Path, fit: Fit) -> bool:
    """Write a page whose links lead to files in parts, or elsewhere; False where it has none."""
    text = file.read_text(encoding="utf-8")
    page = PurePosixPath(name)

    def led(found: re.Match[str]) -> str:
        address = html.unescape(found[2])
        path, mark, rest = address.partition("#")
        wanted = "" if links.is_elsewhere(address) else links.target(page, path)[0]
        if wanted not in fit.split and wanted not in fit.moved:
            return found[0]
        led = fit.moved.get(wanted) or path + PAGE + mark + rest
        return f"{found[1]}{html.escape(led)}{found[3]}"

    def anchor(found: re.Match[str]) -> str:
        tag = _HREF.sub(led, found[0])
        return _SAVE.sub("", tag) if tag != found[0] else tag

    rewritten = moved.renamed(_LINK.sub(anchor, text), fit.moved, fit.own)
    if rewritten == text:
        return False
    tree.write_text(to / name, rewritten)
    return True
