"""Numbers as a reader meets them: ranks, percentages, coordinates."""

import math
import re

VERDICTS = ("unexplained", "astrophysical", "artefact")
"""The three words that sort everything, in the order in which pages list them."""

VERDICT_SIGN = {"astrophysical": "✦", "unexplained": "?", "artefact": "✕"}
"""A sign for each, so that colour is never alone."""

VERDICT_MEANING = {
    "astrophysical": "The sky made it: something about the object itself is unusual.",
    "unexplained": "No rule of ours accounts for it. These reward a second look.",
    "artefact": "The instrument or the reduction made it, or probably did.",
}

ROLES = {
    "combined": "combined p of all ranking scores",
    "ranking": "ranking score",
    "paper": "raw score of a paper",
    "further": "further score",
    "baseline": "simpler method",
}
"""Which part a score plays, in the order in which pages list the parts."""

MISSING = "not given"
NOT_MEASURED = "could not be measured"
RAREST = 1_000_000
"""One in more than this is told as less than one in this: nobody can weigh it, or has checked."""

_BEFORE_UNIT = re.compile(r"(?<=\d) (?=(?:%|σ|Å)(?!\w))")


def count(number: int) -> str:
    """Write a whole number with thousands separated: 154,392."""
    return f"{number:,}"


def percent(percentile: float) -> str:
    """Write a percentile with as many decimals as tell it from 100, and never round it up."""
    if percentile >= 100:
        return "100 %"
    decimals = (
        1 if percentile < 99 else min(6, max(1, math.ceil(-math.log10(100 - percentile) - 1e-9)))
    )
    scale = 10.0**decimals
    return f"{math.floor(percentile * scale + 1e-6) / scale:.{decimals}f} %"


def one_in(rank: int, total: int) -> str:
    """How rare a rank is: `1 in 11,900`, to three digits."""
    ratio = max(1, round(total / rank))
    digits = max(0, len(str(ratio)) - 3)
    return f"1 in {round(ratio, -digits):,}"


def rarity(rank: int, total: int) -> str:
    """Tell how rare a rank is in words; nothing where it is not rare enough to be worth saying."""
    return f"{one_in(rank, total)} spectra is this unusual" if total >= 10 * rank else ""


def chance(p: float) -> str:
    """Say a probability as `1 in 12,000`, to two digits, and never as one that nobody can check."""
    if p * RAREST < 1:
        return f"fewer than 1 in {RAREST:,}"
    ratio = round(1 / p)
    if ratio < 2:
        return "more than 1 in 2"
    return f"1 in {round(ratio, min(0, 2 - len(str(ratio)))):,}"


def ordinariness(p: float) -> str:
    """Tell the combined p in words, as a sentence."""
    told = chance(p)
    start = f"About {told}" if told.startswith("1 ") else capitalised(told)
    return (
        f"{start} ordinary spectra of its class and brightness look this unusual "
        f"(p = {significant(p, 2)})."
    )


def false_share(q: float) -> str:
    """Tell the false-discovery rate in words, as a sentence."""
    share = f"about {100 * q:.2g} %" if q >= 0.0005 else "fewer than 1 in 2,000"
    return f"If the list ended here, {share} of those on it would be ordinary."


def estimate(value: float, low: float | None, high: float | None) -> str:
    """Write a number between 0 and 1 with its interval: `0.83 (0.80 to 0.86)`."""
    told = number(value, 2)
    return (
        told if low is None or high is None else f"{told} ({number(low, 2)} to {number(high, 2)})"
    )


def share(value: float, low: float | None, high: float | None) -> str:
    """Write a share in per cent with its interval: `72 % (69 to 75 %)`."""
    told = f"{100 * value:.0f} %"
    return (
        told if low is None or high is None else f"{told} ({100 * low:.0f} to {100 * high:.0f} %)"
    )


def duration(seconds: float) -> str:
    """Write a time as a reader would: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def place(rank: int | None, percentile: float, total: int) -> str:
    """Tell a place among all scored spectra, to follow `it is`."""
    if rank == 1 and total > 1:
        return f"the most unusual of {total:,} spectra"
    if percentile < 50 and rank is not None:
        return f"number {rank:,} of {total:,} spectra"
    return f"more unusual than {percent(percentile)} of {total:,} spectra"


def bound(sentence: str) -> str:
    """Bind each number to the unit behind it, so that no line ends between them."""
    return _BEFORE_UNIT.sub("\N{NO-BREAK SPACE}", sentence)


def standing(rank: int, n_outliers: int, n_scored: int) -> str:
    """Tell a rank among the outliers; among all scored where the rank lies below them."""
    if rank <= n_outliers:
        return f"rank {rank:,} of {n_outliers:,} outliers"
    return f"rank {rank:,} of {n_scored:,} spectra"


def number(value: float | None, decimals: int) -> str:
    """Write a number with fixed decimals and a true minus sign."""
    if value is None or not math.isfinite(value):
        return MISSING
    return f"{value:.{decimals}f}".replace("-", "−")


def significant(value: float | None, digits: int = 3) -> str:
    """Write a number with a few significant digits, for quantities of any size."""
    if value is None or not math.isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if not -4 <= exponent <= 5:
        mantissa = f"{value / 10.0**exponent:.{digits - 1}f}".replace("-", "−")
        return f"{mantissa} × 10{_superscript(exponent)}"
    return f"{value:,.{max(0, digits - 1 - exponent)}f}".replace("-", "−")


def _superscript(exponent: int) -> str:
    return str(exponent).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def degrees(angle: float, *, signed: bool = False) -> str:
    """Decimal degrees with five decimals (0.04 arcsec): as well as a fibre's position is known."""
    return f"{angle:{'+' if signed else ''}.5f}".replace("-", "−") + "°"


def sexagesimal(ra: float, dec: float) -> str:
    """`10ʰ31ᵐ52.21ˢ +58°35′12.4″`; cut, not rounded, as the IAU asks of designations."""
    ra_cs = math.floor(round((ra % 360.0) / 15.0 * 360_000, 4))
    dec_ds = math.floor(round(abs(dec) * 36_000, 4))
    hours, ra_rest = divmod(ra_cs, 360_000)
    minutes, seconds = divmod(ra_rest, 6_000)
    deg, dec_rest = divmod(dec_ds, 36_000)
    arcmin, arcsec = divmod(dec_rest, 600)
    sign = "−" if dec < 0 else "+"
    return (
        f"{hours:02d}ʰ{minutes:02d}ᵐ{seconds / 100:05.2f}ˢ "
        f"{sign}{deg:02d}°{arcmin:02d}′{arcsec / 10:04.1f}″"
    )


def file_size(n_bytes: int) -> str:
    """Bytes in decimal units: `1.2 MB`."""
    size = float(n_bytes)
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def capitalised(text: str) -> str:
    """Put the first letter in upper case, the rest as it is (`str.capitalize` lowers it)."""
    return text[:1].upper() + text[1:]


def in_sentence(title: str) -> str:
    """Write a title within a sentence: `Reduced χ²` as `reduced χ²`, but `PCA χ²` as it is."""
    return title[:1].lower() + title[1:] if title[1:2].islower() else title
