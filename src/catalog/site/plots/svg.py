"""A small writer of SVG elements: everything is escaped, and styled by class only.

Style attributes would need `unsafe-inline` in the page's policy; classes follow the page's theme.
"""

from functools import cache

import numpy as np
import numpy.typing as npt
from markupsafe import Markup, escape

from catalog.site.plots.axes import Float, Scale, tick_text


def element(name: str, content: str | Markup = "", /, **attributes: str | float) -> Markup:
    """One element; `class_` is written `class`, underscores become hyphens."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"'
        for key, value in attributes.items()
    )
    inner = escape(content)
    return Markup(f"<{name}{written}>{inner}</{name}>" if inner else f"<{name}{written}/>")  # noqa: S704 - both parts are escaped above


def joined(parts: list[Markup]) -> Markup:
    """Elements one after the other."""
    return Markup().join(parts)


def picture(
    width: float,
    height: float,
    label: str,
    parts: list[Markup],
    class_: str,
    *,
    stretched: bool = False,
) -> Markup:
    """Make a whole figure that scales with its box; `label` is what a screen reader says of it.

    A `stretched` figure fills its box whatever the box's shape. A `desc` among the parts comes
    first.
    """
    return element(
        "svg",
        element("title", label) + joined(parts),
        viewBox=f"0 0 {width:g} {height:g}",
        role="img",
        class_=class_,
        **({"preserveAspectRatio": "none"} if stretched else {}),
    )


def line(x: Float, y: Float) -> str:
    """Path data of a polyline in tenths of a unit; it breaks where y is not a number.

    Steps are relative and written as short as SVG allows (`.5-1.2`): a page's figures weigh half
    of what they would with a pair of coordinates per point. They are differences of whole tenths,
    so they add up without drift.
    """
    good = np.isfinite(y)
    across = np.rint(np.asarray(x) * 10).astype(int)
    down = np.rint(np.where(good, y, 0.0) * 10).astype(int)
    parts = []
    for run in _runs(good):
        parts.append(f"M{_tenths(int(across[run][0]))}{_next(int(down[run][0]))}")
        steps = zip(np.diff(across[run]).tolist(), np.diff(down[run]).tolist(), strict=True)
        drawn = "".join(_next(right) + _next(fall) for right, fall in steps)
        if drawn:
            parts.append("l" + drawn.removeprefix(" "))
    return "".join(parts)


def _runs(good: npt.NDArray[np.bool_]) -> list[slice]:
    """Stretches without a gap."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], good, [False]]).astype(int)))
    return [slice(start, end) for start, end in edges.reshape(-1, 2).tolist()]


@cache
def _tenths(number: int) -> str:
    """Write a number of tenths without the zero before its point."""
    sign, size = "-" if number < 0 else "", f"{abs(number) / 10:g}"
    return sign + (size[1:] if size.startswith("0.") else size)


@cache
def _next(number: int) -> str:
    """Write a number of tenths after another: a minus sign parts the two as well as a blank."""
    text = _tenths(number)
    return text if text.startswith("-") else f" {text}"


def band(x: Float, low: Float, high: Float) -> str:
    """Path data of the area between two lines, where both are numbers."""
    good = np.isfinite(low) & np.isfinite(high)
    if good.sum() < 2:
        return ""
    return (
        line(
            np.concatenate([x[good], x[good][::-1]]), np.concatenate([high[good], low[good][::-1]])
        )
        + "z"
    )


def x_axis(scale: Scale, y: float, at: tuple[float, ...], title: str) -> list[Markup]:
    """Ticks below y with their numbers and a title; every other number can be hidden when small."""
    step = at[1] - at[0] if len(at) > 1 else 1.0
    marks = "".join(f"M{scale.at(value):g} {y:g}v5" for value in at)
    parts = [element("path", class_="axis", d=f"M{scale.start:g} {y:g}H{scale.end:g}{marks}")]
    for i, value in enumerate(at):
        class_ = "tick mid" + " odd" * (i % 2)
        text = tick_text(value, step)
        parts.append(element("text", text, x=scale.at(value), y=y + 19, class_=class_))
    middle = (scale.start + scale.end) / 2
    return [*parts, element("text", title, x=round(middle, 1), y=y + 44, class_="axis-title mid")]


def y_axis(scale: Scale, x: float, at: tuple[float, ...]) -> list[Markup]:
    """Ticks left of x with their numbers."""
    step = at[1] - at[0] if len(at) > 1 else 1.0
    marks = "".join(f"M{x:g} {scale.at(value):g}h-5" for value in at)
    parts = [element("path", class_="axis", d=f"M{x:g} {scale.start:g}V{scale.end:g}{marks}")]
    for value in at:
        y = round(scale.at(value) + 4.5, 1)
        parts.append(element("text", tick_text(value, step), x=x - 9, y=y, class_="tick end"))
    return parts
