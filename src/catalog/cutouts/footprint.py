"""Where the Legacy Surveys have certainly no image, so that none need be asked for."""

from math import asin, cos, degrees, radians, sin

POLE = (192.85948, 27.12825)
"""Right ascension and declination of the north Galactic pole, degrees, ICRS (Hipparcos catalogue,
ESA SP-1200, volume 1, section 1.5.3)."""

NEVER_LATITUDE = 10.0
"""Degrees. The surveys are bounded by galactic latitudes beyond 18, approximately
(legacysurvey.org/dr8/description; DESI's own pages write 15), and later releases added fields
beyond. Within 10 we take it that there is no image."""


def galactic_latitude(ra: float, dec: float) -> float:
    """Give the Galactic latitude of a position, degrees; ra and dec in degrees, ICRS."""
    pole_ra, pole_dec = map(radians, POLE)
    at_ra, at_dec = radians(ra), radians(dec)
    sine = sin(at_dec) * sin(pole_dec) + cos(at_dec) * cos(pole_dec) * cos(at_ra - pole_ra)
    return degrees(asin(max(-1.0, min(1.0, sine))))


def is_outside(ra: float, dec: float, layer: str) -> bool:
    """Tell whether a layer certainly has no image of a position; False where that is not known."""
    return layer.startswith("ls-") and abs(galactic_latitude(ra, dec)) < NEVER_LATITUDE
