"""Runs the command in a process that can be killed, or kills itself in the middle of a step.

A build that dies puts its K-th thing in place: files are put there by `replace`, a whole site by
`rename`. `before` dies when the new thing is complete but not yet in place, `after` when it is in
place but nothing has been told of it. No clean-up runs, as with SIGKILL.
"""

import multiprocessing
import os
import sys
from collections.abc import Sequence
from multiprocessing.process import BaseProcess
from pathlib import Path

from catalog.cli import main

DEAD = 137
LOADED = ["catalog.pipeline", "catalog.model.train", "torch._dynamo"]
"""What a build imports in seconds, the last when torch takes its first step."""


def start(arguments: Sequence[str], said: Path, death: tuple[str, int, str] | None = None):
    """Start `catalog ARGUMENTS`, which writes what it says to a file and dies as told.

    The process is a fork of one that has done nothing but import: it begins at once.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    process: BaseProcess = context.Process(target=_run, args=(list(arguments), said, death))
    process.start()
    return process


def _run(arguments: list[str], said: Path, death: tuple[str, int, str] | None) -> None:
    with said.open("w") as stream:
        for descriptor in (1, 2):
            os.dup2(stream.fileno(), descriptor)
    if death is not None:
        _die_at(*death)
    sys.argv = ["catalog", *arguments]
    main()


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
