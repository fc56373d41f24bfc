"""The model card: computed from the catalogue, section by section after Mitchell et al. (2019).

Source: Model Cards for Model Reporting, doi:10.1145/3287560.3287596; the head of the file as the
Hugging Face hub reads it.
"""

import json
from collections.abc import Mapping
from typing import Any

from catalog.citing import literature, model_results
from catalog.citing.card import Block, Card, Paragraph, Points, Section, Table
from catalog.citing.making import facts
from catalog.citing.network_words import network_words
from catalog.citing.work import SOFTWARE, Work

MADE = ("Software", "Commit", "Seed", "Model, sha256", "Recipe, sha256")
"""What of the making concerns the model; the rest is not the card's business."""


def card_of(work: Work) -> Card:
    """Write the card of a release's model, whether or not a benchmark was run."""
    return Card(
        title=f"{work.model.kind}, the model behind {work.title}",
        front=_front(work),
        sections=(
            Section("Model details", "model-details", _details(work)),
            Section("Intended use", "intended-use", _use(work)),
            Section("Factors", "factors", _factors(work)),
            Section("Metrics", "metrics", model_results.metrics(work)),
            Section("Evaluation data", "evaluation-data", model_results.evaluation(work)),
            Section("Training data", "training-data", _training(work)),
            Section("Quantitative analyses", "analyses", model_results.analyses(work)),
            Section("Ethical considerations", "ethics", _ethics(work)),
            Section("Caveats and recommendations", "caveats", _caveats(work)),
        ),
    )


def _front(work: Work) -> dict[str, Any]:
    network = network_words(work.model).replace(" ", "-")
    tags = ["astronomy", "spectroscopy", "anomaly-detection", network]
    found: dict[str, Any] = {
        "license": work.citation.licence.lower(),
        "library_name": "pytorch",
        "tags": tags + ["simulated-data"] * work.model.trained_on_simulated,
    }
    results = model_results.index(work)
    if results:
        name = f"{work.model.kind}-{work.release.name}"
        found["model-index"] = [{"name": name, "results": results}]
    return found


def _configuration(work: Work) -> Mapping[str, Any]:
    try:
        found = json.loads(work.model.configuration)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _settings(work: Work) -> tuple[tuple[str, str], ...]:
    """List what the model was made with, flattened, in the order of its names."""
    found = []
    for part, values in sorted(_configuration(work).items()):
        if isinstance(values, dict):
            found += [(f"{part}.{name}", _plain(value)) for name, value in sorted(values.items())]
    return tuple((name, value) for name, value in found if value)


def _weights(work: Work) -> tuple[tuple[str, str], ...]:
    """List the sha256 of each fold's weights, where the catalogue tells them."""
    found = _configuration(work).get("weights")
    given = found if isinstance(found, list) else []
    return tuple((str(fold), str(digest)) for fold, digest in enumerate(given))


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(_plain(each) for each in value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _details(work: Work) -> tuple[Block, ...]:
    model, paper = work.model, literature.METHOD[0]
    made = "trained for this release" if model.trained else "loaded from a checkpoint"
    folds = (
        f" There are {model.n_folds} of them, each trained without one part of the spectra, "
        "and each part is scored by the one that has not seen it."
        if model.n_folds > 1
        else ""
    )
    told = (
        f"A {network_words(model)} ({model.kind}) that squeezes a rest-frame spectrum into "
        f"{model.n_latent} numbers and rebuilds it; {model.n_parameters:,} parameters, {made}."
        f"{folds} It is part of {SOFTWARE} {work.release.software_version}, and follows "
        f"{paper.short}, arXiv:{paper.arxiv}."
    )
    rows = tuple((each.name, each.value) for each in facts(work) if each.name in MADE)
    blocks: list[Block] = [
        Paragraph(told),
        Table("How it was made", ("what", "value"), rows, figures=False),
    ]
    if weights := _weights(work):
        blocks.append(Table("Weights", ("fold", "sha256"), weights, figures=False))
    if settings := _settings(work):
        blocks.append(Table("Settings", ("setting", "value"), settings, figures=False))
    blocks.append(Paragraph(f"Licence of the weights: {work.citation.licence}."))
    if work.citation.contact:
        blocks.append(Paragraph(f"Questions: {work.citation.contact}."))
    return tuple(blocks)


def _use(work: Work) -> tuple[Block, ...]:
    surveys = " and ".join(survey.title for survey in work.surveys)
    return (
        Paragraph(
            f"To find unusual spectra among those of {surveys}, prepared as this release does: "
            "those that the model rebuilds badly, or places far from all others. It is meant for "
            "astronomers who then look at what it finds."
        ),
        Points(
            (
                (
                    "Not for measuring redshifts, classes or line fluxes: it is trained to "
                    "rebuild, not to measure."
                ),
                (
                    "Not for spectra of another instrument, wavelength range or preparation, "
                    "without training it anew."
                ),
                (
                    "Not for counting how common a kind of object is: what is common is what it "
                    "rebuilds well."
                ),
            )
        ),
    )


def _factors(work: Work) -> tuple[Block, ...]:
    flagged = f"{work.release.n_flagged:,} of {work.release.n_read:,} spectra read are not scored"
    return (
        Paragraph(
            "How well an oddity is seen depends on the signal-to-noise ratio, on the class of the "
            "object, on how much of the wavelength range has data, and on whether the survey's "
            "redshift is right, since spectra are compared in their rest frames. Probabilities are "
            "calibrated at equal signal-to-noise ratio and class, so that brightness alone makes "
            "nothing unusual."
        ),
        Paragraph(f"Spectra that fail the survey's or the recipe's quality cuts: {flagged}."),
    )


def _training(work: Work) -> tuple[Block, ...]:
    model = work.model
    kind = "simulated spectra, none of a real object" if model.trained_on_simulated else "spectra"
    told = (
        f"{model.n_train:,} {kind}, of the release {model.trained_on}, with {model.n_validation:,} "
        "held out to watch the training."
    )
    blocks: list[Block] = [Paragraph(told)]
    if work.training:
        blocks.append(_history(work))
    if model.trained and work.surveys:
        rows = tuple(
            (f"{s.title} {s.release}".strip(), f"{s.n_read:,}", f"{s.n_scored:,}")
            for s in work.surveys
        )
        blocks.append(Table("Spectra of this release", ("survey", "read", "scored"), rows))
    return tuple(blocks)


def _history(work: Work) -> Table:
    """Tell where each fold's training ended: its best epoch on held-out spectra."""
    rows = []
    for fold in sorted({each.fold for each in work.training}):
        epochs = [each for each in work.training if each.fold == fold]
        best = min(epochs, key=lambda each: (each.loss_validation, each.epoch))
        refits = len({each.phase for each in epochs}) - 1
        row = (str(fold), str(len(epochs)), str(refits), str(best.epoch))
        rows.append((*row, f"{best.chi2_validation:.3f}"))
    head = ("fold", "epochs", "refits", "best epoch", "held-out squared error per bin, weighted")
    return Table("Course of the training; a perfect model of pure noise reaches 1", head,
                 tuple(rows))  # fmt: skip


def _ethics(work: Work) -> tuple[Block, ...]:
    found = (
        "The spectra are of stars, galaxies and quasars; no data of people enter. The surveys ask "
        "to be acknowledged, and the sites on which their telescopes stand matter to people: use "
        "the acknowledgements that the release carries."
    )
    simulated = "The spectra are simulated; no data of people, and none of telescopes, enter."
    return (Paragraph(simulated if work.release.simulated else found),)


def _caveats(work: Work) -> tuple[Block, ...]:
    model, release = work.model, work.release
    points = [
        (
            "Part of what is unusual is the survey's own doing: sky residuals, steps between arms, "
            "wrong redshifts. Reasons tell artefacts apart by rule, and rules err."
        ),
        (
            "A kind of object that is common in the training spectra is ordinary to the "
            "model, however interesting it is."
        ),
        (
            f"The list is the first {100 * release.outlier_fraction:g} % by rank: where it "
            "ends is a choice of the recipe, not a finding."
        ),
    ]
    if model.trained_on_simulated and not release.simulated:
        points.insert(
            0,
            "The model was trained on simulated spectra, while those of this release are real: "
            "part of what looks unusual may be what the simulation lacks.",
        )
    if release.simulated:
        points.insert(0, "This release is simulated: nothing found in it is a real object.")
    if work.benchmark is None:
        points.append("No benchmark was run on this release: how much it finds is not known.")
    return (Points(tuple(points)),)
