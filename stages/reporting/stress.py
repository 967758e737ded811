"""The part of the report on changed rows."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, FiniteFloat

from stages.reporting.content import Part, Table
from stages.reporting.texts import FAILED_COUNT, METRICS, capitalized, count, score, with_interval
from stages.results.reading import Facts, Text, refuse_other_keys, validated
from stages.results.task_metrics import Difference
from stages.results.tasks import TaskFacts
from stages.settings.arms import arm_of_key

_NAMES = {
    "typos": "typos",
    "spacing": "spaces dropped and added",
    "lower_case": "lower case",
    "upper_case": "upper case",
    "punctuation_removed": "punctuation removed",
    "unseen_entities": "names that train does not have",
    "negation": "praise negated: the label is now negative",
    "premise_removed": "premise removed",
}


class ArmUnderStress(Difference):
    """Mean scores over seeds on the rows before and after the change, and the difference: the drop."""

    before: FiniteFloat
    after: FiniteFloat


class Stressed(Facts):
    """What one transformation does to the rows of test that it was offered; without changed ones there are no scores.

    ``same_tokens`` counts the changed rows that the tokenizer cannot tell from the unchanged ones; ``comparisons`` has
    every encoder's drop minus that from random weights.
    """

    expectation: Literal["same", "flipped", "unknowable"]
    offered: int
    changed: int
    same_tokens: int = 0
    arms: dict[str, ArmUnderStress] = Field(default_factory=dict)
    comparisons: dict[str, Difference] = Field(default_factory=dict)


class StressFacts(Facts):
    """What ``analyse`` says about stress in one task."""

    transformations: dict[Text, Stressed]
    left_out: dict[Text, Text]


def stress_parts(task: TaskFacts, folder: Path) -> Iterator[Part]:
    """The part on changed rows; none where no transformation was asked for.

    Raises:
        UserError: the file of the task is missing or malformed, or its arms are not those of the grid.
    """
    path = folder / f"{task.metrics.task}.json"
    facts = validated(StressFacts, path)
    trained = [arm for arm in task.arms if arm_of_key(arm.key).trained]
    for stressed in facts.transformations.values():
        if stressed.changed:
            refuse_other_keys(path, "arms", list(stressed.arms), [arm.key for arm in trained])
            refuse_other_keys(path, "comparisons", list(stressed.comparisons),
                              [arm.key for arm in trained if arm.label in task.comparisons])
    if facts.transformations or facts.left_out:
        yield Part("Under stress", tuple(_notes(task, facts)), (),
                   (_table(task, facts),) if facts.transformations else ())


def _notes(task: TaskFacts, facts: StressFacts) -> Iterator[str]:
    found = facts.transformations
    if found:
        yield ("Trained models on changed rows: every transformation was offered rows of test until it had changed "
               "enough. Scores before and after are of the rows that it changed alone, so a row that stayed as it was "
               "counts neither for nor against a model. “Same tokens” are changed rows that the tokenizer cannot tell "
               "from the unchanged ones. A drop is the score before minus that after, in points with a 95 % interval, "
               "paired by row and run; among many, some exclude zero by chance.")
        if task.leaves_runs_out:
            yield FAILED_COUNT
    if any(stressed.expectation == "unknowable" for stressed in found.values()):
        chance = task.metrics.baselines.get("majority", {}).get("accuracy")
        yield ("Without the premise nothing about entailment can be known: what is above chance was told by the "
               "hypothesis alone, and a small drop is no merit."
               + (f" One label for all rows of test would score {score(chance)}." if chance is not None else ""))
    if any(stressed.expectation == "flipped" for stressed in found.values()):
        yield ("Only statements of praise that a rule can soundly negate are negated, and after it count as negative: "
               "all of these rows are positive before and negative after, so a model that always answers “positive” "
               "falls from 1 to 0.")
    if facts.left_out:
        yield "Left out: " + "; ".join(f"{_name(name)} ({reason})" for name, reason in facts.left_out.items()) + "."


def _table(task: TaskFacts, facts: StressFacts) -> Table:
    return Table(
        f"{capitalized(METRICS[task.metrics.metric])} on changed rows of test, mean over seeds",
        (("Change", "header"), ("Arm", "header"), ("Rows changed", "number"), ("Same tokens", "number"),
         ("Before", "number"), ("After", "number"), ("Drop", "number"), ("More than scratch drops", "number")),
        tuple(row for name, stressed in facts.transformations.items() for row in _rows(task, name, stressed)),
        task.metrics.synthetic)


def _rows(task: TaskFacts, name: str, stressed: Stressed) -> Iterator[tuple[str, ...]]:
    changed = f"{count(stressed.changed)} of {count(stressed.offered)}"
    if not stressed.changed:
        yield _name(name), "all", changed, *("–",) * 5
    for arm, scores in stressed.arms.items():
        compared = stressed.comparisons.get(arm)
        yield (_name(name), task.labels[arm], changed, count(stressed.same_tokens), score(scores.before),
               score(scores.after), with_interval(scores.difference, scores.low, scores.high, stressed.changed),
               with_interval(compared.difference, compared.low, compared.high, stressed.changed) if compared else "–")


def _name(name: str) -> str:
    return _NAMES.get(name, name)
