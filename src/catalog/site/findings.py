"""What a benchmark found, in sentences that its numbers write."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.site import words
from catalog.site.evidence import AUPRC, Evidence, Win
from catalog.store.benchmark_records import ALL, COMBINED, Difference, StageCost

FIRST_PER_CENT = "precision_at_1_percent"
FLAGGED, RANK_CORRELATION = "flagged_fraction", "abs_spearman_with_snr"
FALSE_DISCOVERIES, NOMINAL = "false_discovery_rate", 0.1
ALIKE = 2.0
"""Two medians within this factor count as alike."""


@dataclass(frozen=True)
class Loss:
    """A kind that another score finds better, as a row of a table."""

    kind: str
    combined: str
    other: str
    role: str
    other_value: str
    certain: bool


def summary(evidence: Evidence) -> tuple[str, ...]:
    """Give the main results, a sentence or two each."""
    parts = [found_first(evidence), _gains(evidence), _plainly(evidence)]
    return tuple(part for part in parts if part)


def found_first(evidence: Evidence) -> str:
    """Say which share of the planted anomalies is among the first 1 % of the list."""
    measure = evidence.measure(COMBINED, FIRST_PER_CENT)
    if measure is None:
        return ""
    # Precision in the first 1 % counts planted spectra per listed one; per planted one it is this.
    factor = 0.01 / evidence.results.run.prevalence
    low, high = (None if end is None else end * factor for end in (measure.low, measure.high))
    told = words.share(measure.value * factor, low, high)
    return f"Of the anomalies planted on purpose, {told} are among the first 1 % of the list."


def _gains(evidence: Evidence) -> str:
    """Compare the combined order with the best simple method, then with the paper's scores."""
    ours = evidence.measure(COMBINED, AUPRC)
    if ours is None:
        return ""
    told = f"Averaged over the kinds of anomaly, its AUPRC is {words.number(ours.value, 2)}."
    if evidence.best_baseline is not None:
        told += _gain(evidence, evidence.best_baseline, "The best simpler method")
    for name in evidence.scores:
        if evidence.role(name) == "paper":
            told += _gain(evidence, name, "A raw score of a paper")
    return told


def _gain(evidence: Evidence, other: str, what: str) -> str:
    theirs, gain = evidence.measure(other, AUPRC), evidence.gain(other)
    if theirs is None:
        return ""
    told = (
        f" {what}, {words.in_sentence(evidence.title(other))}, has {words.number(theirs.value, 2)}"
    )
    return f"{told}." if gain is None else f"{told}: {_difference(gain)}."


def _difference(gain: Difference) -> str:
    size = words.number(abs(gain.value), 2)
    told = f"a gain of {size}" if gain.value >= 0 else f"a loss of {size}"
    if gain.low is None or gain.high is None:
        return f"{told}, with no interval known"
    low, high = (
        sorted((gain.low, gain.high), key=abs)
        if gain.low * gain.high > 0
        else (
            gain.low,
            gain.high,
        )
    )
    if gain.low <= 0 <= gain.high:
        span = f"{words.number(low, 2)} to {words.number(high, 2)}"
        return f"{told} that may be chance (95 % interval {span})"
    span = f"{words.number(abs(low), 2)} to {words.number(abs(high), 2)}"
    return f"{told} (95 % interval {span})"


def _plainly(evidence: Evidence) -> str:
    n = len(evidence.kinds)
    lost = evidence.better("baseline", "paper")
    if not lost:
        return f"On none of the {n} kinds does a simpler method, or a raw paper score, do better."
    names = ", ".join(kind_words(win.kind) for win in lost)
    return (
        f"On {len(lost)} of the {n} kinds a simpler method, or a raw score of a paper, does "
        f"better: {names}."
    )


def losses(evidence: Evidence, *roles: str) -> tuple[Loss, ...]:
    """Kinds that a score of these roles finds better than the combined p, the widest gap first."""
    return tuple(_loss(evidence, win) for win in evidence.better(*roles))


def _loss(evidence: Evidence, win: Win) -> Loss:
    return Loss(
        kind=kind_words(win.kind),
        combined=words.estimate(win.combined.value, win.combined.low, win.combined.high),
        other=evidence.title(win.other.score),
        role=words.ROLES[evidence.role(win.other.score)],
        other_value=words.estimate(win.other.value, win.other.low, win.other.high),
        certain=win.certain,
    )


def calibration(evidence: Evidence) -> tuple[str, ...]:
    """Say how well the combined p keeps its promise on clean spectra."""
    told = [
        f"Of {each.n:,} clean spectra, {100 * each.value:.2f} %{_per_cent(each.low, each.high)} "
        "have p ≤ 1 %; a true probability gives 1 %."
        for each in evidence.calibration(FLAGGED)
        if each.stratum == ALL
    ]
    told += [
        f"The rank correlation of p with the signal-to-noise ratio is {each.value:.2f} in size; "
        "0 is none."
        for each in evidence.calibration(RANK_CORRELATION)
    ]
    told += [
        f"A list cut at q = {100 * NOMINAL:.0f} % holds {each.n:,} spectra, of which "
        f"{100 * each.value:.0f} %{_per_cent(each.low, each.high, 0)} have nothing planted."
        for each in evidence.calibration(FALSE_DISCOVERIES)
    ]
    return tuple(told)


def _per_cent(low: float | None, high: float | None, decimals: int = 2) -> str:
    if low is None or high is None:
        return ""
    return f" ({100 * low:.{decimals}f} to {100 * high:.{decimals}f} %)"


def alike(first: float | None, second: float | None) -> bool:
    """Tell whether two medians lie within the factor that counts as alike."""
    if not first or not second:
        return False
    return max(first, second) <= ALIKE * min(first, second)


def kind_words(kind: str) -> str:
    """Write a kind's name as words."""
    return kind.replace("_", " ")


def total_time(costs: Sequence[StageCost]) -> str:
    """Say what all stages took together."""
    peak = max(cost.peak_memory_mib for cost in costs)
    return (
        f"{words.duration(sum(cost.seconds for cost in costs))}, at most {peak:,.0f} MiB at a time"
    )
