"""How often two studies of one truth close the gate of `diff --fail-on regression`, by simulation.

Run it with `python -m tests.simulate_gate [TRIALS]`. Both studies have the same test rows and other seeds. ``flips`` is
the share in which the first finds that pre-training helps and the second does not, which closed the gate once.
``gate`` is the share in which one of these closes it now: an arm's score fell significantly, after Holm's correction;
pre-training is found to hurt; the difference fell by more than both intervals allow.
"""

import sys

import numpy as np

from stages.judging.changes import fell
from stages.judging.holm import holm
from stages.judging.verdicts import LEVEL
from stages.judging.verdicts import verdict_on as verdict
from stages.metrics.differences import PAIRS, compare
from tests.simulate_coverage import Study, draw

TRIALS = 400


def closed(study: Study, effect: float, trial: int) -> tuple[bool, bool]:
    """Whether the verdict flips, and whether the gate closes, in one pair of studies."""
    both = draw(Study(2 * study.seeds, study.rows, study.spreads), np.random.default_rng([21, trial]), effect).arms
    sides = [[arm[part] for arm in both] for part in (slice(study.seeds), slice(study.seeds, None))]
    found = [compare(*arms, study.scorer) for arms in sides]
    verdicts = [verdict(one) for one in found]
    arms = [compare(new, old, study.scorer, paired=study.seeds >= PAIRS) for old, new in zip(*sides, strict=True)]
    adjusted = holm([arm.p_value for arm in arms])
    return verdicts[0] == "helps" != verdicts[1], (
        any(arm.difference < 0 and value < LEVEL for arm, value in zip(arms, adjusted, strict=True))
        or verdicts[1] == "hurts" != verdicts[0] or fell(*found))


def main() -> None:
    """Print one line per kind of study."""
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else TRIALS
    print("seeds   rows        spreads  effect  flips   gate")
    for seeds in (2, 3, 5):
        for rows, effect in ((200, 0.08), (2000, 0.04)):
            for spreads in ((0.01, 0.01), (0.002, 0.03)):
                study = Study(seeds, rows, spreads)
                flips, gate = np.mean([closed(study, effect, trial) for trial in range(trials)], axis=0)
                print(f"{seeds:>5}  {rows:>5}  {spreads[0]:>5} / {spreads[1]:<5}  {effect:>6}  {100 * flips:>5.1f}  "
                      f"{100 * gate:>5.1f}", flush=True)


if __name__ == "__main__":
    main()
