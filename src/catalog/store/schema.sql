-- The public contract of catalog.duckdb. The site, the downloads and everybody's queries read this
-- and nothing else. Identifiers are text: DESI TARGETIDs exceed 2^53. The comments are the columns'
-- descriptions; units and UCDs are in the table `columns`.

CREATE TABLE release (            -- one row
    name VARCHAR NOT NULL, title VARCHAR NOT NULL, description VARCHAR NOT NULL,
    simulated BOOLEAN NOT NULL,   -- true: the spectra are not real, and every page says so
    acronym VARCHAR NOT NULL,     -- first word of the objects' names
    seed BIGINT NOT NULL, software_version VARCHAR NOT NULL, schema_version INTEGER NOT NULL,
    recipe VARCHAR NOT NULL,      -- the recipe, JSON
    outlier_fraction DOUBLE NOT NULL,
    n_read BIGINT NOT NULL, n_flagged BIGINT NOT NULL, n_scored BIGINT NOT NULL,
    n_outliers BIGINT NOT NULL, n_published BIGINT NOT NULL
);
CREATE TABLE citation (           -- one row; what is not given is empty
    version VARCHAR NOT NULL, date VARCHAR NOT NULL, -- YYYY-MM-DD
    doi VARCHAR NOT NULL,         -- of this version
    concept_doi VARCHAR NOT NULL, -- of the newest version, whichever that is
    licence VARCHAR NOT NULL,     -- of the catalogue, SPDX
    publisher VARCHAR NOT NULL,
    keywords VARCHAR NOT NULL,    -- separated by commas
    contact VARCHAR NOT NULL,
    address VARCHAR NOT NULL,     -- where the site is published, with its final slash
    repository VARCHAR NOT NULL   -- of the source
);
CREATE TABLE authors (
    position INTEGER PRIMARY KEY, family VARCHAR NOT NULL, given VARCHAR NOT NULL, -- empty: a group
    orcid VARCHAR NOT NULL, affiliation VARCHAR NOT NULL
);
CREATE TABLE provenance (         -- one row
    code_sha256 VARCHAR NOT NULL, -- of the package's source files
    code_commit VARCHAR NOT NULL, -- empty where the source is in no repository
    code_dirty BOOLEAN NOT NULL,  -- true: the source differs from that commit
    recipe_sha256 VARCHAR NOT NULL, -- of release.recipe
    python VARCHAR NOT NULL, platform VARCHAR NOT NULL
);
CREATE TABLE environment (package VARCHAR PRIMARY KEY, version VARCHAR NOT NULL);
CREATE TABLE changes (position INTEGER PRIMARY KEY, sentence VARCHAR NOT NULL);

CREATE TABLE surveys (
    name VARCHAR PRIMARY KEY, title VARCHAR NOT NULL, url VARCHAR NOT NULL,
    citation VARCHAR NOT NULL, acknowledgement VARCHAR NOT NULL,
    flux_unit VARCHAR NOT NULL,   -- unit of object_spectra.flux * norm; empty where it is relative
    licence VARCHAR NOT NULL,     -- of the survey's data; empty where not known
    release VARCHAR NOT NULL,
    object_page VARCHAR NOT NULL, -- address of the survey's own page of a spectrum, {column} where a
                                  -- column of `spectra` or `surveys` goes; empty where it has none
    n_read BIGINT NOT NULL, n_scored BIGINT NOT NULL
);
CREATE TABLE inputs (             -- every survey file that was read
    survey VARCHAR NOT NULL, file VARCHAR PRIMARY KEY, sha256 VARCHAR NOT NULL, shard VARCHAR NOT NULL,
    url VARCHAR NOT NULL          -- where the survey offers it; empty where not known
);
CREATE TABLE quality_flags (      -- what the bits of `spectra.quality` mean, and how many rows have each
    bit BIGINT PRIMARY KEY, name VARCHAR NOT NULL, meaning VARCHAR NOT NULL, n BIGINT NOT NULL
);
CREATE TABLE columns (            -- the column dictionary of `spectra`
    position INTEGER PRIMARY KEY, name VARCHAR UNIQUE NOT NULL, type VARCHAR NOT NULL,
    unit VARCHAR NOT NULL, ucd VARCHAR NOT NULL, decimals INTEGER, description VARCHAR NOT NULL,
    "null" VARCHAR NOT NULL       -- what a missing value means
);
CREATE TABLE scores (             -- one row per score; `column` names its column in `spectra`
    name VARCHAR PRIMARY KEY, title VARCHAR NOT NULL, "column" VARCHAR NOT NULL,
    role VARCHAR NOT NULL,        -- ranking: enters the combined p; paper: the paper's raw score;
                                  -- further: published, not ranked by; baseline: a simpler method
    position INTEGER NOT NULL,    -- in which order to show them
    description VARCHAR NOT NULL, source VARCHAR NOT NULL,
    logarithmic BOOLEAN NOT NULL, -- true: its values are log10 already, and may be below zero
    threshold DOUBLE,             -- spectra at or above it are outliers by this score; null where
                                  -- it could be measured of no spectrum
    n_outliers BIGINT NOT NULL,
    paper_name VARCHAR NOT NULL,  -- what the paper calls it (weighted MSE, NOF)
    paper_sign INTEGER NOT NULL,  -- the paper's number is paper_sign * score
    median_snr_top DOUBLE,        -- median signal-to-noise ratio of the 100 highest; null where
                                  -- the score could be measured of no spectrum
    median_snr_top_calibrated DOUBLE -- the same of the 100 with the lowest p_<name>
);
CREATE TABLE score_percentiles (  -- of each score over all scored spectra: 1, 10, 50, 90, 99
    score VARCHAR NOT NULL, percentile DOUBLE NOT NULL, value DOUBLE NOT NULL,
    PRIMARY KEY (score, percentile)
);
CREATE TABLE score_histograms (   -- bins of log10(score), or of a score that is a logarithm
    score VARCHAR NOT NULL, bin INTEGER NOT NULL, low DOUBLE NOT NULL, high DOUBLE NOT NULL,
    n BIGINT NOT NULL, PRIMARY KEY (score, bin)
);
CREATE TABLE class_scores (       -- mean of each score per spectral class
    score VARCHAR NOT NULL, spec_class VARCHAR NOT NULL, n BIGINT NOT NULL,
    mean DOUBLE NOT NULL, median DOUBLE NOT NULL, PRIMARY KEY (score, spec_class)
);
CREATE TABLE model (              -- one row
    kind VARCHAR NOT NULL, n_latent INTEGER NOT NULL, n_parameters BIGINT NOT NULL,
    n_folds INTEGER NOT NULL,     -- models of this kind, each trained without its own fold
    weights_sha256 VARCHAR NOT NULL, -- of fold 0, whose latent space the map shows
    trained BOOLEAN NOT NULL,     -- false: loaded from a checkpoint
    trained_on VARCHAR NOT NULL,  -- title of the release whose spectra trained it
    trained_on_simulated BOOLEAN NOT NULL,
    n_train BIGINT NOT NULL, n_validation BIGINT NOT NULL, configuration VARCHAR NOT NULL -- JSON
);
CREATE TABLE training (           -- the loss per fold and epoch
    fold INTEGER NOT NULL, epoch INTEGER NOT NULL,
    phase INTEGER NOT NULL,       -- 0: first fit; 1 and up: refits without what was trimmed
    loss_train DOUBLE NOT NULL, loss_validation DOUBLE NOT NULL,
    chi2_validation DOUBLE NOT NULL, -- mean weighted squared error per bin on held-out spectra
    learning_rate DOUBLE NOT NULL, PRIMARY KEY (fold, epoch)
);
CREATE TABLE grid (bin INTEGER PRIMARY KEY, wave_rest DOUBLE NOT NULL); -- Å, vacuum: bin centres
CREATE TABLE lines (              -- spectral lines that plots mark and reasons name
    name VARCHAR NOT NULL, label VARCHAR NOT NULL, wave DOUBLE NOT NULL, -- Å, vacuum
    kind VARCHAR NOT NULL,        -- emission, absorption or both
    major BOOLEAN NOT NULL, source VARCHAR NOT NULL, PRIMARY KEY (name)
);
CREATE TABLE categories (
    name VARCHAR PRIMARY KEY, title VARCHAR NOT NULL, verdict VARCHAR NOT NULL, -- artefact, astrophysical, unexplained
    description VARCHAR NOT NULL, position INTEGER NOT NULL, n BIGINT NOT NULL
);

-- Further spectra of targets that are in `spectra` already: read, flagged, not scored.
CREATE TABLE duplicates (
    target_id VARCHAR NOT NULL, survey VARCHAR NOT NULL, shard VARCHAR NOT NULL,
    row BIGINT NOT NULL,          -- row in the survey file
    quality BIGINT NOT NULL, snr DOUBLE, PRIMARY KEY (shard, row)
);
-- Every target that was read, scored or not. Survey columns follow at the end; see `columns`.
CREATE TABLE spectra (
    target_id VARCHAR PRIMARY KEY,
    name VARCHAR NOT NULL,        -- permanent designation, after the IAU; empty without a position
    survey VARCHAR NOT NULL, shard VARCHAR NOT NULL,
    ra DOUBLE, dec DOUBLE, z DOUBLE, z_err DOUBLE, z_warn BIGINT,
    spec_class VARCHAR NOT NULL, subclass VARCHAR NOT NULL,
    quality BIGINT NOT NULL, snr DOUBLE, coverage DOUBLE,
    noise_estimated BOOLEAN NOT NULL, -- true: the survey gives no errors, and the reader estimated them
    fold INTEGER,                 -- its scores come from a model trained on the other folds only
    rank BIGINT,                  -- by p; 1 = most unusual; null where not scored
    percentile DOUBLE,            -- per cent of scored spectra that are less unusual
    p DOUBLE,                     -- combined probability that an ordinary one is this unusual
    p_extrapolated BOOLEAN NOT NULL, -- a fitted tail gave p: too few calibration spectra reach it
    q DOUBLE,                     -- false-discovery rate if the list is cut here
    outlier BOOLEAN NOT NULL,     -- among the recipe's fraction of outliers, by rank
    verdict VARCHAR NOT NULL,     -- artefact, astrophysical, unexplained; empty where not an outlier
    category VARCHAR NOT NULL,    -- the first category; empty where not an outlier
    slug VARCHAR NOT NULL,        -- address of the object's page: objects/<slug>/; empty where it has none
    map_x DOUBLE, map_y DOUBLE,
    latent FLOAT[]                -- latent means, length model.n_latent
    -- then, per score: score_<name>, rank_<name>, percentile_<name>, p_<name>, all null where the
    -- score cannot be measured; then the surveys' own columns
);
CREATE TABLE object_spectra (     -- the published objects' spectra, unit norm, on `grid`
    target_id VARCHAR PRIMARY KEY, flux FLOAT[] NOT NULL, ivar FLOAT[] NOT NULL, recon FLOAT[] NOT NULL,
    expected FLOAT[] NOT NULL,    -- the ordinary spectrum that agrees with most of it: what reasons compare with
    norm DOUBLE NOT NULL          -- flux * norm is in the survey's flux_unit
);
CREATE TABLE arm_overlaps (       -- of published objects: the bins in which several arms have data
    target_id VARCHAR NOT NULL, position INTEGER NOT NULL, -- of the arm; 1 = bluest
    arm VARCHAR NOT NULL, bin INTEGER NOT NULL,            -- as in `grid`
    flux FLOAT NOT NULL, ivar FLOAT NOT NULL               -- scaled as object_spectra.flux is
);
CREATE TABLE reasons (            -- why an outlier is one, strongest first
    target_id VARCHAR NOT NULL, position INTEGER NOT NULL, category VARCHAR NOT NULL,
    verdict VARCHAR NOT NULL, sentence VARCHAR NOT NULL,
    value DOUBLE, unit VARCHAR NOT NULL, significance DOUBLE,   -- σ
    explained DOUBLE,             -- fraction of the excess χ² that this reason explains, 0..1
    wave_low DOUBLE, wave_high DOUBLE, -- rest-frame window, Å
    PRIMARY KEY (target_id, position)
);

-- What else an outlier may be: a class and redshift whose templates fit it better than those of the
-- survey's. It is a suggestion; z and spec_class in `spectra` stay the survey's.
CREATE TABLE alternatives (
    target_id VARCHAR NOT NULL, position INTEGER NOT NULL, -- 1 = best
    family VARCHAR NOT NULL,      -- kind of template: galaxy, quasar, star, white_dwarf, ...
    spec_class VARCHAR NOT NULL, z DOUBLE NOT NULL,
    chi2 DOUBLE NOT NULL,         -- per bin, of this family at this redshift
    chi2_survey DOUBLE NOT NULL,  -- per bin, at the survey's redshift and class
    suggested BOOLEAN NOT NULL,   -- fits better beyond what chance and template errors do
    PRIMARY KEY (target_id, position)
);
CREATE TABLE measures (           -- what is measured on native pixels
    name VARCHAR PRIMARY KEY, position INTEGER NOT NULL, title VARCHAR NOT NULL,
    unit VARCHAR NOT NULL, description VARCHAR NOT NULL
);
CREATE TABLE object_measures (    -- of the outliers, where they could be measured
    target_id VARCHAR NOT NULL, name VARCHAR NOT NULL, value DOUBLE NOT NULL,
    error DOUBLE,                 -- standard deviation; null for a count or a significance
    PRIMARY KEY (target_id, name)
);
CREATE TABLE neighbours (         -- the nearest scored spectra in the latent space, of each outlier
    target_id VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,        -- ordinary: no outlier itself; unusual: another outlier
    position INTEGER NOT NULL,    -- 1 = nearest
    neighbour VARCHAR NOT NULL,
    distance DOUBLE NOT NULL,     -- in units of the latents' standard deviations
    PRIMARY KEY (target_id, kind, position)
);
CREATE TABLE neighbour_spectra (  -- neighbours of published objects that are not published themselves
    target_id VARCHAR PRIMARY KEY,
    flux FLOAT[] NOT NULL         -- unit norm, means of four bins of `grid`; NaN where there is no data
);
-- What the latent space means. Dimensions are counted from 1; all is of the first fold's model, whose
-- space `spectra.latent` is in.
CREATE TABLE latent_dimensions (
    dimension INTEGER PRIMARY KEY,
    mad DOUBLE NOT NULL,          -- median absolute deviation of the latent means of all scored spectra
    kl DOUBLE,                    -- mean Kullback-Leibler divergence from the prior, nat; null for a
                                  -- plain autoencoder
    mean DOUBLE NOT NULL, deviation DOUBLE NOT NULL, low DOUBLE NOT NULL, high DOUBLE NOT NULL,
                                  -- of the latent means; low and high: the range of 99 % of them
    informative BOOLEAN NOT NULL, -- MAD and KL are above the recipe's limits
    label VARCHAR NOT NULL,       -- label of kind `physics` that it tells most of, if significantly and
                                  -- at least 0.1 nat; empty: none, and the dimension is unexplained
    observing VARCHAR NOT NULL    -- of kind `observing`, however little, if significantly
);
CREATE TABLE latent_labels (      -- what dimensions are compared with
    name VARCHAR PRIMARY KEY, position INTEGER NOT NULL, title VARCHAR NOT NULL, unit VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,        -- physics, or observing: where and how it was taken
    discrete BOOLEAN NOT NULL, n BIGINT NOT NULL -- spectra for which it is known
);
CREATE TABLE latent_information ( -- mutual information of a dimension and a label, nat
    dimension INTEGER NOT NULL, label VARCHAR NOT NULL,
    estimator VARCHAR NOT NULL,   -- histogram, neighbours, mixture
    value DOUBLE NOT NULL, error DOUBLE, -- standard error, where the estimator gives one
    null_mean DOUBLE, null_high DOUBLE, -- of shuffled labels: mean, and 95th percentile
    p DOUBLE, q DOUBLE,           -- of as much by chance; with all pairs counted
    significant BOOLEAN NOT NULL, -- q < 0.05
    n BIGINT NOT NULL,            -- spectra it was measured on
    PRIMARY KEY (dimension, label, estimator)
);
CREATE TABLE latent_leakage (     -- what two informative dimensions tell of each other
    dimension_a INTEGER NOT NULL, dimension_b INTEGER NOT NULL,
    information DOUBLE NOT NULL, null_high DOUBLE NOT NULL, correlation DOUBLE NOT NULL,
    significant BOOLEAN NOT NULL, PRIMARY KEY (dimension_a, dimension_b)
);
CREATE TABLE class_separation (   -- how far classes lie apart, of which training knew nothing
    label VARCHAR NOT NULL,       -- column that holds the classes, such as spec_class
    class VARCHAR NOT NULL,       -- `all`: mean over classes
    metric VARCHAR NOT NULL,      -- purity: share of the nearest neighbours that are of its class;
                                  -- silhouette
    value DOUBLE NOT NULL, low DOUBLE, high DOUBLE, -- 95 % interval
    chance DOUBLE NOT NULL,       -- of shuffled classes
    n BIGINT NOT NULL, PRIMARY KEY (label, class, metric)
);
CREATE TABLE prevalence (         -- how common kinds are, 95 % intervals
    kind VARCHAR NOT NULL,        -- category or spec_class or subclass
    name VARCHAR NOT NULL, n BIGINT NOT NULL, n_scored BIGINT NOT NULL,
    fraction DOUBLE NOT NULL, low DOUBLE NOT NULL, high DOUBLE NOT NULL,
    recall DOUBLE,                -- share of such objects that are found, if the benchmark measured it
    corrected DOUBLE, corrected_low DOUBLE, corrected_high DOUBLE, -- the fraction, that counted in
    PRIMARY KEY (kind, name)
);
CREATE TABLE traversals (         -- spectra decoded along one dimension, the others at their means
    dimension INTEGER NOT NULL, step INTEGER NOT NULL, -- 0: the mean
    value DOUBLE NOT NULL,        -- of the latent
    outside BOOLEAN NOT NULL,     -- true: outside the range that 99 % of real spectra occupy
    flux FLOAT[] NOT NULL,        -- unit norm, on `grid`
    PRIMARY KEY (dimension, step)
);
CREATE TABLE traversal_features ( -- what is measured along traversals
    name VARCHAR PRIMARY KEY, position INTEGER NOT NULL, title VARCHAR NOT NULL,
    unit VARCHAR NOT NULL, description VARCHAR NOT NULL
);
CREATE TABLE traversal_changes (  -- of a feature, from the lowest step of a dimension that is not
                                  -- outside to the highest
    dimension INTEGER NOT NULL, feature VARCHAR NOT NULL,
    change DOUBLE,                -- null where it cannot be measured
    sign INTEGER NOT NULL,        -- 1 up, -1 down, 0 none: below a twentieth of the largest change of
                                  -- that feature along any dimension
    PRIMARY KEY (dimension, feature)
);
CREATE TABLE tracks (             -- paths through a pair of dimensions
    name VARCHAR PRIMARY KEY, position INTEGER NOT NULL, title VARCHAR NOT NULL,
    dimension_a INTEGER NOT NULL, dimension_b INTEGER NOT NULL, radius DOUBLE NOT NULL,
    spec_class VARCHAR NOT NULL,  -- only spectra of this class count; empty: all
    along VARCHAR NOT NULL        -- one of `traversal_features`, that it follows; empty: its points
                                  -- are the recipe's
);
CREATE TABLE track_points (
    track VARCHAR NOT NULL, position INTEGER NOT NULL, a DOUBLE NOT NULL, b DOUBLE NOT NULL,
    outside BOOLEAN NOT NULL,     -- no real spectrum is within the radius
    target_id VARCHAR NOT NULL,   -- the nearest real spectrum in the pair
    distance DOUBLE NOT NULL, n_stacked BIGINT NOT NULL,
    stack FLOAT[], nearest FLOAT[], -- unit norm, on `grid`; stack is null where nothing is within
    PRIMARY KEY (track, position)
);
CREATE TABLE attention_patches (  -- the patches that an attention network looks at
    position INTEGER PRIMARY KEY, wave_low DOUBLE NOT NULL, wave_high DOUBLE NOT NULL, -- Å, rest frame
    usual DOUBLE NOT NULL, usual_low DOUBLE NOT NULL, usual_high DOUBLE NOT NULL
                                  -- attention to it, mean over patches, in ordinary spectra: median,
                                  -- 5th and 95th percentile
);
CREATE TABLE attention (          -- of published objects, where the model has attention
    target_id VARCHAR PRIMARY KEY,
    weight FLOAT[] NOT NULL       -- (T, T) row by row: how much each patch attends to all; rows sum to 1
);
CREATE TABLE decoder (            -- one row, or none where it is too large for a browser
    chains VARCHAR NOT NULL,      -- JSON: chains of steps whose sum is the reconstruction
    weights FLOAT[] NOT NULL      -- the arrays of the steps, one after the other
);
CREATE TABLE sweep (              -- models trained to choose beta and the number of latents
    n_latent INTEGER NOT NULL, variational BOOLEAN NOT NULL, beta DOUBLE NOT NULL,
    n_informative INTEGER NOT NULL, n_leaking INTEGER NOT NULL, -- pairs of them that share information
    chi2_validation DOUBLE NOT NULL, seconds DOUBLE NOT NULL,
    chosen BOOLEAN NOT NULL,      -- the smallest beta at which all sizes agree on n_informative
    PRIMARY KEY (n_latent, variational, beta)
);
CREATE TABLE sweep_dimensions (
    n_latent INTEGER NOT NULL, variational BOOLEAN NOT NULL, beta DOUBLE NOT NULL,
    dimension INTEGER NOT NULL, mad DOUBLE NOT NULL, kl DOUBLE, informative BOOLEAN NOT NULL,
    PRIMARY KEY (n_latent, variational, beta, dimension)
);
CREATE TABLE sweep_examples (     -- one spectrum as each of those models draws it
    n_latent INTEGER NOT NULL, variational BOOLEAN NOT NULL, beta DOUBLE NOT NULL,
    target_id VARCHAR NOT NULL, flux FLOAT[] NOT NULL, recon FLOAT[] NOT NULL,
    PRIMARY KEY (n_latent, variational, beta)
);
CREATE TABLE verdicts (           -- what people say of objects, never mixed with the machine's words
    target_id VARCHAR NOT NULL, position INTEGER NOT NULL,
    verdict VARCHAR NOT NULL,     -- artefact, astrophysical, unexplained, ordinary
    category VARCHAR NOT NULL,    -- one of `categories`, or empty
    comment VARCHAR NOT NULL, "by" VARCHAR NOT NULL,
    date VARCHAR NOT NULL,        -- YYYY-MM-DD; empty where the file does not tell
    source VARCHAR NOT NULL,      -- file that it was read from, seen from the recipe
    PRIMARY KEY (target_id, position)
);
-- What lists of known objects have within a radius of the outliers.
CREATE TABLE known_sources (
    name VARCHAR PRIMARY KEY, position INTEGER NOT NULL,
    date VARCHAR NOT NULL,        -- of the list, or of the oldest answer of a service
    radius_arcsec DOUBLE NOT NULL,
    url VARCHAR NOT NULL,         -- of the service; empty for a table
    n_asked BIGINT NOT NULL,      -- outliers whose position was looked up
    n_known BIGINT NOT NULL       -- those with a match
);
CREATE TABLE known (
    target_id VARCHAR NOT NULL, source VARCHAR NOT NULL, position INTEGER NOT NULL, -- 1 = nearest
    identifier VARCHAR NOT NULL, kind VARCHAR NOT NULL, z DOUBLE,
    separation_arcsec DOUBLE NOT NULL,
    address VARCHAR NOT NULL,     -- of the object's page there; empty where there is none
    PRIMARY KEY (target_id, source, position)
);
CREATE TABLE known_unasked (      -- outliers about which a service gave no answer: nobody knows
    target_id VARCHAR NOT NULL, source VARCHAR NOT NULL, PRIMARY KEY (target_id, source)
);
CREATE TABLE cutouts (            -- images of the sky that the site carries
    target_id VARCHAR PRIMARY KEY, layer VARCHAR NOT NULL, file VARCHAR NOT NULL,
    sha256 VARCHAR NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    pixscale DOUBLE NOT NULL,     -- arcsec per pixel
    date VARCHAR NOT NULL         -- when it was fetched
);

-- What has changed since the release before this one; all are empty in a first release.
CREATE TABLE previous (           -- one row, or none
    name VARCHAR NOT NULL, title VARCHAR NOT NULL, version VARCHAR NOT NULL, date VARCHAR NOT NULL,
    address VARCHAR NOT NULL, n_read BIGINT NOT NULL, n_scored BIGINT NOT NULL,
    n_outliers BIGINT NOT NULL, n_published BIGINT NOT NULL
);
CREATE TABLE release_differences ( -- what of the making differs; an empty text stands for nothing
    position INTEGER PRIMARY KEY, subject VARCHAR NOT NULL, before VARCHAR NOT NULL, now VARCHAR NOT NULL
);
CREATE TABLE differences (        -- outliers that are new, gone or moved
    target_id VARCHAR NOT NULL, survey VARCHAR NOT NULL, name VARCHAR NOT NULL, slug VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,        -- new, gone, moved
    rank_before BIGINT, rank_now BIGINT, percentile_before DOUBLE, percentile_now DOUBLE,
    category_before VARCHAR NOT NULL, category_now VARCHAR NOT NULL,
    why VARCHAR NOT NULL,         -- a sentence
    PRIMARY KEY (survey, target_id)
);
CREATE TABLE withdrawn (          -- objects that had a page in an earlier release and have none now
    target_id VARCHAR NOT NULL, survey VARCHAR NOT NULL, name VARCHAR NOT NULL,
    slug VARCHAR PRIMARY KEY, release VARCHAR NOT NULL, -- the last release that had it
    rank BIGINT, category VARCHAR NOT NULL, why VARCHAR NOT NULL
);

-- Artefacts by where they were taken, for the survey team: fibre, petal, exposure, tile, night.
-- A spectrum that was coadded from several exposures is in several groups of a kind.
CREATE TABLE origin_groups (
    kind VARCHAR NOT NULL, name VARCHAR NOT NULL,
    category VARCHAR NOT NULL,    -- one of `categories`; empty: all artefacts
    n_scored BIGINT NOT NULL, n_artefacts BIGINT NOT NULL,
    expected DOUBLE NOT NULL,     -- artefacts, if every group had the share of all of known kind
    p DOUBLE NOT NULL,            -- binomial probability of as many or more
    q DOUBLE NOT NULL,            -- with all tests of this kind counted (Benjamini & Hochberg)
    stands_out BOOLEAN NOT NULL,  -- q < 0.05, and at least two artefacts
    PRIMARY KEY (kind, name, category)
);
CREATE TABLE origins (            -- where each outlier was taken
    target_id VARCHAR NOT NULL, kind VARCHAR NOT NULL, name VARCHAR NOT NULL,
    PRIMARY KEY (target_id, kind, name)
);

-- How well each score finds anomalies planted on purpose. All are empty where no benchmark was run.
-- The score `combined` is the combined p. [low, high] is the 95 % interval, null where not known.
CREATE TABLE benchmark (          -- one row, or none
    n_rounds INTEGER NOT NULL, prevalence DOUBLE NOT NULL, -- share of planted spectra per round
    n_clean BIGINT NOT NULL, n_planted BIGINT NOT NULL,
    simulated BOOLEAN NOT NULL,   -- true: planted into simulated spectra
    seed BIGINT NOT NULL
);
CREATE TABLE benchmark_scores (
    score VARCHAR NOT NULL,
    kind VARCHAR NOT NULL,        -- kind of anomaly; `all` is the mean over kinds
    snr_group VARCHAR NOT NULL,   -- range of signal-to-noise ratio; `all` is every one
    metric VARCHAR NOT NULL, value DOUBLE NOT NULL, low DOUBLE, high DOUBLE,
    n BIGINT NOT NULL,            -- planted spectra behind the number
    PRIMARY KEY (score, kind, snr_group, metric)
);
CREATE TABLE benchmark_differences ( -- mean over kinds of the AUPRC of a less that of b, paired
    score_a VARCHAR NOT NULL, score_b VARCHAR NOT NULL, value DOUBLE NOT NULL,
    low DOUBLE, high DOUBLE, PRIMARY KEY (score_a, score_b)
);
CREATE TABLE benchmark_calibration ( -- whether p of clean spectra is as a probability must be
    score VARCHAR NOT NULL, quantity VARCHAR NOT NULL,
    stratum VARCHAR NOT NULL,     -- decile of signal-to-noise ratio, 1 to 10, or all
    snr_low DOUBLE, snr_high DOUBLE, value DOUBLE NOT NULL, low DOUBLE, high DOUBLE,
    n BIGINT NOT NULL, PRIMARY KEY (score, quantity, stratum)
);
CREATE TABLE benchmark_classes (  -- a class that the model never saw, as the anomaly to find
    spec_class VARCHAR NOT NULL, score VARCHAR NOT NULL, metric VARCHAR NOT NULL,
    value DOUBLE NOT NULL, low DOUBLE, high DOUBLE, n BIGINT NOT NULL,
    PRIMARY KEY (spec_class, score, metric)
);
CREATE TABLE benchmark_reasons (  -- planted anomalies that became outliers, by their first category
    kind VARCHAR NOT NULL,        -- what was planted
    category VARCHAR NOT NULL,    -- what the machine said first; `-` where it was no outlier
    n BIGINT NOT NULL,
    PRIMARY KEY (kind, category)
);
CREATE TABLE benchmark_labels (   -- how well reasons are given: precision, recall, F1 per category
    category VARCHAR NOT NULL,    -- `all` is the mean over categories (macro-F1)
    metric VARCHAR NOT NULL, value DOUBLE NOT NULL, low DOUBLE, high DOUBLE, n BIGINT NOT NULL,
    PRIMARY KEY (category, metric)
);
CREATE TABLE benchmark_kinds (    -- what was planted
    kind VARCHAR PRIMARY KEY, meaning VARCHAR NOT NULL -- what the strength of this kind means
);
CREATE TABLE stage_costs (        -- time and memory that the release took; may be empty
    stage VARCHAR PRIMARY KEY, position INTEGER NOT NULL, seconds DOUBLE NOT NULL,
    peak_memory_mib DOUBLE NOT NULL, tasks BIGINT NOT NULL
);
