"""Rows that say what the latent space means; `schema.sql` says what each field is."""

from dataclasses import dataclass

from catalog.store.records import Float


@dataclass(frozen=True)
class LatentDimension:
    """One latent dimension: how much it is used, and what it tells most of."""

    dimension: int
    mad: float
    kl: float | None
    mean: float
    deviation: float
    low: float
    high: float
    informative: bool
    label: str
    observing: str


@dataclass(frozen=True)
class LatentLabel:
    """What dimensions are compared with; `kind` is physics or observing."""

    name: str
    position: int
    title: str
    unit: str
    kind: str
    discrete: bool
    n: int


@dataclass(frozen=True)
class LatentInformation:
    """Mutual information of a dimension and a label, nat, by one estimator."""

    dimension: int
    label: str
    estimator: str
    value: float
    error: float | None
    null_mean: float | None
    null_high: float | None
    p: float | None
    q: float | None
    significant: bool
    n: int


@dataclass(frozen=True)
class LatentLeakage:
    """What two informative dimensions tell of each other, nat."""

    dimension_a: int
    dimension_b: int
    information: float
    null_high: float
    correlation: float
    significant: bool


@dataclass(frozen=True)
class ClassSeparation:
    """How far one class lies from the others; `name` is the class, `all` their mean."""

    label: str
    name: str
    metric: str
    value: float
    low: float | None
    high: float | None
    chance: float
    n: int


@dataclass(frozen=True)
class Prevalence:
    """How common a kind of object is, with 95 % intervals."""

    kind: str
    name: str
    n: int
    n_scored: int
    fraction: float
    low: float
    high: float
    recall: float | None
    corrected: float | None
    corrected_low: float | None
    corrected_high: float | None


@dataclass(frozen=True)
class TraversalStep:
    """A spectrum (L,) decoded at `value` of one dimension, the others at their means."""

    dimension: int
    step: int
    value: float
    outside: bool
    flux: Float


@dataclass(frozen=True)
class TraversalFeature:
    """What is measured along traversals."""

    name: str
    position: int
    title: str
    unit: str
    description: str


@dataclass(frozen=True)
class TraversalChange:
    """Whether a feature rises (1), falls (-1) or stays (0) along a dimension."""

    dimension: int
    feature: str
    change: float | None
    sign: int


@dataclass(frozen=True)
class Track:
    """A path through a pair of latent dimensions, among spectra of one class or of all.

    `along` names the feature that it follows; it is empty where the recipe gives the points.
    """

    name: str
    position: int
    title: str
    dimension_a: int
    dimension_b: int
    radius: float
    spec_class: str
    along: str


@dataclass(frozen=True)
class TrackPoint:
    """A point of a track: nearest real spectrum and stack, each (L,); None where there is none.

    From `survey` on it is what the catalogue says of the nearest spectrum; `slug` is empty where it
    has no page.
    """

    track: str
    position: int
    a: float
    b: float
    outside: bool
    target_id: str
    distance: float
    n_stacked: int
    stack: Float | None
    nearest: Float | None
    survey: str
    name: str
    slug: str
    spec_class: str
    subclass: str
    z: float | None


@dataclass(frozen=True)
class AttentionPatch:
    """Wavelengths (Å, rest frame) that one token of an attention network holds.

    `usual` is the attention that it gets in ordinary spectra, the median, and 90 % of them lie
    between `usual_low` and `usual_high`.
    """

    position: int
    wave_low: float
    wave_high: float
    usual: float
    usual_low: float
    usual_high: float


@dataclass(frozen=True)
class Decoder:
    """The decoder for a browser: JSON of its chains of steps, and their arrays in one (n,)."""

    chains: str
    weights: Float


@dataclass(frozen=True)
class Ordinary:
    """A scored spectrum that is no outlier, and its latent means (D,)."""

    target_id: str
    survey: str
    spec_class: str
    snr: float | None
    latent: Float


@dataclass(frozen=True)
class SweepRun:
    """One model of a sweep over beta and the number of latents."""

    n_latent: int
    variational: bool
    beta: float
    n_informative: int
    n_leaking: int
    chi2_validation: float
    seconds: float
    chosen: bool


@dataclass(frozen=True)
class SweepDimension:
    """How much one dimension of one such model is used."""

    n_latent: int
    variational: bool
    beta: float
    dimension: int
    mad: float
    kl: float | None
    informative: bool


@dataclass(frozen=True)
class SweepExample:
    """A spectrum (L,) as one such model draws it."""

    n_latent: int
    variational: bool
    beta: float
    target_id: str
    flux: Float
    recon: Float
