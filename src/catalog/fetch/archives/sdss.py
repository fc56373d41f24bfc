"""SDSS's Science Archive Server: https://www.sdss.org/dr17/data_access/bulk/."""

from catalog.fetch.archives import Archive

_SERVER = "https://data.sdss.org/sas/"


def _plates(release: str) -> dict[str, str]:
    """Spectra of BOSS and eBOSS (`v5_13_2/...`) are apart from those before (`26/...`)."""
    return {
        "v5_": f"{_SERVER}{release}/eboss/spectro/redux/",
        "": f"{_SERVER}{release}/sdss/spectro/redux/",
    }


ARCHIVE = Archive(
    title="SDSS",
    releases={
        "dr16": _plates("dr16"),
        "dr17": _plates("dr17"),
        "dr18": {"": f"{_SERVER}dr18/spectro/boss/redux/"},
        "dr19": {"": f"{_SERVER}dr19/spectro/boss/redux/"},
    },
    checksums={".sha1sum": "sha1"},
)
