"""The categories of reasons: loaded from `categories.toml`, their sentences checked at once."""

import tomllib
from dataclasses import dataclass, fields
from pathlib import Path
from string import Formatter
from typing import Any

from catalog.errors import StoreError

PATH = Path(__file__).with_name("categories.toml")
VERDICTS = ("artefact", "astrophysical", "unexplained")
UNEXPLAINED = "unexplained"
"""The category that applies where no reason explains more than half of the misfit."""


@dataclass(frozen=True)
class Category:
    """One kind of reason, what it means, and the sentence that states it of a spectrum."""

    name: str
    title: str
    verdict: str
    description: str
    sentence: str

    @property
    def sentence_fields(self) -> frozenset[str]:
        """Names of the fields in braces that the sentence needs."""
        return frozenset(name for _, name, _, _ in Formatter().parse(self.sentence) if name)


def load() -> tuple[Category, ...]:
    """Read the categories in the order in which the site lists them.

    Raises
    ------
    StoreError
        If an entry lacks a key or has an unknown one, a verdict is not one of the three words, a
        sentence is not a template with named fields, two entries share a name, or `unexplained` is
        missing.
    """
    try:
        entries = tomllib.loads(PATH.read_text(encoding="utf-8"))["category"]
    except (tomllib.TOMLDecodeError, KeyError) as fault:
        raise _fault("TOML with [[category]] tables", str(fault)) from fault
    categories = tuple(_category(entry) for entry in entries)
    names = [category.name for category in categories]
    for name in names:
        if names.count(name) > 1:
            raise _fault("every name once", f"{name!r} {names.count(name)} times")
    if UNEXPLAINED not in names:
        raise _fault(f"a category {UNEXPLAINED!r}", ", ".join(names))
    return categories


def _category(entry: dict[str, Any]) -> Category:
    keys = {field.name for field in fields(Category)}
    name = entry.get("name", "?")
    if set(entry) != keys or not all(isinstance(text, str) and text for text in entry.values()):
        raise _fault(
            "the keys " + ", ".join(sorted(keys)) + ", each a text",
            f"{name!r} with " + ", ".join(sorted(entry)),
        )
    if entry["verdict"] not in VERDICTS:
        raise _fault("a verdict of " + ", ".join(VERDICTS), f"{name!r} with {entry['verdict']!r}")
    _check_sentence(name, entry["sentence"])
    return Category(**entry)


def _check_sentence(name: str, sentence: str) -> None:
    """Values come as finished text, so a field is a plain name: no index, format or conversion."""
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError as fault:
        raise _fault("a sentence with balanced braces", f"{name!r}: {fault}") from fault
    for _, field, form, conversion in parts:
        if field is not None and (not field.isidentifier() or form or conversion):
            raise _fault("fields that are plain names, such as {line}", f"{name!r}: {{{field}}}")


def _fault(wanted: str, found: str) -> StoreError:
    return StoreError(
        "the list of categories is wrong",
        where=PATH,
        wanted=wanted,
        found=found,
        todo="correct the entry",
    )
