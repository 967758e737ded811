"""Logistic regression over the embeddings of the frozen encoder."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from transformers import PreTrainedModel

from stages.common.files import write_json
from stages.common.progress import progress
from stages.encoding.store import EncodedSplit, read_split
from stages.metrics.baselines import Probe, probe
from stages.metrics.scoring import headline
from stages.models.building import build_encoder
from stages.models.embeddings import embedded_rows
from stages.models.inputs import gold_labels, joined_windows
from stages.results.baselines import EMBEDDINGS_BASELINE
from stages.results.prepared import Task, read_rows, read_task
from stages.settings.prediction import ForwardSettings
from stages.settings.train_rows import TrainRows, by_seed
from stages.training.determinism import make_deterministic


def embed(
    prepared: Path, encoded: Path, checkpoint: Path, out: Path, draws: Mapping[int, TrainRows],
    settings: ForwardSettings,
) -> None:
    """Write ``{"inverse_penalty": C, "validation": score, "test": {baseline: predictions in the order of the rows}}``.

    Where every seed draws its training rows, the first two are lists, and ``by_seed`` has the predictions.
    """
    make_deterministic(settings.threads)
    task = read_task(prepared)
    places = {seed: rows.drawn for seed, rows in draws.items() if rows.drawn is not None}
    used = sorted({place for drawn in places.values() for place in drawn})  # of all draws
    splits = {name: read_split(encoded, name) for name in ("validation", "test")}
    splits["train"] = read_split(encoded, "train", len(used) or draws[0].train_size, used or None)
    encoder = build_encoder(checkpoint)
    with progress(sum(map(len, splits.values())), f"{task.task} embed", "row") as bar:
        rows = {name: _rows(encoder, split, settings.precision, bar.update) for name, split in splits.items()}
    labels = {name: joined_windows(split, [np.atleast_1d(label) for label in gold_labels(split)])[1]
              for name, split in splits.items()}

    def fitted(drawn: Sequence[int] | None) -> Probe:
        chosen = range(len(rows["train"])) if drawn is None else np.searchsorted(used, drawn)
        train = (np.concatenate([of["train"][place] for place in chosen]) for of in (rows, labels))
        return probe(*train, np.concatenate(rows["validation"]), np.concatenate(rows["test"]),
                     _scorer(task, labels["validation"]))

    def predictions(found: Probe) -> dict[str, Any]:
        names = [task.tags[number] for number in found.classes]
        return {EMBEDDINGS_BASELINE: _by_row(names, rows["test"], prepared) if task.is_words else names}

    found = {seed: fitted(one.drawn) for seed, one in draws.items()}
    write_json(out, _choices([*found.values()]) | by_seed({seed: predictions(one) for seed, one in found.items()}))


def _choices(found: Sequence[Probe]) -> dict[str, Any]:
    """Penalties and their scores on validation, as lists where every seed has its own."""
    facts = {"inverse_penalty": [one.inverse_penalty for one in found], "validation": [one.score for one in found]}
    return facts if len(found) > 1 else {name: values[0] for name, values in facts.items()}


def _rows(
    encoder: PreTrainedModel, split: EncodedSplit, precision: str, advance: Callable[[int], object],
) -> list[np.ndarray]:
    """Embeddings by row, [texts or words of the row, hidden size]."""
    return [np.atleast_2d(row) for row in embedded_rows(encoder, split, precision, advance)[1]]


def _scorer(task: Task, gold: Sequence[np.ndarray]) -> Callable[[np.ndarray], float]:
    """The task's metric on the validation set."""
    ends = np.cumsum([len(row) for row in gold])[:-1]
    return lambda classes: headline(np.split(classes, ends), gold, task)


def _by_row(names: Sequence[str], rows: Sequence[np.ndarray], prepared: Path) -> list[list[str]]:
    """Tags of each test row's words; words beyond the maximum tokens per input have none and count as outside."""
    ends = np.cumsum([len(row) for row in rows])
    parts = [names[end - len(row) : end] for row, end in zip(rows, ends, strict=True)]
    return [[*part, *["O"] * (len(row.words) - len(part))]
            for part, row in zip(parts, read_rows(prepared / "test.jsonl"), strict=True)]
