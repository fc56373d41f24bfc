"""The interactive spectrum plot, as one template for all objects.

The site ships this template once; a page gives it only its object's numbers. Building a Bokeh
document per object would cost a second and a megabyte each (bokeh issue 3617). The script finds the
models by the names given here, and dresses them in the page's colours, so none are set here.

The document has two roots, in this order: the spectrum above its residual, and the inset, which the
page puts where it has room.
"""

import json
from collections.abc import Sequence
from pathlib import Path

import bokeh
from bokeh.document import Document
from bokeh.embed.util import standalone_docs_json
from bokeh.layouts import gridplot
from bokeh.models import (
    BoxZoomTool,
    ColumnDataSource,
    DataRange1d,
    GlyphRenderer,
    HoverTool,
    PanTool,
    Range1d,
    ResetTool,
    SaveTool,
    Title,
    WheelZoomTool,
)
from bokeh.plotting import figure

from catalog.site.envelope import is_long
from catalog.site.plots.axes import Float
from catalog.site.plots.line_names import priority
from catalog.store.records import Line

SCRIPT = f"bokeh-{bokeh.__version__}.min.js"
"""Name under which the site ships Bokeh's own script; template and script must be one version."""
COLUMNS = {
    "spectrum": (
        "x", "rest", "observed", "flux", "recon", "expected", "resid", "low", "high", "sigma",
    ),
    "lines": ("x", "label"),
    "arms": ("xs", "ys", "colour", "dash"),
    "arm-names": ("x", "name"),
    "window": ("left", "right"),
    "overlaps": ("left", "right"),
    "masked": ("left", "right"),
    "magnified": ("left", "right"),
}  # fmt: skip
"""What each source holds; the script fills them. Every figure that shows a source shares it."""
Sources = dict[str, ColumnDataSource]


def bokeh_script() -> Path:
    """Where the installed package keeps its script."""
    return Path(bokeh.__file__).parent / "server" / "static" / "js" / "bokeh.min.js"


def _panel(x_range: Range1d, y_range: Range1d | DataRange1d, height: int, name: str) -> figure:
    plot = figure(
        name=name,
        x_range=x_range,
        y_range=y_range,
        height=height,
        tools=[],
        toolbar_location=None,
        sizing_mode="stretch_width",
        min_border_left=64,
        # A white first coat would shine through at the edges of the dark theme.
        border_fill_color=None,
        background_fill_color=None,
    )
    plot.extra_y_ranges = {"share": Range1d(0, 1)}
    return plot


def _regions(plot: figure, sources: Sources) -> None:
    """Mark parts of the spectrum from top to bottom, behind everything else."""
    for name in ("window", "overlaps", "masked"):
        plot.quad(
            left="left",
            right="right",
            bottom=0,
            top=1,
            y_range_name="share",
            source=sources[name],
            name=f"{plot.name}-{name}",
            line_color=None,
            **({"hatch_pattern": "/", "fill_color": None} if name == "masked" else {}),
        )


def _line_marks(plot: figure, sources: Sources, top: float) -> None:
    """Mark lines up to a share of the panel's height; their names stand on the marks."""
    plot.segment(
        x0="x",
        x1="x",
        y0=0,
        y1=top,
        y_range_name="share",
        source=sources["lines"],
        name=f"{plot.name}-line-marks",
        line_dash="dotted",
    )
    plot.text(
        x="x",
        y=top + 0.01,
        text="label",
        y_range_name="share",
        source=sources["lines"],
        name=f"{plot.name}-line-names",
        text_align="center",
    )


def _curves(plot: figure, sources: Sources) -> list[GlyphRenderer]:
    """Draw the spectrum and what it is compared with; what comes back sets the limits of y."""
    spectrum = sources["spectrum"]
    name = plot.name
    plot.varea("x", "low", "high", source=spectrum, name=f"{name}-noise")
    plot.line(
        "x", "sigma", source=spectrum, name=f"{name}-sigma", line_dash="dotted", visible=False
    )
    flux = plot.line("x", "flux", source=spectrum, name=f"{name}-flux", line_width=1)
    recon = plot.line("x", "recon", source=spectrum, name=f"{name}-recon", line_width=2)
    plot.line(
        "x",
        "expected",
        source=spectrum,
        name=f"{name}-expected",
        line_width=1.3,
        line_dash=[5, 3],
    )
    plot.multi_line(
        "xs",
        "ys",
        line_color="colour",
        line_dash="dash",
        line_width=1.8,
        source=sources["arms"],
        name=f"{name}-arms",
    )
    plot.text(
        x="x",
        y=0.03,
        text="name",
        y_range_name="share",
        source=sources["arm-names"],
        name=f"{name}-arm-names",
        text_align="center",
    )
    return [flux, recon]


def _flux_panel(x_range: Range1d, sources: Sources, decimals: int) -> figure:
    limits = DataRange1d(name="flux-panel-y", range_padding=0.14)
    plot = _panel(x_range, limits, 330, "flux-panel")
    _regions(plot, sources)
    _line_marks(plot, sources, 0.93)
    curves = _curves(plot, sources)
    limits.renderers = curves
    plot.add_tools(
        HoverTool(
            renderers=curves[:1],
            mode="vline",
            line_policy="nearest",
            tooltips=[
                ("rest frame", f"@rest{{0.{'0' * decimals}}} Å"),
                ("observed", f"@observed{{0.{'0' * decimals}}} Å"),
                ("flux", "@flux{0.000}"),
                ("reconstruction", "@recon{0.000}"),
                ("expected", "@expected{0.000}"),
                ("σ", "@sigma{0.000}"),
                ("residual", "@resid{0.0} σ"),
            ],
        )
    )
    return plot


def _residual_panel(x_range: Range1d, sources: Sources) -> figure:
    limits = DataRange1d(name="residual-panel-y", range_padding=0.14)
    plot = _panel(x_range, limits, 170, "residual-panel")
    plot.yaxis.axis_label = "residual, σ"
    _regions(plot, sources)
    plot.quad(
        left="left",
        right="right",
        bottom=0.01,
        top=0.99,
        y_range_name="share",
        source=sources["magnified"],
        name="residual-panel-magnified",
        fill_color=None,
        line_dash=[2, 2],
    )
    limits.renderers = [
        plot.line("x", "resid", source=sources["spectrum"], name="residual-panel-resid")
    ]
    credit = Title(
        name="credit", align="right", text_font_size="10px", text_font_style="normal", standoff=4
    )
    plot.add_layout(credit, "below")
    return plot


def _inset(sources: Sources) -> figure:
    """Make the magnifier: the script sets its limits, which are not the main plot's."""
    x_range, y_range = Range1d(0, 1, name="inset-x"), Range1d(0, 1, name="inset-panel-y")
    plot = _panel(x_range, y_range, 190, "inset-panel")
    plot.min_border_left = 52
    _regions(plot, sources)
    _line_marks(plot, sources, 0.86)
    _curves(plot, sources)
    return plot


def _tools(plot: figure) -> None:
    zoom = BoxZoomTool()
    plot.add_tools(PanTool(), zoom, WheelZoomTool(dimensions="width"))
    plot.add_tools(ResetTool(), SaveTool())
    plot.toolbar.active_drag = zoom


def _document(wave: Float) -> Document:
    sources = {
        name: ColumnDataSource({column: [] for column in columns}, name=name)
        for name, columns in COLUMNS.items()
    }
    x_range = Range1d(float(wave[0]), float(wave[-1]), name="x-range")
    decimals = 2 if is_long(wave.size) else 1
    panels = [_flux_panel(x_range, sources, decimals), _residual_panel(x_range, sources)]
    for plot in panels:
        _tools(plot)
    layout = gridplot(
        [[plot] for plot in panels],
        toolbar_location="right",
        sizing_mode="stretch_width",
        toolbar_options={"logo": None},
    )
    # Laying out merges the two panels' tools into new ones: only now is there one to name.
    next(tool for tool in layout.toolbar.tools if isinstance(tool, SaveTool)).name = "save"
    document = Document()
    document.add_root(layout)
    document.add_root(_inset(sources))
    return document


def spectrum_template(wave: Float, lines: Sequence[Line]) -> str:
    """Make the template: Bokeh's document, the grid, and the lines, as JSON text.

    Parameters
    ----------
    wave : ndarray of shape (L,)
        Å, vacuum, rest frame; the same for every object, so it is shipped here.
    """
    named_lines = [
        {"name": line.label, "wave": round(line.wave, 2), "major": line.major, "turn": turn}
        for line, turn in zip(lines, priority(lines), strict=True)
    ]
    (document,) = standalone_docs_json([_document(wave)]).values()
    return json.dumps(
        {
            "document": _renumbered({**document, "title": ""}),
            "wave": _grid(wave),
            "lines": named_lines,
        },
        separators=(",", ":"),
        ensure_ascii=False,
    )


def _grid(wave: Float) -> list[float] | dict[str, float]:
    """Write the grid: bin by bin, or where there are too many, its ends (bins are equally wide)."""
    if not is_long(wave.size):
        return [round(float(each), 3) for each in wave]
    return {"first": float(wave[0]), "last": float(wave[-1]), "n_bins": wave.size}


def _renumbered(item: object) -> object:
    """Replace Bokeh's running and random ids, so that the same release gives the same bytes."""
    known: dict[str, str] = {}

    def visit(value: object, key: str = "") -> object:
        if isinstance(value, dict):
            return {name: visit(part, name) for name, part in value.items()}
        if isinstance(value, list | tuple):  # Bokeh writes the entries of a map as tuples
            return [visit(part) for part in value]
        if isinstance(value, str) and key == "id":
            known.setdefault(value, f"m{len(known)}")
            return known[value]
        return value

    return visit(item)
