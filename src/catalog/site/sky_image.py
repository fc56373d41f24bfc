"""The image of the sky that the site itself carries of an object, with its cross and scale bar."""

from dataclasses import dataclass

from catalog.site import images, sky_links
from catalog.store.release_records import Cutout

BAR_ARCSEC = 10
INFRARED = "unwise"


@dataclass(frozen=True)
class SkyImage:
    """An image beside the page: size in pixels, width on the sky in arcsec, length of the bar.

    `bar` is in pixels, of `bar_arcsec`; `date` is when it was fetched.
    """

    file: str
    width: int
    height: int
    arcsec: str
    bar: str
    bar_arcsec: int
    kind: str
    credit: str
    date: str


def sky_image(cutout: Cutout) -> SkyImage:
    """Tell how to show an image."""
    return SkyImage(
        file=images.NAME,
        width=cutout.width,
        height=cutout.height,
        arcsec=f"{cutout.width * cutout.pixscale:.0f}",
        bar=f"{BAR_ARCSEC / cutout.pixscale:.1f}",
        bar_arcsec=BAR_ARCSEC,
        kind="infrared light" if cutout.layer.startswith(INFRARED) else "visible light",
        credit=sky_links.credit(cutout.layer),
        date=cutout.date,
    )
