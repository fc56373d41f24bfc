"""What a file says of itself: release, licence, code and model that it came from."""

from catalog.store.ascii_text import spelled
from catalog.store.source import Source

ROOM = 60
"""Characters of a card that value and comment may take."""
Card = tuple[str, str | bool | int, str]


def cards(source: Source) -> list[Card]:
    """Give keyword, value and comment for FITS, in ASCII; what is not known is left out."""
    release, citation = source.release, source.citation
    made = source.one("FROM provenance")
    weights = source.one("SELECT weights_sha256 FROM model")["weights_sha256"]
    found: list[Card] = [
        ("RELEASE", release["name"], "name of the release"),
        ("TITLE", release["title"], "title of the release"),
        ("SIMULATD", bool(release["simulated"]), "T: these spectra are not real"),
        ("RVERSION", citation["version"], "version of the release"),
        ("RDATE", citation["date"], "date of the release"),
        ("DOI", citation["doi"], "DOI of this version"),
        ("AUTHOR", "; ".join(source.authors), "who made the release"),
        ("LICENCE", citation["licence"], "licence of the catalogue, SPDX"),
        ("SOFTWARE", f"peculiar-spectra {release['software_version']}", "what made this file"),
        ("CODESHA", made["code_sha256"], "sha256 of its source"),
        ("RECIPSHA", made["recipe_sha256"], "sha256 of the recipe"),
        ("MODELSHA", weights, "sha256 of the weights"),
        ("SEED", int(release["seed"]), "random seed"),
    ]
    return [_plain(*card) for card in found if card[1] != ""]


def _plain(key: str, value: str | bool | int, comment: str) -> Card:
    """Write a card in ASCII; a comment that has no room beside its value is left out."""
    text = spelled(value) if isinstance(value, str) else value
    return key, text, comment if len(str(text)) + len(comment) < ROOM else ""


def title(source: Source) -> str:
    """Title of the release, which says so where its spectra are not real."""
    title = str(source.release["title"])
    if source.release["simulated"] and "simulated" not in title.lower():
        return f"{title} (simulated spectra)"
    return title
