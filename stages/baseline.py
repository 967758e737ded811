"""Stage ``baseline``: predictions of simple classifiers, fitted on the rows that the models learn from."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from stages.common.files import write_json
from stages.common.pipeline import pipeline_stage
from stages.metrics.baselines import majority, most_frequent_tag, tfidf_logistic_regression
from stages.results.prepared import Row, Task, read_rows, read_task
from stages.settings.libraries import require_libraries
from stages.settings.train_rows import WHOLE, TrainRows, by_seed, read_all_draws


def _baseline(options: Namespace) -> None:
    require_libraries("numpy", "scikit-learn", "scipy")
    predict_baselines(options.prepared, options.out, read_all_draws(options.rows))


def predict_baselines(prepared: Path, out: Path, draws: Mapping[int, TrainRows] = WHOLE) -> None:
    """Write ``{"train_rows": n, "test": {baseline: predictions in the order of the test rows}}``.

    Where every seed draws its training rows, ``by_seed`` has the predictions of a fit to each draw in place of
    ``test``. Of fewer than all rows, ``train_labels`` counts those of each class.
    """
    task = read_task(prepared)
    train = {seed: used.of_all(read_rows(prepared / "train.jsonl")) for seed, used in draws.items()}
    test = list(read_rows(prepared / "test.jsonl"))
    found = {seed: _predictions(task, rows, test) for seed, rows in train.items()}
    rows = next(iter(train.values()))
    subset: dict[str, Any] = {}
    if next(iter(draws.values())).train_size:
        counts = Counter(row.label for row in rows)
        subset = {"draws": len(draws)} | ({} if task.is_words else {
            "train_labels": {label: counts[label] for label in task.labels}})
    write_json(out, {"train_rows": len(rows)} | subset | by_seed(found))


def _predictions(task: Task, train: list[Row], test: list[Row]) -> dict[str, Any]:
    if task.is_words:
        return {"most_frequent_tag": most_frequent_tag(train, test)}
    predictions = {
        "majority": majority(test),
        "tfidf_logistic_regression": tfidf_logistic_regression(train, test, task.language),
    }
    if task.kind == "pair":
        predictions["hypothesis_only"] = tfidf_logistic_regression(train, test, task.language, ("text_pair",))
    return predictions


main = pipeline_stage("baseline", _baseline, "task prepared rows", out="JSON file to write")

if __name__ == "__main__":
    sys.exit(main())
