"""What a recipe says of the pipeline: which spectra, how they are modelled, scored and ordered."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from catalog.recipe.base import Fraction, Positive, Section, Slug
from catalog.recipe.described import TableSection


class ReleaseSection(Section):
    """What the release is called and what it is."""

    name: Slug
    """Short name: folder, address and citation key. Lower-case letters, digits, dots, hyphens."""
    title: Annotated[str, Field(min_length=1)]
    """Title on every page."""
    description: str = ""
    """What the release holds, in about forty words; shown on the home page."""
    seed: Annotated[int, Field(ge=0, lt=2**32)]
    """The one seed of every random choice."""
    simulated: bool = False
    """True where the spectra are simulated; then every page says so."""
    changes: tuple[str, ...] = ()
    """What is new, one sentence each, newest first."""
    acronym: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z0-9-]{2,15}$")] = "PSA"
    """First word of every object's name, `PSA J123456.78+012345.6`. Register it in the CDS
    Dictionary of Nomenclature before the first release; names of simulated objects begin with
    `SIM-` besides."""
    previous: str = ""
    """`catalog.duckdb` of the release before this one, seen from the recipe's own folder. Objects
    keep the names that it gave them, and what has changed since is told."""


class SurveySection(Section):
    """One survey's input files."""

    name: str
    """Which reader: a file in `src/catalog/surveys/`."""
    folder: str
    """Folder of the survey's files, below the data folder."""
    files: Annotated[tuple[str, ...], Field(min_length=1)]
    """Glob patterns below `folder`."""
    targets: tuple[str, ...] = ()
    """Target classes to keep, in the survey's own words (DESI: `bgs`); empty keeps all."""
    release: str = ""
    """The survey's own release, for the acknowledgement and the links, such as `edr`."""
    table: TableSection | None = None
    """What the columns of a table of spectra mean, where `name` is `table`."""

    @model_validator(mode="after")
    def _described(self) -> "SurveySection":
        if (self.name == "table") != (self.table is not None):
            raise ValueError("the survey `table`, and no other, needs the section surveys.table")
        return self


class SelectSection(Section):
    """Which spectra are scored. All others are flagged, counted and listed."""

    z_min: float = -0.01
    """Lowest redshift."""
    z_max: float = 7.0
    """Highest redshift."""
    snr_min: float = 0.0
    """Lowest median signal-to-noise ratio per bin of the model grid, as in the paper."""
    coverage_min: Annotated[float, Field(ge=0.0, le=1.0)] = 0.8
    """Lowest fraction of the model grid's bins that have data."""

    @model_validator(mode="after")
    def _ordered(self) -> "SelectSection":
        if self.z_min >= self.z_max:
            raise ValueError(f"z_min ({self.z_min}) must be below z_max ({self.z_max})")
        return self


class PreprocessSection(Section):
    """The common rest-frame grid, and how missing bins are filled."""

    wave_min: Annotated[float, Field(gt=0)]
    """Å, vacuum, rest frame: centre of the first bin."""
    wave_max: Annotated[float, Field(gt=0)]
    """Å, vacuum, rest frame: centre of the last bin."""
    n_bins: Annotated[int, Field(ge=16, le=400_000)]
    """Number of bins, equally wide."""
    bin_valid_min: Fraction = 0.5
    """A bin with less than this fraction of its width covered by good pixels is masked."""
    infill_components: Positive = 10
    """Principal components of the iterative-PCA infill (Yip et al. 2004)."""
    infill_sample: Positive = 20_000
    """Number of training spectra the components are fitted on."""

    @model_validator(mode="after")
    def _ordered(self) -> "PreprocessSection":
        if self.wave_min >= self.wave_max:
            raise ValueError(f"wave_min ({self.wave_min}) must be below wave_max ({self.wave_max})")
        return self


class ModelSection(Section):
    """The variational autoencoder. The defaults were chosen by measurement; the README says how.

    The preset of Nicolaou et al. (2025) is `build/desi-edr-paper.toml`.
    """

    kind: str = "residual_vae"
    """Which network: a file in `src/catalog/model/networks/`."""
    variational: bool = True
    """False trains a plain autoencoder: no noise in the latent space, no Kullback-Leibler term."""
    n_latent: Positive = 10
    """Latent dimensions, D."""
    hidden: tuple[Positive, ...] = (256, 256)
    """Width of the encoder's hidden layers, or channels of its convolutions, or of its tokens; the
    decoder mirrors them."""
    patch: Positive = 32
    """Bins that an attention network takes together as one token."""
    heads: Positive = 4
    """Attention heads of such a network."""
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    """Dropout probability after each hidden layer."""
    beta: Annotated[float, Field(ge=0.0)] = 1.0
    """Weight of the Kullback-Leibler term; 1 is the evidence lower bound."""
    warm_up: Annotated[int, Field(ge=0)] = 5
    """Epochs over which that weight rises from zero."""
    epochs: Positive = 45
    """Passes over the training spectra."""
    batch_size: Positive = 256
    """Spectra per step."""
    learning_rate: Annotated[float, Field(gt=0.0, lt=1.0)] = 2e-3
    """Adam's largest step size."""
    schedule: Literal["one_cycle", "plateau"] = "one_cycle"
    """`one_cycle`: the step rises and falls; `plateau`: a tenth after `patience` flat epochs."""
    patience: Positive = 5
    """Epochs without a lower held-out loss before the step drops, with `plateau`."""
    trim: Annotated[float, Field(ge=0.0, lt=0.5)] = 0.02
    """Fraction of the training spectra, the worst fitted, that refits leave out."""
    refits: Annotated[int, Field(ge=0)] = 2
    """Further fits without them, each of a third of the epochs."""
    balance_by: str = ""
    """Column of the surveys' by whose values training is balanced: with `star`, a star of a
    thousand exposures counts as one of a single exposure does."""
    folds: Annotated[int, Field(ge=2, le=20)] = 2
    """Models trained, each without one fold of the spectra, which it then scores."""
    checkpoint: str = ""
    """Trained models to load instead of training: folder below the recipe's own folder."""
    checkpoint_sha256: str = ""
    """Digest of that folder's cards (`weights_sha256` in the catalogue); others are refused."""

    @model_validator(mode="after")
    def _checkpoint(self) -> "ModelSection":
        if self.checkpoint and not self.checkpoint_sha256:
            raise ValueError("a checkpoint needs its checkpoint_sha256")
        return self


class ScoresSection(Section):
    """Which scores are made, which of them order the list, and where the line is drawn."""

    use: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "misfit", "coherent_misfit", "redshift", "arm_step",
        "weighted_mse", "lof",
        "fractional_misfit", "class_misfit", "chi2", "trimmed_chi2", "line_chi2", "continuum_chi2",
        "reconstruction_probability", "lof_noise_aware", "latent_density",
        "pca_chi2", "pca_lof", "pca_isolation_forest",
    )  # fmt: skip
    """Names of files in `src/catalog/scores/`."""
    rank_by: Annotated[tuple[str, ...], Field(min_length=1)] = (
        "misfit", "coherent_misfit", "redshift", "arm_step",
    )  # fmt: skip
    """Those of them whose calibrated probabilities are combined into the published order."""
    neighbours: Positive = 20
    """k of the local outlier factor."""
    class_components: Positive = 30
    """Principal components of a class of its own, at most a tenth of its training spectra."""
    outlier_fraction: Annotated[float, Field(gt=0.0, le=1.0)] = 0.01
    """The most unusual fraction of the spectra, which is published as outliers."""

    @model_validator(mode="after")
    def _once(self) -> "ScoresSection":
        for key, names in (("use", self.use), ("rank_by", self.rank_by)):
            if len(set(names)) < len(names):
                raise ValueError(f"{key} names a score twice: {', '.join(names)}")
        missing = [name for name in self.rank_by if name not in self.use]
        if missing:
            raise ValueError(f"rank_by names {', '.join(missing)}, which `use` does not")
        return self


class BenchmarkSection(Section):
    """How `catalog benchmark` measures what the scores find."""

    rounds: Positive = 3
    """Times that anomalies are planted anew, each with its own seed."""
    prevalence: Annotated[float, Field(gt=0.0, le=0.2)] = 0.01
    """Fraction of the spectra that a round replaces by planted ones."""
    hold_out: tuple[str, ...] = ("STAR", "QSO")
    """Classes left out of training, one at a time, and then looked for."""


class MapSection(Section):
    """The two-dimensional map of the latent space (t-SNE)."""

    sample: Positive = 5_000
    """Spectra the layout is fitted on; all others are placed into it."""
    perplexity: Annotated[float, Field(gt=1.0)] = 30.0
    """Effective number of neighbours of the layout."""
