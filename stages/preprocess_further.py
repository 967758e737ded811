"""Stage ``preprocess_further``: the file of a further test set becomes rows with label names."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from stages.common.composing import composed
from stages.common.errors import UserError
from stages.common.files import new_folder, read_json, write_json, write_json_lines
from stages.common.pipeline import pipeline_stage
from stages.corpora.lines import excerpt
from stages.corpora.rows import Row
from stages.metrics.second_gold import align
from stages.results.merging import merged_task
from stages.results.prepared import Task, read_rows, read_task
from stages.settings.further import FurtherRows
from stages.settings.libraries import require_libraries
from stages.settings.reading import read_keys
from stages.tables.class_names import class_names_of, with_class_names
from stages.tables.rows import open_table


def _preprocess(options: Namespace) -> None:
    require_libraries("numpy", "pyarrow")
    name = options.further_test
    try:
        prepare_further(name, options.raw, options.prepared, options.out,
                        read_keys(FurtherRows, f"further_tests.{name}"))
    except UserError as error:
        raise UserError(str(error).replace("under `table` in", f"under further_tests.{name}.table in")) from None


def prepare_further(name: str, raw: Path, prepared: Path, out: Path, settings: FurtherRows) -> None:
    """Write ``rows.jsonl`` and ``test.json``: facts of the set, and of its task before and after merging labels.

    Rows of a second gold standard have the guids and words of the task's test set, its tags as ``first_tags``, and as
    ``unreachable`` the number of entities that no tags of these words can name.

    Raises:
        UserError: a row is malformed, has a label that none of the task counts as, or is not aligned.
    """
    source = read_json(raw / "source.json")
    path = raw / next(iter(source.pop("splits").values()))
    task = read_task(prepared)
    merged = merged_task(task, settings.merge, f"further_tests.{name}.merge")
    names = source.get("class_names")
    table = open_table(name, path, with_class_names(
        settings.table, path, class_names_of(path) if names is None else names))
    rows, dropped = [], Counter[str]()
    for row in table.read(path):
        if row.dropped:
            dropped[row.dropped] += 1
        else:
            _refuse_other_labels(row, merged.labels, path, name)
            rows.append(row)
    if not rows:
        raise UserError(f"{path}: expected usable rows, found none ({dict(dropped) or 'no row at all'}); restore the "
                        "file")
    _refuse_lost_labels(rows, table.task.labels, merged, settings.merge, f"params.yaml: further_tests.{name}.merge")
    seen = {composed(row.joined) for row in read_rows(prepared / "train.jsonl")}
    facts = {
        "name": name, "task": task.task, "title": settings.table.title or name, "kind": merged.kind,
        "metric": merged.metric, "labels": merged.labels, "tags": merged.tags, "merge": settings.merge,
        "tags_of_task": task.tags, "synthetic": task.synthetic, "genre_column": str(settings.table.columns.genre or ""),
        "second_gold": settings.second_gold, "source": source, "read_as": table.describe(path),
        "dropped": dict(sorted(dropped.items())), "train_overlap": sum(composed(row.joined) in seen for row in rows)}
    values = list(_second_gold(rows, prepared, path) if settings.second_gold else (row.prepared(name) for row in rows))
    with new_folder(out) as folder:
        write_json_lines(folder / "rows.jsonl", values)
        write_json(folder / "test.json", facts | {"rows": len(values)})
    print(f"{name}: {len(values):,} rows, {dropped.total():,} dropped", file=sys.stderr)


def _refuse_other_labels(row: Row, labels: Sequence[str], path: Path, name: str) -> None:
    if unknown := next((label for label in row.labels if label not in labels), ""):
        raise UserError(f"{path}: row at line {row.line:,}: expected a label among {', '.join(labels)}, found "
                        f"{excerpt(unknown)}; name it in table.labels, or in merge the labels of the task that count "
                        f"as it, under further_tests.{name} in params.yaml")


def _refuse_lost_labels(
    rows: Sequence[Row], labels: Sequence[str], merged: Task, merge: Mapping[str, str], place: str
) -> None:
    """Refuse a merged label that no row has, and a label of the task that is none of the set's ``labels``."""
    present = sorted({label for row in rows for label in row.labels})
    if absent := next((label for label in merge.values() if label not in present), ""):
        raise UserError(f"{place}: expected labels of the rows, {', '.join(present)}, found '{absent}', which none "
                        "has; correct it")
    # Without merging, the rows are a part of the classes, as those of a small set may be.
    if merge and not merged.is_words and (lost := next((label for label in merged.labels if label not in labels), "")):
        raise UserError(f"{place}: expected that every label of the task counts as one of the set, "
                        f"{', '.join(labels)}, found '{lost}'; write what it counts as, or add it to table.labels if "
                        "the set may have it")


def _second_gold(rows: Sequence[Row], prepared: Path, path: Path) -> list[dict[str, Any]]:
    test = list(read_rows(prepared / "test.jsonl"))
    return [{"guid": row.guid, "words": row.words, "tags": second.tags, "first_tags": row.tags,
             "unreachable": second.unreachable} | ({"group": row.group} if row.group else {})
            for row, second in zip(test, align(test, rows, path), strict=True)]


main = pipeline_stage(
    "preprocess_further", _preprocess, "raw prepared",
    more="Rows that training has, too, are counted. Such a set is an entry of `further_tests` in params.yaml; the"
    " models of its task are run on it, and it decides nothing.", further_test="name of the entry in params.yaml",
    out="folder to write")

if __name__ == "__main__":
    sys.exit(main())
