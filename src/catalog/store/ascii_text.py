"""Text for formats that hold printable ASCII only: descriptions spelled out, data escaped.

A description is for reading, so that σ becomes sigma; a value must come back as it was, so that it
is escaped as in Python's string literals.
"""

import re
import unicodedata

PLAIN = r"([!-\[\]-~]([ -\[\]-~]*[!-\[\]-~])?)?"
"""Text that needs no escape: printable ASCII without a backslash or outer blanks."""
_SPELLED = {"Å": "Angstrom", "°": " deg", "′": "'", "″": '"', "×": "x", "≥": ">=", "≤": "<="}
_PLAINER = {"−": "-", "–": "-", "—": "-", "…": "...", "‘": "'", "’": "'", "“": '"', "”": '"'}
_GREEK = re.compile(r"GREEK (SMALL|CAPITAL) LETTER (\w+)")


def escaped(text: str) -> str:
    r"""Write any text in printable ASCII; `restored` takes it back.

    Backslashes are doubled, other characters become `\n`, `\xb5`, `\u2603`; outer blanks, which
    fixed widths lose, become `\x20`.
    """
    inner = text.strip(" ")
    if not inner:
        return r"\x20" * len(text)
    left = len(text) - len(text.lstrip(" "))
    right = len(text) - len(text.rstrip(" "))
    middle = inner.encode("unicode_escape").decode("ascii")
    return r"\x20" * left + middle + r"\x20" * right


def restored(text: str) -> str:
    """Take back what `escaped` wrote."""
    return text.encode("ascii").decode("unicode_escape")


def spelled(text: str) -> str:
    """Write a description in printable ASCII, on one line: σ is sigma, ² is 2, Å is Angstrom."""
    letters = "".join(_letter(letter) for letter in text)
    return " ".join(letters.split())


def _letter(letter: str) -> str:
    if " " <= letter <= "~":
        return letter
    if letter in _SPELLED:
        return _SPELLED[letter]
    greek = _GREEK.match(unicodedata.name(letter, ""))
    if greek:
        return greek[2].lower() if greek[1] == "SMALL" else greek[2].title()
    apart = unicodedata.normalize("NFKD", letter)
    kept = "".join(_PLAINER.get(each, each) for each in apart if not unicodedata.combining(each))
    if letter.isspace():
        return " "
    return kept if kept and all(" " <= each <= "~" for each in kept) else "?"
