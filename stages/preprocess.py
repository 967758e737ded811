"""Stage ``preprocess``: raw files become rows with stable guids and label names, and a data card."""

import sys
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from stages.common.command import run_stage, stage_parser
from stages.common.errors import UserError
from stages.common.files import new_folder, read_json, write_json, write_json_lines
from stages.corpora.card import describe_rows
from stages.corpora.damage import severity_of
from stages.corpora.readers import DESCRIBERS, READERS
from stages.corpora.rows import Row
from stages.corpora.splitting import carve, shuffled_order, stratified_order
from stages.corpora.tasks import Task, find_task
from stages.settings.data import PrepareSettings, task_data_settings, task_source_settings
from stages.settings.libraries import require_libraries
from stages.settings.table import TABLE
from stages.tables.class_names import class_names_of, with_class_names
from stages.tables.files import name_splits, table_files
from stages.tables.rows import open_table

SOURCE = "source.json"  # facts that download writes beside the files
SECONDS_BETWEEN_REPORTS = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line of the stage."""
    parser = stage_parser(
        "Convert the raw files of one task into the rows of its training, validation and test sets.",
        "python -m stages.preprocess --task nsmc --raw data/raw/nsmc --out data/prepared/nsmc"
        " --card reports/cards/nsmc.json",
    )
    parser.add_argument("--task", required=True, help="name of the task in params.yaml")
    parser.add_argument("--raw", type=Path, required=True, help="folder that download wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    parser.add_argument("--card", type=Path, required=True, help="JSON with counts, duplicates and overlaps")
    return run_stage(parser, _preprocess, arguments)


def _preprocess(options: Namespace) -> None:
    require_libraries("pyarrow")
    settings = task_data_settings(options.task)
    try:
        prepare(options.task, options.raw, options.out, options.card, settings)
    except UserError as error:
        raise UserError(_with_own_files(str(error), options.task, options.raw)) from None


def _with_own_files(message: str, task: str, raw: Path) -> str:
    """``message`` with the names of the user's own files, or of a data set's splits, instead of download's copies.

    Their folder is read here, after the failure, and is no parameter of the stage: no output depends on it.
    """
    settings = task_source_settings(task)
    if settings.source == "hub" and (raw / SOURCE).is_file():
        message = name_splits(message, raw, read_json(raw / SOURCE))
        return message.replace("under `table` in params.yaml", f"under tasks.{task}.table in params.yaml")
    if settings.source != "local":
        return message
    folder = Path(settings.folder)
    own = {path.name: path for path in table_files(task, folder, settings.table).values()} if (
        settings.corpus == TABLE) else {}
    for copy in sorted(raw.iterdir() if raw.is_dir() else (), key=lambda path: -len(path.name)):
        if copy.name != SOURCE:
            message = message.replace(str(copy), str(own.get(copy.name, folder / copy.name)))
    return message.replace("under `table` in params.yaml", f"under tasks.{task}.table in params.yaml")


def prepare(task_name: str, raw: Path, out: Path, card: Path, settings: PrepareSettings) -> None:
    """Write the rows of every split and task.json into ``out``, then the data card."""
    source = read_json(raw / SOURCE)
    corpus = _open_corpus(task_name, raw / source["splits"]["train"], settings, source.get("class_names"))
    task = corpus.task
    files = {split: _read_file(raw / name, corpus, settings) for split, name in source["splits"].items()}
    splits = _split(task_name, task, files, settings)
    origin = {"synthetic": source["source"] == "sample"}
    read_as = {split: list(corpus.describe(file.path)) for split, file in files.items()}
    with new_folder(out) as folder:
        for split, rows in splits.items():
            write_json_lines(folder / f"{split}.jsonl", (row.prepared(split) for row in rows))
        write_json(folder / "task.json", _task_facts(task_name, task) | {"splits": list(splits)} | origin)
    described = describe_rows(task, splits)
    write_json(card, {
        "task": task_name, "source": source.pop("source"), **origin, **source,
        "read_as": read_as,
        "rows_read": {split: file.read for split, file in files.items()},
        "dropped": {split: dict(sorted(file.dropped.items())) for split, file in files.items()},
        **described,
    })
    print(f"{task_name}: {_summary(files, splits)}", file=sys.stderr)
    own = read_json(raw / SOURCE)["source"] in ("local", "hub")
    for line in [*(_assumptions(read_as) if own else ()), *_warnings(described)]:
        print(f"{task_name}: {line}", file=sys.stderr)


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
    read: Callable[[Path], Iterator[Row]]
    describe: Callable[[Path], Sequence[str]]


def _open_corpus(
    task_name: str, train: Path, settings: PrepareSettings, class_names: dict[str, list[str]] | None
) -> _Corpus:
    if settings.corpus == TABLE:
        names = class_names_of(train) if class_names is None else class_names
        table = open_table(task_name, train, with_class_names(settings.table, train, names))
        return _Corpus(table.task, table.read, table.describe)
    return _Corpus(find_task(settings.corpus), READERS[settings.corpus],
                   DESCRIBERS.get(settings.corpus, lambda path: ()))


@dataclass
class _File:
    """Usable rows of one raw file in its order, and counts of the dropped ones."""

    path: Path
    rows: list[Row] = field(default_factory=list)
    read: int = 0
    dropped: Counter[str] = field(default_factory=Counter)


def _read_file(path: Path, corpus: _Corpus, settings: PrepareSettings) -> _File:
    file = _File(path)
    for row in _reported(corpus.read(path), path):
        file.read += 1
        reason = row.dropped or _exclusion(row, settings.exclude_id_prefix)
        if reason:
            file.dropped[reason] += 1
        else:
            file.rows.append(row)
    if not file.rows:
        reasons = ", ".join(f"{count} {reason}" for reason, count in sorted(file.dropped.items()))
        raise UserError(f"{path}: expected usable rows, found none among {file.read} ({reasons or 'no row at all'}); "
                        "restore the file, or correct exclude_id_prefix in params.yaml")
    return file


def _exclusion(row: Row, prefix: str) -> str:
    return "excluded by id" if prefix and row.source_id.startswith(prefix) else ""


def _reported(rows: Iterator[Row], path: Path) -> Iterator[Row]:
    due = time.monotonic() + SECONDS_BETWEEN_REPORTS
    for count, row in enumerate(rows, start=1):
        yield row
        if time.monotonic() > due:
            print(f"{path}: {count} rows read", file=sys.stderr)
            due += SECONDS_BETWEEN_REPORTS


def _split(
    task_name: str, task: Task, files: dict[str, _File], settings: PrepareSettings
) -> dict[str, list[Row]]:
    tests = {split: _limited(task_name, task, file, "test_size", settings)
             for split, file in files.items() if split not in ("train", "validation")}
    sizes = {} if "validation" in files else {"validation": settings.validation_size}
    sizes |= {} if tests else {"test": settings.test_size}
    rows = files["train"].rows
    for split, size in sizes.items():
        most = len(rows) - sum(sizes.values()) + size - 1
        if not 0 < size <= most:
            raise UserError(f"params.yaml: tasks.{task_name}.{split}_size: expected 1 to {max(most, 1)}, "
                            f"as {files['train'].path} has {len(rows)} usable rows, got {size}")
    # Copies of a text stay together where a test set is carved, and the rows of a group where the user names one.
    together = settings.table.columns.group is not None
    if tests and not together:
        rows = _in_order(task, rows, settings.split_seed)
        size = sizes.get("validation", 0)
        # The front of the order, so that training subsets of any size nest.
        carved = {"validation": rows[:size], "train": rows[size:]}
    else:
        keys = [row.group if together else row.joined for row in rows]
        parts = carve([row.label for row in rows], keys, sizes, settings.split_seed)
        carved = {split: _in_order(task, [rows[place] for place in places], settings.split_seed)
                  for split, places in parts.items()}
        if empty := next((split for split, part in carved.items() if not part), ""):
            remedy = (f"name another column as tasks.{task_name}.table.columns.group in params.yaml" if together else
                      "add rows, as copies of a text stay together")
            raise UserError(f"{files['train'].path}: expected {'groups' if together else 'different texts'} enough for "
                            f"every set, found none for {empty}; {remedy}")
    validation = carved["validation"] if "validation" in sizes else _limited(
        task_name, task, files["validation"], "validation_size", settings)
    return {"train": carved["train"], "validation": validation} | (tests or {"test": carved["test"]})


def _in_order(task: Task, rows: list[Row], seed: int) -> list[Row]:
    order = shuffled_order(len(rows), seed) if task.kind == "words" else stratified_order(
        [row.label for row in rows], seed)
    return [rows[position] for position in order]


def _limited(task_name: str, task: Task, file: _File, size_name: str, settings: PrepareSettings) -> list[Row]:
    """The whole file in its order for size 0, else that many rows, with the rest counted as dropped."""
    size: int = getattr(settings, size_name)
    rows = file.rows
    if size == 0:
        return rows
    if size > len(rows):
        raise UserError(f"params.yaml: tasks.{task_name}.{size_name}: expected at most {len(rows)}, the usable rows of "
                        f"{file.path}, or 0 for all, got {size}")
    file.dropped += Counter({f"beyond {size_name}": len(rows) - size})
    return _in_order(task, rows, settings.split_seed)[:size]


def _task_facts(task_name: str, task: Task) -> dict[str, Any]:
    return {
        "task": task_name, "title": task.title, "language": task.language, "kind": task.kind,
        "labels": list(task.labels), "tags": list(task.tags), "metric": task.metric,
    }


def _summary(files: dict[str, _File], splits: dict[str, list[Row]]) -> str:
    dropped = sum(file.dropped.total() for file in files.values())
    return f"{', '.join(f'{split} {len(rows)}' for split, rows in splits.items())} rows, {dropped} dropped"


if __name__ == "__main__":
    sys.exit(main())
