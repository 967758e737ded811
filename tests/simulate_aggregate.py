"""How often the 95 % intervals over several tasks hold the true value: `python -m tests.simulate_aggregate [TRIALS]`.

Runs of both arms are normal; they spread by 0.5 points in every other task and by 2 in the rest. ``far``: the gains of
the tasks go from 2 to 30 points; ``near``: all are 1 point. The truth is that of 400 runs of either arm.
"""

import sys

import numpy as np

from stages.judging.aggregate import Arms, estimates, interquartile_mean, probability_of_improvement
from stages.settings.evaluation import EvaluationSettings

TRIALS = 400
RUNS = 400  # that stand for all there could be


def main(trials: int) -> None:
    """Print a line per kind of study: coverage of the interquartile mean, and of the probability where it has one."""
    for tasks in (2, 4, 8):
        for runs in (2, 3, 5, 10):
            for name, gains in (("far", np.linspace(0.02, 0.3, tasks)), ("near", np.full(tasks, 0.01))):
                generator = np.random.default_rng([tasks, runs, len(name)])
                many = _study(gains, RUNS, generator)
                truth = float(interquartile_mean(many)), float(probability_of_improvement(many))
                held: tuple[list[bool], list[bool]] = ([], [])
                for trial in range(trials):
                    found = estimates(_study(gains, runs, generator), EvaluationSettings(
                        resamples=400, bootstrap_seed=trial))
                    for one, true, counted in zip(found, truth, held, strict=True):
                        if one.low is not None and one.high is not None:
                            counted.append(one.low <= true <= one.high)
                shares = (f"{np.mean(counted):.3f} ({len(counted)})" if counted else "-" for counted in held)
                print(f"{tasks} tasks, {runs} runs, {name}:", *shares, flush=True)


def _study(gains: np.ndarray, runs: int, generator: np.random.Generator) -> list[Arms]:
    spreads = np.where(np.arange(len(gains)) % 2, 0.02, 0.005)
    return [(generator.normal(0.5 + gain, spread, runs), generator.normal(0.5, spread, runs))
            for gain, spread in zip(gains, spreads, strict=True)]


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS)
