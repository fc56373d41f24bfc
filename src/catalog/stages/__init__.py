"""What each stage takes from disk and leaves there. One stage per file; each defines one `STAGE`.

A stage reads artefacts, calls the pure functions of its package, and writes artefacts whole. It
knows nothing of the other stages but the names of files (`catalog.release.Layout`); their order is
in `catalog.pipeline`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from catalog.recipe import Recipe
from catalog.recipe.sections import SurveySection
from catalog.release import Layout
from catalog.surveys import Shard

Counts = dict[str, int | float]
Report = Callable[[int, int], None]


@dataclass(frozen=True)
class Input:
    """One shard and the recipe's section of its survey."""

    section: SurveySection
    shard: Shard

    @property
    def reading(self) -> dict[str, object]:
        """What of the recipe decides what is read of the files."""
        return self.section.model_dump(mode="json", include={"name", "targets", "table"})


@dataclass(frozen=True)
class Trial:
    """What a benchmark changes in a build; nothing, in a release.

    plan : anomalies to plant while files are read, a table; round_number : which draw of them;
    held_out : a spectral class that no model is fitted to.
    """

    plan: Path | None = None
    round_number: int = 0
    held_out: str = ""


@dataclass(frozen=True)
class Build:
    """One release being built: what decides its result, and where it lies.

    `device` and `jobs` change how fast it is made, never what is made. `verdict_files` are what
    people said of the objects. `ask_again` lets servers be asked anew for what they lacked before.
    """

    recipe: Recipe
    recipe_folder: Path
    data: Path
    layout: Layout
    inputs: tuple[Input, ...]
    device: str = "cpu"
    jobs: int = 1
    trial: Trial = Trial()
    verdict_files: tuple[Path, ...] = ()
    ask_again: bool = False

    @property
    def shard_names(self) -> tuple[str, ...]:
        """Names of all shards, in the order in which they are read."""
        return tuple(entry.shard.name for entry in self.inputs)

    @property
    def folds(self) -> range:
        """Folds of the spectra, each with its own models."""
        return range(self.recipe.model.folds)

    @property
    def bases(self) -> tuple[Path, ...]:
        """Linear models of all folds."""
        return tuple(self.layout.basis(fold) for fold in self.folds)

    @property
    def models(self) -> tuple[Path, ...]:
        """Weights and cards of all folds' autoencoders."""
        pairs = ((self.layout.weights(k), self.layout.model_card(k)) for k in self.folds)
        return tuple(path for pair in pairs for path in pair)

    def shards(self, stage: str) -> tuple[Path, ...]:
        """One stage's artefacts, one per shard, in reading order."""
        return tuple(self.layout.shard(stage, name) for name in self.shard_names)


def _never() -> bool:
    return False


@dataclass(frozen=True)
class Task:
    """One piece of work: done when its outputs exist and its key is unchanged.

    Attributes
    ----------
    name
        Unique in the release, such as `read/desi-sv3-bright-10016`.
    inputs, outputs
        Files that decide the result, and files or folders that are the result.
    settings
        Whatever else decides the result: parts of the recipe, as JSON-like values.
    run
        Does the work, reports progress, and returns what it counted. Must be picklable where the
        stage is parallel.
    is_due
        Tells whether the work is to be done again although nothing that decides it has changed:
        a server that did not answer may do so now.
    """

    name: str
    inputs: tuple[Path, ...]
    outputs: tuple[Path, ...]
    settings: object
    run: Callable[[Report], Counts]
    is_due: Callable[[], bool] = _never


@dataclass(frozen=True)
class Stage:
    """A step of the pipeline.

    Attributes
    ----------
    code
        Folders and modules of the package whose source decides the result.
    parallel
        Whether its tasks may run in worker processes; the others use threads or memory themselves.
    """

    name: str
    title: str
    tasks: Callable[[Build], list[Task]]
    code: tuple[str, ...]
    parallel: bool = False
