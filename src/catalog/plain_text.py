"""Text from other people's tables, whose every character is untrusted."""

import unicodedata

NOTHING = frozenset({"", "nan", "null", "none", "--"})
"""How tables write, in lower case, that a number is missing."""


def plain(text: str) -> str:
    """Text on one line, without characters that steer how other text is shown."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    words = "".join(" " if c.isspace() else c for c in text)
    shown = "".join(c for c in words if not unicodedata.category(c).startswith("C"))
    return " ".join(shown.split())
