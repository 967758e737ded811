"""How much each arm's score drops on changed rows, from stored logits of the rows before and after the change.

The drop of a run is its score on the unchanged rows minus that on the changed ones, paired by row. Drops are compared
as scores are (:func:`stages.metrics.differences.compare`): the seeds' spread is that of their drops, and an example is
a row with both of its predictions in all runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from stages.common.files import read_json
from stages.metrics.bootstrap import Scorer
from stages.metrics.differences import compare, grouped
from stages.metrics.groups import group_numbers
from stages.metrics.stored_runs import StoredRuns
from stages.metrics.task_scores import Labels, scorer, scores
from stages.results.predictions import Predictions
from stages.results.prepared import Row, read_rows
from stages.settings.evaluation import EvaluationSettings

_DIGITS = 12


@dataclass(frozen=True)
class StressScores(StoredRuns):
    """Scores of one task under stress; ``stress`` is the folder that the stage wrote."""

    evaluation: EvaluationSettings
    stress: Path

    def facts(self) -> dict[str, object]:
        """Per transformation the rows that it changed, each arm's drop, and the drop of each against its rival's."""
        facts: dict[str, Any] = read_json(self.stress / "stress.json")
        found = {name: counts | (self._scores(name) if counts["changed"] else {})
                 for name, counts in facts["transformations"].items()}
        return {"task": self.task.task, "metric": self.task.metric} | facts | {"transformations": found}

    def _scores(self, name: str) -> dict[str, Any]:
        changed = list(read_rows(self.stress / f"{name}.jsonl"))
        places = {row.guid: place for place, row in enumerate(self.rows)}
        unchanged = [places[row.guid] for row in changed]
        groups = group_numbers([self.rows[place] for place in unchanged])
        gold = Labels.gold(changed, self.task)
        runs = {arm: grouped(np.stack([np.concatenate(
            [self.statistics[cell][unchanged], self._changed(cell, name, changed, gold)], axis=1)
            for cell in cells]), groups) for arm, cells in self.arms.items()}
        return {
            "arms": {arm: self._arm(statistics) for arm, statistics in runs.items()},
            "comparisons": {arm: self._compare(runs[arm], runs[rival]) for arm, rival in self.rivals.items()
                            if {arm, rival} <= runs.keys()}}

    @cached_property
    def _stored(self) -> dict[str, Predictions]:
        return {cell: Predictions.read(self.stress / f"{cell}.parquet", self.task)
                for cells in self.arms.values() for cell in cells}

    def _changed(self, cell: str, name: str, rows: Sequence[Row], gold: Labels) -> np.ndarray:
        """Statistics [rows, statistics] of the rows that one transformation changed."""
        logits = self._stored[cell].of_rows(rows, transformation=name)
        return scores(gold, gold.predicted(logits), self.task).statistics

    def _arm(self, statistics: np.ndarray) -> dict[str, Any]:
        half = statistics.shape[2] // 2
        totals, score = statistics.sum(axis=1), scorer(self.task)
        return {"before": float(score(totals[:, :half]).mean()), "after": float(score(totals[:, half:]).mean()),
                **self._compare(statistics, None)}

    def _compare(self, first: np.ndarray, second: np.ndarray | None) -> dict[str, float]:
        """The mean drop of ``first``, minus that of ``second`` if there is one, with its interval."""
        found = compare(first, second, drop_scorer(scorer(self.task)), least=-1.0)
        # Runs whose drops cancel out leave a rounding error, which must not look like a drop; nor must -0.
        return dict(found) | {"difference": round(found.difference, _DIGITS) + 0.0}


def drop_scorer(score: Scorer) -> Scorer:
    """From totals [..., statistics before and after] to the score before minus that after."""
    def drop(totals: np.ndarray) -> np.ndarray:
        half = totals.shape[-1] // 2
        return score(totals[..., :half]) - score(totals[..., half:])
    return drop
