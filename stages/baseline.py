"""Stage ``baseline``: predictions of simple classifiers, fitted on the rows that the models learn from."""

import itertools
import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from stages.common.command import run_stage, stage_parser
from stages.common.files import write_json
from stages.metrics.baselines import majority, most_frequent_tag, tfidf_logistic_regression
from stages.results.prepared import read_rows, read_task
from stages.settings.libraries import require_libraries
from stages.settings.training import train_size


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Fit the baselines of one task and store their predictions on test.",
        "python -m stages.baseline --task nsmc --prepared data/prepared/nsmc --out data/baselines/nsmc.json",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--prepared", type=Path, required=True, help="folder that preprocess wrote")
    parser.add_argument("--out", type=Path, required=True, help="JSON file to write")
    return run_stage(parser, _baseline, arguments)


def _baseline(options: Namespace) -> None:
    require_libraries("numpy", "scikit-learn", "scipy")
    predict_baselines(options.prepared, options.out, train_size(options.task))


def predict_baselines(prepared: Path, out: Path, size: int) -> None:
    """Write ``{"train_rows": n, "test": {baseline: predictions in the order of the test rows}}``."""
    task = read_task(prepared)
    train = list(itertools.islice(read_rows(prepared / "train.jsonl"), size or None))
    test = list(read_rows(prepared / "test.jsonl"))
    predictions: dict[str, list[str] | list[list[str]]]
    if task.is_words:
        predictions = {"most_frequent_tag": most_frequent_tag(train, test)}
    else:
        predictions = {
            "majority": majority(test),
            "tfidf_logistic_regression": tfidf_logistic_regression(train, test, task.language),
        }
    if task.kind == "pair":
        predictions["hypothesis_only"] = tfidf_logistic_regression(train, test, task.language, ("text_pair",))
    write_json(out, {"train_rows": len(train), "test": predictions})


if __name__ == "__main__":
    sys.exit(main())
