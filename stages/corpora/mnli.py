"""Reader of MultiNLI: one JSON object per line (https://cims.nyu.edu/~sbowman/multinli/), or a table with a header.

Labels are names. Copies number them in different orders, so a file with numbers needs ``labels.txt`` beside it: the
name of label 0 on its first line, of 1 on its second, of 2 on its third. Objects with all keys of
``nyu-mll/multi_nli`` on the Hugging Face Hub are read in the order that this data set declares.
"""

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stages.corpora.labels import read_names, unknown_label
from stages.corpora.lines import excerpt, malformed
from stages.corpora.records import Recognised, required_columns, string, text, with_digits
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

LABELS = TASKS["mnli"].labels
NO_LABEL = "-"  # the corpus's own sign that the annotators did not agree
LABEL_FILE = TASKS["mnli"].companions[0]
# Names of columns, by the name that the corpus gives them.
COLUMNS = {"gold_label": ("gold_label", "label"), "pairID": ("pairid",), "sentence1": ("sentence1", "premise"),
           "sentence2": ("sentence2", "hypothesis"), "genre": ("genre",)}
REQUIRED = ("gold_label", "sentence1", "sentence2")
_GROUP = 16  # characters that name a premise
REMEDY = "correct the line or remove it"
_OF_HUB = {"promptID", "pairID", "premise", "hypothesis", "genre", "label"}
_HUB_NUMBERS = {"0": "entailment", "1": "neutral", "2": "contradiction", "-1": NO_LABEL}


def read(path: Path) -> Iterator[Row]:
    """Yield every pair; one without a gold label or with an empty sentence is marked as dropped.

    ``genre`` and ``pairID`` may be absent, as in some copies; further columns are ignored. Pairs with the same premise
    text are a group: copies renumber prompts, or give all of them one number.
    """
    found = required_columns(path, COLUMNS, REQUIRED)
    numbered, _ = _numbers(found)
    return (_row(values, numbered, path, number) for number, values in found.rows(REMEDY))


def describe(path: Path) -> tuple[str, ...]:
    """How :func:`read` reads the file."""
    found = required_columns(path, COLUMNS, REQUIRED)
    return (*found.described(), *_numbers(found)[1])


def _numbers(found: Recognised) -> tuple[dict[str, str], tuple[str, ...]]:
    """Name of each label number, and a description of their source."""
    file = found.path.with_name(LABEL_FILE)
    if file.is_file():
        names = {str(number): name for number, name in enumerate(read_names(file, LABELS))}
        return names | {"-1": NO_LABEL}, (f"label numbers named by {LABEL_FILE}",)
    if not found.table.separator and set(found.table.columns) >= _OF_HUB:
        return _HUB_NUMBERS, ("label numbers as nyu-mll/multi_nli declares them: "
                              "0 entailment, 1 neutral, 2 contradiction, -1 no label",)
    return {}, ()


def _row(values: Mapping[str, Any], numbered: Mapping[str, str], path: Path, number: int) -> Row:
    values = with_digits(values, "gold_label", "pairID")
    label = string(values, "gold_label", path, number, REMEDY)
    premise, hypothesis = (text(values, key, path, number, REMEDY) for key in ("sentence1", "sentence2"))
    identifier, genre = (string({key: "", **values}, key, path, number, REMEDY) for key in ("pairID", "genre"))
    if label.lstrip("-").isdecimal():
        label = _name(label, numbered, path, number)
    group = hashlib.sha256(premise.encode()).hexdigest()[:_GROUP]
    if label not in (*LABELS, NO_LABEL):
        raise unknown_label(path, number, label, LABELS, f"gold_label {', '.join(LABELS)} or {NO_LABEL}", REMEDY)
    if label == NO_LABEL:
        return Row(number, source_id=identifier, text=premise, text_pair=hypothesis, genre=genre,
                   group=group, dropped="no gold label")
    dropped = "" if premise.strip() and hypothesis.strip() else "empty text"
    return Row(number, source_id=identifier, text=premise, text_pair=hypothesis, label=label, genre=genre,
               group=group, dropped=dropped)


def _name(label: str, numbered: Mapping[str, str], path: Path, number: int) -> str:
    if label in numbered:
        return numbered[label]
    raise malformed(path, number, "a label by name, or by a number that labels.txt names", excerpt(label),
                    f"write the names of the labels 0, 1 and 2 into {LABEL_FILE} beside the file, "
                    "one per line: copies of the corpus number them in different orders")
