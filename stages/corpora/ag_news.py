"""Reader of AG News: CSV ``"class","title","description"`` without a header, classes from 1.

Corpus: Zhang, Zhao and LeCun, 2015, https://arxiv.org/abs/1509.01626. Copies have a header (``Class Index``, ``Title``,
``Description``), JSON lines, one column of text instead of two, or classes from 0.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from stages.corpora.labels import refuse_other_order, unknown_label
from stages.corpora.lines import excerpt, malformed, read_lines
from stages.corpora.recognising import SEPARATORS, header
from stages.corpora.records import (
    REMEDY,
    Recognised,
    Table,
    delimited,
    missing_columns,
    names_columns,
    quoting,
    recognised,
    string,
    text,
    with_digits,
)
from stages.corpora.rows import Row
from stages.corpora.tasks import TASKS

NAMES = TASKS["ag_news"].labels
FILES = tuple(name for names in TASKS["ag_news"].files.values() for name in names)
LABELS = {str(position): label for position, label in enumerate(NAMES, start=1)}
FROM_ZERO = {str(position): label for position, label in enumerate(NAMES)}
PUBLISHED = ("class", "title", "description")
WITH_TEXT = ("class", "text")
COLUMNS = '3 columns ("class","title","description")'
KNOWN = {"class": ("class", "class index", "label"), "title": ("title",), "description": ("description",),
         "text": ("text",)}


def read(path: Path) -> Iterator[Row]:
    r"""Yield every row, whose text is title, space, description; a row without text is marked as dropped.

    Texts keep the artefacts of the published files: ``\`` for a line break, ``#39;`` for an apostrophe, markup. Both
    arms see the same text, published scores were reached with it, and cleaning would be one more choice that moves the
    numbers.
    """
    refuse_other_order(path, NAMES)
    labels, _ = _numbering(path)
    return (_row(values, labels, path, number) for number, values in _records(path))


def describe(path: Path) -> tuple[str, ...]:
    """How :func:`read` reads the file."""
    found = _recognised(path)
    first = next((values for _, values in _records(path)), {})
    if str(first.get("class", "")) in NAMES:
        return found.described()
    labels, evident = _numbering(path)
    classes = ", ".join(f"{number} {label}" for number, label in labels.items())
    assumed = "" if evident else " as published, since no file has a class 0 or 4"
    return (*found.described(), f"class numbers {classes}{assumed}")


def _recognised(path: Path) -> Recognised | Table:
    """The table of a copy with names of columns, or that of the published format."""
    if found := recognised(path, KNOWN, PUBLISHED) or recognised(path, KNOWN, WITH_TEXT):
        return found
    first = next(read_lines(path), "")
    for separator in SEPARATORS:
        fields = header(first, separator)
        if len(fields) == len(PUBLISHED) and fields[0].isdecimal():
            return Table((), separator, quoting(read_lines(path), separator, path))
    if first.lstrip().startswith("{") or (names_columns(first) and header(first, ",")[0] not in NAMES):
        raise missing_columns(path, KNOWN, PUBLISHED, WITH_TEXT)
    return Table((), ",", True)


def _records(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    found = _recognised(path)
    if isinstance(found, Recognised):
        yield from found.rows()
        return
    for number, fields in delimited(read_lines(path), found, path, COLUMNS, REMEDY):
        if fields and len(fields) != len(PUBLISHED):
            raise malformed(path, number, COLUMNS, f"{len(fields)} in {excerpt(found.separator.join(fields))}", REMEDY)
        if fields:
            yield number, dict(zip(PUBLISHED, fields, strict=True))


def _numbering(path: Path) -> tuple[dict[str, str], bool]:
    """Label of each class number, from 1 as published or from 0, and whether the files show which.

    The first class that only one of the two numberings has decides; a file without such a class is decided by the other
    files of the corpus, and without any the published numbering holds.

    Raises:
        UserError: a column ``label``, which copies number from either, and no file that has 0 or 4.
    """
    others = (path.with_name(name) for name in FILES if name != path.name)
    for file in (path, *(other for other in others if other.is_file())):
        for _, values in _records(file):
            number = str(with_digits(values, "class").get("class", ""))
            if number in LABELS.keys() ^ FROM_ZERO.keys():
                return (LABELS if number in LABELS else FROM_ZERO), True
    found = _recognised(path)
    if isinstance(found, Recognised) and found.names().get("class", "").lower() == "label":
        number, values = next(_records(path), (1, {}))
        if str(with_digits(values, "class").get("class", "")).isdecimal():
            raise malformed(path, number, "classes numbered from 0 or from 1", "neither a 0 nor a 4 to tell by",
                            f"write the names for the numbers: {', '.join(NAMES)}")
    return LABELS, False


def _row(values: Mapping[str, Any], labels: Mapping[str, str], path: Path, number: int) -> Row:
    values = with_digits(values, "class")
    names = ("text",) if "text" in values and "title" not in values else PUBLISHED[1:]
    given = string(values, "class", path, number)
    label = given if given in NAMES else labels.get(given)
    if label is None:
        classes = ", ".join(f"{position} ({label})" for position, label in labels.items())
        raise unknown_label(path, number, given, (*labels, *NAMES), f"class {classes}",
                            "correct the class or remove the row")
    whole = " ".join(text(values, name, path, number) for name in names)
    return Row(number, text=whole, label=label, dropped="" if whole.strip() else "empty text")
