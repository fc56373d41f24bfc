"""Addresses of other people's pages about a position; every link out is written here.

Signs are explicit and `+` is escaped, because several services read a bare `+` as a space.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from catalog.cutouts.address import VIEWER

FALLBACK_LAYER = "unwise-neo11"
"""A layer of the same viewer that covers the whole sky: the infrared of unWISE."""

_CREDITS = (
    ("ls-", "Legacy Surveys / D. Lang (Perimeter Institute)"),
    ("unwise", "unWISE / NASA/JPL-Caltech / D. Lang (Perimeter Institute)"),
    ("sdss", "SDSS, by way of the Legacy Surveys' viewer"),
)


@dataclass(frozen=True)
class Service:
    """A service that answers for a position: `address` takes ra and dec in degrees."""

    name: str
    what: str
    address: Callable[[float, float], str]


def _pair(ra: float, dec: float, joint: str = "%20") -> str:
    return f"{ra:.6f}{joint}{quote(f'{dec:+.6f}')}"


SERVICES = (
    Service(
        "SIMBAD",
        "names and literature within 5″",
        lambda ra, dec: (
            "https://simbad.cds.unistra.fr/simbad/sim-coo?Coord="
            f"{ra:.6f}d{quote(f'{dec:+.6f}')}d&CooFrame=ICRS&CooEpoch=2000&CooEqui=2000"
            "&Radius=5&Radius.unit=arcsec"
        ),
    ),
    Service(
        "NED",
        "extragalactic data within 5″",
        lambda ra, dec: (
            "https://ned.ipac.caltech.edu/conesearch?search_type=Near%20Position%20Search"
            f"&in_csys=Equatorial&in_equinox=J2000&ra={ra:.6f}d&dec={quote(f'{dec:+.6f}')}d"
            "&radius=0.0833&Z_CONSTRAINT=Unconstrained"
        ),
    ),
    Service(
        "VizieR",
        "every catalogue within 5″",
        lambda ra, dec: f"https://vizier.cds.unistra.fr/viz-bin/VizieR?-c={_pair(ra, dec)}&-c.rs=5",
    ),
    Service(
        "Aladin Lite",
        "images at all wavelengths",
        lambda ra, dec: (
            f"https://aladin.cds.unistra.fr/AladinLite/?target={_pair(ra, dec)}&fov=0.08"
        ),
    ),
    Service(
        "ESASky",
        "the sky from space",
        lambda ra, dec: (
            f"https://sky.esa.int/?target={_pair(ra, dec)}&hips=DSS2+color&fov=0.1&cooframe=J2000"
        ),
    ),
    Service(
        "ADS",
        "papers on what lies within 5″",
        lambda ra, dec: (
            "https://ui.adsabs.harvard.edu/search?q="
            + quote(f'object:"{ra:.6f} {dec:+.6f}:0.0014"', safe="")
        ),
    ),
)


def survey_page(template: str, values: Mapping[str, Any]) -> str:
    """Address a survey's own page of one spectrum.

    Parameters
    ----------
    template : str
        `https://` address with `{name}` where a value goes, never in the host.
    values : mapping
        What is known of the spectrum, by name. Each value is escaped to stay in its place.

    Returns
    -------
    str
        Empty where the template needs a value that is missing, or is no such address.
    """
    if not _TEMPLATE.fullmatch(template):
        return ""
    told = {name: quote(str(value), safe="") for name, value in values.items()}
    names = set(_PLACE.findall(template))
    if not all(told.get(name) for name in names):
        return ""
    return _PLACE.sub(lambda place: told[place[1]], template)


_PLACE = re.compile(r"\{(\w+)\}")
_TEMPLATE = re.compile(r"https://[a-z0-9.-]+/(?:[^{}\s\"'<>]|\{\w+\})*")


def credit(layer: str) -> str:
    """Say whom a layer's images are from."""
    known = (words for start, words in _CREDITS if layer.startswith(start))
    return next(known, f"layer {layer} of the Legacy Surveys' viewer")


def sky_viewer(ra: float, dec: float, layer: str) -> str:
    """Address the Legacy Surveys sky viewer with the position marked."""
    return (
        f"{VIEWER}/viewer/?ra={ra:.6f}&dec={dec:.6f}&layer={quote(layer)}&zoom=16"
        f"&mark={ra:.6f},{dec:.6f}"
    )
