"""Templates: found where they lie, compiled once, strict about names, escaping everything."""

from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError, meta, nodes

from catalog.errors import SiteError
from catalog.site import modules, words
from catalog.site.plots import card


@cache
def folder() -> Path:
    """Find the templates: inside an installed package, or beside its source in a checkout.

    Raises
    ------
    SiteError
        If neither is there.
    """
    here = Path(__file__).resolve().parent
    for place in (here / "_templates", here.parents[2] / "site_templates"):
        if (place / "base.html").is_file():
            return place
    raise SiteError(
        "the site's templates are missing",
        where=here / "_templates",
        wanted="base.html",
        todo="install the package again, or work in a full checkout",
    )


@cache
def environment() -> Environment:
    """Make the environment: autoescape for every file, and no silent undefined names."""
    made = Environment(
        loader=FileSystemLoader(folder()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.filters |= {
        "count": words.count,
        "number": words.number,
        "significant": words.significant,
        "percent": words.percent,
        "capitalised": words.capitalised,
        "bound": words.bound,
    }
    made.globals["verdict_sign"] = words.VERDICT_SIGN
    made.globals["modules_of"] = _modules_of
    made.globals["card_size"] = (card.WIDTH, card.HEIGHT)
    return made


def _modules_of(entry: str) -> str:
    """Name the modules that a page's own module needs at once, for `start.js`."""
    return " ".join(modules.needed(folder() / "static", f"{entry}.js"))


def fill(template: str, context: Any) -> str:
    """Fill a template with a context dataclass.

    Raises
    ------
    SiteError
        If the template names what the context does not have, or has a fault of its own.
    """
    values = {each.name: getattr(context, each.name) for each in fields(context)}
    try:
        return environment().get_template(template).render(values)
    except TemplateError as fault:
        raise SiteError(
            "a template cannot be filled",
            where=folder() / template,
            wanted=f"the fields of {type(context).__name__}",
            found=f"{type(fault).__name__}: {fault}",
            todo="make template and context agree",
        ) from fault


def names_used(template: str) -> set[str]:
    """Names that a template, with all it extends, includes or imports, takes from its context."""
    made = environment()
    seen: set[str] = set()
    names: set[str] = set()
    waiting = [template]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        source, _, _ = FileSystemLoader(folder()).get_source(made, current)
        tree = made.parse(source)
        # A block sees its file's imports and macros, which this analysis takes for undeclared.
        known = {each.target for each in tree.find_all(nodes.Import)}
        known |= {each.name for each in tree.find_all(nodes.Macro)}
        names |= meta.find_undeclared_variables(tree) - known
        waiting += [found for found in meta.find_referenced_templates(tree) if found]
    return names - set(made.globals)
