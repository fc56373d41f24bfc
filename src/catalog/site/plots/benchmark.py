"""Figures of the benchmark: what each score finds, where, and whether its p keeps its promise."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from catalog.site.plots import svg
from catalog.site.plots.axes import Scale, tick_text, ticks
from catalog.site.plots.statistics import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from catalog.store.benchmark_records import CalibrationResult, Measured

LABELS, NUMBERS, LINE = 262.0, 520.0, 26.0
"""Dot plot: where labels end and numbers begin, and the height of a row."""
CELL_HEIGHT, KIND_WIDTH = 26.0, 190.0
LEAST_WIDTH = 760
"""Of a heat map: the page shows it no narrower, so that its numbers can be read."""
LETTER = 7.2
"""Width of a letter of a heat map's head, more or less."""
ROOM = 24.0
"""Width to the right of the last share, for its number."""
HEAT_LEVELS = 10
TILT = -32
"""Degrees by which the heads of the heat map's columns are turned, so that all fit."""
WANTED_LOW, WANTED_HIGH = 0.005, 0.02
"""Within these, a decile's share of flagged clean spectra is as 1 % should be."""

MARKS = {
    "combined": "m0-6.5l6.5 6.5l-6.5 6.5l-6.5-6.5z",
    "ranking": "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
    "paper": "m-4.5-4.5h9v9h-9z",
    "further": "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z",
    "baseline": "m0-5.5l5.5 9.5h-11z",
}
"""Shapes by role: diamond, full circle, square, open circle, triangle."""


@dataclass(frozen=True)
class Dot:
    """A row of the dot plot."""

    label: str
    role: str
    measured: Measured


@dataclass(frozen=True)
class HeatRow:
    """A row of the heat map: a kind, and one value per column, None where not measured."""

    kind: str
    values: tuple[float | None, ...]


def mark(role: str, x: float, y: float) -> Markup:
    """Draw the mark of a role at a place."""
    return svg.element("path", class_=f"dot {role}", d=f"M{x:g} {y:g}{MARKS[role]}")


def role_sample(role: str) -> Markup:
    """Draw a role's mark for a legend; hidden from screen readers, as the word stands beside it."""
    return svg.element(
        "svg", mark(role, 0, 0), viewBox="-8 -8 16 16", class_="mark-sample", aria_hidden="true"
    )


def dots(rows: Sequence[Dot], title: str, label: str) -> Markup:
    """Draw one number from 0 to 1 per row, with its interval as a line."""
    bottom = TOP + LINE * len(rows)
    x = Scale(0.0, 1.0, LABELS + 10, NUMBERS - 14)
    parts = [
        svg.element("path", class_="zero", d=f"M{x.at(at):g} {TOP:g}V{bottom:g}")
        for at in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    ]
    for i, row in enumerate(rows):
        y = TOP + LINE * (i + 0.5)
        value, text_y = row.measured.value, round(y + 4.5, 1)
        strong = " strong" * (row.role == "combined")
        parts.append(
            svg.element("text", row.label, x=LABELS - 6, y=text_y, class_=f"label end{strong}")
        )
        if row.measured.low is not None and row.measured.high is not None:
            ends = x.at(row.measured.low), x.at(row.measured.high)
            parts.append(
                svg.element(
                    "path", class_=f"whisker {row.role}", d=f"M{ends[0]:g} {y:g}H{ends[1]:g}"
                )
            )
        parts.append(mark(row.role, x.at(value), y))
        parts.append(
            svg.element("text", f"{value:.2f}", x=WIDTH - 8, y=text_y, class_=f"label end{strong}")
        )
    parts += svg.x_axis(x, bottom, ticks(0.0, 1.0, 5), title)
    told = "; ".join(f"{row.label}: {row.measured.value:.2f}" for row in rows)
    return svg.picture(WIDTH, bottom + 50, label, [_numbers(told), *parts], "plot dense")


@dataclass(frozen=True)
class Cells:
    """How wide a heat map's cells are, and how their numbers are written."""

    width: float
    write: Callable[[float], str]


DECIMALS = Cells(62.0, "{:.2f}".format)
PER_CENT = Cells(38.0, lambda value: f"{100 * value:.0f}")


def heat_map(
    columns: Sequence[str], rows: Sequence[HeatRow], label: str, cells: Cells = DECIMALS
) -> Markup:
    """Draw a table of numbers from 0 to 1, each on a tint as deep as it is high; best in bold."""
    head = 24 + max(map(len, columns)) * LETTER * math.sin(math.radians(-TILT))
    along = LETTER * math.cos(math.radians(TILT))
    ends = [cells.width * (i + 0.5) + along * len(name) for i, name in enumerate(columns)]
    width = max(LEAST_WIDTH, math.ceil(KIND_WIDTH + max(cells.width * len(columns), *ends)))
    parts = []
    for i, column in enumerate(columns):
        x, y = KIND_WIDTH + cells.width * (i + 0.4), round(head - 10, 1)
        turned = f"rotate({TILT} {x:g} {y:g})"
        parts.append(svg.element("text", column, x=x, y=y, class_="label", transform=turned))
    for j, row in enumerate(rows):
        parts += _heat_row(row, round(head, 1) + CELL_HEIGHT * j, cells)
    told = "; ".join(
        f"{row.kind}: "
        + ", ".join(
            f"{column} {'none' if value is None else f'{value:.2f}'}"
            for column, value in zip(columns, row.values, strict=True)
        )
        for row in rows
    )
    height = math.ceil(head + CELL_HEIGHT * len(rows) + 4)
    return svg.picture(width, height, label, [_numbers(told), *parts], "plot heat-map")


def _heat_row(row: HeatRow, top: float, cells: Cells) -> list[Markup]:
    middle = round(top + CELL_HEIGHT / 2 + 4.5, 1)
    parts = [svg.element("text", row.kind, x=KIND_WIDTH - 10, y=middle, class_="label end")]
    best = max((value for value in row.values if value is not None), default=None)
    for i, value in enumerate(row.values):
        if value is None:
            continue
        left = KIND_WIDTH + cells.width * i
        level = min(HEAT_LEVELS - 1, int(value * HEAT_LEVELS))
        parts.append(
            svg.element(
                "rect",
                class_=f"heat heat-{level}",
                x=left + 1,
                y=top + 1,
                width=cells.width - 2,
                height=CELL_HEIGHT - 2,
            )
        )
        strong = " strong" * (best is not None and round(value, 2) >= round(best, 2))
        parts.append(
            svg.element(
                "text",
                cells.write(value),
                x=left + cells.width / 2,
                y=middle,
                class_=f"label mid{strong}",
            )
        )
    return parts


def shares(groups: Sequence[str], found: Sequence[Measured], title: str, label: str) -> Markup:
    """Draw one share per group, in per cent, with its interval."""
    y = Scale(0.0, 100.0, BOTTOM, TOP)
    step = (RIGHT - ROOM - LEFT) / max(1, len(groups))
    parts = [
        *svg.y_axis(y, LEFT, (0.0, 25.0, 50.0, 75.0, 100.0)),
        *_grid(y, (25.0, 50.0, 75.0, 100.0)),
    ]
    parts.append(svg.element("path", class_="axis", d=f"M{LEFT:g} {BOTTOM:g}H{RIGHT:g}"))
    for i, (group, measured) in enumerate(zip(groups, found, strict=True)):
        x = round(LEFT + step * (i + 0.5), 1)
        parts += _whiskered(x, y, measured, 100.0)
        parts.append(
            svg.element(
                "text",
                f"{100 * measured.value:.0f} %",
                x=x + 14,
                y=round(y.at(100 * measured.value) + 4.5, 1),
                class_="label",
            )
        )
        parts.append(svg.element("text", group, x=x, y=BOTTOM + 19, class_="tick mid"))
    middle = (LEFT + RIGHT) / 2
    parts.append(svg.element("text", title, x=middle, y=BOTTOM + 44, class_="axis-title mid"))
    told = "; ".join(
        f"{group}: {100 * each.value:.0f} %" for group, each in zip(groups, found, strict=True)
    )
    return svg.picture(WIDTH, HEIGHT, label, [_numbers(told), *parts], "plot")


def calibration(deciles: Sequence[CalibrationResult], label: str) -> Markup:
    """Draw the share of clean spectra flagged at p ≤ 1 % per decile of S/N, on the wanted band."""
    highest = max(each.value if each.high is None else each.high for each in deciles)
    y = Scale(0.0, 100 * max(1.25 * WANTED_HIGH, 1.05 * highest), BOTTOM, TOP)
    step = (RIGHT - LEFT) / len(deciles)
    top, low = y.at(100 * WANTED_HIGH), y.at(100 * WANTED_LOW)
    parts = [
        svg.element(
            "rect", class_="noise", x=LEFT, y=top, width=RIGHT - LEFT, height=round(low - top, 1)
        ),
        svg.element("path", class_="threshold", d=f"M{LEFT:g} {y.at(1.0):g}H{RIGHT:g}"),
        *svg.y_axis(y, LEFT, ticks(0.0, y.high, 5)),
        svg.element("path", class_="axis", d=f"M{LEFT:g} {BOTTOM:g}H{RIGHT:g}"),
    ]
    edges = [each.snr_low for each in deciles] + [deciles[-1].snr_high]
    for i, edge in enumerate(edges):
        x = round(LEFT + step * i, 1)
        parts.append(svg.element("path", class_="axis", d=f"M{x:g} {BOTTOM:g}v5"))
        if edge is not None:
            odd = " odd" * (i % 2)
            text = tick_text(edge, 1.0 if edge >= 100 else 0.1)
            parts.append(svg.element("text", text, x=x, y=BOTTOM + 19, class_=f"tick mid{odd}"))
    for i, each in enumerate(deciles):
        parts += _whiskered(round(LEFT + step * (i + 0.5), 1), y, each, 100.0)
    title = "limits of the deciles, median S/N"
    middle = (LEFT + RIGHT) / 2
    parts.append(svg.element("text", title, x=middle, y=BOTTOM + 44, class_="axis-title mid"))
    told = "; ".join(f"decile {each.stratum}: {100 * each.value:.2f} %" for each in deciles)
    return svg.picture(WIDTH, HEIGHT, label, [_numbers(told), *parts], "plot")


def _numbers(told: str) -> Markup:
    """Tell a figure's numbers to who cannot see it."""
    return svg.element("desc", f"{told}.")


def _whiskered(x: float, y: Scale, measured: Measured, factor: float) -> list[Markup]:
    """Draw a number and its interval, upright, as the combined p is drawn everywhere."""
    parts = []
    if measured.low is not None and measured.high is not None:
        ends = y.at(factor * measured.low), y.at(factor * measured.high)
        parts.append(
            svg.element("path", class_="whisker combined", d=f"M{x:g} {ends[0]:g}V{ends[1]:g}")
        )
    return [*parts, mark("combined", x, y.at(factor * measured.value))]


def _grid(y: Scale, at: Sequence[float]) -> list[Markup]:
    return [
        svg.element("path", class_="zero", d=f"M{LEFT:g} {y.at(value):g}H{RIGHT:g}") for value in at
    ]
