"""The scores of one object, in words: the combined p first, then each score by its part."""

from dataclasses import dataclass

from catalog.site import words
from catalog.site.atlas import Atlas
from catalog.store.records import Outlier, Score, Standing

EXTRAPOLATED = (
    "That is rarer than the calibration spectra can count, so a fitted tail gives the number: "
    "take it as an order of magnitude."
)


@dataclass(frozen=True)
class ScoreRow:
    """One score of this object; `paper` is the number as the paper writes it, with its sign."""

    title: str
    chance: str
    percentile: str
    rank: str
    value: str
    paper_name: str
    paper: str


@dataclass(frozen=True)
class Scores:
    """What the scores say of an object.

    `combined` are sentences about the combined p; the rows are those of the ranking scores, of the
    paper's raw scores, and of all others.
    """

    combined: tuple[str, ...]
    ranking: tuple[ScoreRow, ...]
    paper: tuple[ScoreRow, ...]
    rest: tuple[ScoreRow, ...]


def scores_of(atlas: Atlas, each: Outlier) -> Scores:
    """Write everything that the scores say of one object."""
    return Scores(
        combined=_combined(each),
        ranking=_rows(atlas.scores_of("ranking"), each),
        paper=_rows(atlas.scores_of("paper"), each),
        rest=_rows(atlas.scores_of("further", "baseline"), each),
    )


def _combined(each: Outlier) -> tuple[str, ...]:
    if each.p is None:
        return ()
    told = [words.ordinariness(each.p)]
    if each.p_extrapolated:
        told.append(EXTRAPOLATED)
    if each.q is not None:
        told.append(words.false_share(each.q))
    return tuple(told)


def _rows(scores: tuple[Score, ...], each: Outlier) -> tuple[ScoreRow, ...]:
    return tuple(_row(score, each.scores[score.name]) for score in scores)


def _row(score: Score, standing: Standing) -> ScoreRow:
    if standing.value is None:
        return ScoreRow(score.title, words.NOT_MEASURED, "–", "–", "–", score.paper_name, "–")
    return ScoreRow(
        title=score.title,
        chance="–" if standing.p is None else words.chance(standing.p),
        percentile="–" if standing.percentile is None else words.percent(standing.percentile),
        rank="–" if standing.rank is None else words.count(standing.rank),
        value=words.significant(standing.value),
        paper_name=score.paper_name,
        paper=words.significant(score.paper_sign * standing.value),
    )
