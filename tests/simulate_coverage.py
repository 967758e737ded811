"""How often the 95 % interval of a difference covers the true one, by simulation.

Run it with `python -m tests.simulate_coverage`. Both arms have the same true score, so the true difference is 0. Rows
differ in how hard they are, for both arms and for each; seeds differ by ``spread`` and decide single rows by chance.

Of arms whose seeds spread alike it covers 94 to 97 %. The interval pools the variances of both arms, as few seeds tell
little of either alone: where one arm spreads fifteen times as much as the other it covers 90 to 95 %.
"""

from dataclasses import dataclass

import numpy as np

from stages.metrics.bootstrap import accuracy_of, compare

TRIALS = 1000


@dataclass(frozen=True)
class ArmsLike:
    """What is simulated: runs an arm, test rows, standard deviation of the accuracy over seeds, of either arm."""

    seeds: int
    rows: int
    spread: float
    other_spread: float | None = None


def simulated_runs(kind: ArmsLike, generator: np.random.Generator) -> list[np.ndarray]:
    """Statistics [runs, rows, 2] of either arm: whether each row is right, and 1."""
    hardness = generator.normal(0, 1.5, kind.rows)
    arms = []
    for spread in (kind.spread, kind.spread if kind.other_spread is None else kind.other_spread):
        own = generator.normal(0, 0.5, kind.rows) + generator.normal(0, 0.5, (kind.seeds, kind.rows))
        chances = 1 / (1 + np.exp(-(1 + hardness + own))) + generator.normal(0, spread, (kind.seeds, 1))
        right = generator.random((kind.seeds, kind.rows)) < chances
        arms.append(np.stack([right, np.ones_like(right)], axis=-1).astype(np.float64))
    return arms


def covered(kind: ArmsLike, trials: int, resamples: int = 200, seed: int = 1) -> float:
    """Share of ``trials`` whose interval holds the true difference."""
    found = 0
    for trial in range(trials):
        difference = compare(*simulated_runs(kind, np.random.default_rng([seed, trial])), accuracy_of, resamples, trial)
        found += difference.low <= 0 <= difference.high
    return found / trials


def main() -> None:
    """Print one line per kind of arms."""
    print(f"{'seeds':>5}  {'rows':>5}  {'spread':>6}  {'other':>6}  {'covered':>7}")
    for seeds in (1, 2, 3, 5):
        for rows in (300, 3000):
            for spread, other in ((0, 0), (0.005, 0.005), (0.02, 0.02), (0.002, 0.03))[: 1 if seeds == 1 else None]:
                share = covered(ArmsLike(seeds, rows, spread, other), TRIALS)
                print(f"{seeds:>5}  {rows:>5}  {spread:>6}  {other:>6}  {100 * share:>6.1f}%", flush=True)


if __name__ == "__main__":
    main()
