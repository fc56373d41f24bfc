"""Which modules a script needs before it can run: all are asked for at once, not wave by wave."""

import re
from functools import cache
from pathlib import Path, PurePosixPath
from posixpath import normpath

_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^;"']*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE)


@cache
def needed(static: Path, entry: str) -> tuple[str, ...]:
    """Modules that a module imports, and those that these import, but not what they load later.

    A browser finds out what a module imports only when it has it: a chain of five costs a phone
    five round trips before anything runs.

    Parameters
    ----------
    static : Path
        Folder of the scripts.
    entry : str
        The module, as a path below it, with `.js`.

    Returns
    -------
    tuple of str
        Paths below `static`, sorted, without the entry itself.
    """
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        folder = PurePosixPath(name).parent
        text = (static / name).read_text(encoding="utf-8")
        for address in _IMPORT.findall(text):
            module = normpath((folder / address).as_posix())
            if module not in found:
                found.add(module)
                waiting.append(module)
    return tuple(sorted(found - {entry}))
