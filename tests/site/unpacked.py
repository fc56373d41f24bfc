"""Reads the explorer's columns as `packed.js` does, in other words: a second opinion."""

import json
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
