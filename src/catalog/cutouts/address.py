"""Where the Legacy Surveys' viewer serves an image: the one place that writes its address."""

from urllib.parse import quote

VIEWER = "https://www.legacysurvey.org"
"""With https and www: the bare host redirects, and a redirect would break the page's policy."""

PIXELS = 256
PIXSCALE = 0.262
"""Side of an image, and arcsec per pixel: those of the Legacy Surveys themselves. The viewer
resamples other surveys, so that every layer shows the same 67 arcsec."""


def cutout(ra: float, dec: float, layer: str) -> str:
    """Address a JPEG of 67 arcsec around a position; ra and dec in degrees, ICRS."""
    return (
        f"{VIEWER}/viewer/cutout.jpg?ra={ra:.6f}&dec={dec:.6f}&layer={quote(layer, safe='')}"
        f"&size={PIXELS}&pixscale={PIXSCALE}"
    )
