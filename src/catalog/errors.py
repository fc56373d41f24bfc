"""What can go wrong, as types. Only `catalog.cli` catches `CatalogError`."""

from pathlib import Path


class CatalogError(Exception):
    """An error whose message says what failed, where, what was wanted, what was found, what next.

    Parameters
    ----------
    what : str
        What failed, one clause.
    where : str or Path
        File, HDU, row, recipe key: as close as it is known.
    wanted, found : str
        What the program needed, and what it met instead.
    todo : str
        What the reader can do about it.
    """

    exit_code = 1

    def __init__(
        self,
        what: str,
        *,
        where: str | Path = "",
        wanted: str = "",
        found: str = "",
        todo: str = "",
    ) -> None:
        self.what = what
        self.where = str(where)
        self.wanted = wanted
        self.found = found
        self.todo = todo
        super().__init__(what)

    def __str__(self) -> str:
        """One line per part; parts that were not given are left out."""
        parts = {
            "where": self.where,
            "wanted": self.wanted,
            "found": self.found,
            "next": self.todo,
        }
        return "\n".join([self.what, *(f"  {key}: {text}" for key, text in parts.items() if text)])

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way back from a worker process with every part."""
        return (_rebuild, (type(self), self.what, self.where, self.wanted, self.found, self.todo))


def _rebuild(
    kind: type[CatalogError], what: str, where: str, wanted: str, found: str, todo: str
) -> CatalogError:
    return kind(what, where=where, wanted=wanted, found=found, todo=todo)


class RecipeError(CatalogError):
    """The recipe, or a name in it, is wrong."""

    exit_code = 2


class SurveyError(CatalogError):
    """A survey file is missing, corrupt, or not as its format promises."""


class ModelError(CatalogError):
    """Checkpoint and recipe disagree, or training did not give finite numbers."""


class VerdictError(CatalogError):
    """A file of what people say is not as its format promises, or rates nothing."""


class KnownError(CatalogError):
    """A list of known objects is not as the recipe's section of it promises."""


class StoreError(CatalogError):
    """The catalogue's schema, keys or counts are not as promised."""


class SiteError(CatalogError):
    """A page lacks data, a link leads nowhere, a template names what does not exist."""


class ReleaseError(CatalogError):
    """The output folder cannot be written, or an artefact in it is damaged or in use."""


class WebError(CatalogError):
    """A server does not answer, answers something else, or a file from it is damaged."""


class PublishError(CatalogError):
    """A release is not fit to be published, or its place cannot hold it."""
