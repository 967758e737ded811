"""How often the 95 % interval of the label multiplier holds the true one, by simulation.

Run it with `python -m tests.simulate_multiplier [TRIALS]`. Curves of scratch: ``straight``, whose score rises in
straight lines over the logarithm of the rows; ``power_law``; ``plateau``, a power law with
an error that stays; ``dip``, a power law with a fall on the way, of which the first time counts. Sizes are twice or
eight times apart. Test rows differ in how hard they are, for all models and for each; runs of one size differ by
``spread``, at the smallest size by ``spread`` times ``uneven``.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from stages.metrics.headlines import accuracy_of
from stages.metrics.label_multiplier import Multiplier, learning_curve

ROWS = (125, 250, 500, 1000)
WIDE = (125, 1000, 8000)
TRIALS = 400


def straight(rows: float) -> float:
    """True accuracy of scratch, straight between the sizes."""
    return float(np.interp(np.log(rows), np.log(ROWS), (0.40, 0.45, 0.62, 0.72)))


def power_law(rows: float) -> float:
    """True accuracy of scratch with an error that falls as a power of the rows."""
    return float(1 - 2.5 * rows**-0.3)


def plateau(rows: float) -> float:
    """The same with an error that no rows take away."""
    return float(0.9 - 5 * rows**-0.5)


def dip(rows: float) -> float:
    """The power law with a fall around 500 rows."""
    return power_law(rows) - 0.09 * float(np.exp(-((np.log(rows / 500) / 0.3) ** 2) / 2))


@dataclass(frozen=True)
class Study:
    """What is simulated: the true curve, the true factor at the smallest size, runs an arm, test rows, spreads."""

    truth: Callable[[float], float] = straight
    factor: float = 3.0
    seeds: int = 3
    examples: int = 500
    spread: float = 0.01
    uneven: float = 1.0
    rows: tuple[int, ...] = ROWS


def simulated_arms(study: Study, generator: np.random.Generator) -> tuple[list[np.ndarray], list[np.ndarray]]:
    """Statistics [runs, examples, 2] of pre-training and scratch at every size; the first of pre-training counts."""
    hardness = generator.uniform(-0.15, 0.15, study.examples)
    target = study.truth(study.factor * study.rows[0])
    arms: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for arm, scores in zip(arms, ([target] * len(study.rows), [study.truth(rows) for rows in study.rows]), strict=True):
        for place, score in enumerate(scores):
            spread = study.spread * (study.uneven if place == 0 else 1)
            own = generator.uniform(-0.08, 0.08, study.examples)
            chances = score + hardness + own + generator.normal(0, spread, (study.seeds, 1))
            right = generator.random((study.seeds, study.examples)) < chances
            arm.append(np.stack([right, np.ones_like(right)], axis=-1).astype(np.float64))
    return arms


def first_multiplier(study: Study, trial: int, resamples: int = 200, seed: int = 1) -> Multiplier:
    """The multiplier at the smallest size in one simulated study."""
    arms = simulated_arms(study, np.random.default_rng([seed, trial]))
    return learning_curve(study.rows, *arms, accuracy_of, resamples, trial).multipliers[0]


def holds(multiplier: Multiplier, factor: float) -> bool:
    """Whether the interval has ``factor`` in it; an open end has everything beyond."""
    return (multiplier.low or 0) <= factor <= (multiplier.high or np.inf)


def covered(study: Study, trials: int, resamples: int = 200) -> float:
    """Share of ``trials`` whose interval holds the true factor."""
    return float(np.mean([holds(first_multiplier(study, trial, resamples), study.factor) for trial in range(trials)]))


KINDS = (
    *((straight, ROWS, factor, 0.02, uneven) for factor in (1.5, 3.0) for uneven in (1.0, 3.0)),
    *((power_law, rows, 3.0, spread, 1.0) for rows in (ROWS, WIDE) for spread in (0.0, 0.02)),
    (plateau, ROWS, 3.0, 0.01, 1.0), (plateau, WIDE, 3.0, 0.01, 1.0), (dip, ROWS, 1.9, 0.01, 1.0))


def main() -> None:
    """Print one line per kind of study."""
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS
    print("    curve  apart  factor  seeds  spread  uneven  covered   open  median interval")
    for (curve, rows, factor, spread, uneven), seeds in product(KINDS, (2, 3, 5)):
        study = Study(curve, factor, seeds, 1000, spread, uneven, rows)
        found = [first_multiplier(study, trial) for trial in range(trials)]
        share, opened = (100 * np.mean(values) for values in (
            [holds(one, factor) for one in found], [one.high is None or one.low is None for one in found]))
        low, high = (np.median([value or missing for value in values]) for values, missing in (
            ([one.low for one in found], 0), ([one.high for one in found], np.inf)))
        print(f"{curve.__name__:>9}  {rows[1] // rows[0]:>5}  {factor:>6}  {seeds:>5}  {spread:>6}  {uneven:>6}  "
              f"{share:>6.1f}%  {opened:>4.0f}%  {low:.2f} to {high:.2f}", flush=True)


if __name__ == "__main__":
    main()
