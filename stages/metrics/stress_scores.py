"""What changing rows costs each arm, from stored logits of the rows before and after the change.

The drop of a run is its score on the unchanged rows minus that on the changed ones, paired by row. Drops are compared
as scores are (:func:`stages.metrics.differences.compare`): the seeds' spread is that of their drops, and an example is
a row with both of its predictions in all runs.

All runs count, also those that failed to train: predictions alone are read, which do not tell how a run ended.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stages.common.files import read_json, read_json_lines
from stages.metrics.bootstrap import Scorer
from stages.metrics.differences import compare, grouped
from stages.metrics.groups import group_numbers
from stages.metrics.stored import Row, gold_labels, stored_logits
from stages.metrics.task_scores import Labels, scorer, scores
from stages.settings.evaluation import EvaluationSettings

AFTER = {"moment": "after", "split": "test"}  # of the logits that predict stores
_DIGITS = 12


@dataclass(frozen=True)
class StressScores:
    """Scores of one task under stress; ``predictions`` and ``stress`` are what predict and stress wrote.

    ``rows`` are those of test; ``arms`` has the cells of every arm by its name, ``rivals`` the arm that one is compared
    with.
    """

    task: Row
    rows: Sequence[Row]
    predictions: Path
    stress: Path
    arms: Mapping[str, Sequence[str]]
    rivals: Mapping[str, str]
    settings: EvaluationSettings

    def facts(self) -> dict[str, Any]:
        """Per transformation the rows that it changed, each arm's drop, and the drop of each against its rival's."""
        facts: dict[str, Any] = read_json(self.stress / "stress.json")
        found = {name: told | (self._scores(name) if told["changed"] else {})
                 for name, told in facts["transformations"].items()}
        return {"task": self.task["task"], "metric": self.task["metric"]} | facts | {"transformations": found}

    def _scores(self, name: str) -> dict[str, Any]:
        changed = list(read_json_lines(self.stress / f"{name}.jsonl"))
        of_guid = {row["guid"]: row for row in self.rows}
        before = [of_guid[row["guid"]] for row in changed]
        groups = group_numbers(before)
        runs = {arm: grouped(np.stack([self._statistics(cell, name, before, changed) for cell in cells]), groups)
                for arm, cells in self.arms.items()}
        return {
            "arms": {arm: self._arm(statistics) for arm, statistics in runs.items()},
            "comparisons": {arm: self._compare(runs[arm], runs[rival]) for arm, rival in self.rivals.items()
                            if {arm, rival} <= runs.keys()}}

    def _statistics(self, cell: str, name: str, before: Sequence[Row], changed: Sequence[Row]) -> np.ndarray:
        """Float64 [rows, statistics before and after the change]."""
        file = f"{cell}.parquet"
        logits = (stored_logits(self.predictions / file, AFTER, before, self.task),
                  stored_logits(self.stress / file, {"transformation": name}, changed, self.task))
        golds = (gold_labels(rows, self.task) for rows in (before, changed))
        return np.concatenate([
            scores(gold, Labels(of_rows.argmax(axis=1), gold.ends), self.task).statistics
            for gold, of_rows in zip(golds, logits, strict=True)], axis=1)

    def _arm(self, statistics: np.ndarray) -> dict[str, Any]:
        half = statistics.shape[2] // 2
        totals, score = statistics.sum(axis=1), scorer(self.task)
        return {"before": float(score(totals[:, :half]).mean()), "after": float(score(totals[:, half:]).mean()),
                **self._compare(statistics, None)}

    def _compare(self, first: np.ndarray, second: np.ndarray | None) -> dict[str, float]:
        """The mean drop of ``first``, minus that of ``second`` if there is one, with its interval."""
        found = compare(first, second, drop_scorer(scorer(self.task)), least=-1.0)
        # Runs whose drops cancel out leave a rounding error, which must not look like a drop; nor must -0.
        return asdict(found) | {"difference": round(found.difference, _DIGITS) + 0.0}


def drop_scorer(score: Scorer) -> Scorer:
    """From totals [..., statistics before and after] to the score before minus that after."""
    def drop(totals: np.ndarray) -> np.ndarray:
        half = totals.shape[-1] // 2
        return score(totals[..., :half]) - score(totals[..., half:])
    return drop
