"""Where an object is on the sky: its image, the links out, and what no image can be expected of."""

from dataclasses import dataclass
from typing import Any

from catalog.cutouts.address import cutout
from catalog.cutouts.footprint import NEVER_LATITUDE, galactic_latitude
from catalog.site import sky_links
from catalog.site.atlas import Atlas
from catalog.site.object_facts import Fact, is_told
from catalog.store.records import Outlier

SELDOM_LATITUDE = 18.0
SELDOM_DECLINATION = 84.0
"""Limits of the Legacy Surveys, degrees. They are bounded by galactic latitudes beyond 18 and
declinations up to +84, approximately (legacysurvey.org/dr8/description; DESI's own pages write 15
for 18), and later releases added fields beyond."""


@dataclass(frozen=True)
class Image:
    """A picture of the sky to ask for: what it is called, where it is, who is to be thanked."""

    title: str
    address: str
    credit: str


@dataclass(frozen=True)
class Sky:
    """Where the object is, and what other services show there.

    `images` are in the order in which to offer them, and none where the recipe offers no images;
    `doubt` says why the first may be blank, or why there is only the other.
    """

    images: tuple[Image, ...]
    doubt: str
    viewer: str
    links: tuple[Fact, ...]


def footprint(ra: float, dec: float) -> tuple[bool, str]:
    """Say whether the Legacy Surveys have an image of a position.

    Parameters
    ----------
    ra, dec : float
        Degrees, ICRS.

    Returns
    -------
    outside : bool
        True where they certainly have none.
    doubt : str
        A sentence that says so, or why there may be none; empty where nothing speaks against one.
    """
    latitude = abs(galactic_latitude(ra, dec))
    from_plane = f"It lies {latitude:.0f}° from the Galactic plane"
    if latitude < NEVER_LATITUDE:
        return True, (
            f"{from_plane}, well inside the 18° or so that the Legacy Surveys keep away from it: "
            "they have no image of it."
        )
    if latitude < SELDOM_LATITUDE:
        return False, (
            f"{from_plane}. The Legacy Surveys keep about 18° away from it, with exceptions, so "
            "their image may be blank."
        )
    if dec > SELDOM_DECLINATION:
        return False, "The Legacy Surveys end near declination +84°: their image may be blank."
    return False, ""


def _images(ra: float, dec: float, layer: str) -> tuple[tuple[Image, ...], str]:
    fallback = sky_links.FALLBACK_LAYER
    infrared = Image("infrared", cutout(ra, dec, fallback), sky_links.credit(fallback))
    if layer == fallback:
        return (infrared,), ""
    optical = Image("visible light", cutout(ra, dec, layer), sky_links.credit(layer))
    if not layer.startswith("ls-"):
        return (optical, infrared), ""
    never, doubt = footprint(ra, dec)
    return ((infrared,) if never else (optical, infrared)), doubt


def _values(atlas: Atlas, each: Outlier) -> dict[str, Any]:
    """Give what an address of a survey may name: what is known of the object."""
    survey = atlas.surveys[each.survey]
    told = {k: v for k, v in each.extras.items() if is_told(v, atlas.columns[k])}
    return {**told, "target_id": each.target_id, "release": survey.release}


def survey_address(atlas: Atlas, each: Outlier) -> str:
    """Address the survey's own page of this very spectrum; empty where there is none."""
    survey = atlas.surveys.get(each.survey)
    if survey is None or atlas.release.simulated:
        return ""
    return sky_links.survey_page(survey.object_page, _values(atlas, each))


def _survey_pages(atlas: Atlas, each: Outlier) -> tuple[Fact, ...]:
    address = survey_address(atlas, each)
    name = f"{atlas.survey_name(each.survey)}'s own page"
    return (Fact(name, address, "of this very spectrum"),) if address else ()


def sky_of(atlas: Atlas, each: Outlier) -> tuple[Sky | None, str]:
    """Tell where an object is, or in one sentence why that cannot be told.

    Returns
    -------
    sky : Sky or None
        None for a simulated object, and for one without a position.
    no_sky : str
        The sentence; empty where there is a `sky`.
    """
    if atlas.release.simulated:
        return None, "This object is simulated: nothing is at its position, so there is no image."
    if each.ra is None or each.dec is None:
        return (
            None,
            "The survey gives no position for this object, so there is no image of it here.",
        )
    ra, dec, layer = each.ra, each.dec, atlas.cutout_layer
    images, doubt = _images(ra, dec, layer) if atlas.cutouts else ((), "")
    viewer = sky_links.sky_viewer(ra, dec, layer)
    links = (
        *_survey_pages(atlas, each),
        Fact("Sky viewer", viewer, "of the Legacy Surveys, marked"),
        *(Fact(s.name, s.address(ra, dec), s.what) for s in sky_links.SERVICES),
    )
    return Sky(images, doubt, viewer, links), ""
