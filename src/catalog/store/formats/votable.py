"""VOTable 1.4: what Virtual Observatory tools read, with UCDs, units and the frame of positions.

astropy writes the head; DuckDB makes the rows, which are many. Readers drop blanks round a text.
"""

from io import BytesIO
from pathlib import Path

from astropy.io.votable import tree
from astropy.io.votable.ucd import check_ucd

from catalog.store import origin, units
from catalog.store.fields import Field
from catalog.store.formats import Format
from catalog.store.source import LISTINGS, OUTLIERS, Listing, Source, select
from catalog.store.text_files import lines_to

DATATYPES = {
    "BOOLEAN": "boolean", "TINYINT": "short", "SMALLINT": "short", "INTEGER": "int",
    "BIGINT": "long", "FLOAT": "float", "DOUBLE": "double",
}  # fmt: skip
ILLEGAL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x{fffe}\x{ffff}]"
"""Characters that no XML 1.0 document can hold, in whatever way they are written."""


def _write(source: Source, folder: Path) -> list[Path]:
    return [_listing(source, listing, folder) for listing in LISTINGS]


def _listing(source: Source, listing: Listing, folder: Path) -> Path:
    """Write one table; the long one compressed, as every VO tool can read it."""
    path = folder / (f"{listing.name}.vot" if listing is OUTLIERS else f"{listing.name}.vot.gz")
    head, tail = _frame(source, listing)
    cells = ", ".join(f"coalesce({_cell(field)}, '')" for field in source.flat)
    row = f"'<TR><TD>' || concat_ws('</TD><TD>', {cells}) || '</TD></TR>' AS row"
    with lines_to(path) as stream:
        stream.write(head + b"   <DATA>\n    <TABLEDATA>\n")
        for batch in source.batches(select(listing, [row])):
            stream.write("\n".join([*batch["row"].to_pylist(), ""]).encode())
        stream.write(b"    </TABLEDATA>\n   </DATA>\n" + tail)
    return path


def _cell(field: Field) -> str:
    """Give SQL for a cell's text, as XML."""
    if not field.is_text:
        return field.written
    text = f"regexp_replace({field.expression}, '{ILLEGAL}', '\N{REPLACEMENT CHARACTER}', 'g')"
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        text = f"replace({text}, '{letter}', '{entity}')"
    return f"replace({text}, chr(13), '&#13;')"  # a reader would make a bare one a line feed


def _frame(source: Source, listing: Listing) -> tuple[bytes, bytes]:
    """Give everything before and after the rows, as astropy writes it."""
    document = tree.VOTableFile(version="1.4")
    document.description = _description(source)
    resource = tree.Resource(type="results")
    document.resources.append(resource)
    resource.coordinate_systems.append(tree.CooSys(ID="icrs", system="ICRS"))
    for name, value, _comment in origin.cards(source):
        text = str(value).lower() if isinstance(value, bool) else str(value)
        resource.infos.append(tree.Info(name=name, value=text))
    table = tree.TableElement(document, name=listing.name)
    table.description = f"{listing.title}."
    resource.tables.append(table)
    wide = _not_ascii(source)
    table.fields.extend(_field(document, field, wide=field.name in wide) for field in source.flat)
    stream = BytesIO()
    document.to_xml(stream)
    written: bytes = stream.getvalue()
    n_rows = source.count(f"spectra WHERE {listing.where}")
    opening = f'<TABLE name="{listing.name}"'.encode()
    counted = opening + f' nrows="{n_rows}"'.encode()  # astropy knows the rows that it has: none
    head, mark, tail = written.replace(opening, counted, 1).rpartition(b"  </TABLE>")
    return head, mark + tail


def _description(source: Source) -> str:
    unreal = "The spectra are simulated, not real. " if source.release["simulated"] else ""
    return (
        f"{origin.title(source)}. {source.release['description']} {unreal}An empty cell is null. "
        "Identifiers are text."
    )


def _field(document: tree.VOTableFile, field: Field, *, wide: bool) -> tree.Field:
    text = {"datatype": "unicodeChar" if wide else "char", "arraysize": "*"}
    missing = f" Empty: {field.null}." if field.null else ""
    found = tree.Field(
        document,
        ID=field.name,
        name=field.name,
        ucd=field.ucd if check_ucd(field.ucd) else None,
        unit=units.spelled(field.unit, units.VOUNIT) or None,
        ref="icrs" if field.ucd.startswith("pos.eq") else None,
        precision=_precision(field),
        **(text if field.is_text else {"datatype": DATATYPES[field.kind]}),
    )
    found.description = field.description + missing
    return found


def _precision(field: Field) -> str | None:
    """How many decimals, or significant digits, a tool should show."""
    if not field.is_float:
        return None
    return "E3" if field.decimals is None else f"F{field.decimals}"


def _not_ascii(source: Source) -> set[str]:
    """Names of the columns of text that `char` cannot hold."""
    names = [field for field in source.flat if field.is_text]
    tests = ", ".join(
        rf"coalesce(bool_or(NOT regexp_full_match({field.expression}, '[\x00-\x7f]*')), false)"
        for field in names
    )
    answer = source.rows(f"SELECT {tests} FROM spectra")[0]  # noqa: S608 - names are quoted
    return {field.name for field, found in zip(names, answer, strict=True) if found}


FORMAT = Format("VOTable", _write)
