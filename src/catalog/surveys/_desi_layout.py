"""DESI's file names -> shards: each coadd (or spectra) file with the redrock file of its folder.

Healpix layout: `healpix/{phase}/{program}/{pix//100}/{pix}/coadd-{phase}-{program}-{pix}.fits`.
Tile layout: `tiles/cumulative/{tile}/{night}/coadd-{petal}-{tile}-thru{night}.fits`.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from catalog.errors import SurveyError
from catalog.surveys import Shard
from catalog.surveys._files import matched

_NAME = re.compile(r"(?P<kind>coadd|spectra|redrock)-(?P<stem>.+?)\.fits(?:\.gz)?")


def discover(paths: Sequence[Path]) -> tuple[Shard, ...]:
    """Pair each coadd or spectra file with the redrock file beside it, where there is one.

    Parameters
    ----------
    paths : sequence of Path
        Files that match the recipe's patterns. A redrock file need not be among them.

    Returns
    -------
    tuple of Shard
        In the order of the paths. A coadd without redrock makes a shard of one file: its spectra
        have no redshift, which `read` flags.

    Raises
    ------
    SurveyError
        If a redrock file comes without its coadd, if a file is of another kind, or if two files
        would make shards of the same name.
    """
    known = {path: _parse(path) for path in paths}
    shards: dict[str, Shard] = {}
    paired: set[Path] = set()
    for path, (kind, stem) in known.items():
        if kind == "redrock":
            continue
        redrock = _redrock_of(path, stem)
        paired.update(redrock)
        shard = Shard(_shard_name(kind, stem), (path, *redrock))
        if shard.name in shards:
            raise _same_name(shard.name, shards[shard.name].files[0], path)
        shards[shard.name] = shard
    for path, (kind, stem) in known.items():
        if kind == "redrock" and path not in paired:
            raise _lonely(path, stem)
    for lonely in _redrocks_around(paths):
        if not _has_spectra(lonely):
            raise _lonely(lonely, _parse(lonely)[1])
    return tuple(shards.values())


def _redrocks_around(paths: Sequence[Path]) -> list[Path]:
    """Find redrock files beside the given ones, also in the folders of their program's pixels.

    A pattern of coadds alone does not match the redrock file of a coadd that was lost.
    """
    programs = {p.parents[2] for p in paths if _in_pixel_folder(p)}
    folders = {p.parent for p in paths if not _in_pixel_folder(p)}
    found = {r for folder in programs for r in folder.glob("*/*/redrock-*.fits*")}
    return sorted(found | {r for folder in folders for r in folder.glob("redrock-*.fits*")})


def _in_pixel_folder(path: Path) -> bool:
    """Whether a file lies in `{pix//100}/{pix}/`, as the healpix layout has it."""
    pixel, hundred = path.parent.name, path.parent.parent.name
    return pixel.isdigit() and hundred == str(int(pixel) // 100)


def _has_spectra(redrock: Path) -> bool:
    stem = redrock.name.removeprefix("redrock-").removesuffix(".gz").removesuffix(".fits")
    kinds = ("coadd", "spectra")
    beside = (p for kind in kinds for p in redrock.parent.glob(f"{kind}-{stem}.fits*"))
    return any(path.is_file() for path in beside)


def is_redrock(path: Path) -> bool:
    """Whether a file holds redshifts rather than spectra, by its name."""
    return path.name.startswith("redrock-")


def healpix_names(path: Path) -> tuple[str, str]:
    """Survey phase and program in a healpix file's name; empty texts for a tile file."""
    kind_stem = _NAME.fullmatch(path.name)
    parts = kind_stem["stem"].split("-") if kind_stem else []
    healpix = len(parts) == 3 and parts[0].isalnum() and not parts[0].isdigit()
    return (parts[0], parts[1]) if healpix else ("", "")


def _parse(path: Path) -> tuple[str, str]:
    """Kind and stem of a file name: `coadd-sv3-dark-26065.fits` -> (`coadd`, `sv3-dark-26065`)."""
    match = matched(
        _NAME,
        path,
        "a file is not one of DESI's spectra files",
        wanted="coadd-*.fits, spectra-*.fits or redrock-*.fits, or .fits.gz",
        todo="narrow the recipe's patterns, for example to **/coadd-*.fits",
    )
    return match["kind"], match["stem"]


def _redrock_of(path: Path, stem: str) -> tuple[Path, ...]:
    beside = (path.with_name(f"redrock-{stem}.fits"), path.with_name(f"redrock-{stem}.fits.gz"))
    return next(((redrock,) for redrock in beside if redrock.is_file()), ())


def _shard_name(kind: str, stem: str) -> str:
    """`spectra` stays in the name, so that a pixel's coadd and spectra can both be read."""
    text = f"desi-{stem}" if kind == "coadd" else f"desi-{kind}-{stem}"
    return re.sub(r"[^A-Za-z0-9._+-]", "-", text)


def _same_name(name: str, first: Path, second: Path) -> SurveyError:
    return SurveyError(
        "two files would make the same shard",
        where=second,
        wanted="file names that differ",
        found=f"{first} is {name} already",
        todo="read one of the two, or build them as two releases",
    )


def _lonely(path: Path, stem: str) -> SurveyError:
    return SurveyError(
        "a redrock file comes without its spectra",
        where=path,
        wanted=f"coadd-{stem}.fits or spectra-{stem}.fits in the same folder, matched too",
        found="neither of them there, or neither matched by the recipe's patterns",
        todo="download the coadd, let a pattern match it, or leave the redrock file out",
    )
