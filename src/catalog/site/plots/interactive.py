"""The interactive spectrum plot, as one template for all objects.

The site ships this template once; a page gives it only its object's numbers. Building a Bokeh
document per object would cost a second and a megabyte each (bokeh issue 3617). The script finds the
models by the names given here, and dresses them in the page's colours, so none are set here.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import bokeh
from bokeh.embed import json_item
from bokeh.layouts import gridplot
from bokeh.models import (
    BoxZoomTool,
    ColumnDataSource,
    DataRange1d,
    HoverTool,
    PanTool,
    Range1d,
    ResetTool,
    SaveTool,
    Title,
    WheelZoomTool,
)
from bokeh.plotting import figure

from catalog.site.plots.axes import Float
from catalog.store.records import Line

SCRIPT = f"bokeh-{bokeh.__version__}.min.js"
"""Name under which the site ships Bokeh's own script; template and script must be one version."""


def bokeh_script() -> Path:
    """Where the installed package keeps its script."""
    return Path(bokeh.__file__).parent / "server" / "static" / "js" / "bokeh.min.js"


def _panel(x_range: Range1d, height: int, name: str) -> figure:
    return figure(
        name=name,
        x_range=x_range,
        y_range=DataRange1d(name=f"{name}-y", range_padding=0.14),
        height=height,
        tools=[],
        sizing_mode="stretch_width",
        min_border_left=64,
        # A white first coat would shine through at the edges of the dark theme.
        border_fill_color=None,
        background_fill_color=None,
    )


def _flux_panel(x_range: Range1d, spectrum: ColumnDataSource, lines: ColumnDataSource) -> figure:
    plot = _panel(x_range, 330, "flux-panel")
    plot.extra_y_ranges = {"share": Range1d(0, 1)}
    window = ColumnDataSource({"left": [], "right": []}, name="window")
    plot.quad(
        left="left",
        right="right",
        bottom=0,
        top=1,
        y_range_name="share",
        source=window,
        name="flux-window",
        line_color=None,
    )
    plot.segment(
        x0="x",
        x1="x",
        y0=0,
        y1=0.93,
        y_range_name="share",
        source=lines,
        name="line-marks",
        line_dash="dotted",
    )
    plot.text(
        x="x",
        y=0.94,
        text="label",
        y_range_name="share",
        source=lines,
        name="line-names",
        text_align="center",
    )
    plot.varea("x", "low", "high", source=spectrum, name="noise")
    flux = plot.line("x", "flux", source=spectrum, name="flux", line_width=1)
    recon = plot.line("x", "recon", source=spectrum, name="recon", line_width=2)
    plot.line("x", "expected", source=spectrum, name="expected", line_width=1.3, line_dash=[5, 3])
    plot.y_range.renderers = [flux, recon]
    plot.add_tools(
        HoverTool(
            renderers=[flux],
            mode="vline",
            line_policy="nearest",
            tooltips=[
                ("wavelength", "@x{0.0} Å"),
                ("flux", "@flux{0.000}"),
                ("reconstruction", "@recon{0.000}"),
                ("expected", "@expected{0.000}"),
                ("residual", "@resid{0.0} σ"),
            ],
        )
    )
    return plot


def _residual_panel(x_range: Range1d, spectrum: ColumnDataSource) -> figure:
    plot = _panel(x_range, 170, "residual-panel")
    plot.yaxis.axis_label = "residual, σ"
    plot.extra_y_ranges = {"share": Range1d(0, 1)}
    plot.quad(
        left="left",
        right="right",
        bottom=0,
        top=1,
        y_range_name="share",
        source=ColumnDataSource({"left": [], "right": []}, name="residual-window-data"),
        name="residual-window",
        line_color=None,
    )
    resid = plot.line("x", "resid", source=spectrum, name="resid", line_width=1)
    plot.y_range.renderers = [resid]
    credit = Title(
        name="credit", align="right", text_font_size="10px", text_font_style="normal", standoff=4
    )
    plot.add_layout(credit, "below")
    return plot


def _tools(plot: figure) -> None:
    zoom = BoxZoomTool()
    plot.add_tools(PanTool(), zoom, WheelZoomTool(dimensions="width"))
    plot.add_tools(ResetTool(), SaveTool())
    plot.toolbar.active_drag = zoom


def spectrum_template(wave: Float, lines: Sequence[Line]) -> str:
    """Make the template: Bokeh's document, the grid, and the lines, as JSON text.

    Parameters
    ----------
    wave : ndarray of shape (L,)
        Å, vacuum, rest frame; the same for every object, so it is shipped here.
    """
    empty: dict[str, list[float]] = {
        name: [] for name in ("x", "flux", "recon", "expected", "resid", "low", "high")
    }
    spectrum = ColumnDataSource(empty, name="spectrum")
    marks = ColumnDataSource({"x": [], "label": []}, name="lines")
    x_range = Range1d(float(wave[0]), float(wave[-1]), name="x-range")
    flux, residual = _flux_panel(x_range, spectrum, marks), _residual_panel(x_range, spectrum)
    for plot in (flux, residual):
        _tools(plot)
    layout = gridplot(
        [[flux], [residual]],
        toolbar_location="right",
        sizing_mode="stretch_width",
        toolbar_options={"logo": None},
    )
    # Laying out merges the two panels' tools into new ones: only now is there one to name.
    next(tool for tool in layout.toolbar.tools if isinstance(tool, SaveTool)).name = "save"
    named_lines = [
        {"name": line.label, "wave": round(line.wave, 2), "major": line.major} for line in lines
    ]
    return json.dumps(
        {
            "item": _renumbered(json_item(layout)),
            "wave": [round(float(each), 3) for each in wave],
            "lines": named_lines,
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )


def _renumbered(item: object) -> object:
    """Replace Bokeh's running and random ids, so that the same release gives the same bytes."""
    known: dict[str, str] = {}

    def visit(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: visit(part, name) for name, part in value.items()}
        if isinstance(value, list | tuple):  # Bokeh writes the entries of a map as tuples
            return [visit(part) for part in value]
        if isinstance(value, str) and key in {"id", "root_id", "doc_id", "target_id"}:
            known.setdefault(value, f"m{len(known)}")
            return known[value]
        return value

    renamed = visit(item)
    if isinstance(renamed, dict):
        renamed["doc"] = {**renamed["doc"], "title": ""}
    return renamed
