"""DESI's public data: https://data.desi.lbl.gov/doc/organization/."""

from catalog.fetch.archives import Archive

_PUBLIC = "https://data.desi.lbl.gov/public/"


def _redrock(name: str) -> tuple[tuple[str, ...], ...]:
    """Name a coadd's or spectra file's redshifts: without them, no spectrum is scored."""
    kind, _, stem = name.partition("-")
    if kind not in {"coadd", "spectra"}:
        return ()
    bare = stem.removesuffix(".gz")
    return ((f"redrock-{bare}", f"redrock-{bare}.gz"),)


ARCHIVE = Archive(
    title="DESI",
    releases={
        "edr": {"": f"{_PUBLIC}edr/spectro/redux/fuji/"},
        "dr1": {"": f"{_PUBLIC}dr1/spectro/redux/iron/"},
    },
    checksums={".sha256sum": "sha256"},
    beside=_redrock,
)
