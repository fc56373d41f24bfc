"""Authors, as each format spells them: a group has a family name only."""

from typing import Any

from catalog.store.release_records import Author

ORCID = "https://orcid.org/"
FEW = 3
"""Authors whom a sentence names one by one."""
NOBODY_NAMED = Author("The Peculiar Spectra developers", "", "", "")
"""Stands in where the recipe names no author: somebody made the release."""


def is_group(author: Author) -> bool:
    """Tell a group from a person: a group has no given name."""
    return not author.given


def full_name(author: Author) -> str:
    """Write a name as people say it: `Ada Lovelace`."""
    return " ".join(filter(None, (author.given, author.family)))


def sorted_name(author: Author) -> str:
    """Write a name as lists sort it: `Lovelace, Ada`; a group as it is."""
    return ", ".join(filter(None, (author.family, author.given)))


def in_a_line(authors: tuple[Author, ...]) -> str:
    """Name authors in a sentence: all of a few, else the first with *et al.*."""
    names = [sorted_name(author) if is_group(author) else author.family for author in authors]
    if len(names) > FEW:
        return f"{names[0]} et al."
    return " & ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def schema_org(author: Author) -> dict[str, Any]:
    """Describe an author in the words of schema.org, with the ORCID as address where there is one.

    Source: https://schema.org/Person, https://schema.org/Organization.
    """
    if is_group(author):
        return {"@type": "Organization", "name": author.family}
    found: dict[str, Any] = {"@type": "Person", "name": full_name(author)}
    if author.orcid:
        found["@id"] = f"{ORCID}{author.orcid}"
    found |= {"givenName": author.given, "familyName": author.family}
    if author.affiliation:
        found["affiliation"] = {"@type": "Organization", "name": author.affiliation}
    return found
