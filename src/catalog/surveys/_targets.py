"""Target classes, of which most surveys' files tell nothing."""

from catalog.errors import RecipeError


def refuse_targets(survey: str, targets: tuple[str, ...]) -> None:
    """Raise `RecipeError` if a recipe selects target classes of a survey that has none."""
    if targets:
        raise RecipeError(
            f"the reader of {survey} knows no target classes",
            where="surveys.targets",
            wanted="an empty list",
            found=", ".join(targets),
            todo="select by the files that the recipe names",
        )
