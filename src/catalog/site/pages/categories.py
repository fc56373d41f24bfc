"""The kinds of outlier: what each means, how many there are, and the strangest of each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catalog.site import words
from catalog.site.atlas import Atlas, Likeness
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.verdict_rows import Opinion, agreement_of, opinions_of
from catalog.store.records import Category, Outlier
from catalog.verdicts.agreement import Agreement

N_EXAMPLES = 4


@dataclass(frozen=True)
class Kind:
    """A category with its first examples."""

    category: Category
    examples: tuple[Likeness, ...]


@dataclass(frozen=True)
class Group:
    """The categories of one verdict."""

    verdict: str
    sign: str
    meaning: str
    n: int
    kinds: tuple[Kind, ...]


@dataclass(frozen=True)
class CategoriesContext:
    """Everything that `categories.html` shows."""

    frame: Frame
    groups: tuple[Group, ...]
    people: Agreement | None
    opinions: tuple[Opinion, ...]
    repository: str


def _sheets(atlas: Atlas, objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "categories/index.html"
    examples: dict[str, list[Outlier]] = {}
    for each in objects:
        of_kind = examples.setdefault(each.category, [])
        if len(of_kind) < N_EXAMPLES:
            of_kind.append(each)
    pictures = atlas.likenesses([each for group in examples.values() for each in group], "../")
    groups = []
    for verdict in words.VERDICTS:
        kinds = tuple(
            Kind(
                category,
                tuple(pictures[each.target_id] for each in examples.get(category.name, [])),
            )
            for category in atlas.categories.values()
            if category.verdict == verdict
        )
        groups.append(
            Group(
                verdict=verdict,
                sign=words.VERDICT_SIGN[verdict],
                meaning=words.VERDICT_MEANING[verdict],
                n=sum(kind.category.n for kind in kinds),
                kinds=kinds,
            )
        )
    title = "Categories"
    description = "What makes a spectrum unusual, sorted by cause."
    people = agreement_of(atlas)
    context = CategoriesContext(
        frame=frame(atlas, path, title, description),
        groups=tuple(groups),
        people=people,
        opinions=opinions_of(people) if people else (),
        repository=atlas.repository,
    )
    yield Sheet(path, context)


PAGE = Page("categories.html", CategoriesContext, _sheets)
