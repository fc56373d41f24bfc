"""What a paper that uses a release says to thank those who made it and its data: plain text."""

from dataclasses import dataclass

from catalog.citing import bibtex, literature
from catalog.citing.work import Work
from catalog.store.records import Survey

PENDING = "This release is not published yet: it has no date, and no DOI to cite."


@dataclass(frozen=True)
class Doi:
    """A DOI of the release, and what it stands for."""

    name: str
    value: str
    meaning: str

    @property
    def address(self) -> str:
        """Where it leads."""
        return f"https://doi.org/{self.value}"


def dois(work: Work) -> tuple[Doi, ...]:
    """Give the DOI of this version and that of all versions, those that there are."""
    found = (
        Doi("This version", work.citation.doi, "Cite this one: what it leads to never changes."),
        Doi("All versions", work.citation.concept_doi, "Leads to the newest, whichever that is."),
    )
    return tuple(doi for doi in found if doi.value)


def of_survey(survey: Survey) -> str:
    """Say what the survey asks for, in one paragraph."""
    told = " ".join(survey.acknowledgement.split())
    cited = f"Cite: {' '.join(survey.citation.split())}." if survey.citation else ""
    return " ".join(filter(None, (told, cited)))


def block(work: Work) -> str:
    """Write the acknowledgements of a paper: this release, then each survey it used."""
    paper = literature.METHOD[0]
    ours = (
        f"This work uses {bibtex.in_a_line(work)}. Its method follows {paper.short}, "
        f"arXiv:{paper.arxiv}."
    )
    # Two readers may serve one survey, whose thanks are due once.
    theirs = dict.fromkeys(filter(None, (of_survey(s) for s in work.real_surveys)))
    return "\n\n".join([ours, *theirs])
