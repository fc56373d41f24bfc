"""Names of objects after the rules of the IAU: an acronym, and a position that is cut, not rounded.

Source: Specifications concerning designations for astronomical radiation sources outside the solar
system, IAU Commission 5 (cdsweb.unistra.fr/Dic/iau-spec.html): `Acronym JHHMMSS.ss+DDMMSS.s`, the
sign always present, coordinates truncated, names never altered afterwards; where a name would not
be unique in its list, letters follow.
"""

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from string import ascii_lowercase

SIMULATED = "SIM-"
"""Begins the acronym of every simulated object, so that none is taken for a real one."""


def acronym(chosen: str, *, simulated: bool) -> str:
    """Give the first word of the objects' names."""
    return f"{SIMULATED}{chosen}" if simulated else chosen


def designation(ra: float, dec: float, first: str) -> str:
    """Name a position.

    Exact fractions are cut, not products of floats, which may be a hair less than what they name.

    Parameters
    ----------
    ra, dec : float
        Degrees, ICRS; any right ascension, as it is taken modulo 360.
    first : str
        The acronym.

    Raises
    ------
    ValueError
        If the position is not finite, or the declination beyond a pole.
    """
    if not (math.isfinite(ra) and math.isfinite(dec) and abs(dec) <= 90):
        raise ValueError(f"no position: right ascension {ra}, declination {dec}")
    ticks = int(Fraction(ra) % 360 * 24_000)  # of 0.01 s
    tenths = int(abs(Fraction(dec)) * 36_000)  # of 0.1 arcsec
    minutes, hundredths = divmod(ticks, 6000)
    arcminutes, rest = divmod(tenths, 600)
    sign = "-" if math.copysign(1.0, dec) < 0 else "+"
    return (
        f"{first} J{minutes // 60:02d}{minutes % 60:02d}{hundredths // 100:02d}."
        f"{hundredths % 100:02d}{sign}{arcminutes // 60:02d}{arcminutes % 60:02d}"
        f"{rest // 10:02d}.{rest % 10}"
    )


def slug_of(name: str) -> str:
    """Give the address of a named object: `PSA J123456.78-012345.6` is at `j123456.78m012345.6`.

    A plus sign in an address is read as a blank by much software, so `p` and `m` stand for signs.
    """
    position = name.rpartition(" ")[2].lower()
    return position.replace("+", "p").replace("-", "m")


def identifier_slug(target_id: str) -> str:
    """Write an identifier with letters, digits and hyphens only.

    Where it has other characters, part of its digest keeps two that look alike apart.
    """
    plain = re.sub(r"[^a-z0-9]+", "-", target_id.lower()).strip("-")
    if plain != target_id:
        plain = f"{plain}-{hashlib.sha256(target_id.encode()).hexdigest()[:8]}".lstrip("-")
    return plain


def assign(
    keys: Sequence[tuple[str, str]],
    positions: Iterable[tuple[float, float]],
    first: str,
    kept: Mapping[tuple[str, str], str],
) -> list[str]:
    """Name all objects of a release, no two alike.

    An object that has a name keeps it, although its coordinates were measured anew. Those that
    would share a name with another get letters, in the order of their keys: the name itself stays
    with nobody, so that it cannot be taken for one of them, unless an earlier release gave it.

    Parameters
    ----------
    keys : sequence of (survey, target_id)
        Each once.
    positions : iterable of (ra, dec)
        Degrees, ICRS, one per key; not-a-number where the survey gives none.
    first : str
        The acronym.
    kept : mapping
        Names that earlier releases gave, also to objects that are not in this one.

    Returns
    -------
    list of str
        One name per key; empty where there is no position.
    """
    names = [kept.get(key, "") for key in keys]
    taken = {slug_of(name) for name in kept.values() if name}  # addresses leave the acronym out
    wanted: dict[str, list[int]] = {}
    for i, (ra, dec) in enumerate(positions):
        if not names[i] and math.isfinite(ra) and math.isfinite(dec):
            wanted.setdefault(designation(ra, dec, first), []).append(i)
    for plain, rows in wanted.items():
        free = _free(plain, taken, alone=len(rows) == 1)
        for i, name in zip(sorted(rows, key=lambda i: keys[i]), free, strict=False):
            names[i] = name
            taken.add(slug_of(name))
    return names


def _free(plain: str, taken: set[str], *, alone: bool) -> Iterable[str]:
    """Give names for one position that nobody has: the plain one, or with letters a, b, c ..."""
    if alone and not {slug_of(plain), slug_of(f"{plain}a")} & taken:
        yield plain
        return
    for letters in _letters():
        if slug_of(f"{plain}{letters}") not in taken:
            yield f"{plain}{letters}"


def _letters() -> Iterable[str]:
    yield from ascii_lowercase
    for first in _letters():
        for last in ascii_lowercase:
            yield first + last
