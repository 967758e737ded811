"""Reader of MultiNLI: one JSON object per line (https://cims.nyu.edu/~sbowman/multinli/), or a CSV copy of it.

Labels are names. Copies that number them do so in different orders, so a file with numbers needs ``labels.txt`` beside
it: the name of label 0 on its first line, of 1 on its second, of 2 on its third.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stages.corpora.lines import excerpt, malformed, read_lines
from stages.corpora.records import read_records
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

LABELS = TASKS["mnli"].labels
NO_LABEL = "-"  # the corpus's own sign that the annotators did not agree
LABEL_FILE = TASKS["mnli"].companions[0]
# Columns of CSV copies, by the name that the corpus gives them.
COLUMNS = {"premise": "sentence1", "hypothesis": "sentence2", "label": "gold_label", "pairid": "pairID",
           "promptid": "promptID"}
_GROUP = 16  # characters that name a premise without an id
REMEDY = "correct the line or remove it"


def read(path: Path) -> Iterator[Row]:
    """Yield every pair; one without a gold label or with an empty sentence is marked as dropped.

    Only ``genre`` and ``promptID`` may be absent, as some distributions leave them out, and ``pairID`` in CSV; further
    keys are ignored. Pairs of one premise, which the prompt's id or else its text tells, are a group.
    """
    objects = _csv_objects(path) if path.suffix == ".csv" else _json_objects(path)
    return (_row(values, path, number) for number, values in objects)


def _json_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line in enumerate(read_lines(path), start=1):
        if line:
            yield number, _object(line, path, number)


def _csv_objects(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows under the names that the JSON lines have; a numbered label becomes its name."""
    records = read_records(path, "CSV columns under a header", REMEDY)
    names = [COLUMNS.get(name, name) for name in next(records, (1, []))[1]]
    numbered = _numbered_labels(path.with_name(LABEL_FILE))
    for number, columns in records:
        if not columns:
            continue
        if len(columns) != len(names):
            raise malformed(path, number, f"{len(names)} columns as in the header", str(len(columns)), REMEDY)
        values = {"pairID": "", **dict(zip(names, columns, strict=True))}
        label = values.get("gold_label", "")
        if label.lstrip("-").isdecimal():
            if label not in numbered:
                raise malformed(path, number, "a label by name, or by a number that labels.txt names", excerpt(label),
                                f"write the names of the labels 0, 1 and 2 into {LABEL_FILE} beside the file, "
                                "one per line: copies of the corpus number them in different orders")
            values["gold_label"] = numbered[label]
        yield number, values


def _numbered_labels(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    names = [line.strip() for line in read_lines(path) if line.strip()]
    if sorted(names) != sorted(LABELS):
        raise malformed(path, 1, f"{', '.join(LABELS)}, one per line, each once", excerpt(", ".join(names)),
                        "give every label its name")
    return {str(number): name for number, name in enumerate(names)} | {"-1": NO_LABEL}


def _object(line: str, path: Path, number: int) -> dict[str, Any]:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise malformed(path, number, "a JSON object", f"{excerpt(line)} ({error})", REMEDY) from None
    if not isinstance(values, dict):
        raise malformed(path, number, "a JSON object", excerpt(line), REMEDY)
    return values


def _row(values: dict[str, Any], path: Path, number: int) -> Row:
    keys = ("gold_label", "pairID", "sentence1", "sentence2")
    label, identifier, premise, hypothesis = (_string(values, key, path, number) for key in keys)
    genre = _string(values, "genre", path, number) if "genre" in values else ""
    group = str(values.get("promptID", "")) or hashlib.sha256(premise.encode()).hexdigest()[:_GROUP]
    if label not in (*LABELS, NO_LABEL):
        raise malformed(path, number, f"gold_label {', '.join(LABELS)} or {NO_LABEL}", excerpt(label), REMEDY)
    if label == NO_LABEL:
        return Row(number, source_id=identifier, text=premise, text_pair=hypothesis, genre=genre,
                   group=group, dropped="no gold label")
    dropped = "" if premise.strip() and hypothesis.strip() else "empty text"
    return Row(number, source_id=identifier, text=premise, text_pair=hypothesis, label=label, genre=genre,
               group=group, dropped=dropped)


def _string(values: dict[str, Any], key: str, path: Path, number: int) -> str:
    if key not in values:
        raise malformed(path, number, f"the key '{key}'", f"only {', '.join(values) or 'no keys'}", REMEDY)
    value = values[key]
    if not isinstance(value, str):
        raise malformed(path, number, f"a string as '{key}'", excerpt(value), REMEDY)
    try:
        value.encode()
    except UnicodeEncodeError:
        # JSON can spell half of a surrogate pair, which no UTF-8 output can hold.
        raise malformed(path, number, f"Unicode text as '{key}'", f"a lone surrogate in {excerpt(value)}",
                        REMEDY) from None
    return value
