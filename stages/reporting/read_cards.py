"""What the cards of the data say in English words, as messages; what is not known here is shown as it is."""

import re
from collections.abc import Mapping

from stages.wording.message import Wording, message

# By the end of their identifiers, as ``preprocess`` and the readers write them.
_DROPPED = {
    "empty": "empty text",
    "unlabelled": "no gold label",
    "excluded": "excluded by id",
    "beyond": "beyond (?P<setting>validation_size|test_size)",
    "no-label": "no label",
    "taken-for-none": r"no label \((?P<spelled>.+)\)",
    "answer": r"the answer (?P<answer>\w+)",
    "cancelled": "an annotation that was cancelled",
    "disagreed": "annotators that disagree",
    "not-annotated": "no annotation",
}
_READ = {
    "json": "one JSON object per line",
    "json-array": "JSON array of objects",
    "json-columns": "JSON columns",
    "json-index": "JSON object of rows",
    "json-split": "JSON rows beside the names of their columns",
    "annotations": "annotations of (?P<program>.+)",
    "parquet": "Parquet",
    "arrow": "Arrow",
    "tabs": "columns between tabs",
    "commas": "columns between commas",
    "semicolons": "columns between semicolons",
    "bars": "columns between vertical bars",
    "header": "column names on the first line",
    "no-header": "no column names",
    "quotes-undone": "quotation marks undone as in CSV",
    "quotes-kept": "quotation marks kept as part of the texts",
    "no-numbers": "running numbers before the word left out",
    "word-and-tag": r"word from column (?P<word>\d+) and tag from column (?P<tag>\d+) of (?P<width>\d+)",
    "word-per-line": r"a word per line, (?P<width>\d+) columns between (?:tabs|spaces)",
    "scheme": "tags in (?P<scheme>[A-Z0-9]+)",
    "text-and-label": "text from (?P<text>[^,]+), label from (?P<label>[^,]+)",
    "renamed": r"(?P<known>\w+) from the column (?P<name>.+)",
    "classes": "class numbers (?P<classes>.+?)",
    "classes-assumed": "class numbers (?P<classes>.+) as published, since no file has a class 0 or 4",
    "numbers-by-file": "label numbers named by (?P<name>.+)",
    "numbers-declared": "label numbers as (?P<name>.+?) declares them: (?P<classes>.+)",
    "types-of-training": r"(?P<number>\d+) entity types, those of the training set",
    "labels-of-training": r"(?P<number>\d+) labels, those of the training set",
    "language": "language (?P<language>[a-z]+), recognised",
    "language-unknown": "language that could not be told",
}


def drop_reason(text: str) -> Wording:
    """Why rows are not used."""
    name, values = _known(text, _DROPPED)
    return message(f"dropped-{name}", **values) if name else text


def read_as(text: str) -> Wording:
    """What a reader took for granted about a file."""
    name, values = _known(text, _READ)
    return message(f"read-as-{name}", **values) if name else text


def _known(text: str, known: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The last one that fits, as a special case follows what it is a case of; "" if none does."""
    found = [(name, match.groupdict()) for name, pattern in known.items() if (match := re.fullmatch(pattern, text))]
    return found[-1] if found else ("", {})
