"""The column dictionary: what every column of the table `spectra` means, in the table's order."""

from collections.abc import Mapping
from itertools import chain

from catalog.spectra import Column

NOT_SCORED = "not scored"
NOT_MEASURED = "not scored, or not measurable"
NOT_GIVEN = "not given by the survey"

SPECTRA: tuple[Column, ...] = (
    Column("target_id", "The survey's identifier of the target; text.", ucd="meta.id;meta.main"),
    Column(
        "name",
        "Permanent designation of the object: acronym, and position in the form JHHMMSS.ss"
        "+DDMMSS.s, truncated; empty where the survey gives no position.",
        ucd="meta.id",
    ),
    Column("survey", "Short name of the survey.", ucd="meta.id;meta.dataset"),
    Column("shard", "Name of the group of survey files it was read from.", ucd="meta.id;meta.file"),
    Column(
        "ra", "Right ascension, ICRS.", "deg", "pos.eq.ra;meta.main", decimals=6, null=NOT_GIVEN
    ),
    Column("dec", "Declination, ICRS.", "deg", "pos.eq.dec;meta.main", decimals=6, null=NOT_GIVEN),
    Column("z", "Redshift that the survey gives.", "", "src.redshift", decimals=6, null=NOT_GIVEN),
    Column(
        "z_err",
        "Standard error of the redshift.",
        "",
        "stat.error;src.redshift",
        decimals=7,
        null=NOT_GIVEN,
    ),
    Column(
        "z_warn",
        "The survey's redshift warning bits; 0 is good.",
        ucd="meta.code.qual;src.redshift",
        null=NOT_GIVEN,
    ),
    Column("spec_class", "The survey's class: GALAXY, STAR, QSO.", ucd="src.class"),
    Column("subclass", "The survey's subclass; empty where it gives none.", ucd="src.class"),
    Column(
        "quality",
        "Bits that say why the spectrum is not scored; 0 is good. See the table quality_flags.",
        ucd="meta.code.qual",
    ),
    Column(
        "snr",
        "Median over the good bins of the model grid of flux times the square root of its ivar.",
        "",
        "stat.snr",
        decimals=2,
        null="no good bin",
    ),
    Column(
        "coverage",
        "Fraction of the model's wavelength bins that have data.",
        "",
        "obs.param;arith.ratio",
        decimals=4,
        null="no redshift, so no rest-frame bins",
    ),
    Column(
        "noise_estimated",
        "True where the survey gives no errors and the noise was estimated from the spectrum.",
        ucd="meta.code",
    ),
    Column(
        "fold",
        "Its scores come from a model that was trained on the other folds only.",
        ucd="meta.code",
        null=NOT_SCORED,
    ),
    Column(
        "rank",
        "Place in the list, by p; 1 is the most unusual.",
        ucd="stat.rank",
        null=NOT_SCORED,
    ),
    Column(
        "percentile",
        "Per cent of the scored spectra that are less unusual.",
        "%",
        "stat.value",
        decimals=4,
        null=NOT_SCORED,
    ),
    Column(
        "p",
        "Probability that an ordinary spectrum of its class and signal-to-noise ratio is this "
        "unusual: the p of all ranking scores, combined.",
        "",
        "stat.probability",
        null=NOT_SCORED,
    ),
    Column(
        "p_extrapolated",
        "True where p lies beyond what the calibration spectra can count, so that a fitted tail "
        "gave it.",
        ucd="meta.code",
    ),
    Column(
        "q",
        "False-discovery rate, after Benjamini and Hochberg, if the list is cut here and ordinary "
        "spectra go on beyond their 97th percentile as below it; the benchmark measures it.",
        "",
        "stat.probability",
        null=NOT_SCORED,
    ),
    Column(
        "outlier",
        "True among the recipe's fraction of outliers, counted by rank.",
        ucd="meta.code",
    ),
    Column(
        "verdict",
        "artefact, astrophysical or unexplained; empty where not an outlier.",
        ucd="meta.code.class",
    ),
    Column(
        "category",
        "The category of the strongest reason; empty where not an outlier.",
        ucd="meta.code.class",
    ),
    Column(
        "slug",
        "Address of the object's page, objects/<slug>/; empty where it has none.",
        ucd="meta.ref",
    ),
    Column(
        "map_x",
        "Horizontal position on the map of the latent space; only neighbourhood has a meaning.",
        "",
        "stat.value",
        decimals=3,
        null=NOT_SCORED,
    ),
    Column(
        "map_y",
        "Vertical position on the map of the latent space; only neighbourhood has a meaning.",
        "",
        "stat.value",
        decimals=3,
        null=NOT_SCORED,
    ),
    Column(
        "latent",
        "Means of the latent variables; latent_1, latent_2, ... in formats that know no lists.",
        "",
        "stat.param",
        decimals=4,
        null=NOT_SCORED,
    ),
)

TABLES: Mapping[str, str] = {
    "release": "What this release is, and how many spectra it holds; one row.",
    "citation": "How the release is cited; one row.",
    "authors": "Who made the release.",
    "provenance": "Code, recipe and machine that made the release; one row.",
    "environment": "Libraries that the release was made with.",
    "changes": "What is new, one sentence a row, newest first.",
    "surveys": "The surveys, and whom to thank.",
    "inputs": "Every survey file that was read, with its sha256.",
    "quality_flags": "What the bits of spectra.quality mean, and how many spectra have each.",
    "columns": "The column dictionary of spectra.",
    "scores": "What each score is, which part it plays, and where its threshold lies.",
    "score_percentiles": "Percentiles of each score over all scored spectra.",
    "score_histograms": "Histograms of log10 of each score.",
    "class_scores": "Mean and median of each score per spectral class.",
    "model": "The model that reconstructed the spectra; one row.",
    "training": "The loss of every epoch, per fold.",
    "grid": "Rest-frame wavelengths of the bins, Å in vacuum.",
    "lines": "Spectral lines that plots mark and reasons name.",
    "categories": "The categories of reasons, and how many outliers are in each.",
    "duplicates": "Further spectra of targets that are in spectra: read and flagged, not scored.",
    "spectra": "Every target that was read, scored or not.",
    "object_spectra": "Spectra and reconstructions of the published objects, on the grid.",
    "arm_overlaps": "What each arm measured of published objects, in bins where several have data.",
    "reasons": "Why an outlier is one, strongest first.",
    "alternatives": "Which class at which redshift templates fit best; the survey's own stay.",
    "measures": "What is measured on native pixels, quantity by quantity.",
    "object_measures": "These measures of every outlier.",
    "verdicts": "What people say of objects, beside the machine's words and never mixed with them.",
    "neighbours": "The scored spectra nearest to each outlier in the latent space.",
    "neighbour_spectra": "Spectra of neighbours that have no page, four bins of the grid in one.",
    "latent_dimensions": "The model's latent dimensions: how much each is used, and what it tells.",
    "latent_labels": "What the latent dimensions are compared with.",
    "latent_information": "Mutual information of every latent dimension and label, three times.",
    "latent_leakage": "What two informative dimensions tell of each other.",
    "class_separation": "How far classes, of which training knew nothing, lie apart.",
    "prevalence": "How common kinds of object are, with intervals.",
    "traversals": "Spectra decoded along one dimension, the others at their means.",
    "traversal_features": "What is measured along traversals.",
    "traversal_changes": "Whether a feature rises or falls along a dimension.",
    "tracks": "Paths through a pair of latent dimensions.",
    "track_points": "The nearest spectrum and the stack at each point of a track.",
    "attention_patches": "Wavelength ranges that an attention network looks at.",
    "attention": "How much each patch of a published spectrum attends to each other.",
    "decoder": "The decoder, so that a browser can repeat it; one row, or none.",
    "sweep": "Models trained to choose beta and the number of latent dimensions.",
    "sweep_dimensions": "How much each dimension of those models is used.",
    "sweep_examples": "One spectrum as each of those models draws it.",
    "known_sources": "Lists of known objects that outliers were looked up in.",
    "known": "What those lists have near each outlier.",
    "known_unasked": "Outliers about which a list's service gave no answer.",
    "cutouts": "Images of the sky that the site carries.",
    "previous": "The release before this one; one row, or none.",
    "release_differences": "What of the making is not as in the release before.",
    "differences": "Outliers that are new, gone or moved since the release before.",
    "withdrawn": "Objects that had a page in an earlier release and have none now.",
    "origin_groups": "Artefacts per fibre, petal, exposure, tile and night, and where too many.",
    "origins": "Where each outlier was taken.",
    "benchmark": "How the benchmark was made; one row, or none where none was run.",
    "benchmark_scores": "How well each score finds anomalies that were planted on purpose.",
    "benchmark_differences": "By how much one score finds more than another.",
    "benchmark_calibration": "Whether p of clean spectra is uniform at every signal-to-noise.",
    "benchmark_classes": "How well each score finds a class that the model never saw.",
    "benchmark_reasons": "Which category was named first of what was planted.",
    "benchmark_labels": "Precision, recall and F1 of each category.",
    "benchmark_kinds": "What was planted, and what its strength means.",
    "stage_costs": "Time and memory that each stage took.",
}


def score_columns(name: str, title: str) -> tuple[Column, Column, Column, Column]:
    """Describe the four columns of one score: its value, rank, percentile and p."""
    return (
        Column(
            f"score_{name}",
            f"{title}; higher is more unusual.",
            "",
            "stat.value",
            decimals=4,
            null=NOT_MEASURED,
        ),
        Column(
            f"rank_{name}",
            f"Place by {title}; 1 is the highest.",
            ucd="stat.rank",
            null=NOT_MEASURED,
        ),
        Column(
            f"percentile_{name}",
            f"Per cent of the scored spectra that are lower by {title}.",
            "%",
            "stat.value",
            decimals=4,
            null=NOT_MEASURED,
        ),
        Column(
            f"p_{name}",
            f"Probability that an ordinary spectrum of its class and signal-to-noise ratio is this "
            f"unusual by {title}.",
            "",
            "stat.probability",
            null=NOT_MEASURED,
        ),
    )


def added(titles: Mapping[str, str], extra: tuple[Column, ...]) -> tuple[Column, ...]:
    """Columns that follow the schema's own: four per score (name -> title), then the surveys'."""
    per_score = [score_columns(name, title) for name, title in titles.items()]
    return (*chain.from_iterable(per_score), *extra)
