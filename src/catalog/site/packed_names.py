"""Names and addresses of the explorer's objects: they follow from the packed positions, nearly all.

A name is its object's position, cut; so it need not be sent beside the position. Two things keep
it from following always: the packed position is rounded, and a name is kept when a position is
measured anew. Those names are listed. `names.js` reads this.
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from catalog.store.records import Outlier

DECIMALS = 6
"""Of packed positions, degrees. A position so rounded gives another name once in about 70 times."""
_FULL_TURN = 360 * 10**DECIMALS
_POSITION = re.compile(r"j(\d{6}\.\d\d)([pm])(\d{6}\.\d)([a-z]*)")


def implied_slug(ra: int, dec: int) -> str:
    """Give the address that a packed position implies; both in whole millionths of a degree."""
    ticks = ra % _FULL_TURN * 3 // 125  # of 0.01 s
    tenths = abs(dec) * 9 // 250  # of 0.1 arcsec
    minutes, hundredths = divmod(ticks, 6000)
    arcminutes, rest = divmod(tenths, 600)
    return (
        f"j{minutes // 60:02d}{minutes % 60:02d}{hundredths // 100:02d}.{hundredths % 100:02d}"
        f"{'m' if dec < 0 else 'p'}"
        f"{arcminutes // 60:02d}{arcminutes % 60:02d}{rest // 10:02d}.{rest % 10}"
    )


def implied_name(slug: str, acronym: str) -> str:
    """Give the name that an address implies; empty where it is not made of a position."""
    found = _POSITION.fullmatch(slug)
    if not found:
        return ""
    across, sign, up, letters = found.groups()
    return f"{acronym} J{across}{'-' if sign == 'm' else '+'}{up}{letters}"


def _implied(each: Outlier) -> str:
    if each.ra is None or each.dec is None:
        return f"{each.survey}-{each.target_id}"
    scale = 10**DECIMALS
    return implied_slug(round(each.ra * scale), round(each.dec * scale))


def packed_names(objects: Sequence[Outlier]) -> dict[str, Any]:
    """Tell what names and addresses do not follow from the packed positions.

    Returns
    -------
    dict
        `acronym`: first word of the names; `slug`: address by row, where it is not the implied one;
        `name`: name by row, where neither is that; an empty one stands for survey and identifier.
    """
    first = Counter(each.name.rpartition(" ")[0] for each in objects if each.name)
    acronym = first.most_common(1)[0][0] if first else ""
    return {
        "acronym": acronym,
        "slug": {
            str(i): each.slug for i, each in enumerate(objects) if each.slug != _implied(each)
        },
        "name": {
            str(i): each.name
            for i, each in enumerate(objects)
            if each.name != implied_name(each.slug, acronym)
        },
    }
