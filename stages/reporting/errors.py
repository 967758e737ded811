"""The part of the report on which rows are wrong."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import FiniteFloat

from stages.reporting.content import Part, Table
from stages.reporting.texts import (
    FAILED_COUNT,
    METRICS,
    ROWS,
    TESTS,
    capitalized,
    count,
    p_value,
    score,
    share,
    with_interval,
)
from stages.results.reading import Facts, Text, refuse_other_keys, validated
from stages.results.task_metrics import Difference
from stages.results.tasks import TaskFacts
from stages.settings.arms import rivals_of

_LISTED = 5  # rows of each kind; the file has more


class ListedRow(Facts):
    """A row with the most probable wrong label and its mean probability.

    ``word`` is its place in a sentence, from 1.
    """

    guid: Text
    gold: Text
    wrong: Text
    chance: FiniteFloat
    word: int | None = None
    text: Text = ""


class Listing(Facts):
    """How many rows there are of a kind, and the first of them."""

    count: int
    rows: tuple[ListedRow, ...] = ()


class Agreement(Facts):
    """Rows by which arms are right in most runs, a p value, and rows that one arm alone always gets right."""

    both: int
    only_first: int
    only_second: int
    neither: int
    test: Literal["mcnemar", "approximate_randomisation"]
    p_value: FiniteFloat
    always_first: Listing
    always_second: Listing


class ErrorSlice(Facts):
    """Mean scores of the arms on some rows of test, and each encoder against random weights."""

    by: Text
    name: Text
    rows: int
    means: dict[str, FiniteFloat]
    comparisons: dict[str, Difference]


class ErrorFacts(Facts):
    """What ``analyse`` says about the errors in one task."""

    rows: int
    runs: int
    texts_shown: bool
    missed_by_all: Listing
    confident: dict[str, Listing]
    comparisons: dict[str, Agreement]
    slices: tuple[ErrorSlice, ...]
    suspected_labels: Listing
    wrong_label_rate: FiniteFloat = 0.0


def error_parts(task: TaskFacts, folder: Path) -> Iterator[Part]:
    """The part on errors.

    Raises:
        UserError: the file of the task is missing or malformed, or its arms are not those of the grid.
    """
    path = folder / f"{task.metrics.task}.json"
    facts = validated(ErrorFacts, path)
    refuse_other_keys(path, "arms", list(facts.confident), list(task.labels))
    compared_arms = [task.arm(label).key for label in task.comparisons]
    for compared in (facts.comparisons, *(part.comparisons for part in facts.slices)):
        refuse_other_keys(path, "comparisons", list(compared), compared_arms)
    for part in facts.slices:
        refuse_other_keys(path, "means", list(part.means), list(task.labels))
    yield Part("Errors", tuple(_notes(task, facts)), (), (_agreement(task, facts), _slices(task, facts),
                                                      _listed(task, facts)))


def _notes(task: TaskFacts, facts: ErrorFacts) -> Iterator[str]:
    rows = ROWS[task.metrics.kind]
    yield (f"{share(facts.missed_by_all.count, facts.rows)} of the {rows} of test are wrong in all "
           f"{count(facts.runs)} runs of all arms.")
    if task.leaves_runs_out:
        yield FAILED_COUNT
    if task.metrics.kind == "words":
        yield ("A sentence is right when all of its entities are found and no other is; the word that is named is the "
               "one to which a wrong tag was given the most probability.")
    if facts.wrong_label_rate:
        labels = "labels of words that look like names" if task.metrics.kind == "words" else "labels"
        yield (f"At most about {100 * facts.wrong_label_rate:.1f} % of the gold {labels} seem to be wrong, if the "
               "models are equally calibrated on all rows, and "
               f"{share(facts.suspected_labels.count, facts.rows)} {rows} have one that is more probably wrong than "
               "right: the models contradict it where, calibrated on the same rows, they are hardly ever mistaken. "
               "Errors with which all models are confident count, too; read the rows before correcting any.")
    else:
        yield ("No gold label is suspected to be wrong: where the models contradict labels, they are not confident "
               "enough to be believed.")
    if not facts.texts_shown:
        yield ("Texts are not shown, since the corpus's terms may forbid to publish them; "
               "error_analysis.publish_texts in params.yaml shows them.")


def _agreement(task: TaskFacts, facts: ErrorFacts) -> Table:
    rows, names = [], " and ".join(dict.fromkeys(TESTS[found.test] for found in facts.comparisons.values()))
    for arm, found in facts.comparisons.items():
        counts = (found.both, found.only_first, found.only_second, found.neither)
        rows.append((task.labels[arm], *(share(number, facts.rows) for number in counts), p_value(found.p_value),
                     count(found.always_first.count), count(found.always_second.count)))
    return Table(
        f"{capitalized(ROWS[task.metrics.kind])} of test that are right in more than half of the runs, with p by "
        f"{names} on these rows alone; “always” is right in all runs of one arm and in none of the other",
        (("Arm", "header"), ("Both", "number"), ("Arm alone", "number"), ("Scratch alone", "number"),
         ("Neither", "number"), ("p", "number"), ("Always arm alone", "number"), ("Always scratch alone", "number")),
        tuple(rows), task.metrics.synthetic)


def _slices(task: TaskFacts, facts: ErrorFacts) -> Table:
    words = task.metrics.kind == "words"
    units = {"length": "words" if words else "characters", "label": "has type" if words else "labelled"}
    rows = []
    for part in facts.slices:
        name = f"{part.name} {units[part.by]}" if part.by == "length" else f"{units.get(part.by, part.by)} {part.name}"
        for arm, compared in part.comparisons.items():
            rows.append((name, task.labels[arm], count(part.rows), score(part.means[arm]),
                         score(part.means[rivals_of(arm)[0]]),
                         with_interval(compared.difference, compared.low, compared.high, part.rows)))
    return Table(
        f"By length and label: {METRICS[task.metrics.metric]}, mean over seeds, and difference in points (95 % "
        "interval; among many, some exclude zero by chance)",
        (("Rows with", "header"), ("Arm", "header"), ("Rows", "number"), ("Score", "number"), ("Scratch", "number"),
         ("Difference", "number")), tuple(rows), task.metrics.synthetic)


def _listed(task: TaskFacts, facts: ErrorFacts) -> Table:
    kinds = [("wrong in all runs", facts.missed_by_all)]
    labels = task.labels
    kinds += [(f"most confident errors, {labels[arm]}", found) for arm, found in facts.confident.items()]
    for arm, compared in facts.comparisons.items():
        kinds += [(f"always right for {labels[arm]} alone", compared.always_first),
                  (f"always right for {labels[rivals_of(arm)[0]]} alone, not {labels[arm]}", compared.always_second)]
    kinds.append(("suspected label errors", facts.suspected_labels))
    text = (("Text", "data"),) if facts.texts_shown else ()
    return Table(
        f"Single rows, at most {_LISTED} of a kind (more in reports/errors/{task.metrics.task}.json), with the most "
        "probable wrong label of those who were wrong and its mean probability",
        (*text, ("Gold", "data"), ("Wrong label", "data"), ("Probability", "number"), ("Kind", "header"),
         ("Row", "data")),
        tuple(_told(kind, row, facts.texts_shown) for kind, found in kinds for row in found.rows[:_LISTED]),
        task.metrics.synthetic)


def _told(kind: str, row: ListedRow, with_text: bool) -> tuple[str, ...]:
    place = f"{row.guid}, word {row.word}" if row.word else row.guid
    return (*((row.text,) if with_text else ()), row.gold, row.wrong, score(row.chance), kind, place)
