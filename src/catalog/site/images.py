"""Images of the sky that the build has fetched -> the folders of their objects' pages."""

from pathlib import Path

from catalog.site.reuse import link_or_copy
from catalog.store.read import Catalogue

NAME = "cutout.jpg"
"""What an object's image is called, beside its page."""


def place(database: Path, cutouts: Path | None, site: Path) -> None:
    """Put each object's image beside its page: as the same file where the disk allows it.

    Parameters
    ----------
    database
        The catalogue, whose table `cutouts` names the images.
    cutouts
        Folder of the images; where there is none, nothing is put anywhere.
    site
        The site's folder.
    """
    if cutouts is None:
        return
    with Catalogue(database) as catalogue:
        objects = {each.target_id: each.slug for each in catalogue.outliers()}
        found = catalogue.cutouts(list(objects))
    for target, image in found.items():
        to = site / "objects" / objects[target] / NAME
        to.unlink(missing_ok=True)  # a page that was handed on brought its image along
        link_or_copy(cutouts / image.file, to)
