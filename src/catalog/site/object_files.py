"""The files beside an object's page: its numbers, what is known of it, its pictures, its links."""

from collections.abc import Sequence

from catalog.site import images
from catalog.site.atlas import Atlas
from catalog.site.attention import attention_json
from catalog.site.datalink import Link, datalink
from catalog.site.envelope import is_long
from catalog.site.gathered import Gathered
from catalog.site.object_json import object_json
from catalog.site.sky import survey_address
from catalog.store.records import Outlier

NUMBERS, KNOWN, LINKS, CARD = "data.json", "object.json", "datalink.xml", "card.png"
ATTENTION = "attention.json"
_TOLD = {
    NUMBERS: ("#this", "Spectrum, inverse variance, reconstruction and expected spectrum",
              "application/json"),
    KNOWN: ("#auxiliary", "What is known of the object: scores, reasons, neighbours",
            "application/json"),
    ATTENTION: ("#auxiliary", "Where the model looked in the spectrum", "application/json"),
    CARD: ("#preview", "Spectrum over its reconstruction", "image/png"),
    images.NAME: ("#preview", "Image of the sky around the object", "image/jpeg"),
}  # fmt: skip
"""DataLink's word for each file, what it is, and its type."""
_OUTLINE = (
    "#auxiliary",
    "How the spectrum's bins are cut into overview.bin and bins-NN.bin beside this file",
    "application/json",
)
"""Of a long spectrum, whose bins are not in that file."""


def files_of(
    atlas: Atlas, each: Outlier, gathered: Gathered, numbers: str, card: bytes
) -> dict[str, str | bytes]:
    """Make an object's files, by name.

    Parameters
    ----------
    numbers : str
        The spectrum as JSON; empty where the catalogue holds none.
    card : bytes
        The picture that stands for the page elsewhere; empty where there is none.

    Returns
    -------
    dict
        `datalink.xml` is among them only where the site knows its own address: it names no others.
    """
    made: dict[str, str | bytes] = {}
    if numbers:
        made[NUMBERS] = numbers
    if card:
        made[CARD] = card
    if gathered.attention is not None:
        made[ATTENTION] = attention_json(gathered.attention, each.target_id)
    image = [images.NAME] if gathered.cutout is not None else []
    names = sorted([*made, *image, "index.html", *([LINKS] if atlas.address else [])])
    made[KNOWN] = object_json(atlas, each, gathered, names)
    if atlas.address:
        made[LINKS] = datalink(atlas.name_of(each), _links(atlas, each, made, image))
    return made


def _links(
    atlas: Atlas, each: Outlier, files: dict[str, str | bytes], others: Sequence[str]
) -> list[Link]:
    at = f"{atlas.address}objects/{each.slug}/"
    known = {**_TOLD, NUMBERS: _OUTLINE} if is_long(atlas.wave.size) else _TOLD
    found = [
        Link(f"{at}{name}", semantics, told, kind, _size(files[name]) if name in files else None)
        for name, (semantics, told, kind) in known.items()
        if name in files or name in others
    ]
    found.append(Link(at, "#documentation", "The object's page", "text/html"))
    progenitor = survey_address(atlas, each)
    if progenitor:
        told = f"The spectrum as {atlas.survey_name(each.survey)} shows it"
        found.append(Link(progenitor, "#progenitor", told, "text/html"))
    return found


def _size(content: str | bytes) -> int:
    return len(content if isinstance(content, bytes) else content.encode("utf-8"))
