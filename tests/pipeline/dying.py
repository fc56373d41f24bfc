"""Runs the command, and kills it in the middle of its K-th atomic write.

`python dying.py K before|after ARGUMENTS...`: `before` dies when the temporary file is complete but
not yet in place, `after` when it is in place but nothing has been told of it. No clean-up runs, as
with SIGKILL.
"""

import os
import sys
from pathlib import Path

from catalog.cli import main

DEAD = 137


def _die_at(number: int, moment: str) -> None:
    real = Path.replace
    seen = 0

    def replace(self: Path, target: Path) -> Path:
        nonlocal seen
        seen += 1
        if seen == number and moment == "before":
            os._exit(DEAD)
        result = real(self, target)
        if seen == number:
            os._exit(DEAD)
        return result

    Path.replace = replace  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    _die_at(int(sys.argv[1]), sys.argv[2])
    sys.argv = ["catalog", *sys.argv[3:]]
    main()
