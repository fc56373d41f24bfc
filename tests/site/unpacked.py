"""Reads the explorer's columns as `packed.js` does, in other words: a second opinion."""

import json
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

PARTS = 62


def _codes(data: bytes, n: int, width: int) -> list[int]:
    number = int.from_bytes(data, "little")
    return [(number >> (i * width)) & ((1 << width) - 1) for i in range(n)] if width else [0] * n


def percentile(code: int) -> float:
    """The number that a code stands for: the middle of its part, or a step that is a point."""
    step, part = divmod(code, PARTS)
    if step == 1050:
        return 100.0
    decimals = 1 if step < 1000 else 2 + (step - 1000) // 10
    whole = step if decimals == 1 else 10 ** (decimals + 2) - 10 + (step - 1000) % 10
    if decimals < 6 and whole == 10 ** (decimals + 2) - 1:
        return whole / 10.0**decimals
    return (whole + (part + 0.5) / PARTS) / 10.0**decimals


def _probability(code: int) -> float:
    power, digits = divmod(code - 1, 90)
    return 0.0 if code == 0 else float(f"{10 + digits}e-{1 + power}")


def column(header: dict[str, Any], data: bytes, n: int) -> list[Any]:
    """Values of one column, None where there is none."""
    codes = _codes(data, n, header["bits"])
    none = (1 << header["bits"]) - 1 if header["missing"] else None
    kind = header["kind"]
    if kind == "words":
        return [header["words"][code] for code in codes]
    if kind == "identifier":
        digits, base, others = header["digits"], header["base"], header["others"]
        usual = [f"{base + code:0{digits}d}" if digits else "" for code in codes]
        return [others.get(str(i), header["prefix"] + usual[i]) for i in range(n)]
    if kind == "increasing":
        return [None if c == none else sum(codes[: i + 1]) + i + 1 for i, c in enumerate(codes)]
    if kind == "percentile":
        return [None if code == none else percentile(code) for code in codes]
    if kind == "probability":
        return [None if code == none else _probability(code) for code in codes]
    return [None if code == none else (code + header["base"]) / header["scale"] for code in codes]


def _sexagesimal(parts: Fraction, per_unit: int) -> str:
    whole = int(parts)
    first, rest = divmod(whole, 3600 * per_unit)
    second, third = divmod(rest, 60 * per_unit)
    digits = len(str(per_unit)) - 1
    return f"{first:02d}{second:02d}{third // per_unit:02d}.{third % per_unit:0{digits}d}"


def slug(table: dict[str, Any], row: int) -> str:
    """Address of a row: as listed, or as its position in six decimals says."""
    ra, dec = table["ra"][row], table["dec"][row]
    if str(row) in table["slug"]:
        return str(table["slug"][str(row)])
    if ra is None:
        return f"{table['survey'][row]}-{table['target_id'][row]}"
    across, up = (Fraction(round(at * 10**6), 10**6) for at in (ra % 360, dec))
    sign = "m" if up < 0 else "p"
    return f"j{_sexagesimal(across * 24_000, 100)}{sign}{_sexagesimal(abs(up) * 36_000, 10)}"


def name(table: dict[str, Any], row: int) -> str:
    """Designation of a row: as listed, or as its address says; empty where it has none."""
    address = slug(table, row)
    if str(row) in table["name"]:
        return str(table["name"][str(row)])
    if not re.fullmatch(r"j[0-9]{6}\.[0-9]{2}[pm][0-9]{6}\.[0-9][a-z]*", address):
        return ""
    sign = {"p": "+", "m": "-"}[address[10]]
    return f"{table['acronym']} J{address[1:10]}{sign}{address[11:]}"


def called(table: dict[str, Any], row: int) -> str:
    """Tell what a row is called: by its designation, or by survey and identifier."""
    survey, target_id = table["survey"][row], table["target_id"][row]
    return name(table, row) or f"{table['prefix'][survey]}{target_id}"


def objects(folder: Path) -> dict[str, Any]:
    """The table of `explore/`: what `objects.json` says, and every column by name."""
    table: dict[str, Any] = json.loads((folder / "objects.json").read_text(encoding="utf-8"))
    data, at = (folder / "objects.bin").read_bytes(), 0
    for header in table.pop("columns"):
        size = (table["size"] * header["bits"] + 7) // 8
        table[header["name"]] = column(header, data[at : at + size], table["size"])
        at += size
    assert at == len(data)
    return table
