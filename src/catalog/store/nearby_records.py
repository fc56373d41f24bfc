"""What the tables `neighbours`, `origin_groups` and `origins` hold, row by row, as types."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Neighbour:
    """A spectrum near an outlier in the latent space; `slug` is empty where it has no page.

    `neighbour` is its identifier, `name` its designation, which is empty without a position.
    """

    target_id: str
    kind: str
    neighbour: str
    distance: float
    name: str
    survey: str
    spec_class: str
    subclass: str
    z: float | None
    verdict: str
    category: str
    slug: str


@dataclass(frozen=True)
class OriginGroup:
    """A fibre, petal, exposure, tile or night; `category` is empty for all artefacts together."""

    kind: str
    name: str
    category: str
    n_scored: int
    n_artefacts: int
    expected: float
    p: float
    q: float


@dataclass(frozen=True)
class OriginKind:
    """A kind of group: how many there are, how many stand out, the lowest q of their tests."""

    kind: str
    n_groups: int
    n_standing: int
    lowest_q: float


@dataclass(frozen=True)
class GroupMember:
    """An artefact of a group that stands out; `slug` is empty where it has no page."""

    kind: str
    name: str
    target_id: str
    category: str
    rank: int
    slug: str
