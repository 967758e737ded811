"""From stored predictions to the numbers of one task."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from stages.common.errors import UserError
from stages.common.files import read_json, read_json_lines
from stages.encoding.running_text import RUNNING, running_row
from stages.metrics.bootstrap import Interval
from stages.metrics.delivered import delivered_score
from stages.metrics.differences import Difference, compare, grouped, score_interval, these_runs, to_settle
from stages.metrics.entity_details import inflated_accuracy
from stages.metrics.failure import failed, that_trained
from stages.metrics.groups import group_numbers
from stages.metrics.paired_tests import paired_test
from stages.metrics.rates import rate_interval
from stages.metrics.task_scores import Labels, Scores, probability_scores, scorer, scores
from stages.settings.evaluation import EvaluationSettings
from stages.settings.grid import ADAPTED

_ROUNDING = 1e-12  # two equal means can differ by so much
PHASES = ("before", "after")


@dataclass(frozen=True)
class Gold:
    """One split: guids, labels, genres ("" where there is none), and of words the encoded tokens and positions.

    ``groups`` numbers the group of each row, see :func:`stages.metrics.groups.group_numbers`.
    """

    guids: list[str]
    labels: Labels
    genres: list[str]
    tokens: int
    positions: int
    groups: np.ndarray | None


class TaskEvaluation:
    """Metrics, intervals and comparisons of every cell of one task.

    An arm is a list of cells that differ in their seeds alone; comparisons take two.
    """

    def __init__(
        self, prepared: Path, predictions: Path, encoding: dict[str, Any], settings: EvaluationSettings
    ) -> None:
        """Read the gold labels; ``encoding`` is the card that encode wrote."""
        self.task = read_json(prepared / "task.json")
        self.gold = {split: _gold(prepared / f"{split}.jsonl", self.task, encoding, split)
                     for split in self.task["splits"] if split != "train"}
        self._prepared, self._predictions = prepared, predictions
        self._settings = settings
        self._statistics: dict[tuple[str, str], np.ndarray] = {}  # by cell or baseline and split
        self._failed: set[str] = set()

    def cell(self, name: str, outcome: str = "") -> dict[str, Any]:
        """Metrics of one cell before and after training, whether it failed, and the interval of its headline on test.

        ``outcome`` is how its training ended.
        """
        facts: dict[str, Any] = {part: {phase: {} for phase in PHASES} for part in ("metrics", "details")}
        path = self._predictions / f"{name}.parquet"
        table = _table(path)
        for phase in PHASES:
            for split, gold in self.gold.items():
                scored = self._scored(_logits(path, table, phase, split, gold, self.task), gold)
                facts["metrics"][phase][split] = scored.metrics
                facts["details"][phase][split] = scored.details
                if phase == "after":
                    self._statistics[name, split] = scored.statistics
        metrics = facts.pop("metrics")
        if (delivered := self._delivered(path, table)) is not None:
            metrics["after"]["test"]["delivered_entity_f1"] = delivered
        if failed(outcome, metrics["after"]["validation"], len(self.gold["validation"].guids), len(self.task["tags"])):
            self._failed.add(name)
        return metrics | facts | {"failed": name in self._failed, "interval": asdict(self._interval(name))}

    def _scored(self, logits: np.ndarray, gold: Gold) -> Scores:
        labels = scores(gold.labels, Labels(logits.argmax(axis=1), gold.labels.ends), self.task)
        chances = probability_scores(logits, gold.labels.ids)
        metrics = labels.metrics | chances.metrics
        if self.task["kind"] == "words":
            metrics["inflated_token_accuracy"] = inflated_accuracy(
                metrics["token_accuracy"], gold.tokens, gold.positions)
        return Scores(metrics, labels.statistics, labels.details | chances.details)

    def _delivered(self, path: Path, table: pa.Table) -> float | None:
        """Entity F1 of the trained model from running text; None where it was not run on that."""
        if RUNNING not in table["split"].unique().to_pylist():
            return None
        rows = list(read_json_lines(self._prepared / "test.jsonl"))
        again = [running_row(row) for row in rows]
        ends = np.cumsum([len(row["words"]) for row in again])
        gold = Gold([row["guid"] for row in again], Labels(np.empty(0), ends), [], 0, 0, None)
        best = _logits(path, table, "after", RUNNING, gold, self.task).argmax(axis=1)
        tags = np.array(self.task["tags"])[best]
        return delivered_score(rows, [part.tolist() for part in np.split(tags, ends[:-1])]).f1

    def on_test(self, cells: Sequence[str]) -> np.ndarray:
        """Statistics [runs, rows or groups, statistics] on test of cells that :meth:`cell` has scored."""
        return self._runs(cells, "test", slice(None))

    def _interval(self, cell: str) -> Interval:
        return score_interval(self.on_test([cell])[0], scorer(self.task))

    def baselines(self, predicted: dict[str, list[Any]]) -> dict[str, dict[str, float]]:
        """Metrics of each baseline's predictions on test."""
        found = {}
        for name, labels in predicted.items():
            gold = self.gold["test"]
            scored = scores(gold.labels, Labels(_ids(labels, self.task), gold.labels.ends), self.task)
            self._statistics[name, "test"] = scored.statistics
            found[name] = scored.metrics
        return found

    def against_baselines(self, arms: Mapping[str, Sequence[str]], baselines: Sequence[str]) -> dict[str, Any]:
        """By baseline and arm, the difference of the arm's mean and the baseline, over seeds and examples of test."""
        return {baseline: {arm: asdict(compare(
            self.on_test(self.trained(cells)), self.on_test([baseline]), scorer(self.task), fixed=True))
            for arm, cells in arms.items()} for baseline in baselines}

    def comparisons(self, arms: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> dict[str, Any]:
        """Each pair of arms over seeds and examples of test, and run by run."""
        return {name: self._judged(*pair) | {"runs": self._paired(*pair)} for name, pair in arms.items()}

    def adaptation(self, adapted: Sequence[str], pretrained: Sequence[str]) -> dict[str, Any]:
        """The adapted encoder against the pre-trained one, both fine-tuned in full, over seeds and test."""
        compared = self._judged(adapted, pretrained)
        return {ADAPTED: compared.pop("pretrained"), "pretrained": compared.pop("scratch")} | compared

    def slices(self, arms: Mapping[str, tuple[Sequence[str], Sequence[str]]]) -> list[dict[str, Any]]:
        """The same comparisons on the further test sets, and on every genre where there are several."""
        return [
            {"split": split, "genre": genre, "rows": len(rows),
             "comparisons": {name: self._compare(*pair, split, rows) for name, pair in arms.items()}}
            for split, gold in self.gold.items() if split != "validation"
            for genre, rows in _genres(gold, split).items()]

    def _compare(self, first: Sequence[str], second: Sequence[str], split: str, rows: Any) -> dict[str, Any]:
        score = scorer(self.task)
        arms = [self._runs(self.trained(arm), split, rows) for arm in (first, second)]
        means = [float(score(runs.sum(axis=1)).mean()) for runs in arms]
        difference = compare(*arms, score)
        return {"pretrained": means[0], "scratch": means[1], **asdict(difference), "verdict": verdict(difference)}

    def _judged(self, first: Sequence[str], second: Sequence[str]) -> dict[str, Any]:
        """The comparison on test, with what holds for these runs alone, those that failed, and what would settle it."""
        compared, score = self._compare(first, second, "test", slice(None)), scorer(self.task)
        trained = [self.on_test(self.trained(arm)) for arm in (first, second)]
        return compared | {
            "failed": {"first": self._failures(first), "second": self._failures(second)},
            "these_runs": asdict(these_runs(self.on_test(first), self.on_test(second), score)),
            "to_settle": to_settle(*trained, score, len(self.gold["test"].guids), max(len(first), len(second)))}

    def _failures(self, cells: Sequence[str]) -> dict[str, Any]:
        """How many failed, and the interval of the rate."""
        count = sum(cell in self._failed for cell in cells)
        low, high = rate_interval(count, len(cells))
        return {"count": count, "runs": len(cells), "low": low, "high": high}

    def trained(self, cells: Sequence[str]) -> list[str]:
        """Those of an arm that did not fail, as :meth:`cell` found; all where all did."""
        return that_trained(cells, (cell in self._failed for cell in cells))

    def _runs(self, names: Sequence[str], split: str, rows: Any) -> np.ndarray:
        """Statistics [runs, examples, statistics]; rows of one group are one example."""
        groups = self.gold[split].groups
        return grouped(np.stack([self._statistics[name, split][rows] for name in names]),
                       None if groups is None else groups[rows])

    def _paired(self, first: Sequence[str], second: Sequence[str]) -> list[dict[str, Any]]:
        """The runs of two arms that share a place in their lists, tested on the examples of test alone."""
        return [self._pair(*names) for names in zip(first, second, strict=False)]

    def _pair(self, first: str, second: str) -> dict[str, Any]:
        one, other = self._runs([first, second], "test", slice(None))
        kind = "groups" if self.gold["test"].groups is not None else self.task["kind"]
        return {"first": first, "second": second} | paired_test(
            one, other, kind, scorer(self.task), self._settings.resamples, self._settings.bootstrap_seed)


def _genres(gold: Gold, split: str) -> dict[str, np.ndarray]:
    """Rows by genre, in the alphabet's order; under "" all rows of a test set that is not the headline's."""
    groups = {} if split == "test" else {"": np.arange(len(gold.guids))}
    names = np.array(gold.genres)
    distinct = sorted(set(gold.genres))
    return groups | ({name: np.flatnonzero(names == name) for name in distinct if name} if len(distinct) > 1 else {})


def run_summary(history: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """What the first and the last event of a history say about the whole run."""
    start, end = history[0], history[-1]
    ends = ("outcome", "parameters", "trainable_parameters", "steps", "skipped_steps", "best_step")
    starts = ("settings", "recipe", "inputs", "numerics")
    return {name: end[name] for name in ends} | {name: start[name] for name in starts}


def verdict(difference: Difference) -> str:
    """``helps`` or ``hurts`` where the interval of any seed's difference excludes zero, else ``cannot_tell``."""
    if not difference.recipe:
        return "cannot_tell"
    if difference.low > _ROUNDING:
        return "helps"
    return "hurts" if difference.high < -_ROUNDING else "cannot_tell"


def _gold(path: Path, task: dict[str, Any], encoding: dict[str, Any], split: str) -> Gold:
    rows = list(read_json_lines(path))
    names = [row["tags"] if task["kind"] == "words" else row["label"] for row in rows]
    ends = np.cumsum([len(tags) for tags in names]) if task["kind"] == "words" else None
    encoded = encoding["splits"][split]
    return Gold(
        [row["guid"] for row in rows], Labels(_ids(names, task), ends), [row.get("genre", "") for row in rows],
        encoded["tokens"], encoded["rows"] * encoding["max_length"], group_numbers(rows))


def _ids(names: list[Any], task: dict[str, Any]) -> np.ndarray:
    """Class ids [rows], or [words of all sentences], of label names or of tags per word."""
    identifiers = {tag: identifier for identifier, tag in enumerate(task["tags"])}
    flat = (tag for tags in names for tag in tags) if task["kind"] == "words" else names
    return np.array([identifiers[tag] for tag in flat], dtype=np.int64)


def _table(path: Path) -> pa.Table:
    if not path.is_file():
        raise UserError(f"{path}: no such file; run `dvc repro` to make the predictions")
    return parquet.read_table(path)


def _logits(path: Path, table: pa.Table, phase: str, split: str, gold: Gold, task: dict[str, Any]) -> np.ndarray:
    """Float32 logits [rows or words, classes] of one phase and split, checked to be those of the gold rows."""
    rows = table.filter((pc.field("moment") == phase) & (pc.field("split") == split))
    column = rows["logits"].combine_chunks()
    classes = len(task["tags"])
    expected = np.diff(gold.labels.ends, prepend=0) if gold.labels.ends is not None else np.ones(len(gold.guids), int)
    lengths = np.from_dlpack(column.value_lengths())
    if rows["guid"].to_pylist() != gold.guids or not np.array_equal(lengths, expected * classes):
        raise UserError(f"{path}: the {phase} rows of {split} are not those of the prepared data; "
                        "run `dvc repro` to predict them again")
    return np.from_dlpack(column.flatten()).reshape(-1, classes)
