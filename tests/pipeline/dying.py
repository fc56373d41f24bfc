"""Runs the command, and kills it in the middle of its K-th step that puts something in place.

`python dying.py replace|rename K before|after ARGUMENTS...`: files are put in place by `replace`, a
whole site by `rename`. `before` dies when the new thing is complete but not yet in place, `after`
when it is in place but nothing has been told of it. No clean-up runs, as with SIGKILL.
"""

import os
import sys
from pathlib import Path

from catalog.cli import main

DEAD = 137


def _die_at(method: str, number: int, moment: str) -> None:
    real = getattr(Path, method)
    seen = 0

    def step(self: Path, target: Path) -> Path:
        nonlocal seen
        seen += 1
        if seen == number and moment == "before":
            os._exit(DEAD)
        result: Path = real(self, target)
        if seen == number:
            os._exit(DEAD)
        return result

    setattr(Path, method, step)


if __name__ == "__main__":
    _die_at(sys.argv[1], int(sys.argv[2]), sys.argv[3])
    sys.argv = ["catalog", *sys.argv[4:]]
    main()
