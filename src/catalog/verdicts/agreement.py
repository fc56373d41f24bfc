"""Whether people agree: with each other, and with the machine."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

ENOUGH = 10
"""Objects from which α is worth telling; of fewer, one more changes it beyond use."""
DIVIDED = "divided"
"""What people say of an object on which they say different things."""


def alpha(units: Iterable[Sequence[str]]) -> float | None:
    """Krippendorff's α for words without order, any number of people, any of them missing.

    1 is full agreement, 0 what chance would give, below 0 less than that.

    Parameters
    ----------
    units : iterable of sequence of str
        Per object the words that were given; objects with fewer than two take no part.

    Returns
    -------
    float or None
        None where it is not defined: nothing was judged twice, or only one word was ever used.

    Notes
    -----
    Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*, section C:
    α = 1 - D_o/D_e = 1 - (n - 1) (n - Σ_c o_cc) / (n² - Σ_c n_c²), where n is the number of
    pairable words, n_c how often the word c is among them, and o_cc the coincidences of c with
    itself, each object's pairs weighted by 1/(m - 1) for its m words.
    """
    totals: Counter[str] = Counter()
    coincidences = 0.0
    for words in units:
        if len(words) < 2:
            continue
        counts = Counter(words)
        totals.update(counts)
        coincidences += sum(k * (k - 1) for k in counts.values()) / (len(words) - 1)
    n = totals.total()
    by_chance = n * n - sum(k * k for k in totals.values())
    return 1 - (n - 1) * (n - coincidences) / by_chance if by_chance else None


def consensus(words: Sequence[str]) -> str:
    """Give the word that all people give, or `DIVIDED`."""
    return words[0] if len(set(words)) == 1 else DIVIDED


@dataclass(frozen=True)
class Agreement:
    """How far the verdicts of a release agree.

    Attributes
    ----------
    n_verdicts, n_people, n_objects
        Verdicts; who gave them; objects that they are of.
    n_shared, n_agreed
        Objects that two or more people judged, and those of them on which all say the same.
    alpha
        Krippendorff's α between people; None where not defined, or of fewer than `ENOUGH` objects.
    against_machine
        (what people say, what the machine says) -> number of objects, of those that the machine
        judged too. People say one of the words, or that they are divided.
    alpha_machine
        The same between the people where they agree, taken as one, and the machine.
    """

    n_verdicts: int
    n_people: int
    n_objects: int
    n_shared: int
    n_agreed: int
    alpha: float | None
    against_machine: Mapping[tuple[str, str], int]
    alpha_machine: float | None

    @property
    def n_compared(self) -> int:
        """Objects that people and the machine judged."""
        return sum(self.against_machine.values())

    @property
    def n_same(self) -> int:
        """Objects on which all people say what the machine says."""
        return sum(n for (people, machine), n in self.against_machine.items() if people == machine)


def measure(said: Mapping[str, Mapping[str, str]], machine: Mapping[str, str]) -> Agreement:
    """Measure agreement over a release.

    Parameters
    ----------
    said : mapping
        Per object, person -> word.
    machine : mapping
        Per object, the machine's word; objects without one are not compared.
    """
    words = {target: list(people.values()) for target, people in said.items()}
    shared = [given for given in words.values() if len(given) > 1]
    judged = {target: consensus(given) for target, given in words.items() if machine.get(target)}
    pairs = [(people, machine[target]) for target, people in judged.items()]
    of_one_mind = [pair for pair in pairs if pair[0] != DIVIDED]
    return Agreement(
        n_verdicts=sum(map(len, words.values())),
        n_people=len({person for people in said.values() for person in people}),
        n_objects=len(words),
        n_shared=len(shared),
        n_agreed=sum(consensus(given) != DIVIDED for given in shared),
        alpha=alpha(shared) if len(shared) >= ENOUGH else None,
        against_machine=Counter(pairs),
        alpha_machine=alpha(of_one_mind) if len(of_one_mind) >= ENOUGH else None,
    )
