"""When to ask a server again that did not answer: on another day, or when told to.

What did not come is no reason to fail a build, and no result to keep for ever either.
"""

import json
from datetime import UTC, datetime
from pathlib import Path

from catalog.release import write_json
from catalog.stages import Build

DAY_S = 86_400.0
"""The cache is shared with builds of other releases: what is half-written there may be theirs."""


def today() -> str:
    """Give the date here and now in Greenwich, YYYY-MM-DD."""
    return datetime.now(UTC).date().isoformat()


def note(build: Build, kind: str, n_unanswered: int) -> None:
    """Remember that some requests had no answer today, or that all have one."""
    path = _path(build, kind)
    if n_unanswered:
        write_json(path, {"date": today(), "n": n_unanswered})
    else:
        path.unlink(missing_ok=True)


def is_due(build: Build, kind: str) -> bool:
    """Tell whether requests are left that had no answer on an earlier day."""
    try:
        told = json.loads(_path(build, kind).read_text(encoding="utf-8"))
        return bool(told["date"] != today())
    except FileNotFoundError:
        return False
    except (OSError, ValueError, TypeError, KeyError):
        return True


def _path(build: Build, kind: str) -> Path:
    return build.layout.cache(kind) / f"unanswered-{build.recipe.release.name}.json"
