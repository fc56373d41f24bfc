"""How a release was made, in words and commands: what pages and machines both tell."""

from dataclasses import dataclass

from catalog.citing.work import SOFTWARE, Work

RECIPE = "recipe.toml"
"""The recipe among the files of the release."""


@dataclass(frozen=True)
class Said:
    """One thing about the making; `code` where it is to be read letter by letter."""

    name: str
    value: str
    code: bool = False


def facts(work: Work) -> tuple[Said, ...]:
    """Code, recipe, seed, model and machine of a release; what is not known is left out."""
    made, release, model = work.provenance, work.release, work.model
    how = "trained by this build" if model.trained else "loaded from a checkpoint, trained"
    found = [
        Said("Software", f"{SOFTWARE} {release.software_version}"),
        Said("Source, sha256", made.code_sha256, code=True),
        Said("Commit", made.code_commit, code=True),
        Said("Source differs from that commit", "yes" if made.code_dirty else ""),
        Said("Recipe, sha256", made.recipe_sha256, code=True),
        Said("Seed", str(release.seed), code=True),
        Said("Model", f"{model.kind}, {how} on spectra of {model.trained_on}"),
        Said("Model, sha256", model.weights_sha256, code=True),
        Said("Schema of the catalogue", f"version {release.schema_version}"),
        Said("Python", made.python),
        Said("Platform", made.platform),
    ]
    return tuple(each for each in found if each.value)


def rebuilding(work: Work) -> tuple[str, ...]:
    """Give the commands that make the release again from its recipe and the same input files."""
    made = work.provenance
    if work.repository and made.code_commit:
        begin = [f"git clone {work.repository} atlas", f"git -C atlas checkout {made.code_commit}",
                 "pip install ./atlas"]  # fmt: skip
    else:
        begin = [f"# with {SOFTWARE} {work.release.software_version} of that source installed"]
    fetch = [] if work.release.simulated else [f"catalog fetch {RECIPE} --data data"]
    return (*begin, *fetch, f"catalog build {RECIPE} --data data")
