"""What belongs to an object, as the virtual observatory asks: rows of a DataLink table.

Source: DataLink 1.1, IVOA Recommendation 2023-12-15, sections 3.2 and 3.3. A static host answers no
request, so each object's table is a file; `service_def` and `error_message` stay empty.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

FIELDS = (
    ("ID", "meta.id;meta.main", "char", ""),
    ("access_url", "meta.ref.url", "char", ""),
    ("service_def", "meta.ref", "char", ""),
    ("error_message", "meta.code.error", "char", ""),
    ("semantics", "meta.code", "char", ""),
    ("description", "meta.note", "char", ""),
    ("content_type", "meta.code.mime", "char", ""),
    ("content_length", "phys.size;meta.file", "long", "byte"),
)
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<VOTABLE version="1.4" xmlns="http://www.ivoa.net/xml/VOTable/v1.3">\n'
    '<RESOURCE type="results">\n'
    '<INFO name="standardID" value="ivo://ivoa.net/std/DataLink#links-1.1"/>\n'
    '<INFO name="QUERY_STATUS" value="OK"/>\n<TABLE>\n'
)
_TAIL = "</TABLEDATA></DATA></TABLE></RESOURCE></VOTABLE>\n"


@dataclass(frozen=True)
class Link:
    """Something that belongs to an object; `length` in bytes, None where it is not ours to know.

    `semantics` is a word of the DataLink core vocabulary, such as `#this` or `#preview`.
    """

    address: str
    semantics: str
    description: str
    content_type: str
    length: int | None = None


def datalink(identifier: str, links: Sequence[Link]) -> str:
    """Write the table of one object as a VOTable.

    Parameters
    ----------
    identifier : str
        What the rows are about, the same in each.
    links : sequence of Link
        With full addresses: the standard knows no others.
    """
    fields = "\n".join(_field(*field) for field in FIELDS)
    rows = "\n".join(_row(identifier, link) for link in links)
    return f"{_HEAD}{fields}\n<DATA><TABLEDATA>\n{rows}\n{_TAIL}"


def _field(name: str, ucd: str, datatype: str, unit: str) -> str:
    size = ' arraysize="*"' if datatype == "char" else ""
    measured = f' unit="{unit}"' if unit else ""
    return f'<FIELD name="{name}" ucd="{ucd}" datatype="{datatype}"{size}{measured}/>'


def _row(identifier: str, link: Link) -> str:
    length = "" if link.length is None else str(link.length)
    cells = (
        identifier, link.address, "", "", link.semantics, link.description, link.content_type,
        length,
    )  # fmt: skip
    return "<TR>" + "".join(f"<TD>{escape(_legal(cell))}</TD>" for cell in cells) + "</TR>"


def _legal(text: str) -> str:
    """Replace what XML cannot hold, such as control characters."""
    return "".join(c if c.isprintable() else " " for c in text)
