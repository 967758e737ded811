"""Stage ``preprocess``: raw files become rows with stable guids and label names, and a data card."""

import sys
import time
from argparse import Namespace
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from stages.common.errors import UserError
from stages.common.files import new_folder, read_json, write_json, write_json_lines
from stages.common.pipeline import pipeline_stage
from stages.corpora.card import RowFacts, digest
from stages.corpora.damage import severity_of
from stages.corpora.readers import READERS
from stages.corpora.rows import Row, RowStore
from stages.corpora.splitting import carve, shuffled_order, stratified_order
from stages.corpora.tasks import Task, find_task
from stages.settings.data import SOURCE, DownloadSettings, PrepareSettings, task_settings
from stages.settings.libraries import require_libraries
from stages.settings.table import TABLE
from stages.tables.class_names import class_names_of, with_class_names
from stages.tables.files import name_splits, own_names, table_files
from stages.tables.rows import open_table

SECONDS_BETWEEN_REPORTS = 5


def _preprocess(options: Namespace) -> None:
    require_libraries("numpy", "pyarrow")
    settings = task_settings(PrepareSettings, options.task)
    try:
        prepare(options.task, options.raw, options.out, options.card, settings)
    except UserError as error:
        raise UserError(_with_own_files(str(error), options.task, options.raw)) from None


def _with_own_files(message: str, task: str, raw: Path) -> str:
    """``message`` with the names of the user's own files, or of a data set's splits, instead of download's copies.

    Their folder is read here, after the failure, and is no parameter of the stage: no output depends on it.
    """
    settings = task_settings(DownloadSettings, task)
    if settings.source == "hub" and (raw / SOURCE).is_file():
        facts = read_json(raw / SOURCE)
        message = name_splits(message, raw, facts["repository"], facts["splits"])
        return message.replace("under `table` in params.yaml", f"under tasks.{task}.table in params.yaml")
    if settings.source != "local":
        return message
    folder = Path(settings.folder)
    own = own_names(folder, table_files(task, folder, settings.table)) if settings.corpus == TABLE else {}
    for copy in sorted(raw.iterdir() if raw.is_dir() else (), key=lambda path: -len(path.name)):
        if copy.name != SOURCE:
            message = message.replace(str(copy), str(own.get(copy.name, folder / copy.name)))
    return message.replace("under `table` in params.yaml", f"under tasks.{task}.table in params.yaml")


def prepare(task_name: str, raw: Path, out: Path, card: Path, settings: PrepareSettings) -> None:
    """Write the rows of every split and task.json into ``out``, then the data card."""
    source = read_json(raw / SOURCE)
    corpus = _open_corpus(task_name, raw / source["splits"]["train"], settings, source.get("class_names"))
    task = corpus.task
    origin = {"synthetic": source["source"] == "sample"}
    with new_folder(out) as folder:
        files = {split: _read_file(raw / name, split, corpus, settings, folder)
                 for split, name in source["splits"].items()}
        splits = _split(task_name, task, files, settings)
        facts = RowFacts(task, splits)
        for split, part in splits.items():
            write_json_lines(folder / f"{split}.jsonl", (row.prepared(split) for row in _seen(part, split, facts)))
        write_json(folder / "task.json", _task_facts(task_name, task) | {"splits": list(splits)} | origin)
    read_as = {split: list(corpus.describe(file.path)) for split, file in files.items()}
    described = facts.facts()
    write_json(card, {
        "task": task_name, "source": source["source"], **origin, **source,
        "read_as": read_as,
        "rows_read": {split: file.read for split, file in files.items()},
        "dropped": {split: dict(sorted(file.dropped.items())) for split, file in files.items()},
        **described,
    })
    print(f"{task_name}: {_summary(files, splits)}", file=sys.stderr)
    own = source["source"] in ("local", "hub")
    for line in [*(_assumptions(read_as) if own else ()), *_warnings(described)]:
        print(f"{task_name}: {line}", file=sys.stderr)


def _seen(part: "_Part", split: str, facts: RowFacts) -> Iterator[Row]:
    for row in _reported(part.file.rows.rows(part.order), f"{split} of {part.file.path}", "written"):
        facts.see(split, row)
        yield row


def _assumptions(read_as: dict[str, list[str]]) -> Iterator[str]:
    """How the user's own files were read, on one line for those that were read alike."""
    splits: dict[str, list[str]] = {}
    for split, description in read_as.items():
        splits.setdefault("; ".join(description), []).append(split)
    return (f"{', '.join(alike)} read as: {description}" for description, alike in splits.items() if description)


def _warnings(described: dict[str, Any]) -> Iterator[str]:
    """Damaged texts and missing labels, which should be corrected before training."""
    for split, labels in described["labels"].items():
        if absent := [label for label, count in labels.items() if not count]:
            yield f"warning: {split} has no example of {', '.join(absent)}; look at the labels of its file"
    for split, counts in described["damage"].items():
        rows = described["kept"][split]
        for kind, damaged in counts.items():
            if severity := severity_of(kind, damaged, rows):
                yield (f"{severity}: {kind.replace('_', ' ')} in {damaged:,} of {rows:,} rows of {split} "
                       f"({100 * damaged / rows:.1f} %); look at the file before training")


class _Corpus(NamedTuple):
    """A task with the reader of its files, and what says how they are read."""

    task: Task
    read: Callable[[Path, str], Iterator[Row]]  # of a file, the rows of a set
    describe: Callable[[Path], Sequence[str]]


def _open_corpus(
    task_name: str, train: Path, settings: PrepareSettings, class_names: dict[str, list[str]] | None
) -> _Corpus:
    if settings.corpus == TABLE:
        names = class_names_of(train) if class_names is None else class_names
        table = open_table(task_name, train, with_class_names(settings.table, train, names))
        return _Corpus(table.task, table.read, table.describe)
    task, reader = find_task(settings.corpus), READERS[settings.corpus]
    return _Corpus(task, lambda path, split: reader.read(path), reader.describe)


class _File:
    """Usable rows of one raw file in its order, and counts of the dropped ones.

    ``labels`` and ``keys``, by which rows are ordered and kept together, are numbers: 0 is the key of a row alone.
    """

    def __init__(self, path: Path, folder: Path) -> None:
        self.path = path
        self.rows = RowStore(folder)
        self.read = 0
        self.dropped: Counter[str] = Counter()
        self._labels, self._keys = array("i"), array("Q")
        self._codes: dict[str, int] = {}

    def add(self, row: Row, key: str) -> None:
        """Keep a row; those with one ``key``, if it is not "", stay together where sets are carved."""
        self.rows.add(row)
        self._labels.append(self._codes.setdefault(row.label, len(self._codes)))
        self._keys.append(digest(key) if key else 0)

    @property
    def labels(self) -> np.ndarray:
        """Of every row, the number of its label among them in alphabetical order."""
        names = sorted(self._codes)
        return np.array([names.index(name) for name in self._codes])[np.frombuffer(self._labels, np.int32)]

    @property
    def keys(self) -> np.ndarray:
        """Of every row, the digest of its key."""
        return np.frombuffer(self._keys, np.uint64)


class _Part(NamedTuple):
    """Rows of a file in an order."""

    file: _File
    order: np.ndarray


def _read_file(path: Path, split: str, corpus: _Corpus, settings: PrepareSettings, folder: Path) -> _File:
    file = _File(path, folder)
    # Copies of a text stay together where a test set is carved, and the rows of a group where the user names one.
    together = _by_group(settings)
    for row in _reported(corpus.read(path, split), str(path), "read"):
        file.read += 1
        reason = row.dropped or _exclusion(row, settings.exclude_id_prefix)
        if reason:
            file.dropped[reason] += 1
        else:
            file.add(row, row.group if together else row.joined)
    if not len(file.rows):
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(file.dropped.items()))
        raise UserError(f"{path}: expected usable rows, found none among {file.read} ({reasons or 'no row at all'}); "
                        "restore the file, or correct exclude_id_prefix in params.yaml")
    return file


def _by_group(settings: PrepareSettings) -> bool:
    return settings.table.columns.group is not None


def _exclusion(row: Row, prefix: str) -> str:
    return "excluded by id" if prefix and row.source_id.startswith(prefix) else ""


def _reported(rows: Iterator[Row], place: str, done: str) -> Iterator[Row]:
    due = time.monotonic() + SECONDS_BETWEEN_REPORTS
    for count, row in enumerate(rows, start=1):
        yield row
        if time.monotonic() > due:
            print(f"{place}: {count} rows {done}", file=sys.stderr)
            due += SECONDS_BETWEEN_REPORTS


def _split(
    task_name: str, task: Task, files: dict[str, _File], settings: PrepareSettings
) -> dict[str, _Part]:
    tests = {split: _limited(task_name, task, file, "test_size", settings)
             for split, file in files.items() if split not in ("train", "validation")}
    sizes = {} if "validation" in files else {"validation": settings.validation_size}
    sizes |= {} if tests else {"test": settings.test_size}
    train = files["train"]
    rows = len(train.rows)
    for split, size in sizes.items():
        most = rows - sum(sizes.values()) + size - 1
        if not 0 < size <= most:
            raise UserError(f"params.yaml: tasks.{task_name}.{split}_size: expected 1 to {max(most, 1)}, "
                            f"as {train.path} has {rows} usable rows, got {size}")
    together = _by_group(settings)
    if tests and not together:
        order = _in_order(task, train, np.arange(rows), settings.split_seed)
        size = sizes.get("validation", 0)
        # The front of the order, so that training subsets of any size nest.
        carved = {"validation": order[:size], "train": order[size:]}
    else:
        parts = carve(train.labels, train.keys, sizes, settings.split_seed)
        carved = {split: _in_order(task, train, places, settings.split_seed) for split, places in parts.items()}
        if empty := next((split for split, part in carved.items() if not len(part)), ""):
            remedy = (f"name another column as tasks.{task_name}.table.columns.group in params.yaml" if together else
                      "add rows, as copies of a text stay together")
            raise UserError(f"{train.path}: expected {'groups' if together else 'different texts'} enough for "
                            f"every set, found none for {empty}; {remedy}")
    validation = _Part(train, carved["validation"]) if "validation" in sizes else _limited(
        task_name, task, files["validation"], "validation_size", settings)
    return {"train": _Part(train, carved["train"]), "validation": validation} | (
        tests or {"test": _Part(train, carved["test"])})


def _in_order(task: Task, file: _File, rows: np.ndarray, seed: int) -> np.ndarray:
    """These ``rows`` of a file in an order of which every front is a fair sample."""
    return rows[shuffled_order(len(rows), seed) if task.kind == "words" else stratified_order(file.labels[rows], seed)]


def _limited(task_name: str, task: Task, file: _File, size_name: str, settings: PrepareSettings) -> _Part:
    """The whole file in its order for size 0, else that many rows, with the rest counted as dropped."""
    size: int = getattr(settings, size_name)
    rows = len(file.rows)
    if size == 0:
        return _Part(file, np.arange(rows))
    if size > rows:
        raise UserError(f"params.yaml: tasks.{task_name}.{size_name}: expected at most {rows}, the usable rows of "
                        f"{file.path}, or 0 for all, got {size}")
    file.dropped += Counter({f"beyond {size_name}": rows - size})
    return _Part(file, _in_order(task, file, np.arange(rows), settings.split_seed)[:size])


def _task_facts(task_name: str, task: Task) -> dict[str, Any]:
    return {
        "task": task_name, "title": task.title, "language": task.language, "kind": task.kind,
        "labels": list(task.labels), "tags": list(task.tags), "metric": task.metric,
    }


def _summary(files: dict[str, _File], splits: dict[str, _Part]) -> str:
    dropped = sum(file.dropped.total() for file in files.values())
    return f"{', '.join(f'{split} {len(part.order)}' for split, part in splits.items())} rows, {dropped} dropped"


main = pipeline_stage(
    "preprocess", _preprocess, "task raw",
    more="Rows wait on disk, in about as much room as the result takes: memory is 120 MB and 120 bytes a row,"
    " however long the texts are (0.5 GB for 3 million rows). Only a single JSON array (.json) is read as a"
    " whole: write JSON lines instead.", out="folder to write", card="JSON with counts, duplicates and overlaps")

if __name__ == "__main__":
    sys.exit(main())
