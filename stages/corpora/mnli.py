"""Reader of MultiNLI: one JSON object per line (https://cims.nyu.edu/~sbowman/multinli/)."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stages.corpora.lines import excerpt, malformed, read_lines
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

LABELS = TASKS["mnli"].labels
NO_LABEL = "-"  # the corpus's own sign that the annotators did not agree
REMEDY = "correct the line or remove it"


def read(path: Path) -> Iterator[Row]:
    """Yield every pair; one without a gold label or with an empty sentence is marked as dropped.

    Only ``genre`` may be absent, as some distributions leave it out; further keys are ignored.
    """
    for number, line in enumerate(read_lines(path), start=1):
        if line:
            yield _row(_object(line, path, number), path, number)


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
    if label not in (*LABELS, NO_LABEL):
        raise malformed(path, number, f"gold_label {', '.join(LABELS)} or {NO_LABEL}", excerpt(label), REMEDY)
    if label == NO_LABEL:
        return Row(number, source_id=identifier, text=premise, text_pair=hypothesis, genre=genre,
                   dropped="no gold label")
    dropped = "" if premise.strip() and hypothesis.strip() else "empty text"
    return Row(number, source_id=identifier, text=premise, text_pair=hypothesis, label=label, genre=genre,
               dropped=dropped)


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
