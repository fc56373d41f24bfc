"""The release as a work to be cited: all that a catalogue says of itself, read once."""

from dataclasses import dataclass, replace
from functools import cached_property

from catalog.citing import people
from catalog.store.benchmark_records import Results
from catalog.store.read import Catalogue
from catalog.store.records import Epoch, Input, Model, Release, Score, Survey
from catalog.store.release_records import Author, Citation, Package, Previous, Provenance

DOI = "https://doi.org/"
SPDX = "https://spdx.org/licenses/"
SOFTWARE = "Peculiar Spectra"


@dataclass(frozen=True)
class Work:
    """What every format that cites or describes a release is made from."""

    release: Release
    citation: Citation
    named: tuple[Author, ...]
    surveys: tuple[Survey, ...]
    inputs: tuple[Input, ...]
    model: Model
    training: tuple[Epoch, ...]
    scores: tuple[Score, ...]
    benchmark: Results | None
    provenance: Provenance
    environment: tuple[Package, ...]
    previous: Previous | None

    @classmethod
    def read(cls, catalogue: Catalogue) -> "Work":
        """Read it.

        Raises
        ------
        StoreError
            If the catalogue cannot be read.
        """
        return cls(
            release=catalogue.release(),
            citation=catalogue.citation(),
            named=catalogue.authors(),
            surveys=catalogue.surveys(),
            inputs=catalogue.inputs(),
            model=catalogue.model(),
            training=catalogue.training(),
            scores=catalogue.scores(),
            benchmark=catalogue.benchmark(),
            provenance=catalogue.provenance(),
            environment=catalogue.environment(),
            previous=catalogue.previous(),
        )

    @property
    def authors(self) -> tuple[Author, ...]:
        """The authors; the developers as a group where the recipe names none."""
        return self.named or (people.NOBODY_NAMED,)

    @property
    def published(self) -> bool:
        """True where the recipe says on which day the release is published."""
        return bool(self.citation.date)

    @property
    def year(self) -> str:
        """Year of publication, four digits; empty where there is no date."""
        return self.citation.date[:4]

    @property
    def version(self) -> str:
        """The release's version; its name where the recipe gives none."""
        return self.citation.version or self.release.name

    @property
    def title(self) -> str:
        """The release's title on one line; that of a simulated one says so."""
        title = " ".join(self.release.title.split())
        hidden = self.release.simulated and "simulat" not in title.lower()
        return f"{title} (simulated spectra)" if hidden else title

    def earlier(self, name: str, title: str) -> "Work":
        """Stand in for an earlier release, of which no more is known than name and title.

        Its DOI and its date are not those of this release; that of all versions is.
        """
        release = replace(self.release, name=name, title=title)
        return replace(
            self, release=release, citation=replace(self.citation, version="", date="", doi="")
        )

    @property
    def keywords(self) -> tuple[str, ...]:
        """What people would search for; a simulated release says so here too."""
        given = [word.strip() for word in self.citation.keywords.split(",") if word.strip()]
        return tuple(dict.fromkeys(given + ["simulated data"] * self.release.simulated))

    @property
    def address(self) -> str:
        """Where the release's page is, with its final slash; empty where that is not known."""
        return self.citation.address if self.citation.address.startswith("https://") else ""

    @property
    def repository(self) -> str:
        """Address of the source; empty where the recipe gives no web page."""
        return self.citation.repository if self.citation.repository.startswith("https://") else ""

    @property
    def identifier(self) -> str:
        """The address to cite: the DOI of this version, else of all, else the page."""
        doi = self.citation.doi or self.citation.concept_doi
        return f"{DOI}{doi}" if doi else self.address

    @property
    def publisher(self) -> str:
        """Who keeps the files under a DOI; empty where there is no DOI, and nobody does yet."""
        given = self.citation.doi or self.citation.concept_doi
        return self.citation.publisher if given else ""

    @property
    def licence_address(self) -> str:
        """The licence's page."""
        return f"{SPDX}{self.citation.licence}"

    @property
    def real_surveys(self) -> tuple[Survey, ...]:
        """Surveys whose data the release is derived from: none, where it is simulated."""
        return () if self.release.simulated else self.surveys

    @property
    def previous_address(self) -> str:
        """Where the release before this one stays for good; empty where that is not known."""
        if self.previous is None or not self.previous.address.startswith("https://"):
            return ""
        return f"{self.previous.address}releases/{self.previous.name}/"

    @cached_property
    def description(self) -> str:
        """What the release is, in a few plain sentences."""
        release = self.release
        told = " ".join(release.description.split())
        surveys = " and ".join(_named(survey) for survey in self.surveys)
        begins = (
            f"A catalogue of {release.n_outliers:,} unusual spectra among {release.n_scored:,} "
            f"scored and {release.n_read:,} read, "
        )
        if release.simulated:
            origin = f"all of them simulated in the format of {surveys}: no object in it is real. "
            told = ""  # it may speak of objects
        else:
            origin = f"from {surveys}. "
        scores = (
            "Every scored spectrum has its scores, a calibrated probability and a rank; every "
            "outlier has a verdict and reasons that were made by rule. "
        )
        made = f"Made with {SOFTWARE} {release.software_version}."
        return " ".join(filter(None, (told, begins + origin + scores + made)))


def _named(survey: Survey) -> str:
    return f"{survey.title}, release {survey.release}" if survey.release else survey.title
