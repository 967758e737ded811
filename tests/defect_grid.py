"""How many planted defects the doctor names, and how often it raises an alarm where nothing was planted.

Run it with `python -m tests.defect_grid FOLDER [SEED]`. 28 studies with a defect and 24 without run over the four tasks
on embedded samples of different seeds, through the functions of the true stages. Every other study of each kind belongs
to the half on which thresholds were set; what counts is the other half, on which they were not, and samples from
another first SEED on (default: 100), which nobody had seen when they were set.

A defect is caught where its own name, or a closer one, is found as severe or a warning. A false alarm is a severe
finding, or one by the name of any planted defect that is more than a note, in a study without a defect.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.corpora.sample.writing import unlabeled_lines
from tests.small_study import SmallStudy, Splits, texts_of

TASKS = ("nsmc", "mnli", "conll2003", "ag_news")
_WILD = {"lr": 1.0}  # the learning rate of a slip of the pen


@dataclass(frozen=True)
class Planted:
    """Where and how one defect is planted; everything left out is healthy."""

    name: str
    rows: Callable[[Splits], None] | None = None
    closer: tuple[str, ...] = ()  # names that say more of the same defect
    test_size: int = 300
    foreign_tokenizer: bool = False
    settings: dict[str, Any] | None = None
    seeds: tuple[int, ...] = (1,)
    history: Callable[[list[dict[str, Any]]], None] | None = None
    metrics: Callable[[dict[str, Any]], None] | None = None


def leak(splits: Splits) -> None:
    """A tenth of test gets into train."""
    for place, row in enumerate(splits["test"][::10]):
        splits["train"][place] = row | {"guid": splits["train"][place]["guid"]}


def swap(splits: Splits) -> None:
    """The labels of test are in another order."""
    answer = "tags" if "tags" in splits["test"][0] else "label"
    kinds = sorted({tag[2:] for row in splits["test"] for tag in row[answer] if tag != "O"} if answer == "tags"
                   else {row[answer] for row in splits["test"]})
    other = dict(zip(kinds, [*kinds[1:], kinds[0]], strict=True))
    for row in splits["test"]:
        row[answer] = ([tag[:2] + other[tag[2:]] if tag != "O" else tag for tag in row["tags"]] if answer == "tags"
                       else other[row[answer]])


def shift(splits: Splits) -> None:
    """The labels of test are those of the row before."""
    answer = "tags" if "tags" in splits["test"][0] else "label"
    answers = [row[answer] for row in splits["test"]]
    for row, other in zip(splits["test"], [answers[-1], *answers[:-1]], strict=True):
        row[answer] = (list(other) + ["O"] * len(row["words"]))[: len(row["words"])] if answer == "tags" else other


def few_rows(splits: Splits) -> None:
    """Train has so few rows that all of it can be learnt by heart."""
    del splits["train"][100:]


def choose_last(events: list[dict[str, Any]]) -> None:
    """Another step than the best on validation is said to have been kept."""
    steps = [event["step"] for event in events if event["kind"] == "evaluation"]
    events[-1]["best_step"] = steps[1] if events[-1]["best_step"] != steps[1] else steps[0]


def count_padding(metrics: dict[str, Any]) -> None:
    """Scores are those of a scorer that counts padding."""
    for cell in metrics["cells"].values():
        cell["after"]["test"]["entity_f1"] = cell["after"]["test"]["inflated_token_accuracy"]


LEAK = Planted("leaked_rows", leak)
SWAP = Planted("swapped_labels", swap)
COLLAPSE = Planted("failed_arm", settings={"pretrained-full-1": _WILD})
FOREIGN = Planted("unknown_tokens", foreign_tokenizer=True)
TINY = Planted("small_test", test_size=40)
OVERFIT = Planted("overfitted", few_rows, settings={
    cell: {"epochs": 60, "dropout": 0.0} for cell in ("pretrained-full-1", "scratch-1")})
SHIFT = Planted("test_below_validation", shift, ("shifted_labels", "shifted_tags"))
SELECTION = Planted("not_chosen_on_validation", history=choose_last)
PADDING = Planted("padding_or_outside_counted", metrics=count_padding)
BAD_SEED = Planted("failed_seed", settings={"pretrained-full-2": _WILD}, seeds=(1, 2))
HEALTHY = Planted("")
OF_TASK = {"nsmc": OVERFIT, "mnli": SELECTION, "conll2003": PADDING, "ag_news": BAD_SEED}
EVERYWHERE = (LEAK, SWAP, COLLAPSE, FOREIGN, TINY, SHIFT)
DEFECTS = [(task, defect) for defect in EVERYWHERE for task in TASKS] + list(OF_TASK.items())
NAMES = {name for _, defect in DEFECTS for name in (defect.name, *defect.closer)}


def run_study(folder: Path, task: str, planted: Planted, sample_seed: int) -> list[dict[str, Any]]:
    """The findings on a study with a defect."""
    study = SmallStudy(folder, task, sample_seed, planted.seeds)
    splits = study.rows(planted.test_size, planted.rows)
    study.encode(foreign_lines(task) if planted.foreign_tokenizer else texts_of(splits))
    study.train(planted.settings)
    study.evaluate()
    if planted.history:
        study.edit_history("pretrained-full-1", planted.history)
    if planted.metrics:
        study.edit_metrics(planted.metrics)
    return study.diagnose()


def foreign_lines(task: str) -> list[str]:
    """Text of the language that the task is not in."""
    return [line for line in unlabeled_lines(1) if line.isascii() == (task == "nsmc")][:2000]


def alarms(findings: list[dict[str, Any]]) -> set[str]:
    """Names of findings that are severe, or that stand for a defect of the grid and are more than a note."""
    return {finding["name"] for finding in findings
            if finding["severity"] == "severe" or (finding["severity"] == "warning" and finding["name"] in NAMES)}


def main(folder: Path, first_seed: int = 100) -> None:
    """Run the grid and print both halves."""
    studies = [(task, defect, place) for place, (task, defect) in enumerate(DEFECTS)]
    studies += [(TASKS[place % 4], HEALTHY, place) for place in range(24)]
    outcome: dict[tuple[str, str], list[bool]] = {}
    for task, planted, place in studies:
        kind = "defects caught" if planted.name else "false alarms"
        study = folder / f"{planted.name or 'healthy'}-{task}-{place}"
        found = alarms(run_study(study, task, planted, first_seed + place))
        hit = bool(found & {planted.name, *planted.closer}) if planted.name else bool(found)
        half = "thresholds set" if (place // 4 + place) % 2 == 0 else "held out"
        outcome.setdefault((half, kind), []).append(hit)
        print(f"{half}: {task}, {planted.name or 'healthy'}: {', '.join(sorted(found)) or 'nothing'}", flush=True)
    for (half, kind), hits in sorted(outcome.items()):
        print(f"{half}: {kind} {sum(hits)} of {len(hits)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *map(int, sys.argv[2:]))
