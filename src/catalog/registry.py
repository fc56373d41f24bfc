"""A folder is a registry: every module in it defines one instance of the folder's kind."""

import difflib
import pkgutil
from importlib import import_module
from typing import TypeVar

from catalog.errors import RecipeError

Plugin = TypeVar("Plugin")


def names(package: str) -> tuple[str, ...]:
    """Names of the plug-ins of a package such as `catalog.surveys`, sorted; imports none."""
    path = import_module(package).__path__
    return tuple(sorted(m.name for m in pkgutil.iter_modules(path) if not m.name.startswith("_")))


def nearest(name: str, known: tuple[str, ...]) -> str:
    """Give the known name most like a wrong one, as a hint for a message; empty where none is."""
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"did you mean {close[0]!r}?" if close else ""


def load(package: str, name: str, kind: type[Plugin]) -> Plugin:
    """Import one plug-in and return the single instance of `kind` that it defines.

    Raises
    ------
    RecipeError
        If no plug-in has that name, or its module does not define exactly one `kind`.
    """
    known = names(package)
    if name not in known:
        raise RecipeError(
            f"no {kind.__name__.lower()} is called {name!r}",
            where=package,
            wanted="one of " + ", ".join(known),
            found=repr(name),
            todo=nearest(name, known),
        )
    module = import_module(f"{package}.{name}")
    found = [value for value in vars(module).values() if isinstance(value, kind)]
    if len(found) != 1:
        raise RecipeError(
            f"plug-in {name!r} does not define one {kind.__name__}",
            where=module.__name__,
            wanted=f"exactly one {kind.__name__}",
            found=str(len(found)),
        )
    return found[0]
