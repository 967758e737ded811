"""What a table holds, by looking at it: its kind, its columns, and whether it suits a task."""

import random
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from stages.common.errors import UserError
from stages.corpora.card import RowCounts, RowFacts
from stages.corpora.lines import excerpt
from stages.settings.table import TableSettings
from stages.tables.columns import Found, find_columns
from stages.tables.formats import find_kind, open_source
from stages.tables.names import GROUPS, SPLITS, USUAL, set_named
from stages.tables.prose import are_mostly, is_address, is_machine_written, is_one_word
from stages.tables.rows import Table, open_table
from stages.tables.sources import Name, Source

_SAMPLE = 5000  # rows by which columns without usual names are recognised
_TEXT = 10  # characters that texts have more of on average than labels


@dataclass(frozen=True)
class Look:
    """What was found in a file.

    Attributes:
        settings: how the table is read, with everything that was recognised.
        rows: the number of the file's rows that are used; ``dropped`` counts the others by reason.
        columns: those of the file that have no meaning yet.
        facts: labels, lengths and duplicates, as the data card counts them, of ``train``.
    """

    settings: TableSettings
    table: Table
    rows: int
    dropped: Counter[str]
    columns: tuple[Name, ...]
    facts: RowCounts

    @property
    def has_numbers_as_labels(self) -> bool:
        """Whether nothing in the file says what its labels stand for."""
        return not self.settings.labels and self.table.task.kind != "words" and all(
            re.fullmatch(r"-?\d+", label) for label in self.table.task.labels)


def recognised_settings(path: Path, settings: TableSettings, alone: bool) -> TableSettings:
    """``settings`` with the kind and the columns that a file has; one that is ``alone`` may have the rows of all sets.

    Raises:
        UserError: they cannot be told.
    """
    if not settings.kind and settings.task_kind == "single":
        settings = settings.model_copy(update={"kind": find_kind(path, settings)})
    source = open_source(path, settings)
    try:
        found = find_columns(source, settings)
    except UserError:
        guessed = _by_content(source, settings)
        if guessed == settings:
            raise
        settings = guessed
        found = find_columns(source, settings)
    _refuse_machine_written(source, found, settings)
    if settings.columns.split is None and alone and (split := _column_of_sets(source)) is not None:
        found["split"] = [split]
    if settings.kind == "pair" and "group" not in found and _repeats(source, found["text"][0]):
        found["group"] = found["text"]
    columns = {meaning: names if len(names) > 1 else names[0] for meaning, names in found.items()}
    return settings.model_copy(update={"kind": settings.task_kind, "columns": settings.columns.model_copy(
        update=columns)})


def look(name: str, path: Path, settings: TableSettings) -> Look:
    """Read the whole file as ``settings`` say."""
    table = open_table(name, path, settings)
    facts, dropped, used = RowFacts(table.task, ("train", "validation", "test")), Counter[str](), 0
    for row in table.read(path, "train"):
        if row.dropped:
            dropped[row.dropped] += 1
        else:
            facts.see("train", row)
            used += 1
    source = open_source(path, settings)
    taken = [name for names in find_columns(source, settings).values() for name in names]
    return Look(table.settings, table, used, dropped, tuple(name for name in source.columns if name not in taken),
                facts.facts())


def _column_of_sets(source: Source) -> Name | None:
    """The column whose every value is train, validation or test, train and another one among them."""
    for name in source.columns:
        if str(name).lower() in SPLITS:
            sets = {set_named(values.get(name, "")) for _, values in source.records()}
            if "train" in sets and "" not in sets and len(sets) > 1:
                return name
    return None


def _repeats(source: Source, name: Name) -> bool:
    texts = [values.get(name) for _, values in islice(source.records(), _SAMPLE)]
    return 10 * len({str(text) for text in texts}) < 9 * len(texts)


def _by_content(source: Source, settings: TableSettings) -> TableSettings:
    """``settings`` with the text and the label of a single text, where one column alone can be meant."""
    if settings.task_kind != "single":
        return settings
    rows = _sampled(source)
    columns = {name: [str(values.get(name, "")) for values in rows] for name in source.columns}
    lengths = {name: sum(map(len, values)) / max(len(values), 1) for name, values in columns.items()}
    set_names = settings.columns
    changes: dict[str, Any] = {}
    if set_names.text is None and not _usual(source, "text"):
        texts = sorted((name for name, values in columns.items()
                        if lengths[name] > _TEXT and 2 * len(set(values)) > len(values)
                        and not are_mostly(is_machine_written, values) and not are_mostly(is_one_word, values)),
                       key=lengths.__getitem__)[::-1]
        if len(texts) == 1 or (len(texts) > 1 and lengths[texts[0]] > 3 * lengths[texts[1]]):
            changes["text"] = texts[0]
    taken = {changes.get("text"), set_names.text, *_usual(source, "text"), *_usual(source, "id")}
    if set_names.label is None and not _usual(source, "label"):
        labels = [name for name, values in columns.items()
                  if name not in taken and str(name).lower() not in (*GROUPS, *SPLITS)
                  and not are_mostly(is_address, values) and 1 < len(set(values)) <= max(len(values) // 5, 2)]
        if len(labels) == 1:
            changes["label"] = labels[0]
    return settings.model_copy(update={"columns": set_names.model_copy(update=changes)}) if changes else settings


def _sampled(source: Source) -> list[Mapping[Name, Any]]:
    """Rows of the whole file, which may be in the order of its labels."""
    chance, rows = random.Random(0), []
    for place, (_, values) in enumerate(source.records()):
        if place < _SAMPLE:
            rows.append(values)
        elif (other := chance.randrange(place + 1)) < _SAMPLE:
            rows[other] = values
    return rows


def _refuse_machine_written(source: Source, found: Found, settings: TableSettings) -> None:
    """Refuse a column that has the name of a text, and addresses, names of files, identifiers or dates."""
    if settings.task_kind == "words":
        return
    rows = [values for _, values in islice(source.records(), _SAMPLE)]
    for meaning in ("text", "pair"):
        for name in found.get(meaning, ()) if getattr(settings.columns, meaning) is None else ():
            values = [str(values.get(name, "")) for values in rows]
            if are_mostly(is_machine_written, values):
                raise source.error(1, f"texts in {name}", "addresses, names of files, identifiers or dates, such as "
                                   f"{excerpt(next(filter(is_machine_written, values)))}",
                                   f"set columns.{meaning} under `table` in params.yaml")


def _usual(source: Source, meaning: str) -> list[Name]:
    return [name for name in source.columns if str(name).lower() in USUAL[meaning]]
