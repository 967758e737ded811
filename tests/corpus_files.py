"""Rows in the corpora's own file formats, read and written, so that what is planted in them passes all stages."""

import csv
import json
from bisect import bisect
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from stages.corpora.conll2003 import DOCUMENT_START
from stages.corpora.lines import read_lines
from stages.corpora.nsmc import LABELS
from stages.corpora.readers import READERS
from stages.corpora.tasks import TASKS

Row = dict[str, Any]


def splits_of(corpus: str) -> dict[str, str]:
    """The published file of train, test, and of validation where every copy of the corpus has one."""
    task = TASKS[corpus]
    return {split: names[0] for split, names in task.files.items()
            if split in ("train", "validation", "test") and split not in task.optional}


def read_rows(corpus: str, path: Path) -> list[Row]:
    """Usable rows of a file; those of CoNLL-2003 know the number of their document."""
    rows = [row for row in READERS[corpus].read(path) if not row.dropped]
    prepared = [row.prepared("row") for row in rows]
    if corpus == "conll2003":
        starts = [number for number, line in enumerate(read_lines(path), start=1) if line.startswith(DOCUMENT_START)]
        return [row | {"document_number": bisect(starts, found.line)}
                for row, found in zip(prepared, rows, strict=True)]
    return prepared


def write_corpus(corpus: str, folder: Path, files: dict[str, list[Row]]) -> None:
    """Write every split as the file of that corpus, under its published name."""
    folder.mkdir(parents=True, exist_ok=True)
    names: dict[str, tuple[str, ...]] = {**TASKS[corpus].files}
    for split, rows in files.items():
        (folder / names[split][0]).write_text("".join(_WRITERS[corpus](rows)), "utf-8", newline="")


def _nsmc(rows: Sequence[Row]) -> Iterator[str]:
    numbers = {name: number for number, name in LABELS.items()}
    yield "id\tdocument\tlabel\n"
    for place, row in enumerate(rows):
        yield f"{row.get('source_id', place)}\t{_one_line(row['text'])}\t{numbers[row['label']]}\n"


def _mnli(rows: Sequence[Row]) -> Iterator[str]:
    for place, row in enumerate(rows):
        values = {"gold_label": row["label"], "pairID": row.get("source_id", str(place)), "sentence1": row["text"],
                  "sentence2": row["text_pair"]} | ({"genre": row["genre"]} if "genre" in row else {})
        yield json.dumps(values, ensure_ascii=False) + "\n"


def _conll2003(rows: Sequence[Row]) -> Iterator[str]:
    for _, document in groupby(rows, key=lambda row: row.get("document_number", 0)):
        yield f"{DOCUMENT_START} -X- -X- O\n\n"
        for row in document:
            yield "".join(f"{word} X X {tag}\n" for word, tag in zip(row["words"], row["tags"], strict=True)) + "\n"


def _ag_news(rows: Sequence[Row]) -> Iterator[str]:
    labels = TASKS["ag_news"].labels
    for row in rows:
        # The reader joins title and description by a space.
        title, _, description = row["text"].partition(" ")
        yield _csv_line([str(1 + labels.index(row["label"])), title, description])


def _csv_line(columns: Sequence[str]) -> str:
    lines: list[str] = []
    csv.writer(_Collector(lines), quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(columns)
    return lines[0]


class _Collector:
    """What csv.writer writes to."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines

    def write(self, line: str) -> None:
        """Keep a line."""
        self.lines.append(line)


def _one_line(text: str) -> str:
    return " ".join(text.split("\t")).replace("\n", " ")


_WRITERS = {"nsmc": _nsmc, "mnli": _mnli, "conll2003": _conll2003, "ag_news": _ag_news}
