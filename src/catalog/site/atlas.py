"""What the pages of one release have in common, read once."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from pathlib import Path

from catalog.citing import Work
from catalog.citing.files import Listed, listed
from catalog.site.evidence import Evidence
from catalog.site.plots.spark import spark
from catalog.store.latent_records import LatentDimension
from catalog.store.read import Catalogue
from catalog.store.records import (
    Category,
    Entry,
    Float,
    Line,
    Model,
    Outlier,
    PersonVerdict,
    Release,
    Score,
    Survey,
)
from catalog.store.release_records import Change, Citation, KnownSource


@dataclass(frozen=True)
class Likeness:
    """Another object, as a small picture with its name: a strange one, or the next by rank."""

    name: str
    address: str
    rank: int | None
    verdict: str
    category: str
    spark: str


class Atlas:
    """A catalogue, with what several pages ask for kept after the first time.

    `downloads` are the files that the site offers, in the order in which it lists them; `images` is
    the folder of images of the sky.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        downloads: tuple[Path, ...] = (),
        images: Path | None = None,
    ) -> None:
        self.catalogue = catalogue
        self.downloads = downloads
        self.images = images

    @cached_property
    def release(self) -> Release:
        """The release."""
        return self.catalogue.release()

    @cached_property
    def citation(self) -> Citation:
        """How the release is cited."""
        return self.catalogue.citation()

    @cached_property
    def work(self) -> Work:
        """The release as a work to be cited."""
        return Work.read(self.catalogue)

    @cached_property
    def files(self) -> tuple[Listed, ...]:
        """The files that the site offers, measured once."""
        others = [file for file in self.downloads if file.suffix != ".duckdb"] or self.downloads
        root = min((file.parent for file in others), key=lambda f: len(f.parts), default=Path())
        return tuple(
            listed(root if file.is_relative_to(root) else file.parent, file)
            for file in self.downloads
        )

    @cached_property
    def model(self) -> Model:
        """The model."""
        return self.catalogue.model()

    @cached_property
    def surveys(self) -> dict[str, Survey]:
        """Surveys by name."""
        return {survey.name: survey for survey in self.catalogue.surveys()}

    @cached_property
    def scores(self) -> tuple[Score, ...]:
        """All scores, in the order in which to show them."""
        return self.catalogue.scores()

    def scores_of(self, *roles: str) -> tuple[Score, ...]:
        """Scores that play one of these parts, in the order in which to show them."""
        return tuple(score for score in self.scores if score.role in roles)

    @cached_property
    def evidence(self) -> Evidence | None:
        """What the benchmark found; None where none was run."""
        results = self.catalogue.benchmark()
        return Evidence(results, self.scores) if results else None

    @cached_property
    def columns(self) -> dict[str, Entry]:
        """The column dictionary, by name."""
        return {entry.name: entry for entry in self.catalogue.columns()}

    @cached_property
    def categories(self) -> dict[str, Category]:
        """Categories by name, in their own order."""
        return {category.name: category for category in self.catalogue.categories()}

    @cached_property
    def known_sources(self) -> tuple[KnownSource, ...]:
        """The lists of known objects that outliers were looked up in."""
        return self.catalogue.known_sources()

    @cached_property
    def verdicts(self) -> dict[str, tuple[PersonVerdict, ...]]:
        """What people say of each object of which they say anything, earliest first."""
        by_target = groupby(self.catalogue.verdicts(), key=lambda said: said.target_id)
        return {target: tuple(given) for target, given in by_target}

    @cached_property
    def changed(self) -> tuple[Change, ...]:
        """Outliers that are gone, moved or new since the release before."""
        return self.catalogue.changed()

    @cached_property
    def dimensions(self) -> tuple[LatentDimension, ...]:
        """The latent dimensions, in their order; none where nobody asked what they mean."""
        return self.catalogue.latent_dimensions()

    @cached_property
    def has_decoder(self) -> bool:
        """Tell whether visitors can decode points of the latent space themselves."""
        return bool(self.dimensions) and self.catalogue.has_decoder()

    @property
    def has_feed(self) -> bool:
        """Tell whether the site has a feed: news without a date is none."""
        return bool(self.citation.date)

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Spectral lines."""
        return self.catalogue.lines()

    @cached_property
    def wave(self) -> Float:
        """Bin centres (L,), Å in vacuum, rest frame."""
        return self.catalogue.grid()

    @cached_property
    def objects(self) -> tuple[Outlier, ...]:
        """Every object with a page, most unusual first."""
        return self.catalogue.outliers()

    @cached_property
    def places(self) -> dict[str, int]:
        """Position of each object in `objects`, by identifier."""
        return {each.target_id: place for place, each in enumerate(self.objects)}

    @cached_property
    def median_distance(self) -> float | None:
        """Median distance of the outliers to their nearest ordinary spectrum."""
        return self.catalogue.median_distance()

    @property
    def cutouts(self) -> bool:
        """True where pages offer images of the sky: a real release whose recipe asks for them."""
        chosen = self.release.choice("site", "cutouts", "none")
        return chosen == "link" and not self.release.simulated

    @property
    def cutout_layer(self) -> str:
        """Layer of the Legacy Surveys viewer."""
        return self.release.choice("site", "cutout_layer", "ls-dr9")

    @property
    def address(self) -> str:
        """Where the site is published, with its final slash; empty where the recipe tells not."""
        return self.release.choice("site", "address", "")

    @property
    def repository(self) -> str:
        """Address of the source repository; empty where the recipe gives no web page."""
        address = self.release.choice("site", "repository", "")
        return address if address.startswith("https://") else ""

    @property
    def shared(self) -> tuple[object, ...]:
        """What the pages of all objects have in common, for telling whether it has changed."""
        return (
            self.release, self.model, self.surveys, self.scores, self.columns, self.categories,
            self.lines, self.wave, self.median_distance, self.has_feed,
            self.known_sources,
            self.citation, self.work.authors, self.work.provenance,
            bool(self.dimensions), self.has_decoder,
        )  # fmt: skip

    def name_of(self, each: Outlier) -> str:
        """Its designation, as pages call an object; survey and identifier where it has none."""
        return each.name or self.identified(each.survey, each.target_id)

    def identifier_of(self, each: Outlier) -> str:
        """Survey and identifier, to stand beside a name; empty where they are the name."""
        return self.identified(each.survey, each.target_id) if each.name else ""

    def identified(self, survey: str, target_id: str) -> str:
        """Survey and identifier of a spectrum."""
        return f"{self.survey_name(survey)} {target_id}"

    def survey_name(self, survey: str) -> str:
        """Give a survey's title where it is short, else its name in capitals."""
        known = self.surveys.get(survey)
        return known.title if known and len(known.title) <= 12 else survey.upper()

    @property
    def source(self) -> str:
        """What a figure that leaves the site says of where it comes from."""
        release = self.release
        return f"{release.title} ({release.name}), Peculiar Spectra {release.software_version}"

    def flux_unit(self, each: Outlier) -> str:
        """Give the unit of an object's flux; empty where the flux is relative."""
        survey = self.surveys.get(each.survey)
        return survey.flux_unit if survey else ""

    def category_title(self, each: Outlier) -> str:
        """Give the category in words; the bare name where the table of categories lacks it."""
        known = self.categories.get(each.category)
        return known.title if known else each.category

    def likenesses(self, objects: Sequence[Outlier], root: str) -> dict[str, Likeness]:
        """Small pictures of some objects, by identifier; `root` leads from the page to the root."""
        spectra = self.catalogue.spectra([each.target_id for each in objects])
        return {
            each.target_id: Likeness(
                name=self.name_of(each),
                address=f"{root}objects/{each.slug}/index.html",
                rank=each.rank,
                verdict=each.verdict,
                category=self.category_title(each),
                spark=spark(spectra[each.target_id]) if each.target_id in spectra else "",
            )
            for each in objects
        }
