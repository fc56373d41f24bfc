"""Text that a spreadsheet would run as a formula, made harmless in a CSV and restored from it."""

import re

_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_GUARDED = re.compile(r"'+[=+\-@\t\r＝＋－＠]")
_NUMBER = re.compile(r"-?[0-9]+")


def guarded(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet may run, so that it shows it instead.

    Text that has apostrophes before such a sign gets one more, so that `bare` is the exact inverse.
    A whole number is no formula and stays as it is: identifiers may be negative.
    """
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def bare(text: str) -> str:
    """Take the apostrophe of `guarded` away."""
    return text[1:] if _GUARDED.match(text) else text
