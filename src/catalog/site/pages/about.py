"""About the data: the surveys, their acknowledgements and licences, and how to cite the release."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.citing import bibtex, thanks
from catalog.citing.thanks import Doi
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.store.records import Outlier, Survey


@dataclass(frozen=True)
class AboutContext:
    """Everything that `about.html` shows; `pending` is empty once the release is published."""

    frame: Frame
    surveys: tuple[Survey, ...]
    citation: str
    dois: tuple[Doi, ...]
    pending: str
    bibtex: str
    file: str
    acknowledgement: str
    licence: str
    licence_address: str
    contact: str


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path, work = "about/index.html", atlas.work
    context = AboutContext(
        frame=frame(atlas, path, "About the data", "Whom to thank, and how to cite this release."),
        surveys=work.surveys,
        citation=bibtex.in_a_line(work),
        dois=thanks.dois(work),
        pending="" if work.published else thanks.PENDING,
        bibtex=bibtex.release_entry(work),
        file=f"{bibtex.key('peculiar-spectra', work.release.name)}.bib",
        acknowledgement=thanks.block(work),
        licence=work.citation.licence,
        licence_address=work.licence_address,
        contact=work.citation.contact,
    )
    yield Sheet(path, context)


PAGE = Page("about.html", AboutContext, _sheets)
