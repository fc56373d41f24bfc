"""MaStar, MaNGA's stellar library: https://www.sdss.org/dr17/mastar/mastar-data-access/."""

from catalog.fetch.archives import Archive

ARCHIVE = Archive(
    title="MaStar",
    releases={
        "dr17": {"": "https://data.sdss.org/sas/dr17/manga/spectro/mastar/v3_1_1/v1_7_7/"},
    },
    checksums={".sha1sum": "sha1"},
)
