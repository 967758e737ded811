"""Rows of a table: texts with a label, or sentences with IOB2 tags."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.corpora.damage import MISSING_VALUES
from stages.corpora.labels import unknown_label
from stages.corpora.lines import excerpt, is_unicode
from stages.corpora.rows import Row
from stages.corpora.tasks import Task
from stages.settings.table import TableSettings, label_text
from stages.settings.yaml12 import parse_yaml
from stages.tables.class_names import NO_CLASS
from stages.tables.columns import Found, describe_columns, find_columns
from stages.tables.exports import UNCOUNTED
from stages.tables.formats import open_source
from stages.tables.languages import UNKNOWN, find_language
from stages.tables.sentences import read_sentences, tags_in
from stages.tables.sources import SETTINGS, Name, Source, cell_list, group_name, is_broken_list, is_missing
from stages.tables.splits import in_set
from stages.tables.tagged import describe_words, named_types, tagged_rows, types_of

_OF_TAGS = f"if each word has a tag, set columns.tokens and columns.tags {SETTINGS}"
_FEWEST = 20  # rows from which labels are expected to repeat
NO_CLASS_TAKEN = f"{NO_CLASS} taken for no label"


@dataclass(frozen=True)
class Table:
    """The files of one task, with the task that they make.

    Attributes:
        train: the training file.
        assumed: what was taken from the data where the settings do not say it.
    """

    task: Task
    settings: TableSettings
    train: Path
    assumed: tuple[str, ...]

    def read(self, path: Path, split: str = "") -> Iterator[Row]:
        """Yield every row; one without a text or a label is marked as dropped.

        Args:
            split: the set whose rows are wanted, where a column tells it; "" for all.

        Raises:
            UserError: a row is malformed, or has a label that is none of the task.
        """
        source, found = self._open(path)
        source = in_set(source, found, split)
        if self.task.kind == "words":
            return tagged_rows(source, found, self.settings, self.task.labels)
        return _labelled(source, found, self.settings, self.task.labels)

    def describe(self, path: Path) -> tuple[str, ...]:
        """How :meth:`read` reads the file."""
        source, found = self._open(path)
        parts = (*source.described, *describe_columns(source, found))
        if self.task.kind == "words":
            parts += describe_words(source, found, self.settings)
        return (*parts, *self.assumed)

    def _open(self, path: Path) -> tuple[Source, Found]:
        source = open_source(path, self.settings)
        return source, find_columns(source, self.settings, further=path != self.train)


def open_table(name: str, train: Path, settings: TableSettings) -> Table:
    """The task that a table makes, by its training file.

    Raises:
        UserError: the file cannot be read, or its labels are no classes.
    """
    source = open_source(train, settings)
    found = find_columns(source, settings)
    source = in_set(source, found, "train")
    kind = settings.task_kind
    labels = tuple(dict.fromkeys(settings.labels.values()))
    labels = named_types(labels) if kind == "words" else labels
    are_named, assumed = bool(labels), list[str]()
    if kind == "words":
        labels = labels or types_of(source, found, settings)
    elif not labels:
        labels = _classes(source, found, settings)
        if _begin_with_none(labels):
            labels = labels[1:]
            settings = settings.model_copy(update={"no_label": [*settings.no_label, NO_CLASS]})
            assumed.append(NO_CLASS_TAKEN)
    if kind != "words" and len(labels) < 2:
        raise UserError(f"{train}: expected names of two labels or more, found {excerpt(labels[0])} alone; set labels "
                        f"{SETTINGS}")
    if not are_named:
        assumed.append(f"{len(labels)} {'entity types' if kind == 'words' else 'labels'}, those of the training set")
    language = settings.language or _language(source, found, settings)
    if not settings.language:
        assumed.append("language " + ("that could not be told" if language == UNKNOWN else f"{language}, recognised"))
    task = Task(settings.title or name, language, kind, labels, "entity_f1" if kind == "words" else "accuracy", {})
    return Table(task, settings, train, tuple(assumed))


def _value(values: Mapping[Name, Any], names: Sequence[Name]) -> str:
    """The text of one column, or of several with a space between; "" where there is none."""
    return " ".join(_text(values.get(name)) for name in names)


def _text(value: Any) -> str:
    if is_missing(value):
        return ""
    return value if isinstance(value, str) else label_text(value)


def _checked_text(source: Source, number: int, values: Mapping[Name, Any], found: Found, meaning: str) -> str:
    for name in found[meaning]:
        if name not in values:
            raise _no_key(source, number, values, name)
        value = values[name]
        if isinstance(value, list | dict | bytes):
            raise source.error(number, f"a text as {name}", excerpt(value),
                               f"correct columns.{meaning} {SETTINGS}, or write a text for each row")
    text = _value(values, found[meaning])
    if not is_unicode(text):
        raise source.error(number, f"Unicode text as {meaning}", f"a lone surrogate in {excerpt(text)}")
    return text


def _no_key(source: Source, number: int, values: Mapping[Name, Any], name: Name) -> UserError:
    return source.error(number, f"the key '{name}'", f"only {', '.join(map(str, values)) or 'no keys'}")


def _labels(
    source: Source, found: Found, settings: TableSettings
) -> Iterator[tuple[int, str, str, Mapping[Name, Any]]]:
    """Number, label as it stands in the file, why there is none, "" otherwise, and values of every record."""
    given = set(map(label_text, settings.no_label))
    # A dash is what SNLI has where annotators disagree.
    spelled = {*MISSING_VALUES, *({"-"} - given if settings.task_kind == "pair" else ())}
    none = {"", *spelled, *given} - settings.labels.keys()
    for number, values in source.records():
        name = found["label"][0]
        if name not in values:
            raise _no_key(source, number, values, name)
        is_named = str(values[name]) in settings.labels or str(values[name]) in given
        if is_broken_list(values[name]) and not is_named:
            raise source.error(number, f"one label as {name}", f"a list that cannot be read, {excerpt(values[name])}",
                               f"write one label per row; if it is one, name it among the others as labels {SETTINGS}")
        given_label = values[name] if is_named else _of_list(values[name])
        if isinstance(given_label, list | dict):
            raise source.error(number, f"one label as {name}", excerpt(values[name]),
                               _OF_TAGS if tags_in(str(given_label)) else
                               f"write one label per row, or correct columns.label {SETTINGS}")
        if isinstance(given_label, bytes):
            raise source.error(number, f"one label as {name}", excerpt(given_label), "write it as text")
        label = label_text(_text(given_label).strip())
        if reason := values.get(UNCOUNTED, ""):
            yield number, "", reason, values
        else:
            yield (number, label, "", values) if label not in none else (
                number, "", f"no label ({label})" if label in spelled else "no label", values)


def _of_list(label: Any) -> Any:
    """The label of a list with a single one, None of an empty list; CSV has lists as they are printed."""
    listed = cell_list(label) if isinstance(label, list) or str(label).lstrip().startswith("[") else None
    if listed is None or len(listed) > 1:
        return label if listed is None else listed
    return listed[0] if listed else None


def _labelled(source: Source, found: Found, settings: TableSettings, labels: Sequence[str]) -> Iterator[Row]:
    known = {name: name for name in labels} | {given.strip(): name for given, name in settings.labels.items()}
    for number, given, none, values in _labels(source, found, settings):
        _refuse_swallowed_rows(source, number, values, found["label"][0], known)
        text = _checked_text(source, number, values, found, "text")
        pair = _checked_text(source, number, values, found, "pair") if "pair" in found else ""
        label = known.get(given, "")
        if given and not label:
            expected = f"a label among {', '.join(known)}" if len(known) < 20 else f"one of the {len(known)} labels"
            if key := _key_without_quotes(given, settings):
                raise source.error(number, expected, excerpt(given), f"YAML reads it as {key}: write it in quotation "
                                   f"marks as a key of labels {SETTINGS}")
            refusal = unknown_label(source.path, number, given, known, expected,
                                    f"correct the row, or add the label to labels, or to no_label, {SETTINGS}")
            raise UserError(str(refusal).replace(": line ", f": {source.unit} ", 1))
        group = _value(values, found["group"]) if "group" in found else text if "pair" in found else ""
        empty = not text.strip() or ("pair" in found and not pair.strip())
        yield Row(
            number, text=text, text_pair=pair, label=label, group=group_name(group),
            source_id=_value(values, found["id"]) if "id" in found else "",
            genre=_value(values, found["genre"]) if "genre" in found else "",
            dropped=none or ("empty text" if empty else ""))


def _key_without_quotes(label: str, settings: TableSettings) -> str:
    """The key of ``labels`` that a label becomes in YAML without quotation marks, 01 as 1 and True as true; or ""."""
    for spelled in (label, label.lower()):
        with suppress(UserError):  # it is no YAML
            value = parse_yaml(spelled, "a label")
            if isinstance(value, bool | int | float) and label_text(value) in settings.labels:
                return label_text(value)
    return ""


def _refuse_swallowed_rows(source: Source, number: int, values: Mapping[Name, Any], label: Name,
                           known: Mapping[str, str]) -> None:
    """Refuse a field half of whose lines or more are rows, which two stray quotation marks made one text."""
    for value in values.values() if source.delimiter else ():
        if not isinstance(value, str) or "\n" not in value:
            continue
        lines = [line for line in value.split("\n") if line.strip()]
        place, width = source.columns.index(label), len(source.columns)
        rows = [line for line in lines if len(fields := line.split(source.delimiter)) == width
                and label_text(fields[place].strip()) in known]
        if len(rows) > 1 and 2 * len(rows) >= len(lines):
            raise source.error(
                number, "one row", f"a field in quotation marks with {len(rows):,} lines that are rows, such as "
                f"{excerpt(rows[0])}", "close the quotation mark in its own row, or remove it; if the marks are part "
                f"of the texts, set quoted to false {SETTINGS}; if this is one text, set quoted to true {SETTINGS}")


def _classes(source: Source, found: Found, settings: TableSettings) -> tuple[str, ...]:
    """The labels of the training set, numbers by size and else by the alphabet.

    Raises:
        UserError: there are fewer than two, too many, or some that differ in spelling alone.
    """
    counts: Counter[str] = Counter()
    without: Counter[str] = Counter()
    first: dict[str, tuple[int, Any]] = {}
    for number, label, reason, values in _labels(source, found, settings):
        (counts if label else without)[label or reason] += 1
        if label:
            given = _of_list(values[found["label"][0]])
            _refuse_two_types(source, number, given, first.setdefault(label, (number, given)), label)
    column = f"the column {found['label'][0]}"
    rows = counts.total()
    if tagged := next((label for label in counts if {"O"} < set(tags_in(label))), ""):
        raise source.error(first[tagged][0], f"one label in {column}", f"tags of words, {excerpt(tagged)}", _OF_TAGS)
    if len(counts) < 2:
        shown = f"only {excerpt(next(iter(counts)))} in {rows:,} rows" if counts else "none"
        others = "".join(f", and {count:,} rows with {reason}" for reason, count in without.most_common(3))
        spelled = next((reason for reason in without if "(" in reason), "")
        named = f"; if {spelled[len('no label ('):-1]} is a label, name all as labels {SETTINGS}" if spelled else ""
        expected = f"two labels or more in {column}"
        if not counts and not without:
            raise source.error(1, expected, "no row", "add rows")
        raise source.error(1, expected, shown + others, f"correct columns.label {SETTINGS}{named}")
    if rows >= _FEWEST and 2 * len(counts) > rows:
        raise source.error(1, f"labels that repeat in {column}", f"{len(counts):,} different ones in {rows:,} rows",
                           f"correct columns.label {SETTINGS}; a score on a scale is no label")
    if (wrong := next((label for label in counts if "." in label and _number(label) is not None), None)) and all(
            _number(label) is not None for label in counts):
        raise source.error(1, f"labels in {column}", f"numbers on a scale, such as {wrong}",
                           "write a class for every range of numbers, or correct columns.label " + SETTINGS)
    if quoted := next((label for label in counts if re.fullmatch('".+"', label)), ""):
        raise source.error(1, f"labels without quotation marks in {column}", quoted,
                           f"remove the space before them, or set quoted to true {SETTINGS}")
    if all(re.fullmatch("'.+|=\".+\"", label) for label in counts):
        raise source.error(1, f"labels without quotation marks in {column}", next(iter(counts)),
                           "write the file anew with fields in double quotation marks, or none")
    _refuse_spellings(source, found, settings, counts)
    return tuple(sorted(counts, key=_in_order))


def _refuse_two_types(source: Source, number: int, given: Any, first: tuple[int, Any], label: str) -> None:
    """Refuse a label that is a text of JSON here and none where it first stands, as "1" and 1."""
    if isinstance(given, str) != isinstance(first[1], str):
        expected, found = (f"{excerpt(value)} as text" if isinstance(value, str) else f"{json.dumps(value)} of JSON"
                           for value in (first[1], given))
        raise source.error(number, f"{expected}, as in {source.unit} {first[0]}", found,
                           f"write the label alike in all rows, or, if both are one, name all: labels: {{{label!r}: "
                           f"{label!r}, ...}} {SETTINGS}")


def _begin_with_none(labels: Sequence[str]) -> bool:
    """Whether the labels, in order, are -1 and three classes or more from 0; -1, 0 and 1 may be a scale.

    So a file has them that `datasets` wrote as CSV or JSON, without the names of the classes.
    """
    return len(labels) > 3 and list(labels) == [str(number) for number in range(NO_CLASS, len(labels) + NO_CLASS)]


def _refuse_spellings(source: Source, found: Found, settings: TableSettings, counts: Counter[str]) -> None:
    folded: dict[str, str] = {}
    for label, _ in counts.most_common():
        # Two normal forms, or an invisible character, look alike.
        plain = "".join(each for each in unicodedata.normalize("NFKC", label) if unicodedata.category(each) != "Cf")
        other = folded.setdefault(" ".join(plain.casefold().split()), label)
        if other != label:
            number = next(number for number, given, _, _ in _labels(source, found, settings) if given == label)
            raise source.error(number, f"one spelling of {other!r}",
                               repr(label) if plain == label else ascii(label),
                               f"correct the rows, or give both the same name: labels: {{{other!r}: {other!r}, "
                               f"{label!r}: {other!r}, ...}} {SETTINGS}")


def _number(label: str) -> float | None:
    try:
        return float(label)
    except ValueError:
        return None


def _in_order(label: str) -> tuple[bool, float, str]:
    number = _number(label)
    return number is None, number or 0.0, label


def _language(source: Source, found: Found, settings: TableSettings) -> str:
    if settings.task_kind == "words":
        return find_language(" ".join(sentence.words) for sentence in read_sentences(source, found))
    return find_language(_value(values, found["text"]) for _, values in source.records())
