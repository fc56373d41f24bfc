"""A model card -> Markdown, as the Hugging Face hub and GitHub read it."""

import re

from catalog.citing.card import Block, Card, Paragraph, Points
from catalog.citing.cff import as_yaml

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~$])")
_LINE_BEGINS = re.compile(r"([-+=]+|\d+[.)])(?=\s|\Z)", re.ASCII)
"""What would make a list, a heading or a rule of a line that begins with it."""


def plain(text: str) -> str:
    """Write a text so that it reads the same in Markdown, on one line."""
    line = _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("&", "&amp;")
    begins = _LINE_BEGINS.match(line)
    if begins is None:
        return line
    mark = begins[1]
    return f"{mark[:-1]}\\{mark[-1]}{line[begins.end() :]}"


def _block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return plain(block.text)
    if isinstance(block, Points):
        return "\n".join(f"- {plain(item)}" for item in block.items)
    head = "| " + " | ".join(plain(cell) for cell in block.head) + " |"
    right = " ---: " if block.figures else " --- "
    rule = "|" + "|".join([" --- ", *(right for _ in block.head[1:])]) + "|"
    rows = ["| " + " | ".join(plain(cell) for cell in row) + " |" for row in block.rows]
    return "\n".join([f"{plain(block.caption)}:", "", head, rule, *rows])


def write(card: Card) -> str:
    """Write a card: YAML between two lines of hyphens, then sections."""
    parts = [f"---\n{as_yaml(dict(card.front))}---", f"# {plain(card.title)}"]
    for section in card.sections:
        parts.append(f"## {plain(section.title)}")
        parts += [_block(block) for block in section.blocks]
    return "\n\n".join(parts) + "\n"
