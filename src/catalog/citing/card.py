"""The shape of a model card: sections of paragraphs, lists and tables, for Markdown and HTML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Paragraph:
    """Plain text; `kind` tells the parts of a section apart where a page writes them."""

    text: str
    kind: str = "paragraph"


@dataclass(frozen=True)
class Points:
    """A list of plain texts."""

    items: tuple[str, ...]
    kind: str = "points"


@dataclass(frozen=True)
class Table:
    """A table: its first column names the rows, the others hold figures, or else words."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    figures: bool = True
    kind: str = "table"


Block = Paragraph | Points | Table


@dataclass(frozen=True)
class Section:
    """A part of the card with a heading; `anchor` is its address on a page."""

    title: str
    anchor: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Card:
    """A model card; `front` is what machines read at the head of the file."""

    title: str
    front: Mapping[str, Any]
    sections: tuple[Section, ...]
