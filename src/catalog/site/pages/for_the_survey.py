"""For the survey's team: artefacts by where they were taken, and the groups with too many."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from scipy import stats

from catalog.site import origin_words, words
from catalog.site.atlas import Atlas
from catalog.site.page import Frame, Page, Sheet, frame
from catalog.site.plots import groups as groups_plot
from catalog.store.nearby_records import GroupMember, OriginGroup, OriginKind
from catalog.store.records import Category, Outlier

ARTEFACT = "artefact"
REPORTS = ("artefacts.csv", "origin_groups.csv")
SHOWN = 40
"""Groups that the page tells of at most; the file has all of them."""
MEMBERS = 12
"""Objects that the page names per group at most."""
FEW = 16
"""A kind of so many groups, at most, is drawn whole."""


@dataclass(frozen=True)
class Member:
    """An artefact of a group; `address` is empty where it has no page."""

    rank: str
    target_id: str
    address: str


@dataclass(frozen=True)
class Group:
    """A group that stands out: why, and its artefacts."""

    title: str
    findings: tuple[str, ...]
    members: tuple[Member, ...]
    n_more: int


@dataclass(frozen=True)
class Drawn:
    """A kind with few groups, as a figure."""

    title: str
    caption: str
    picture: Markup


@dataclass(frozen=True)
class Tested:
    """How many groups of a kind were tested, and how that went."""

    kinds: str
    n_groups: int
    n_standing: int
    lowest_q: str


@dataclass(frozen=True)
class ForTheSurveyContext:
    """Everything that `for_the_survey.html` shows."""

    frame: Frame
    n_artefacts: int
    n_outliers: int
    categories: tuple[Category, ...]
    tested: tuple[Tested, ...]
    said: str
    groups: tuple[Group, ...]
    n_more: int
    drawn: tuple[Drawn, ...]
    reports: tuple[str, ...]


def _groups(atlas: Atlas) -> list[Group]:
    """Find the groups that stand out, each once, least likely first."""
    standing: dict[tuple[str, str], list[OriginGroup]] = {}
    for row in atlas.catalogue.standing_groups():
        standing.setdefault((row.kind, row.name), []).append(row)
    members: dict[tuple[str, str], list[GroupMember]] = {}
    for member in atlas.catalogue.standing_members():
        members.setdefault((member.kind, member.name), []).append(member)
    return [_group(atlas, rows, members.get(key, [])) for key, rows in standing.items()]


def _group(atlas: Atlas, rows: Sequence[OriginGroup], members: Sequence[GroupMember]) -> Group:
    counted = {row.category for row in rows}
    mine = [each for each in members if "" in counted or each.category in counted]
    return Group(
        title=f"{words.capitalised(rows[0].kind)} {rows[0].name}",
        findings=tuple(
            origin_words.finding(row, _title(atlas, row.category))
            for row in sorted(rows, key=lambda row: (row.category != "", row.p))
        ),
        members=tuple(
            Member(
                rank=f"rank {each.rank:,}",
                target_id=each.target_id,
                address=f"../objects/{each.slug}/index.html" if each.slug else "",
            )
            for each in mine[:MEMBERS]
        ),
        n_more=max(0, len(mine) - MEMBERS),
    )


def _title(atlas: Atlas, category: str) -> str:
    known = atlas.categories.get(category)
    return words.in_sentence(known.title) if known else category


def _drawn(atlas: Atlas, kind: OriginKind) -> Drawn:
    rows = atlas.catalogue.origin_groups(kind.kind)
    standing = {row.name for row in atlas.catalogue.standing_groups() if row.kind == kind.kind}
    shares = [_share(row, row.name in standing) for row in rows]
    overall = rows[0].expected / rows[0].n_scored
    highest = max(shares, key=lambda each: each.value)
    all_share, top = (words.significant(100 * s, 2) for s in (overall, highest.value))
    caption = (
        f"Of all spectra {all_share} % look like artefacts (dashed); the highest share is that of "
        f"{kind.kind} {highest.name}, {top} %."
    )
    title = f"By {kind.kind}"
    return Drawn(title, caption, groups_plot.shares(shares, overall, f"{title}. {caption}"))


def _share(row: OriginGroup, stands_out: bool) -> groups_plot.Share:
    """Share of artefacts with its 95 % range (Wilson 1927)."""
    test = stats.binomtest(row.n_artefacts, row.n_scored)
    low, high = test.proportion_ci(0.95, method="wilson")
    value = row.n_artefacts / row.n_scored
    return groups_plot.Share(row.name, value, float(low), float(high), stands_out)


def _sheets(atlas: Atlas, _objects: Sequence[Outlier]) -> Iterator[Sheet]:
    path = "for-the-survey/index.html"
    kinds = atlas.catalogue.origin_kinds()
    groups = _groups(atlas)
    categories = tuple(c for c in atlas.categories.values() if c.verdict == ARTEFACT)
    offered = {file.name for file in atlas.downloads}
    description = "Artefacts among the outliers, by where they were taken."
    context = ForTheSurveyContext(
        frame=frame(atlas, path, "For the survey team", description),
        n_artefacts=sum(category.n for category in categories),
        n_outliers=atlas.release.n_outliers,
        categories=categories,
        tested=tuple(
            Tested(
                words.capitalised(origin_words.kinds(each.kind)),
                each.n_groups,
                each.n_standing,
                words.significant(each.lowest_q, 2),
            )
            for each in kinds
        ),
        said=origin_words.summary(kinds),
        groups=tuple(groups[:SHOWN]),
        n_more=max(0, len(groups) - SHOWN),
        drawn=tuple(_drawn(atlas, each) for each in kinds if 1 < each.n_groups <= FEW),
        reports=tuple(name for name in REPORTS if name in offered),
    )
    yield Sheet(path, context)


PAGE = Page("for_the_survey.html", ForTheSurveyContext, _sheets)
