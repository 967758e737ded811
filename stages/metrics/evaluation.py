"""From stored predictions to the numbers of one task."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as parquet

from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines
from stages.metrics.bootstrap import Interval, difference_interval, score_interval
from stages.metrics.task_scores import metrics, scorer, statistics
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import ADAPTED, Grid
from stages.training.scoring import mean_cross_entropy

_ROUNDING = 1e-12  # two equal means can differ by so much


@dataclass(frozen=True)
class Gold:
    """One split: guids, label names (or tags per word), the same as class ids, and genres, "" where there is none."""

    guids: list[str]
    names: list[Any]
    ids: list[np.ndarray]
    genres: list[str]


class TaskEvaluation:
    """Metrics, intervals and comparisons of every cell of one task."""

    def __init__(self, prepared: Path, predictions: Path, settings: EvaluationSettings) -> None:
        self.task = read_json(prepared / "task.json")
        self.gold = {split: _gold(prepared / f"{split}.jsonl", self.task)
                     for split in self.task["splits"] if split != "train"}
        self._predictions = predictions
        self._settings = settings
        self._statistics: dict[tuple[str, str], np.ndarray] = {}  # by cell and split

    def cell(self, name: str) -> dict[str, Any]:
        """Metrics of one cell before and after training, and the interval of its headline on test."""
        facts: dict[str, Any] = {"before": {}, "after": {}}
        for (moment, split), logits in _logits(self._predictions / f"{name}.parquet", self.gold, self.task).items():
            gold, predicted = self.gold[split], _names(logits, self.task)
            facts[moment][split] = metrics(gold.names, predicted, self.task) | {
                "loss": mean_cross_entropy(logits, gold.ids)}
            if moment == "after":
                self._statistics[name, split] = statistics(gold.names, predicted, self.task)
        return facts | {"interval": asdict(self._interval(self._statistics[name, "test"]))}

    def _interval(self, values: np.ndarray) -> Interval:
        return score_interval(values, scorer(self.task), self._settings.resamples, self._settings.bootstrap_seed)

    def baselines(self, predicted: dict[str, Any]) -> dict[str, Any]:
        """Metrics of each baseline's predictions on test."""
        return {name: metrics(self.gold["test"].names, labels, self.task) for name, labels in predicted.items()}

    def comparisons(self, grid: Grid) -> dict[str, Any]:
        """Each tuning of the pre-trained encoder, and the adapted one, against random weights, over seeds and test."""
        return self._compare_all(grid, "test", slice(None))

    def adaptation(self, grid: Grid) -> dict[str, Any]:
        """The adapted encoder against the pre-trained one, both fine-tuned in full, over seeds and test."""
        compared = self._compare(grid.adapted_cells, grid.pretrained_cells["full"], "test", slice(None))
        return {ADAPTED: compared.pop("pretrained"), "pretrained": compared.pop("scratch")} | compared

    def slices(self, grid: Grid) -> list[dict[str, Any]]:
        """The same comparisons on the further test sets, and on every genre where there are several."""
        return [
            {"split": split, "genre": genre, "rows": len(rows), "comparisons": self._compare_all(grid, split, rows)}
            for split, gold in self.gold.items() if split != "validation"
            for genre, rows in _genres(gold, split).items()]

    def _compare_all(self, grid: Grid, split: str, rows: Any) -> dict[str, Any]:
        return {name: self._compare(cells, grid.scratch_cells, split, rows)
                for name, cells in grid.encoder_cells.items()}

    def _compare(self, pretrained: Sequence[str], scratch: Sequence[str], split: str, rows: Any) -> dict[str, Any]:
        first, second = (np.stack([self._statistics[cell, split][rows] for cell in cells])
                         for cells in (pretrained, scratch))
        score = scorer(self.task)
        means = [float(score(arm.sum(axis=1)).mean()) for arm in (first, second)]
        interval = difference_interval(
            first, second, score, self._settings.resamples, self._settings.bootstrap_seed)
        return {
            "pretrained": means[0], "scratch": means[1], "difference": means[0] - means[1],
            **asdict(interval), "verdict": verdict(interval),
        }


def _genres(gold: Gold, split: str) -> dict[str, np.ndarray]:
    """Rows by genre, in the alphabet's order; under "" all rows of a test set that is not the headline's."""
    groups = {} if split == "test" else {"": np.arange(len(gold.guids))}
    names = np.array(gold.genres)
    distinct = sorted(set(gold.genres))
    return groups | ({name: np.flatnonzero(names == name) for name in distinct if name} if len(distinct) > 1 else {})


def verdict(interval: Interval) -> str:
    """``helps`` or ``hurts`` where the interval of the difference excludes zero, else ``cannot_tell``."""
    if interval.low > _ROUNDING:
        return "helps"
    return "hurts" if interval.high < -_ROUNDING else "cannot_tell"


def _gold(path: Path, task: dict[str, Any]) -> Gold:
    identifiers = {tag: identifier for identifier, tag in enumerate(task["tags"])}
    guids, names, ids, genres = [], [], [], []
    for row in read_json_lines(path):
        guids.append(row["guid"])
        names.append(row["tags"] if task["kind"] == "words" else row["label"])
        ids.append(np.array([identifiers[tag] for tag in np.atleast_1d(names[-1])]))
        genres.append(row.get("genre", ""))
    return Gold(guids, names, ids, genres)


def _logits(path: Path, gold: dict[str, Gold], task: dict[str, Any]) -> dict[tuple[str, str], list[np.ndarray]]:
    """Logits [rows, classes] per row by (moment, split), checked to be those of the gold rows."""
    if not path.is_file():
        raise UserError(f"{path}: no such file; run `dvc repro` to make the predictions")
    table = parquet.read_table(path)
    classes = len(task["tags"])
    keys = list(zip(table["moment"].to_pylist(), table["split"].to_pylist(), strict=True))
    column = table["logits"].combine_chunks()
    values, offsets = column.values.to_numpy(), column.offsets.to_numpy()
    guids = table["guid"].to_pylist()
    logits: dict[tuple[str, str], list[np.ndarray]] = {}
    found: dict[tuple[str, str], list[str]] = {}
    for row, key in enumerate(keys):
        logits.setdefault(key, []).append(values[offsets[row] : offsets[row + 1]].reshape(-1, classes))
        found.setdefault(key, []).append(guids[row])
    for (moment, split), rows in found.items():
        if rows != gold[split].guids:
            raise UserError(f"{path}: the {moment} rows of {split} are not those of the prepared data; "
                            "run `dvc repro` to predict them again")
    return logits


def _names(logits: list[np.ndarray], task: dict[str, Any]) -> list[Any]:
    tags = task["tags"]
    if task["kind"] == "words":
        return [[tags[label] for label in row.argmax(axis=1)] for row in logits]
    return [tags[row.argmax()] for row in logits]
